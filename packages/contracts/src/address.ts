import type { Brand } from './brand.ts'

/** The name of a channel, such as `telegram`: `[a-z][a-z0-9]{0,31}`, no hyphen, so that a file name splits one way. */
export type ChannelName = Brand<string, 'ChannelName'>

/** An account of a channel: `[a-z0-9][a-z0-9_-]{0,63}`; `default` where the operator named none. */
export type AccountId = Brand<string, 'AccountId'>

/** A sender in the one spelling that its channel compares by; 1–256 printable characters, never `*`. */
export type SenderId = Brand<string, 'SenderId'>

/** One account of one channel. There is no optional account below the surface where a person types. */
export interface ChannelAddress {
  readonly channel: ChannelName
  readonly account: AccountId
}

/** One sender on one account of one channel. */
export interface SenderAddress extends ChannelAddress {
  readonly senderId: SenderId
}
