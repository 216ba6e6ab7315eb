import type { ShownRequest } from '@openclaw/device-pairing'
import type { WaitingRequest } from '@openclaw/dm-pairing'
import type { ChannelAddress, ChannelName, EpochMs, SenderId } from '@openclaw/pairing-contracts'

/** An owner: a person on a channel, whichever account they write to. */
export interface OwnerRef {
  readonly channel: ChannelName
  readonly senderId: SenderId
}

/** Somebody who waits for an owner's decision. */
export type Waiting =
  | { readonly about: 'person'; readonly request: WaitingRequest }
  | {
      readonly about: 'device'
      readonly request: ShownRequest
      /** Who made the setup code that it came with; they are told first. */
      readonly maker: OwnerRef | undefined
    }

/** Where an owner wrote last. */
export interface OwnerPlace extends ChannelAddress {
  /** In the channel's own terms. */
  readonly replyTo: string
  /** When that was written down: the first time they wrote there, or after a message to them had failed. */
  readonly at: EpochMs
}

/**
 * How far a message to an owner has come.
 *
 * - `due`: to be sent, or to be tried again
 * - `sending`: claimed by a process
 * - `sent`: the platform took it
 * - `failed`: it was not delivered, and is not tried again
 * - `unknown`: nobody knows whether it arrived; not repeated unless the platform drops a second one
 * - `unsupported`: there is no way to write to this owner
 * - `over`: the request was decided or had ended before it was sent
 */
export type NoticeStateName =
  | 'due'
  | 'sending'
  | 'sent'
  | 'failed'
  | 'unknown'
  | 'unsupported'
  | 'over'

/** What became of telling one owner about one request. */
export interface OwnerNotice extends OwnerRef {
  readonly requestId: string
  readonly about: Waiting['about']
  readonly state: NoticeStateName
  /** When it came to this state; of one that was never claimed, when the request was made. */
  readonly at: EpochMs
  /** How often it was handed to the channel, or claimed to be. */
  readonly tries: number
  /** True when one line told of several requests. */
  readonly folded: boolean
  /** The account it went through; `undefined` before the first claim. */
  readonly account: ChannelAddress['account'] | undefined
  /** Why it failed or is not known; printable. */
  readonly reason: string | undefined
  /** True while the request waits. */
  readonly waiting: boolean
}
