import type {
  AccountId,
  EpochMs,
  Inbound,
  InboundIgnored,
  SenderId,
} from '@openclaw/pairing-contracts'
import { WHATSAPP } from '../definition.ts'
import { isLid, isPhone, jidSender } from '../ids.ts'
import { contentOf } from './content.ts'
import { isWebRecord, type WebRecord, wholeNumber } from './fields.ts'
import { CAUGHT_UP_MS } from './limits.ts'
import { isOwnSend } from './own-sends.ts'

/** One message of a `messages.upsert`, and what the library knows of its sender. */
export interface WebEvent {
  /** `notify`: live; `append`: caught up. */
  readonly type: unknown
  readonly message: unknown
  /** The JID with the sender's number, where the library has learned it for their hidden id; absent where it has not. */
  readonly phoneJid?: unknown
}

/** Whose account it is. */
export interface WebSelf {
  /** The number, and the hidden id. */
  readonly ids: readonly SenderId[]
}

/** Chats that are no person, by the end of their JID. */
const NO_PERSON: readonly (readonly [end: string, why: string])[] = [
  ['@broadcast', 'a status or a broadcast list'],
  ['@newsletter', 'a channel'],
  ['@bot', 'Meta AI or another bot'],
]

/** Numbers of Meta's own assistants. */
const BOT = /^(?:1313555\d{4}|131655500\d{2})(?:[:_]\d+)*@/
const MESSAGE_ID = /^[!-~]{1,128}$/

const ignore = (why: string): InboundIgnored => ({ kind: 'ignore', why })

/**
 * Decides what one message of the multi-device protocol is, as the library gives it: a direct message of a person, a
 * message in a group, or nothing for us. Pure; takes any value, and whatever it does not know is ignored.
 *
 * @param self - whose account it is, where what they write to themself is a message as well
 */
export function classifyWeb(event: unknown, account: AccountId, self?: WebSelf): Inbound {
  if (!isWebRecord(event) || !isWebRecord(event.message)) return ignore('not a message')
  const { type, message } = event
  if (type !== 'notify' && type !== 'append') return ignore('an event of another kind')
  const { key } = message
  if (!isWebRecord(key) || typeof key.remoteJid !== 'string') return ignore('a message of no chat')
  const { remoteJid } = key
  const isOwn = key.fromMe === true
  if (isOwn && !isToSelf({ self, remoteJid, id: key.id })) return ignore('our own message')
  const other = NO_PERSON.find(([end]) => remoteJid.endsWith(end))
  if (other || BOT.test(remoteJid)) return ignore(other?.[1] ?? 'Meta AI or another bot')
  const writer = isOwn ? self : undefined
  const parts = { event, message, key, remoteJid, account, writer }
  return remoteJid.endsWith('@g.us') ? groupMessage(parts) : directMessage(parts)
}

interface MessageParts {
  readonly event: WebRecord
  readonly message: WebRecord
  readonly key: WebRecord
  readonly remoteJid: string
  readonly account: AccountId
  /** Who wrote it to themself. */
  readonly writer: WebSelf | undefined
}

/** In the chat of the account's owner with themself, and not an answer of ours. */
function isToSelf({
  self,
  remoteJid,
  id,
}: {
  readonly self: WebSelf | undefined
  readonly remoteJid: string
  readonly id: unknown
}): boolean {
  const other = jidSender(remoteJid)
  return other !== undefined && self?.ids.includes(other) === true && !isOwnSend(id)
}

function groupMessage({ key, remoteJid, account }: MessageParts): Inbound {
  const [senderId] = sendersOf([key.participant, key.participantAlt])
  return { kind: 'group', channel: WHATSAPP, account, groupId: remoteJid, senderId }
}

function directMessage(parts: MessageParts): Inbound {
  const { event, message, key, remoteJid, account, writer } = parts
  if (jidSender(remoteJid) === undefined) return ignore('a chat with nobody')
  const why = whyNotWritten(message)
  if (why !== undefined) return ignore(why)
  const content = isWebRecord(message.message) ? contentOf(message.message) : { why: UNREAD }
  if ('why' in content) return ignore(content.why)
  const named = sendersOf([remoteJid, key.remoteJidAlt, event.phoneJid])
  const [senderId, ...aliases] = writer?.ids ?? named
  if (senderId === undefined) return ignore('a message without an author')
  const { id } = key
  if (typeof id !== 'string' || !MESSAGE_ID.test(id)) return ignore('a message without an id')
  const seconds = wholeNumber(message.messageTimestamp)
  const sentAt = seconds === undefined ? undefined : seconds * 1_000
  if (sentAt === undefined || !Number.isSafeInteger(sentAt))
    return ignore('a message without a time')
  return {
    kind: 'dm',
    channel: WHATSAPP,
    account,
    senderId,
    aliases,
    replyTo: remoteJid,
    // The sender's phone chooses the id, so it means something only within their chat.
    messageKey: `${senderId}:${id}`,
    sentAt: sentAt as EpochMs,
    ...(event.type === 'append' && { heldMs: CAUGHT_UP_MS }),
    meta: namesOf(message),
    text: content.text,
    ...(content.isPassedOn && { passedOn: true as const }),
  }
}

const UNREAD = 'a message that could not be read; it comes again when it can'
/** `CIPHERTEXT` among the kinds of stub. */
const CIPHERTEXT = 2

function whyNotWritten({ category, messageStubType: stub }: WebRecord): string | undefined {
  if (category === 'peer') return 'from another device of this account'
  if (stub === CIPHERTEXT || stub === 'CIPHERTEXT') return UNREAD
  return stub === undefined || stub === null || stub === 0 ? undefined : 'a notice of the platform'
}

/**
 * The number, and the hidden id; one event names one person, so each is an alias of the other. Where two numbers are
 * named, the nearest to the message counts.
 */
function sendersOf(jids: readonly unknown[]): readonly SenderId[] {
  const ids = jids.map(jidSender)
  return [ids.find(isPhone), ids.find(isLid)].filter((id) => id !== undefined)
}

function namesOf({ pushName: name }: WebRecord): Record<string, string> {
  return typeof name === 'string' && name !== '' ? { name } : {}
}
