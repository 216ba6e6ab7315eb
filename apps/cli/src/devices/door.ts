import type {
  Denied,
  DeviceDescription,
  DeviceLists,
  DeviceRoleRef,
  FreshToken,
  LegacyNode,
  LegacyNodeRequest,
  SettledDeviceRequest,
  ShownRequest,
  TokenSummary,
} from '@openclaw/device-pairing'
import type { Actor } from '@openclaw/pairing-contracts'

// What the commands see of devices, here and afar. The local door gives all of it; what a gateway does not tell over the
// wire is `undefined`, and left out where it is shown.

/** What a device says of itself. */
export type SeenDescription = Partial<DeviceDescription>

/** What a device was granted in one role. */
export interface SeenGrant {
  readonly role: string
  readonly scopes: readonly string[]
  readonly commands: readonly string[] | undefined
  readonly approvedAt: number | undefined
  /** Who, in words. */
  readonly approvedBy: string | undefined
  readonly revokedAt: number | undefined
  readonly commandsOpen?: true
}

/** A request that waits. */
export interface SeenRequest {
  readonly requestId: string
  readonly deviceId: string
  readonly publicKey: string
  readonly description: SeenDescription
  readonly address: string | undefined
  readonly role: string
  readonly scopes: readonly string[]
  readonly commands: readonly string[] | undefined
  readonly fingerprint: readonly string[]
  readonly reason: ShownRequest['reason']
  readonly askedBy: ShownRequest['askedBy'] | undefined
  readonly granted: readonly SeenGrant[]
  readonly difference: readonly string[]
  /** Given back with the approval, where there is one. */
  readonly digest: string | undefined
  readonly createdAt: number
  readonly lastAskedAt: number | undefined
  readonly expiresAt: number | undefined
}

/** A token without the token. */
export type SeenToken = {
  readonly [Name in keyof TokenSummary]: Name extends 'role' ? string : TokenSummary[Name]
}

/** A device that is paired. */
export interface SeenDevice {
  readonly deviceId: string
  readonly publicKey: string
  readonly fingerprint: readonly string[]
  readonly label: string | undefined
  readonly description: SeenDescription
  readonly address: string | undefined
  readonly createdAt: number
  readonly approvedAt: number
  readonly lastSeenAt: number | undefined
  readonly grants: readonly SeenGrant[]
  readonly tokens: readonly SeenToken[]
}

/** Everything that waits and everything that is paired. */
export interface SeenLists extends Pick<DeviceLists, 'turnedAway'> {
  /** Oldest first. */
  readonly waiting: readonly SeenRequest[]
  /** Newest approval first. */
  readonly devices: readonly SeenDevice[]
  /** `undefined`, as whether anybody was turned away, where that is not told. */
  readonly maxWaiting: number | undefined
}

/** How a request ended. */
export interface SeenSettled extends Omit<SettledDeviceRequest, 'by' | 'at'> {
  readonly at: number
  readonly by: string | undefined
}

/** The id names no request that waits. */
export type SeenNotWaiting =
  | { readonly outcome: 'unknown' }
  | { readonly outcome: 'settled'; readonly settled: SeenSettled }

/** How an approval is narrowed, and what it is bound to. */
export interface SeenApproval {
  readonly digest?: string
  readonly scopes?: readonly string[]
  readonly label?: string
}

interface NotKnown {
  readonly outcome: 'not-known'
  readonly deviceId: string
}

interface Changed {
  readonly outcome: 'done'
  readonly changed: boolean
  readonly device: SeenDevice | undefined
}

/** A token that was replaced. */
export interface SeenRotated {
  readonly outcome: 'rotated'
  readonly device: SeenDevice
  /** Told to the terminal here, and to the device itself. */
  readonly token: Pick<FreshToken, 'token'> | undefined
  readonly rotatedAt: number
  readonly scopes: readonly string[]
}

/** The verbs about devices. Afar, the actor is who the connection is. */
export interface DeviceDoor {
  readonly list: (
    actor: Actor,
    how?: { readonly digests?: 'left-out' },
  ) => Promise<SeenLists | Denied>
  readonly find: (
    actor: Actor,
    requestId: string,
  ) => Promise<
    { readonly outcome: 'waiting'; readonly request: SeenRequest } | SeenNotWaiting | Denied
  >
  readonly approve: (
    actor: Actor,
    requestId: string,
    options?: SeenApproval,
  ) => Promise<
    | { readonly outcome: 'approved'; readonly requestId: string; readonly device: SeenDevice }
    | {
        readonly outcome: 'changed'
        readonly request: SeenRequest
        readonly difference: readonly string[]
      }
    | SeenNotWaiting
    | Denied
  >
  readonly reject: (
    actor: Actor,
    requestId: string,
  ) => Promise<{ readonly outcome: 'rejected' } | SeenNotWaiting | Denied>
  readonly remove: (actor: Actor, deviceId: string) => Promise<Changed | NotKnown | Denied>
  readonly rename: (
    actor: Actor,
    deviceId: string,
    label: string,
  ) => Promise<Changed | NotKnown | Denied>
  readonly rotate: (
    actor: Actor,
    device: DeviceRoleRef,
    options?: { readonly scopes?: readonly string[] },
  ) => Promise<SeenRotated | NotKnown | Denied>
  readonly revoke: (actor: Actor, device: DeviceRoleRef) => Promise<Changed | NotKnown | Denied>
}

/** A node that waits in the older pairing. */
export interface SeenNodeRequest extends Omit<LegacyNodeRequest, 'createdAt' | 'expiresAt'> {
  readonly createdAt: number
  readonly expiresAt: number | undefined
}

/** A node of the older pairing that was approved, with its token, this once. */
export interface SeenNodeApproved {
  readonly outcome: 'approved'
  readonly requestId: string
  readonly node: Omit<LegacyNode, 'createdAt' | 'approvedAt'> & {
    readonly createdAt: number
    readonly approvedAt: number
  }
  readonly token: string
}

/** The verbs about nodes of the older pairing. */
export interface LegacyDoor {
  readonly list: (
    actor: Actor,
  ) => Promise<{ readonly waiting: readonly SeenNodeRequest[] } | Denied>
  readonly approve: (
    actor: Actor,
    requestId: string,
  ) => Promise<SeenNodeApproved | { readonly outcome: 'unknown' } | Denied>
  readonly reject: (
    actor: Actor,
    requestId: string,
  ) => Promise<
    | { readonly outcome: 'rejected'; readonly requestId: string; readonly nodeId: string }
    | { readonly outcome: 'unknown' }
    | Denied
  >
}
