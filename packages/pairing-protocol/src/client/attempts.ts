import type { OpenClawError } from '@openclaw/pairing-contracts'
import type { ConnectChallenge } from '../connect.ts'
import type { EventFrame } from '../frame.ts'
import type { ClientParts } from './client-parts.ts'
import { connectParams } from './connect-params.ts'
import { type ClientAuth, type Offer, offerOf } from './credentials.ts'
import { decide, type Memory, NO_MEMORY, type Shown, type Verdict, welcomed } from './decide.ts'
import { ConnectTimedOut } from './errors.ts'
import type { Link } from './link.ts'
import { type Place, type Places, placesOf } from './places.ts'
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

/** A client between and during its connections. */
interface Client {
  readonly parts: ClientParts
  readonly events: AttemptEvents
  readonly places: Places
  place: Place
  auth: ClientAuth | undefined
  memory: Memory
  session: Session | undefined
  stopped: boolean
}

/** Connections of one client: what one of them taught, the next one knows. */
export function attempts(parts: ClientParts, events: AttemptEvents): Attempts {
  const places = placesOf(parts)
  const client: Client = {
    ...{ parts, events, places, place: places.current(), auth: parts.auth },
    ...{ memory: NO_MEMORY, session: undefined, stopped: false },
  }
  return {
    next: () => nextOf(client),
    url: () => client.place.target.href,
    stop: () => {
      client.stopped = true
      client.session?.close()
    },
  }
}

async function nextOf(client: Client): Promise<Verdict> {
  if (client.stopped) return STOP
  client.place = client.places.current()
  const { keeper } = client.place
  const cached = await keeper.load().catch((problem: OpenClawError) => ({ problem }))
  if (client.stopped) return STOP
  if (typeof cached !== 'object') {
    const offer = offerOf(cached, client.memory.refusedToken, client.auth)
    return await dial(client, offer, cached)
  }
  const { problem } = cached
  // A cache that is slow may be faster next time; one that cannot be read has to be mended.
  if (!(problem instanceof ConnectTimedOut)) return { next: 'stop', problem }
  const shown: Shown = { offer: { kind: 'key' }, signature: 'v2' }
  return await concluded(client, { how: 'failed', problem }, shown)
}

async function dial(client: Client, offer: Offer, cached: string | undefined): Promise<Verdict> {
  const { parts, events, places, place } = client
  const { options, claims, ports, log } = parts
  let shown: Shown = { offer, signature: 'v2' }
  client.session = openSession({
    ...{ target: place.target, dialMs: places.dialMs, timers: ports.timers, log, ...events },
    connect: (challenge) => {
      shown = { offer, signature: client.memory.signature ?? usualSignature(challenge) }
      return connectParams(claims, { identity: options.identity, challenge, ...shown })
    },
    welcome: async (hello) => {
      client.memory = welcomed(client.memory, shown)
      // It served to ask. From here on the key is the credential.
      if (isSetupSecret(client.auth)) client.auth = undefined
      await place.keeper.keep(hello, cached)
    },
  })
  return await concluded(client, await client.session.ended, shown)
}

async function concluded(client: Client, ending: Ending, shown: Shown): Promise<Verdict> {
  const { memory, places, place, parts } = client
  client.session = undefined
  const situation = { memory, shown, places: places.count }
  const verdict = decide(ending, situation, parts.ports.randomBytes)
  if (verdict.next === 'stop') return verdict
  client.memory = verdict.memory
  if (ending.how === 'failed') places.moveOn()
  if (verdict.drop !== undefined) await place.keeper.drop(verdict.drop)
  return verdict
}

function isSetupSecret(auth: ClientAuth | undefined): boolean {
  return auth !== undefined && 'bootstrapToken' in auth
}

/** Gateways that know `v3` say in the challenge what else they can; those of 2026.2.17 say nothing. */
function usualSignature({ capabilities }: ConnectChallenge): 'v2' | 'v3' {
  return capabilities === undefined ? 'v2' : 'v3'
}
