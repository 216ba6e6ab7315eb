import type {
  Actor,
  ChannelAddress,
  EpochMs,
  Gate,
  GatedMessage,
  SenderAddress,
  SenderId,
  SendOutcome,
} from '@openclaw/pairing-contracts'
import type {
  AddOwnerOutcome,
  Owner,
  OwnerName,
  RemoveOwnerOutcome,
  SeenOwner,
} from './owner-types.ts'

/** What became of telling the requester what was decided. */
export type NoticeState =
  | { readonly state: 'due' }
  | { readonly state: 'sending'; readonly since: EpochMs }
  | { readonly state: 'sent'; readonly at: EpochMs }
  | { readonly state: 'failed'; readonly at: EpochMs; readonly reason: string }
  | { readonly state: 'unknown'; readonly at: EpochMs; readonly reason: string }
  | { readonly state: 'unsupported'; readonly at: EpochMs; readonly reason: string }

/** A stranger waiting for the owner, as listed. */
export interface WaitingRequest extends SenderAddress {
  /** `req-` and 12 of `0-9a-z`; a hyphen and a lower-case prefix that no code has. */
  readonly requestId: string
  readonly code: string
  readonly createdAt: EpochMs
  readonly lastSeenAt: EpochMs
  readonly expiresAt: EpochMs
  /** Other ids of the same person, as the platform showed them with their messages; absent: none is known. */
  readonly aliases?: readonly SenderId[]
  /** Untrusted, made printable and cut to 64 characters. */
  readonly meta: Readonly<Record<string, string>>
}

/** A stranger waiting for the owner, as shown to be decided about. */
export interface PendingRequest extends WaitingRequest {
  /** Of everything that a person decides by; give it back with an approval. */
  readonly digest: string
}

/** What one account's list shows. */
export interface PendingList extends ChannelAddress {
  readonly requests: readonly WaitingRequest[]
  readonly maxPending: number
  /** How many different messages were turned away because enough wait already, since when and when last. */
  readonly turnedAway:
    | { readonly count: number; readonly since: EpochMs; readonly lastAt: EpochMs }
    | undefined
}

/** A sender who may write, or may not any more. */
export interface KnownSender extends SenderAddress {
  readonly state: 'allowed' | 'blocked' | 'revoked'
  readonly via: 'store' | 'config' | 'owner'
  readonly since: EpochMs | undefined
  readonly expiresAt: EpochMs | undefined
  /** Who decided, in words; `undefined` for entries of the configuration. */
  readonly by: string | undefined
  /** Other ids of the same person, for which all of this holds too; absent: none is known. */
  readonly aliases?: readonly SenderId[]
  readonly meta: Readonly<Record<string, string>>
  /** Of the latest approval. */
  readonly notice: NoticeState | undefined
}

/** Names the request: by what a person typed, a code or a request id. */
export interface RequestReference extends ChannelAddress {
  readonly typed: string
}

/** How an approval may be narrowed. */
export interface ApproveOptions {
  /** The digest of what the owner looked at; absent only when nothing was shown (an explicit code or id is the consent). */
  readonly digest?: string
  /** Ends by itself after this many ms. */
  readonly expiresInMs?: number
}

/** How a rejection is told. */
export interface RejectOptions {
  /** Whether the requester reads that they were not approved; `requester` unless given, on accounts that answer at all. */
  readonly tell?: 'requester' | 'nobody'
}

/** A request that is not pending any more. */
export interface SettledRequest extends SenderAddress {
  readonly requestId: string
  readonly outcome: 'approved' | 'rejected' | 'expired' | 'blocked' | 'superseded'
  readonly at: EpochMs
  readonly by: string
}

/** A reference that did not lead to a pending request; nothing changed (but a counted attempt). */
export type NotPending =
  | { readonly outcome: 'unknown'; readonly elsewhere: readonly ChannelAddress[] }
  | { readonly outcome: 'malformed'; readonly why: string }
  | { readonly outcome: 'settled'; readonly settled: SettledRequest }
  | { readonly outcome: 'slowed'; readonly retryAt: EpochMs }

/** The authority function said no. */
export interface Denied {
  readonly outcome: 'denied'
  readonly code: string
  readonly why: string
  readonly fix: string
}

export type ApproveOutcome =
  | { readonly outcome: 'approved'; readonly sender: KnownSender; readonly requestId: string }
  | {
      readonly outcome: 'changed'
      readonly request: PendingRequest
      readonly difference: readonly string[]
    }
  | { readonly outcome: 'sender-blocked'; readonly sender: KnownSender }
  | NotPending
  | Denied

export type RejectOutcome =
  | {
      readonly outcome: 'rejected'
      readonly request: SettledRequest
      /** `undefined` when nobody is to be told. */
      readonly notice: NoticeState | undefined
    }
  | NotPending
  | Denied

/** `changed: false`: it was so already. `note`: what the owner should know, such as where the configuration still admits them. */
export type SenderOutcome =
  | {
      readonly outcome: 'done'
      readonly changed: boolean
      readonly sender: KnownSender
      readonly note: string | undefined
    }
  | { readonly outcome: 'not-known'; readonly senderId: SenderId }
  | { readonly outcome: 'in-configuration'; readonly senderId: SenderId; readonly where: string }
  /** What the store granted has ended, and they are let in as an owner all the same. */
  | { readonly outcome: 'is-owner'; readonly senderId: SenderId }
  | Denied

/** Why a sender is or is not let in: the decision and every fact that led to it, most telling first. */
export interface Explanation extends SenderAddress {
  readonly decision: 'deliver' | 'challenge' | 'pending' | 'full' | 'ignored'
  readonly facts: readonly string[]
}

/** A notice that is due: a request was decided and its sender has not been told. */
export interface DueNotice extends SenderAddress {
  readonly noticeId: string
  readonly kind: 'approved' | 'rejected'
  readonly replyTo: string
  readonly text: string
}

/** The people's door: chapter 1. Every verb takes the actor first and passes the same authority function. */
export interface DmPairing {
  readonly gate: Gate
  /**
   * Lets the gate take a delivered message again: whoever got it could not handle it, and the channel will offer the
   * same message once more. Without it the second offer is `ignored: duplicate`.
   */
  readonly release: (message: GatedMessage) => void
  /**
   * Counts one message that whoever stands before the gate turned away, a limit per network address for instance, so
   * that the owner sees it beside those that found the list full. In memory; `housekeeping` writes it.
   */
  readonly turnedAway: (address: ChannelAddress) => void
  /** Pending requests, oldest first, for every account of `channel` that is configured or has records; all channels without one. */
  readonly list: (
    actor: Actor,
    filter?: Partial<ChannelAddress>,
  ) => Promise<readonly PendingList[] | Denied>
  /** The {@link PendingRequest.digest} of a listed request, for whoever shows a list and approves from it. */
  readonly digestOf: (request: WaitingRequest) => string
  /** The pending request that a code or id names, to show it before approving. */
  readonly find: (
    actor: Actor,
    reference: RequestReference,
  ) => Promise<
    { readonly outcome: 'pending'; readonly request: PendingRequest } | NotPending | Denied
  >
  readonly approve: (
    actor: Actor,
    reference: RequestReference,
    options?: ApproveOptions,
  ) => Promise<ApproveOutcome>
  readonly reject: (
    actor: Actor,
    reference: RequestReference,
    options?: RejectOptions,
  ) => Promise<RejectOutcome>
  /** Who may write: store and configuration; `state` narrows (`blocked`, `revoked`). */
  readonly allowed: (
    actor: Actor,
    filter?: Partial<ChannelAddress>,
    state?: KnownSender['state'],
  ) => Promise<readonly KnownSender[] | Denied>
  /** Lets a sender in by id, without a code; also confirms one who was revoked or changed outside. */
  readonly allow: (
    actor: Actor,
    sender: SenderAddress,
    options?: Pick<ApproveOptions, 'expiresInMs'>,
  ) => Promise<SenderOutcome>
  readonly revoke: (actor: Actor, sender: SenderAddress) => Promise<SenderOutcome>
  readonly block: (actor: Actor, sender: SenderAddress) => Promise<SenderOutcome>
  readonly unblock: (actor: Actor, sender: SenderAddress) => Promise<SenderOutcome>
  readonly why: (actor: Actor, sender: SenderAddress) => Promise<Explanation | Denied>

  /** Who decides: those of the store and those of the configuration. */
  readonly owners: (actor: Actor) => Promise<readonly Owner[] | Denied>
  /** Makes somebody an owner; for whoever holds the store alone. Nobody becomes one in any other way. */
  readonly addOwner: (actor: Actor, owner: OwnerName) => Promise<AddOwnerOutcome>
  /** Ends that. Who was approved besides may still write. */
  readonly removeOwner: (actor: Actor, owner: OwnerName) => Promise<RemoveOwnerOutcome>
  /**
   * True for whoever decides now, by the store or the configuration, under any id that the event shows; false for one
   * who is blocked on any account of the channel, under any id that is known. Throws when the store cannot vouch for its state.
   */
  readonly isOwner: (sender: SeenOwner) => boolean

  /** Notices that are due for an account, oldest first. */
  readonly dueNotices: (address: ChannelAddress) => Promise<readonly DueNotice[]>
  /** Claims one before it is sent; false when somebody else has. A claim of a process that died becomes `unknown`. */
  readonly claimNotice: (noticeId: string) => Promise<boolean>
  /** Records what became of it. */
  readonly settleNotice: (noticeId: string, outcome: SendOutcome) => Promise<void>
  /**
   * Writes what the gate only counted (turned away, last seen), expires what is over. Call it about once a second,
   * and with `closing` before the store is closed; cheap when there is nothing to do.
   */
  readonly housekeeping: (when?: 'due' | 'closing') => Promise<void>
}
