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

/** The sender that an action is about. */
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

/** The answer. A refusal has a stable code, the reason and the way out. */
export type Verdict =
  | { readonly allowed: true }
  | {
      readonly allowed: false
      readonly code:
        | 'ERR_AUTHORITY_NOT_OWNER'
        | 'ERR_AUTHORITY_SCOPE_MISSING'
        | 'ERR_AUTHORITY_SELF'
        | 'ERR_AUTHORITY_NOT_SHOWN'
        | 'ERR_AUTHORITY_LOCAL_ONLY'
      readonly why: string
      readonly fix: string
    }
