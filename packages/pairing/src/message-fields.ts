import type { InboundDm } from '@openclaw/pairing-contracts'

/** What a log line tells of a message. */
export type MessageFields = Record<string, string | number | boolean>

/** Which message a log line is about; never its text. */
export const fieldsOf = (inbound: InboundDm): MessageFields => ({
  channel: inbound.channel,
  account: inbound.account,
  sender: inbound.senderId,
  message: inbound.messageKey,
})

/** Why something failed, for the log. */
export const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message : 'unknown'
