import { includesScope } from '@openclaw/pairing-authority'
import type { MethodName, ParamsOf, ResultOf } from '@openclaw/pairing-protocol'
import type { Call } from '../args/types.ts'
import { asked, scopesMissing } from './ask-errors.ts'
import { notConnected } from './connect-errors.ts'
import type { RemoteGateway } from './open.ts'
import { placeOf } from './place.ts'

/** How one thing is asked. */
export interface AskOptions {
  /** What it needs besides what this connection began with. */
  readonly needs?: readonly string[]
  /** Milliseconds, where the answer may take longer than usual. */
  readonly timeoutMs?: number
}

/** Asks a gateway one thing. */
export type Ask = <M extends MethodName>(
  method: M,
  params: ParamsOf<M>,
  options?: AskOptions,
) => Promise<ResultOf<M>>

/** A gateway elsewhere, for one command. */
export interface Remote {
  /** Rejects with errors of the command line; those of {@link refusalOf} as they came. */
  readonly ask: Ask
  /** The id of this computer, as the owner sees it. */
  readonly deviceId: () => string
}

/** A gateway that a command line named, and what is needed there. */
export interface Wanted {
  readonly url: string
  /** Asked for at first; more is asked for when it is needed. */
  readonly scopes: readonly string[]
}

/**
 * Connects to a gateway as the operator that this computer is, works with it, and ends the connection.
 *
 * @throws `UsageError`, `RefusedError` and `FailedError`, with what mends it
 */
export async function withRemote<R>(
  call: Call,
  wanted: Wanted,
  work: (remote: Remote) => Promise<R>,
): Promise<R> {
  let gateway = await connected(call, wanted)
  const ready = async (needs: readonly string[]): Promise<RemoteGateway> => {
    if (isCovered(gateway, needs)) return gateway
    const scopes = [...new Set([...wanted.scopes, ...needs])]
    await gateway.close()
    gateway = await connected(call, { ...wanted, scopes })
    return gateway
  }
  try {
    return await work({
      ask: async (method, params, { needs = [], timeoutMs } = {}) => {
        const place = await ready(needs)
        return asked(place, method, () => place.ask(method, params, timeoutMs))
      },
      deviceId: () => gateway.deviceId,
    })
  } finally {
    await gateway.close()
  }
}

async function connected(call: Call, { url, scopes }: Wanted): Promise<RemoteGateway> {
  const place = placeOf(call, url)
  const { openRemoteGateway } = await import('../client-app.ts')
  const covers = (held: readonly string[]): boolean => isCovered({ scopes: held }, scopes)
  const opened = await openRemoteGateway(place, scopes, covers)
  if (opened.outcome === 'refused') throw notConnected(opened, { place, scopes })
  const { gateway } = opened
  if (isCovered(gateway, scopes)) return gateway
  await gateway.close()
  throw scopesMissing(scopes.filter((scope) => !isCovered(gateway, [scope])))
}

/** Where a gateway does not say what holds, it says so when it is asked. */
function isCovered(
  { scopes: held }: Pick<RemoteGateway, 'scopes'>,
  needs: readonly string[],
): boolean {
  return held === undefined || needs.every((scope) => includesScope(held, scope))
}
