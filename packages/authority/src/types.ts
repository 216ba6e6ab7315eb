import type { Actor } from '@openclaw/pairing-contracts'

/** Everything that pairing can be asked to do. Devices join in their own chapter. */
export type Action =
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
  | 'audit.read'
  | 'doctor.read'
  | 'doctor.fix'

/** The sender that an action is about; without `senderId` the whole account, or a request whose sender is not known yet. */
export interface Subject {
  readonly channel: string
  readonly account: string
  readonly senderId?: string
}

/** One question. */
export interface Ask {
  readonly actor: Actor
  readonly action: Action
  /** Absent for actions about no single account. */
  readonly subject?: Subject
  /** True when the actor gives back the digest of what they were shown, or names a code or id by themselves at the local CLI. */
  readonly shown?: boolean
}

/**
 * Why an action is refused.
 *
 * - `ERR_AUTHORITY_NOT_OWNER`: only an owner may do this; the actor is none
 * - `ERR_AUTHORITY_SCOPE_MISSING`: the device has not the scope
 * - `ERR_AUTHORITY_SELF`: an owner may not decide about themselves in chat
 * - `ERR_AUTHORITY_NOT_SELF`: a request is made by the one who wants in, for nobody else
 * - `ERR_AUTHORITY_NOT_SHOWN`: an approval away from the local CLI must give back what was shown
 * - `ERR_AUTHORITY_LOCAL_ONLY`: only whoever holds the state directory may do this
 */
export type AuthorityCode =
  | 'ERR_AUTHORITY_NOT_OWNER'
  | 'ERR_AUTHORITY_SCOPE_MISSING'
  | 'ERR_AUTHORITY_SELF'
  | 'ERR_AUTHORITY_NOT_SELF'
  | 'ERR_AUTHORITY_NOT_SHOWN'
  | 'ERR_AUTHORITY_LOCAL_ONLY'

/** A no: a stable code, the reason and the way out, one sentence each, without secrets. */
export interface Refusal {
  readonly allowed: false
  readonly code: AuthorityCode
  readonly why: string
  readonly fix: string
}

/** The answer. */
export type Verdict = { readonly allowed: true } | Refusal
