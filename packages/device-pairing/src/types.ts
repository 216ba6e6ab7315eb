import type { EpochMs } from '@openclaw/pairing-contracts'

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

/** A device that holds the private key of its id; made by `prove` of {@link DevicePairing} alone. */
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
  /** A node asks with a setup code that is bound to its key; a code of another key, or one that is over, lets nobody ask. */
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
  /** The setup code that it was made with. */
  readonly setupId?: string
  /** Words that the device shows as well, made of its key. */
  readonly fingerprint: readonly string[]
  readonly reason: RequestReason
}

/** What a live connection was admitted with. */
export interface AdmittedDevice {
  readonly deviceId: string
  readonly role: DeviceRole
  readonly scopes: readonly string[]
  readonly commands: readonly string[]
  /** Which token and grant held then; made by `arrive`. */
  readonly generation: number
}

/** Whether what a live connection was admitted with still holds. */
export type Standing =
  | { readonly holds: true }
  | {
      readonly holds: false
      readonly because: 'removed' | 'revoked' | 'rotated' | 'narrowed'
    }
