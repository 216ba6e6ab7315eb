import type { AuthorityCode } from '@openclaw/pairing-authority'
import type { Actor, EpochMs } from '@openclaw/pairing-contracts'

/** What a device wants to be: `node` offers commands, `operator` uses the gateway. */
export type DeviceRole = 'operator' | 'node'

/** How a device describes itself. Claims: shown to the owner, pinned at approval, never proven. */
export interface DeviceDescription {
  readonly displayName?: string
  readonly platform?: string
  readonly deviceFamily?: string
  readonly modelIdentifier?: string
  readonly version?: string
  readonly clientId: string
  readonly clientMode: string
}

/** What a device asks for, or was granted. */
export interface DeviceAccess {
  readonly role: DeviceRole
  /** Sorted, without doubles. */
  readonly scopes: readonly string[]
  /** Commands that a node offers; sorted, without doubles. Empty for an operator. */
  readonly commands: readonly string[]
}

/** The proof and the claims of one `connect`, decoded but not checked. */
export interface ConnectClaim {
  readonly deviceId: string
  /** 32 raw bytes as base64url, or PEM. */
  readonly publicKey: string
  /** Base64url. */
  readonly signature: string
  readonly signedAt: number
  /** The nonce that the client says it signed. */
  readonly nonce: string | undefined
  readonly role: string
  /** In the order sent, which is the order signed. */
  readonly scopes: readonly string[]
  readonly commands: readonly string[]
  readonly description: DeviceDescription
  /** The secret that is part of the signed payload, '' when there was none. */
  readonly signedSecret: string
}

/** Why a proof does not hold. */
export type ProofFault =
  | 'device-id-mismatch'
  | 'public-key-invalid'
  | 'signature-expired'
  | 'nonce-required'
  | 'nonce-mismatch'
  | 'signature-invalid'
  | 'role-invalid'

/** A device that holds the private key of its id; made by {@link DevicePairing.prove} alone. */
export interface ProvenDevice extends DeviceAccess {
  readonly deviceId: string
  /** 32 raw bytes as base64url. */
  readonly publicKey: string
  readonly description: DeviceDescription
  readonly payload: 'v2' | 'v3'
}

/** What lets a device ask for pairing; without one of them it may only use what it has. */
export type MayAsk =
  | { readonly by: 'shared-secret' }
  /** A node asks, as whoever was given this setup code. Setup codes come with their own chapter. */
  | { readonly by: 'setup-code'; readonly setupId: string }
  | { readonly by: 'nothing' }

/** One `connect` of a proven device. */
export interface Arrival {
  readonly device: ProvenDevice
  /** The device token that it presented, if any. A secret. */
  readonly deviceToken: string | undefined
  readonly mayAsk: MayAsk
  /** The address as the server trusts it; at most 64 characters. */
  readonly address: string | undefined
  /** True when the client proved that it can read this machine's state directory. */
  readonly local: boolean
}

/** Why an owner has to decide before the device gets in as it wants to. */
export type AskReason = 'not-paired' | 'role-upgrade' | 'scope-upgrade' | 'metadata-upgrade'

/** Why a request waits. `command-upgrade`: a paired node offers more than was granted; it is connected meanwhile, without them. */
export type RequestReason = AskReason | 'command-upgrade'

/**
 * What becomes of an arrival.
 *
 * - `admitted`: `device` says what holds on this connection: of scopes and commands, what was asked within what was
 *   granted. `token` is there when the device has to be handed a fresh one. A device that nothing lets ask uses what it
 *   has: more scopes than were granted do not keep it out
 * - `waiting`: a request of this device waits for the owner
 * - `may-not-ask`: not paired (or not for this), and nothing that lets it ask; `deviceToken` says how its token was
 * - `full`: as many requests wait as may, from this address or in all
 * - `resting`: the owner rejected this key a short while ago
 * - `revoked`: this role of this key was revoked, and nothing lets it ask again
 */
export type Admission =
  | {
      readonly outcome: 'admitted'
      readonly device: AdmittedDevice
      readonly token: FreshToken | undefined
      /** How the presented token was. */
      readonly presented: 'right' | 'stale' | 'absent'
      /** What the owner calls it, else what it calls itself. */
      readonly name: string | undefined
      /** A node offers commands that it was not granted: the request that waits for the owner meanwhile. */
      readonly asks?: { readonly request: DeviceRequest; readonly created: boolean }
    }
  | {
      readonly outcome: 'waiting'
      readonly reason: AskReason
      readonly request: DeviceRequest
      readonly created: boolean
      readonly granted: DeviceGrant | undefined
    }
  | { readonly outcome: 'may-not-ask'; readonly deviceToken: 'stale' | 'absent' }
  | {
      readonly outcome: 'full'
      readonly where: 'address' | 'everywhere'
      readonly retryAfterMs: number
    }
  | { readonly outcome: 'resting'; readonly retryAfterMs: number }
  | { readonly outcome: 'revoked' }

/** A token as it is handed to its device, once. A secret; the store has its hash. */
export interface FreshToken {
  readonly token: string
  readonly role: DeviceRole
  readonly scopes: readonly string[]
  readonly issuedAt: EpochMs
}

/** What an owner granted to a key for one role. */
export interface DeviceGrant extends DeviceAccess {
  readonly approvedAt: EpochMs
  /** Who, in words: `owner 123 on telegram`. */
  readonly approvedBy: string
  readonly revokedAt: EpochMs | undefined
  /** Taken over from OpenClaw 2026.2, which knew no commands: those that the node offers next are taken as granted. */
  readonly commandsOpen?: true
}

/** A request that waits for the owner. */
export interface DeviceRequest extends DeviceAccess {
  readonly requestId: string
  readonly deviceId: string
  readonly publicKey: string
  readonly description: DeviceDescription
  readonly address: string | undefined
  readonly createdAt: EpochMs
  /** When it was asked last; the request ends 5 minutes after it. */
  readonly lastAskedAt: EpochMs
  readonly expiresAt: EpochMs
  /** `paired-key`: a paired device that offers more commands, or describes itself differently. */
  readonly askedBy: 'shared-secret' | 'setup-code' | 'paired-key'
  /** Words that the device shows as well, made of its key. */
  readonly fingerprint: readonly string[]
  readonly reason: RequestReason
}

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
  /** Fewer scopes than asked. */
  readonly scopes?: readonly string[]
  /** Fewer commands than asked. */
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

/** Whether what a live connection was admitted with still holds. */
export type Standing =
  | { readonly holds: true }
  | {
      readonly holds: false
      readonly because: 'removed' | 'revoked' | 'rotated' | 'narrowed'
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

  readonly list: (actor: Actor) => Promise<DeviceLists | Denied>
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
  /** Writes what was only counted (last seen, retries), expires what is over. Call it about once a second, and with `closing` before the store closes. */
  readonly housekeeping: (when?: 'due' | 'closing') => Promise<void>
}

/** What a live connection was admitted with. */
export interface AdmittedDevice {
  readonly deviceId: string
  readonly role: DeviceRole
  readonly scopes: readonly string[]
  readonly commands: readonly string[]
  /** Which token and grant held then; made by {@link DevicePairing.arrive}. */
  readonly generation: number
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
