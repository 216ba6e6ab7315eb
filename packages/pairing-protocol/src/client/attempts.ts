import type { OpenClawError } from '@openclaw/pairing-contracts'
import type { ConnectChallenge } from '../connect.ts'
import type { EventFrame } from '../frame.ts'
import type { ClientParts } from './client-parts.ts'
import { connectParams } from './connect-params.ts'
import { type ClientAuth, type Offer, offerOf } from './credentials.ts'
import { decide, type Memory, NO_MEMORY, type Shown, type Verdict, welcomed } from './decide.ts'
import { ConnectTimedOut } from './errors.ts'
import type { Link } from './link.ts'
import { placesOf } from './places.ts'
import { type Ending, openSession, type Session } from './session.ts'

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
  const places = placesOf(parts)
  let place = places.current()
  let { auth } = parts
  let memory: Memory = NO_MEMORY
  let session: Session | undefined
  let stopped = false

  const dial = async (offer: Offer, cached: string | undefined): Promise<Verdict> => {
    const { identity } = options
    const { target, keeper } = place
    let shown: Shown = { offer, signature: 'v2' }
    session = openSession({
      ...{ target, dialMs: places.dialMs, timers: ports.timers, log, ...events },
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
    return await concluded(await session.ended, shown)
  }
  const concluded = async (ending: Ending, shown: Shown): Promise<Verdict> => {
    session = undefined
    const verdict = decide(ending, { memory, shown, places: places.count }, ports.randomBytes)
    if (verdict.next === 'stop') return verdict
    memory = verdict.memory
    if (ending.how === 'failed') places.moveOn()
    if (verdict.drop !== undefined) await place.keeper.drop(verdict.drop)
    return verdict
  }
  const next = async (): Promise<Verdict> => {
    if (stopped) return STOP
    place = places.current()
    const cached = await place.keeper.load().catch((problem: OpenClawError) => ({ problem }))
    if (stopped) return STOP
    if (typeof cached !== 'object') {
      return await dial(offerOf(cached, memory.refusedToken, auth), cached)
    }
    const { problem } = cached
    // A cache that is slow may be faster next time; one that cannot be read has to be mended.
    if (!(problem instanceof ConnectTimedOut)) return { next: 'stop', problem }
    return await concluded({ how: 'failed', problem }, { offer: { kind: 'key' }, signature: 'v2' })
  }
  return {
    next,
    url: () => place.target.href,
    stop: () => {
      stopped = true
      session?.close()
    },
  }
}

function isSetupSecret(auth: ClientAuth | undefined): boolean {
  return auth !== undefined && 'bootstrapToken' in auth
}

/** Gateways that know `v3` say in the challenge what else they can; those of 2026.2.17 say nothing. */
function usualSignature({ capabilities }: ConnectChallenge): 'v2' | 'v3' {
  return capabilities === undefined ? 'v2' : 'v3'
}
