import type { Json } from '@openclaw/pairing-contracts'
import type { Check } from './check.ts'
import { deviceResults } from './device-schema.ts'
import type { EventName, Events } from './events.ts'
import { gatewayResults } from './gateway-schema.ts'
import { checkChallenge, checkPresence } from './hello-schema.ts'
import { legacyNodeResults } from './legacy-node-schema.ts'
import { nodeResults } from './node-schema.ts'
import { type Decoded, refused } from './refusal.ts'

const CHECKS: { readonly [E in EventName]: Check<Events[E]> } = {
  'connect.challenge': checkChallenge,
  tick: gatewayResults.tick,
  presence: checkPresence,
  health: gatewayResults.health,
  heartbeat: gatewayResults.anything,
  shutdown: gatewayResults.shutdown,
  'device.pair.requested': deviceResults.request,
  'device.pair.resolved': deviceResults.resolved,
  'node.pair.requested': legacyNodeResults.request,
  'node.pair.resolved': legacyNodeResults.resolved,
  'node.invoke.request': nodeResults.invokeRequest,
  'voicewake.changed': gatewayResults.voiceWake,
  'voicewake.routing.changed': gatewayResults.anything,
}

/** Every event that this package knows, `connect.challenge` first. */
export const EVENT_NAMES: readonly EventName[] = Object.keys(CHECKS).filter(isEventName)

/** True for an event that this package knows; a receiver ignores the others. */
export function isEventName(event: string): event is EventName {
  return Object.hasOwn(CHECKS, event)
}

/**
 * Reads the payload of an event. Keys that newer gateways add are kept.
 *
 * @returns refused as `invalid-payload`, or `unknown-event` where the name is none
 */
export function decodeEvent<E extends EventName>(
  event: E,
  payload: Json | undefined,
): Decoded<Events[E]> {
  if (!isEventName(event)) return refused('unknown-event', 'unknown event')
  const result = CHECKS[event](payload)
  return result.ok ? result : refused('invalid-payload', result.problem)
}
