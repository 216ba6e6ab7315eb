import type {
  AccountId,
  ChannelAddress,
  ChannelName,
  EpochMs,
  SenderId,
} from '@openclaw/pairing-contracts'
import type { Denied } from './types.ts'

/** A person on a channel: the same one on each of its accounts. */
export interface OwnerName {
  readonly channel: ChannelName
  readonly senderId: SenderId
}

/** A person as an event shows them. */
export interface SeenOwner extends OwnerName {
  /** Other ids of theirs that the same event proves; none unless given. */
  readonly aliases?: readonly SenderId[]
}

/** Somebody who decides. An owner is an owner of the assistant, on every account of the channel. */
export interface Owner extends OwnerName {
  /** `config` where the configuration names them, whatever the store says besides. */
  readonly via: 'store' | 'config'
  /** When the store was told; `undefined` for one of the configuration alone. */
  readonly since: EpochMs | undefined
  /** Who told it, in words; `undefined` for one of the configuration alone. */
  readonly by: string | undefined
  /** What they said of themselves when they asked, where they did. Untrusted, made printable. */
  readonly meta: Readonly<Record<string, string>>
  /** Accounts of the channel where they are blocked. One that is blocked anywhere decides nowhere. */
  readonly blockedOn: readonly AccountId[]
}

/** `changed: false`: they were an owner already. */
export type AddOwnerOutcome =
  | {
      readonly outcome: 'done'
      readonly changed: boolean
      readonly owner: Owner
      /** Accounts where a request of theirs waited, which is approved with it. */
      readonly approvedOn: readonly AccountId[]
    }
  /** A block outranks everything: it ends first, by whoever wants that. */
  | { readonly outcome: 'sender-blocked'; readonly blockedOn: readonly ChannelAddress[] }
  | Denied

/** `changed: false`: they were no owner, and then there is none here. */
export type RemoveOwnerOutcome =
  | {
      readonly outcome: 'done'
      readonly changed: boolean
      /** Who they were. */
      readonly owner: Owner | undefined
    }
  /** They stay an owner until the configuration names them no more. */
  | { readonly outcome: 'in-configuration'; readonly where: string }
  | Denied
