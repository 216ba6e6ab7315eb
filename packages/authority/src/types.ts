import type { Actor } from '@openclaw/pairing-contracts'

/** Everything that pairing can be asked to do: about people, about owners, about devices, about setup codes, about nodes of the old store, and about itself. */
export type Action =
  | DmAction
  | OwnerAction
  | DeviceAction
  | SetupAction
  | NodeAction
  | 'audit.read'
  | 'doctor.read'
  | 'doctor.fix'

/** About people. */
export type DmAction =
  | 'dm.request'
  | 'dm.list'
  | 'dm.approve'
  | 'dm.reject'
  | 'dm.allowed'
  | 'dm.allow'
  | 'dm.revoke'
  | 'dm.block'
  | 'dm.unblock'
  | 'dm.why'

/** About who is an owner. */
export type OwnerAction = 'owner.list' | 'owner.add' | 'owner.remove'

/**
 * About devices. `device.token.self`: a device rotates or revokes its own token. `device.approve.local`: the owner's
 * standing order for nodes of the same machine.
 */
export type DeviceAction =
  | 'device.request'
  | 'device.list'
  | 'device.approve'
  | 'device.approve.local'
  | 'device.reject'
  | 'device.remove'
  | 'device.rename'
  | 'device.rotate'
  | 'device.revoke'
  | 'device.token.self'

/** About setup codes, with which a node may ask to be paired. */
export type SetupAction = 'setup.create' | 'setup.list' | 'setup.withdraw'

/** About the old store of nodes, which lets nobody in. */
export type NodeAction =
  | 'node.request'
  | 'node.list'
  | 'node.approve'
  | 'node.reject'
  | 'node.verify'
  | 'node.rename'

/** The sender that an action is about; without `senderId` the whole account, or a request whose sender is not known yet. */
export interface Subject {
  readonly channel: string
  readonly account: string
  readonly senderId?: string
}

/** The device that an action is about; without `role`, `scopes` and `commands` the whole device. */
export interface DeviceSubject {
  readonly deviceId: string
  readonly role?: string
  /** The scopes that it would have afterwards. */
  readonly scopes?: readonly string[]
  /** The commands that it would have afterwards. */
  readonly commands?: readonly string[]
}

/** One question. */
export interface Ask {
  readonly actor: Actor
  readonly action: Action
  /** Absent for actions about no single account. */
  readonly subject?: Subject
  /** Absent for actions about no single device. */
  readonly device?: DeviceSubject
  /** True when the actor gives back the digest of what they were shown, or names a code or id by themselves at the local CLI. */
  readonly shown?: boolean
  /** False where the actor was an owner and is one no more: looked up in the same transaction as what is decided. */
  readonly isStillOwner?: boolean
}

/**
 * Why an action is refused.
 *
 * - `ERR_AUTHORITY_NOT_OWNER`: only an owner may do this; the actor is none
 * - `ERR_AUTHORITY_SCOPE_MISSING`: the device has not the scope
 * - `ERR_AUTHORITY_SELF`: an owner may not decide about themselves in chat, nor a device widen what it has
 * - `ERR_AUTHORITY_NOT_SELF`: a request is made by the one who wants in, for nobody else; a token is changed by its device
 * - `ERR_AUTHORITY_NOT_SHOWN`: an approval away from the local CLI must give back what was shown
 * - `ERR_AUTHORITY_LOCAL_ONLY`: only whoever holds the state directory may do this
 * - `ERR_DEVICE_GRANT_TOO_WIDE`: nobody gives or takes from a device more than they have themselves, or gives more than it asked for
 */
export type AuthorityCode =
  | 'ERR_AUTHORITY_NOT_OWNER'
  | 'ERR_AUTHORITY_SCOPE_MISSING'
  | 'ERR_AUTHORITY_SELF'
  | 'ERR_AUTHORITY_NOT_SELF'
  | 'ERR_AUTHORITY_NOT_SHOWN'
  | 'ERR_AUTHORITY_LOCAL_ONLY'
  | 'ERR_DEVICE_GRANT_TOO_WIDE'

/** A no: a stable code, the reason and the way out, one sentence each, without secrets. */
export interface Refusal {
  readonly allowed: false
  readonly code: AuthorityCode
  readonly why: string
  readonly fix: string
}

/** The answer. */
export type Verdict = { readonly allowed: true } | Refusal
