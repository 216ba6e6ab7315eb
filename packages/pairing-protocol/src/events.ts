import type { JsonObject } from '@openclaw/pairing-contracts'
import type { ConnectChallenge, PresenceEntry } from './connect.ts'
import type { DeviceRequest, DeviceResolved } from './devices.ts'
import type { HealthReport, Shutdown, Tick, VoiceWake } from './gateway.ts'
import type { LegacyNodeRequest, LegacyNodeResolved } from './legacy-nodes.ts'
import type { NodeInvokeRequest } from './nodes.ts'

/** What each event carries. */
export interface Events {
  readonly 'connect.challenge': ConnectChallenge
  readonly tick: Tick
  readonly presence: { readonly presence: readonly PresenceEntry[] }
  readonly health: HealthReport
  readonly heartbeat: JsonObject
  readonly shutdown: Shutdown
  readonly 'device.pair.requested': DeviceRequest
  readonly 'device.pair.resolved': DeviceResolved
  readonly 'node.pair.requested': LegacyNodeRequest
  readonly 'node.pair.resolved': LegacyNodeResolved
  readonly 'node.invoke.request': NodeInvokeRequest
  readonly 'voicewake.changed': VoiceWake
  readonly 'voicewake.routing.changed': JsonObject
}

/** An event that this package knows. */
export type EventName = keyof Events
