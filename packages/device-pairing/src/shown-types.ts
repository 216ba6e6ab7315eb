import type { EpochMs } from '@openclaw/pairing-contracts'
import type { DeviceDescription, DeviceGrant, DeviceRequest, DeviceRole } from './types.ts'

/** What waits, with what was granted before and the digest to give back. */
export interface ShownRequest extends DeviceRequest {
  readonly granted: readonly DeviceGrant[]
  /** What the device has not yet, in words to show: `scope operator.write`, `role node`, `command camera.snap`. */
  readonly difference: readonly string[]
  readonly digest: string
}

/** A token without the token. */
export interface TokenSummary {
  readonly role: DeviceRole
  readonly scopes: readonly string[]
  readonly createdAt: EpochMs
  readonly rotatedAt: EpochMs | undefined
  readonly revokedAt: EpochMs | undefined
  readonly lastUsedAt: EpochMs | undefined
}

/** A device that was paired. */
export interface KnownDevice {
  readonly deviceId: string
  readonly publicKey: string
  readonly fingerprint: readonly string[]
  /** What the owner calls it. */
  readonly label: string | undefined
  readonly description: DeviceDescription
  readonly address: string | undefined
  readonly createdAt: EpochMs
  readonly approvedAt: EpochMs
  readonly lastSeenAt: EpochMs | undefined
  readonly grants: readonly DeviceGrant[]
  readonly tokens: readonly TokenSummary[]
}

/** How a request ended. `successor`: the id of the request that took its place, or that the same device made later. */
export interface SettledDeviceRequest {
  readonly requestId: string
  readonly deviceId: string
  readonly outcome: 'approved' | 'rejected' | 'expired' | 'superseded'
  readonly at: EpochMs
  readonly by: string
  readonly successor: string | undefined
}
