import { type ChannelLog, isOpenClawError, OpenClawError } from '@openclaw/pairing-contracts'
import type { HelloOk } from '../connect.ts'
import { ConnectTimedOut } from './errors.ts'
import { CONNECT_TIMEOUT_MS } from './limits.ts'
import type { ClientPorts } from './ports.ts'
import { nameOf } from './safely.ts'
import type { TokenCache, TokenKey } from './token-cache.ts'

/** The cache that an embedder gave failed with an error of its own. */
export class TokenCacheFailed extends OpenClawError {
  override readonly name = 'TokenCacheFailed'
  override readonly code = 'ERR_TOKEN_CACHE_FAILED'
  constructor(cause: unknown) {
    super('the cache of device tokens failed', {
      hint: 'Mend what `tokens` does; the cause says more.',
      cause,
    })
  }
}

/** The token cache as one client uses it: bounded in time, its failures told. */
export interface TokenKeeper {
  /** Rejects with an `OpenClawError`; `ConnectTimedOut` where the cache hangs. */
  readonly load: () => Promise<string | undefined>
  /** Keeps the tokens of a `hello-ok`, but the one that was shown. A failure is logged: the device stays paired. */
  readonly keep: (hello: HelloOk, shown: string | undefined) => Promise<void>
  /** Never rejects: a token that could not be dropped is not shown again by this client. */
  readonly drop: (token: string) => Promise<void>
}

interface KeeperParts {
  readonly cache: TokenCache
  readonly key: TokenKey
  readonly ports: ClientPorts
  readonly log: ChannelLog
}

/** Looks after the tokens of one gateway and role. */
export function tokenKeeper({ cache, key, ports, log }: KeeperParts): TokenKeeper {
  const tolerated = (what: string) => (error: unknown) => {
    const code = isOpenClawError(error) ? error.code : nameOf(error)
    log('error', 'client.token.not-kept', { what, role: key.role, error: code })
  }
  const save = async (role: string, token: string, scopes: readonly string[]): Promise<void> => {
    const entry = { token, scopes, updatedAtMs: ports.clock.now() }
    await cache.save({ ...key, role }, entry).catch(tolerated('save'))
  }
  return {
    load: async () => {
      const loaded = await inTime(cache.load(key), ports).catch((error: unknown) => {
        throw isOpenClawError(error) ? error : new TokenCacheFailed(error)
      })
      return loaded?.token
    },
    keep: async ({ auth }, shown) => {
      if (auth?.deviceToken !== undefined && auth.deviceToken !== shown) {
        await save(auth.role, auth.deviceToken, auth.scopes)
      }
      for (const { role, deviceToken, scopes } of auth?.deviceTokens ?? []) {
        await save(role, deviceToken, scopes)
      }
    },
    drop: async (token) => {
      await inTime(cache.drop(key, token), ports).catch(tolerated('drop'))
    },
  }
}

async function inTime<T>(work: Promise<T>, { timers }: ClientPorts): Promise<T> {
  let cancel = () => {}
  const late = new Promise<never>((_resolve, reject) => {
    cancel = timers.after(CONNECT_TIMEOUT_MS, () => reject(new ConnectTimedOut('store')))
  })
  try {
    return await Promise.race([work, late])
  } finally {
    cancel()
  }
}
