import type { EventName, Events } from '@openclaw/pairing-protocol'
import type { Identity } from './peer.ts'
import { holdsScope, type OperatorScope } from './scopes.ts'

/** Events that are told to an audience; the others are said to one connection. */
export type Heard = Exclude<
  EventName,
  | 'connect.challenge'
  | 'node.invoke.request'
  | 'heartbeat'
  | 'voicewake.changed'
  | 'voicewake.routing.changed'
>

/** Who hears an event, and what becomes of it when they read slowly. */
export interface EventRow<E extends Heard = Heard> {
  /** Every admitted client, or operators with this scope. */
  readonly to: 'everyone' | OperatorScope
  /** `drop`: the next one says the same again. `close`: whoever cannot take it is ended as a slow consumer. */
  readonly slow: 'drop' | 'close'
  /** With the versions of presence and health. */
  readonly versioned: boolean
  /** What it is told once for; absent where it is told each time. */
  readonly once?: (payload: Events[E]) => string
}

const pairing = { to: 'operator.pairing', slow: 'close', versioned: false } as const
const state = { to: 'operator.read', slow: 'drop', versioned: true } as const

/** Every event with an audience. What has no row here is told to nobody. */
export const EVENTS: { readonly [E in Heard]: EventRow<E> } = {
  tick: { to: 'everyone', slow: 'close', versioned: false },
  shutdown: { to: 'everyone', slow: 'close', versioned: false },
  presence: state,
  health: state,
  'device.pair.requested': { ...pairing, once: ({ requestId }) => `device asks ${requestId}` },
  'device.pair.resolved': { ...pairing, once: ({ requestId }) => `device settled ${requestId}` },
  'node.pair.requested': { ...pairing, once: ({ requestId }) => `node asks ${requestId}` },
  'node.pair.resolved': { ...pairing, once: ({ requestId }) => `node settled ${requestId}` },
}

/** Whether a client hears the events of a row. */
export function mayHear(
  identity: Pick<Identity, 'role' | 'scopes'> | undefined,
  { to }: Pick<EventRow, 'to'>,
): boolean {
  if (identity === undefined) return false
  if (to === 'everyone') return true
  return identity.role === 'operator' && holdsScope(identity.scopes, to)
}

/** The events that a client may get, for `features.events` of hello-ok. */
export function eventsFor(identity: Pick<Identity, 'role' | 'scopes'>): readonly string[] {
  const heard = Object.entries(EVENTS).filter(([, row]) => mayHear(identity, row))
  const own = identity.role === 'node' ? ['node.invoke.request'] : []
  return ['connect.challenge', ...heard.map(([event]) => event), ...own]
}
