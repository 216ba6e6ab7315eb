import type { AuthorityCode } from '@openclaw/pairing-authority'
import type { Actor, EpochMs } from '@openclaw/pairing-contracts'
import type { SetupCodes } from './setup-types.ts'
import type { KnownDevice, SettledDeviceRequest, ShownRequest } from './shown-types.ts'
import type {
  Admission,
  AdmittedDevice,
  Arrival,
  ConnectClaim,
  FreshToken,
  ProofFault,
  ProvenDevice,
  Standing,
} from './types.ts'

/** The actor may not. */
export interface Denied {
  readonly outcome: 'denied'
  readonly code: AuthorityCode
  readonly why: string
  readonly fix: string
}

/** The id names no request that waits. */
export type NotWaiting =
  | { readonly outcome: 'unknown' }
  | { readonly outcome: 'settled'; readonly settled: SettledDeviceRequest }

/** How an approval may be narrowed and what it is bound to. */
export interface ApproveDeviceOptions {
  /** {@link ShownRequest.digest} of what was shown; needed from everyone but the local terminal. */
  readonly digest?: string
  /**
   * Fewer scopes than asked; given besides those that the role has. Only where the reason is `metadata-upgrade` they are
   * all that it has afterwards, and may be some of what was granted or asked.
   */
  readonly scopes?: readonly string[]
  /** Fewer commands than asked, in the same way. */
  readonly commands?: readonly string[]
  /** What the owner calls it. */
  readonly label?: string
}

/** What became of an approval. */
export type ApproveDeviceOutcome =
  | { readonly outcome: 'approved'; readonly requestId: string; readonly device: KnownDevice }
  | {
      readonly outcome: 'changed'
      readonly request: ShownRequest
      readonly difference: readonly string[]
    }
  | NotWaiting
  | Denied

/** What became of a rejection. */
export type RejectDeviceOutcome =
  | { readonly outcome: 'rejected'; readonly settled: SettledDeviceRequest }
  | NotWaiting
  | Denied

/** What became of a change on a device. `changed` is false when it was so before. */
export type DeviceOutcome =
  | {
      readonly outcome: 'done'
      readonly changed: boolean
      readonly device: KnownDevice | undefined
    }
  | { readonly outcome: 'not-known'; readonly deviceId: string; readonly role?: string }
  | Denied

/**
 * What became of a rotation. `token` is there only for the device itself and at the local terminal (`root`,
 * `library`): for everybody else the device is handed a fresh one when it connects, and nobody sees it.
 */
export type RotateOutcome =
  | {
      readonly outcome: 'rotated'
      readonly device: KnownDevice
      readonly token: FreshToken | undefined
      /** When, and with which scopes, also where the token is withheld. */
      readonly rotatedAt: EpochMs
      readonly scopes: readonly string[]
    }
  | { readonly outcome: 'not-known'; readonly deviceId: string; readonly role?: string }
  | Denied

/** A device and one of its roles. */
export interface DeviceRoleRef {
  readonly deviceId: string
  readonly role: string
}

/** The door for devices: chapter 2. Every verb of an owner takes the actor first and passes the authority function. */
export interface DevicePairing {
  /** Checks a proof against the nonce of this connection. Pure but for the clock; writes nothing. */
  readonly prove: (
    claim: ConnectClaim,
    nonce: string,
  ) => ProvenDevice | { readonly fault: ProofFault }
  /**
   * Admits a proven device or records that it asks. An admission of a paired device writes nothing unless it has to be
   * handed a token. Rejects only with what the store throws; then nothing was admitted.
   */
  readonly arrive: (arrival: Arrival) => Promise<Admission>
  /** Whether a live connection may stay; synchronous, never older than the store's promise. Throws what the view throws. */
  readonly standing: (admitted: AdmittedDevice) => Standing

  /** `left-out`: each digest is '', which approves nothing; for a page that is read and forgotten, without a hash. */
  readonly list: (
    actor: Actor,
    how?: { readonly digests?: 'left-out' },
  ) => Promise<DeviceLists | Denied>
  /** The waiting request of an id, to show it before it is approved. */
  readonly find: (
    actor: Actor,
    requestId: string,
  ) => Promise<
    { readonly outcome: 'waiting'; readonly request: ShownRequest } | NotWaiting | Denied
  >
  readonly approve: (
    actor: Actor,
    requestId: string,
    options?: ApproveDeviceOptions,
  ) => Promise<ApproveDeviceOutcome>
  readonly reject: (actor: Actor, requestId: string) => Promise<RejectDeviceOutcome>
  /** Forgets a device: its key has to ask again. */
  readonly remove: (actor: Actor, deviceId: string) => Promise<DeviceOutcome>
  /** Gives it the owner's name; '' takes it away. */
  readonly rename: (actor: Actor, deviceId: string, label: string) => Promise<DeviceOutcome>
  /** Ends the token of a role and mints another; live connections of that role end. */
  readonly rotate: (
    actor: Actor,
    device: DeviceRoleRef,
    options?: { readonly scopes?: readonly string[] },
  ) => Promise<RotateOutcome>
  /** Closes a role for this key until it is paired again; live connections of that role end. */
  readonly revoke: (actor: Actor, device: DeviceRoleRef) => Promise<DeviceOutcome>
  /** Codes with which nodes may ask. */
  readonly setup: SetupCodes
  /** Writes what was only counted (last seen, retries), expires what is over. Call it about once a second, and with `closing` before the store closes. */
  readonly housekeeping: (when?: 'due' | 'closing') => Promise<void>
}

/** Everything that waits and everything that is paired. */
export interface DeviceLists {
  /** Oldest first. */
  readonly waiting: readonly ShownRequest[]
  /** Newest approval first. */
  readonly devices: readonly KnownDevice[]
  readonly maxWaiting: number
  readonly turnedAway:
    | { readonly count: number; readonly since: EpochMs; readonly lastAt: EpochMs }
    | undefined
}
