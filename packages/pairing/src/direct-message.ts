import type {
  AccountId,
  ChannelName,
  EpochMs,
  InboundDm,
  SenderId,
} from '@openclaw/pairing-contracts'

/** A direct message in plain values, as a bot's library hands it over. */
export interface PlainMessage {
  /** `telegram`, `whatsapp`, … */
  readonly channel: string
  /** The bot's account on the channel; `default` unless there are several. */
  readonly account?: string
  /** The sender's stable id on the channel, never a name that they can change. */
  readonly senderId: string
  /** Other ids that this very event proves to be the same person's. */
  readonly aliases?: readonly string[]
  /** Where an answer goes; the sender's id unless given. */
  readonly replyTo?: string
  /** The platform's id of the message, by which a second delivery is known. */
  readonly messageKey: string
  /** When it was sent, in ms since 1970. */
  readonly sentAt: number
  readonly text: string
  /** What the platform says of the sender (`username`, `firstName` …); shown to the owner. */
  readonly meta?: Readonly<Record<string, string>>
}

/** What {@link Pairing.gate} takes. The gate itself refuses channels, accounts and ids that cannot be. */
export function directMessage(message: PlainMessage): InboundDm {
  const { channel, account = 'default', senderId, aliases = [], replyTo = senderId } = message
  return {
    kind: 'dm',
    channel: channel as ChannelName,
    account: account as AccountId,
    senderId: senderId as SenderId,
    aliases: aliases as readonly SenderId[],
    replyTo,
    messageKey: message.messageKey,
    sentAt: message.sentAt as EpochMs,
    text: message.text,
    meta: message.meta ?? {},
  }
}
