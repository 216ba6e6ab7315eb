import type {
  AccountId,
  ChannelName,
  EpochMs,
  InboundDm,
  SenderId,
} from '@openclaw/pairing-contracts'

/** Where the story plays. */
export const PLACE = { channel: 'telegram' as ChannelName, account: 'default' as AccountId }

/** The stranger of the story. */
export const ADA = '100001' as SenderId

/** A message of hers, as the Telegram adapter makes one. */
export function messageOf(text: string, order: number, now: number): InboundDm {
  return {
    ...PLACE,
    kind: 'dm',
    senderId: ADA,
    aliases: [],
    replyTo: ADA,
    messageKey: `demo-${String(order)}`,
    sentAt: now as EpochMs,
    meta: { firstName: 'Ada', lastName: 'Lovelace', username: 'ada' },
    text,
  }
}
