import type {
  AccountId,
  EpochMs,
  Inbound,
  InboundIgnored,
  SenderId,
} from '@openclaw/pairing-contracts'
import { TELEGRAM } from './definition.ts'
import { isId, isRecord, type UnknownRecord } from './json.ts'

/** What a person can put into a message besides text; a message with none of it is a service message. */
const CONTENT = [
  ...['rich_message', 'animation', 'audio', 'document', 'live_photo', 'paid_media', 'photo'],
  ...['sticker', 'story', 'video', 'video_note', 'voice', 'contact', 'dice', 'game', 'poll'],
  ...['venue', 'location', 'checklist'],
]

/** Fields that say a message is not one person writing to this bot, and what it is. */
const NOT_A_PERSON: readonly (readonly [field: string, why: string])[] = [
  ['sender_chat', 'written in the name of a chat'],
  ['business_connection_id', 'written to a business account, not to the bot'],
  ['sender_business_bot', 'written to a business account, not to the bot'],
  ['guest_query_id', 'a guest message in a chat that is not ours'],
  ['guest_bot_caller_user', 'a guest message in a chat that is not ours'],
  ['guest_bot_caller_chat', 'a guest message in a chat that is not ours'],
  ['direct_messages_topic', 'written to a channel'],
  ['ephemeral_message_id', 'a message that is not kept'],
  ['is_automatic_forward', 'forwarded by Telegram itself'],
  ['edit_date', 'an edit'],
]

/** Other kinds of update, in words. */
const OTHER_UPDATES: Readonly<Record<string, string>> = {
  edited_message: 'an edit',
  channel_post: 'a channel post',
  edited_channel_post: 'an edit of a channel post',
  business_message: 'written to a business account, not to the bot',
  edited_business_message: 'an edit in a business account',
  guest_message: 'a guest message in a chat that is not ours',
  my_chat_member: 'a change of membership',
}

/** Fields that say a text is not the writer's own. */
const PASSED_ON = ['forward_origin', 'forward_from', 'forward_date', 'via_bot']

const COMMAND = /^\/(\w{1,32})(?:@(\w{1,64}))?(?=\s|$)/

const ignore = (why: string): InboundIgnored => ({ kind: 'ignore', why })

/**
 * Decides what one Bot API update is: a direct message of a person, a group message, or nothing for us.
 * Pure; takes any JSON, and whatever it does not know is ignored.
 *
 * @param username - the bot's own; without it a command in a group is taken for ours only where it names no bot
 */
export function classifyTelegram(update: unknown, account: AccountId, username?: string): Inbound {
  if (!isRecord(update)) return ignore('not an update')
  const { message } = update
  if (!isRecord(message)) return ignore(whyNoMessage(update))
  const { chat } = message
  if (!isRecord(chat)) return ignore('a message without a chat')
  const found = NOT_A_PERSON.find(([field]) => message[field] !== undefined)
  if (found) return ignore(found[1])
  const { type, is_direct_messages: toChannel } = chat
  if (toChannel !== undefined && toChannel !== false) return ignore('written to a channel')
  if (type === 'private') return directMessage({ message, chat, account })
  if (type === 'group' || type === 'supergroup')
    return groupMessage({ message, chat, account }, username)
  return ignore(type === 'channel' ? 'a channel post' : 'a chat of an unknown kind')
}

interface MessageParts {
  readonly message: UnknownRecord
  readonly chat: UnknownRecord
  readonly account: AccountId
}

function whyNoMessage(update: UnknownRecord): string {
  const kind = Object.keys(update).find((key) => Object.hasOwn(OTHER_UPDATES, key))
  return (kind === undefined ? undefined : OTHER_UPDATES[kind]) ?? 'an update of another kind'
}

function groupMessage({ message, chat, account }: MessageParts, username?: string): Inbound {
  if (!Number.isSafeInteger(chat.id)) return ignore('a group without an id')
  const groupId = String(chat.id)
  const { from } = message
  const author = isRecord(from) && isId(from.id) ? (String(from.id) as SenderId) : undefined
  const name = isPassedOn(message) ? undefined : commandIn(message.text, username)
  const messageId = isId(message.message_id) ? String(message.message_id) : undefined
  return {
    kind: 'group',
    channel: TELEGRAM,
    account,
    groupId,
    senderId: author,
    ...(name !== undefined && author !== undefined && messageId !== undefined
      ? { command: { name, replyTo: groupId, messageKey: `${groupId}:${messageId}` } }
      : {}),
  }
}

const isPassedOn = (message: UnknownRecord): boolean =>
  PASSED_ON.some((field) => message[field] !== undefined)

/** The command at the beginning of a text, unless it names another bot. */
function commandIn(text: unknown, username: string | undefined): string | undefined {
  const [, name, bot] = (typeof text === 'string' ? COMMAND.exec(text) : undefined) ?? []
  const isOurs = bot === undefined || bot.toLowerCase() === username?.toLowerCase()
  return isOurs ? name?.toLowerCase() : undefined
}

function directMessage({ message, chat, account }: MessageParts): Inbound {
  const { from, date, message_id: messageId } = message
  if (!isRecord(from)) return ignore('a message without an author')
  if (from.is_bot !== undefined && from.is_bot !== false) return ignore('written by a bot')
  if (!isId(from.id) || from.id !== chat.id) return ignore('the author is not the one we talk to')
  if (!isId(messageId) || !isId(date)) return ignore('a message without an id or a date')
  if (date * 1000 > Number.MAX_SAFE_INTEGER) return ignore('a message without an id or a date')
  const text = textOf(message)
  if (text === undefined) return ignore('a service message')
  return {
    kind: 'dm',
    channel: TELEGRAM,
    account,
    senderId: String(from.id) as SenderId,
    aliases: [],
    replyTo: String(chat.id),
    messageKey: `${String(chat.id)}:${String(messageId)}`,
    sentAt: (date * 1000) as EpochMs,
    meta: namesOf(from),
    text,
    ...(isPassedOn(message) ? { passedOn: true } : {}),
  }
}

/** Text, else caption, else nothing but media; `undefined`: nobody wrote anything. */
function textOf(message: UnknownRecord): string | undefined {
  const { text, caption } = message
  if (typeof text === 'string' && text !== '') return text
  if (typeof caption === 'string' && caption !== '') return caption
  return CONTENT.some((field) => isPresent(message[field])) ? '' : undefined
}

const isPresent = (value: unknown): boolean => typeof value === 'object' && value !== null

function namesOf(from: UnknownRecord): Record<string, string> {
  const names = {
    username: from.username,
    firstName: from.first_name,
    lastName: from.last_name,
  }
  return Object.fromEntries(
    Object.entries(names).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1] !== '',
    ),
  )
}
