import type { OpenClawError } from '@openclaw/pairing-contracts'
import type { ConnectChallenge } from '../connect.ts'
import type { EventFrame } from '../frame.ts'
import type { ClientParts } from './client-parts.ts'
import { connectParams } from './connect-params.ts'
import { type ClientAuth, type Offer, offerOf } from './credentials.ts'
import { decide, type Memory, NO_MEMORY, type Shown, type Verdict, welcomed } from './decide.ts'
import { ConnectTimedOut } from './errors.ts'
import { DIAL_TIMEOUT_MS } from './limits.ts'
import type { Link } from './link.ts'
import { type Ending, openSession, type Session } from './session.ts'
import type { SocketTarget } from './socket.ts'
import { memoryTokenCache } from './token-cache.ts'
import { type TokenKeeper, tokenKeeper } from './token-keeper.ts'

/** Connections, one after the other. */
export interface Attempts {
  /** Makes one connection, waits for its end, and says what follows. */
  readonly next: () => Promise<Verdict>
  /** The address that is tried, or was last. */
  readonly url: () => string
  /** Ends the connection; there will be no other. */
  readonly stop: () => void
}

/** What a connection tells while it lives. */
export interface AttemptEvents {
  readonly ready: (link: Link) => void
  readonly gone: () => void
  readonly event: (frame: EventFrame, link: Link) => void
}

const STOP: Verdict = { next: 'stop', problem: undefined }

/** Connections of one client: what one of them taught, the next one knows. */
export function attempts(parts: ClientParts, events: AttemptEvents): Attempts {
  const { options, claims, ports, log } = parts
  const places = parts.targets.map((target) => ({ target, keeper: keeperOf(parts, target) }))
  const dialMs = places.length > 1 ? DIAL_TIMEOUT_MS : undefined
  let at = 0
  let url = parts.targets[0].href
  let { auth } = parts
  let memory: Memory = NO_MEMORY
  let session: Session | undefined
  let stopped = false

  const dial = async (place: Place, offer: Offer, cached: string | undefined): Promise<Verdict> => {
    const { identity } = options
    const { target, keeper } = place
    url = target.href
    let shown: Shown = { offer, signature: 'v2' }
    session = openSession({
      ...{ target, dialMs, timers: ports.timers, log, ...events },
      connect: (challenge) => {
        shown = { offer, signature: memory.signature ?? usualSignature(challenge) }
        return connectParams(claims, { identity, challenge, ...shown })
      },
      welcome: async (hello) => {
        memory = welcomed(memory, shown)
        // It served to ask. From here on the key is the credential.
        if (isSetupSecret(auth)) auth = undefined
        await keeper.keep(hello, cached)
      },
    })
    return await concluded(place, await session.ended, shown)
  }
  const concluded = async (place: Place, ending: Ending, shown: Shown): Promise<Verdict> => {
    session = undefined
    const verdict = decide(ending, { memory, shown, places: places.length }, ports.randomBytes)
    if (verdict.next === 'stop') return verdict
    memory = verdict.memory
    if (ending.how === 'failed') at = (at + 1) % places.length
    if (verdict.drop !== undefined) await place.keeper.drop(verdict.drop)
    return verdict
  }
  const next = async (): Promise<Verdict> => {
    const place = places[at]
    if (stopped || place === undefined) return STOP
    const cached = await place.keeper.load().catch((problem: OpenClawError) => ({ problem }))
    if (stopped) return STOP
    if (typeof cached !== 'object') {
      return await dial(place, offerOf(cached, memory.refusedToken, auth), cached)
    }
    const { problem } = cached
    // A cache that is slow may be faster next time; one that cannot be read has to be mended.
    if (!(problem instanceof ConnectTimedOut)) return { next: 'stop', problem }
    const shown: Shown = { offer: { kind: 'key' }, signature: 'v2' }
    return await concluded(place, { how: 'failed', problem }, shown)
  }
  return {
    next,
    url: () => url,
    stop: () => {
      stopped = true
      session?.close()
    },
  }
}

/** An address, and the tokens of the gateway there. */
interface Place {
  readonly target: SocketTarget
  readonly keeper: TokenKeeper
}

function isSetupSecret(auth: ClientAuth | undefined): boolean {
  return auth !== undefined && 'bootstrapToken' in auth
}

function keeperOf({ options, claims, ports, log }: ClientParts, target: SocketTarget): TokenKeeper {
  const { tokens: cache = memoryTokenCache() } = options
  return tokenKeeper({ cache, key: { gateway: target.href, role: claims.role }, ports, log })
}

/** Gateways that know `v3` say in the challenge what else they can; those of 2026.2.17 say nothing. */
function usualSignature({ capabilities }: ConnectChallenge): 'v2' | 'v3' {
  return capabilities === undefined ? 'v2' : 'v3'
}
