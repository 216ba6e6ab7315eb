import type {
  AccountId,
  Classify,
  EpochMs,
  Inbound,
  InboundDm,
  SenderId,
} from '@openclaw/pairing-contracts'
import * as z from 'zod'
import { isWebchatId, webchatDefinition } from './definition.ts'
import { MAX_TEXT } from './limits.ts'

/** One message as the web chat's own server makes it, after the visitor was identified. */
export interface WebchatEvent {
  readonly kind: 'message'
  readonly visitor: SenderId
  /** Drawn by the page, the same for each try of one message. */
  readonly id: string
  readonly text: string
  readonly at: EpochMs
  readonly meta: Readonly<Record<string, string>>
}

const event = z.strictObject({
  kind: z.literal('message'),
  visitor: z.custom<SenderId>(isWebchatId),
  id: z.string().regex(/^[A-Za-z0-9_-]{8,64}$/),
  text: z.string().max(MAX_TEXT).regex(/\S/),
  at: z.custom<EpochMs>((value) => Number.isSafeInteger(value)),
  meta: z.record(z.string(), z.string().max(64)),
})

/** Every well-formed message of the web chat is a direct one; anything else is ignored. */
export const classifyWebchat: Classify<unknown> = (raw: unknown, account: AccountId): Inbound => {
  const result = event.safeParse(raw)
  if (!result.success) return { kind: 'ignore', why: 'not a message of the web chat' }
  return direct(result.data, account)
}

function direct(message: WebchatEvent, account: AccountId): InboundDm {
  return {
    kind: 'dm',
    channel: webchatDefinition.name,
    account,
    senderId: message.visitor,
    aliases: [],
    replyTo: message.visitor,
    // The id is the visitor's own choice: without the visitor in it, one could use up the key of another.
    messageKey: `${message.visitor}:${message.id}`,
    sentAt: message.at,
    meta: message.meta,
    text: message.text,
  }
}
