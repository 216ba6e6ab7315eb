import { isRecord, isText } from '@openclaw/pairing-channel-kit'
import type { AccountId, EpochMs, Inbound, InboundIgnored } from '@openclaw/pairing-contracts'
import { IMESSAGE } from '../definition.ts'
import { handleOf } from '../handle.ts'

/** The fields of a message of imsg that are read; anything may stand in them. */
export interface ImsgRow {
  readonly [field: string]: unknown
  readonly attachments?: unknown
  readonly chat_guid?: unknown
  readonly chat_id?: unknown
  readonly chat_identifier?: unknown
  readonly created_at?: unknown
  readonly cursor?: unknown
  readonly guid?: unknown
  readonly id?: unknown
  readonly is_from_me?: unknown
  readonly is_group?: unknown
  readonly participants?: unknown
  readonly poll?: unknown
  readonly sender?: unknown
  readonly sender_name?: unknown
  readonly text?: unknown
}

/** Fields that say nobody wrote this to us just now, and what it is; 0, false and nothing say nothing. */
const NOT_WRITTEN: readonly (readonly [field: string, why: string])[] = [
  ['is_reaction', 'a tapback'],
  ['reaction_type', 'a tapback'],
  ['reacted_to_guid', 'a tapback'],
  ['associated_message_type', 'a tapback'],
  ['item_type', 'a change in a chat'],
  ['date_edited', 'an edit'],
  ['date_retracted', 'a message that was taken back'],
]

const GUID = /^[\x21-\x7e]{1,200}$/
/** What stands in a text where an attachment is. */
const PLACE_OF_ATTACHMENT = /\uFFFC/g
const LONGEST_PLACE = 512

const ignore = (why: string): InboundIgnored => ({ kind: 'ignore', why })

/**
 * Decides what one message of imsg is: a direct message of a person, a group message, or nothing for us.
 * Pure; takes any JSON, and whatever it does not know is ignored.
 */
export function classifyImsg(row: unknown, account: AccountId): Inbound {
  if (!isRecord(row)) return ignore('not a message')
  const message: ImsgRow = row
  if (message.is_from_me !== false) return ignore('our own message')
  if (isGroup(message)) return groupMessage(message, account)
  const found = NOT_WRITTEN.find(([field]) => saysSo(message[field]))
  if (found) return ignore(found[1])
  const place = placeOf(message)
  if (place === undefined) return ignore('a message without a one-to-one chat')
  return directMessage(message, { account, place })
}

const saysSo = (value: unknown): boolean =>
  value !== undefined && value !== null && value !== 0 && value !== false && value !== ''

function isGroup({ is_group: group, participants, ...row }: ImsgRow): boolean {
  const { chat_guid: guid, chat_identifier: identifier } = row
  const hasMark = [guid, identifier].some((each) => isText(each) && each.includes(';+;'))
  const several = Array.isArray(participants) && participants.length > 1
  return saysSo(group) || hasMark || several
}

function groupMessage(message: ImsgRow, account: AccountId): Inbound {
  const { chat_guid: guid, chat_id: chatId } = message
  const groupId = isText(guid) ? guid : isRow(chatId) ? `chat_id:${String(chatId)}` : undefined
  if (groupId === undefined) return ignore('a group without an id')
  return { kind: 'group', channel: IMESSAGE, account, groupId, senderId: handleOf(message.sender) }
}

/** True for the number of a row. */
export const isRow = (value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) > 0

/** The chat that it came in: an answer goes there, from the same number and over the same service. */
function placeOf({
  chat_guid: guid,
  chat_id: chatId,
  is_group: group,
}: ImsgRow): string | undefined {
  if (isText(guid)) return guid.includes(';-;') && guid.length <= LONGEST_PLACE ? guid : undefined
  return group === false && isRow(chatId) ? `chat_id:${String(chatId)}` : undefined
}

function directMessage(
  message: ImsgRow,
  { account, place }: { readonly account: AccountId; readonly place: string },
): Inbound {
  const { sender, guid, created_at: createdAt } = message
  const senderId = handleOf(sender)
  if (senderId === undefined) return ignore('a short code, or a sender that is no person')
  if (typeof guid !== 'string' || !GUID.test(guid)) return ignore('a message without an id')
  const sentAt = isText(createdAt) ? Date.parse(createdAt) : Number.NaN
  if (!(Number.isSafeInteger(sentAt) && sentAt > 0)) return ignore('a message without a time')
  const text = textOf(message)
  if (text === undefined) return ignore('a message in which nothing was written')
  return {
    kind: 'dm',
    channel: IMESSAGE,
    account,
    senderId,
    aliases: [],
    replyTo: place,
    // The sender's own device draws the id.
    messageKey: `${senderId}:${guid}`,
    sentAt: sentAt as EpochMs,
    meta: metaOf(message, place),
    text,
  }
}

/** Text, else nothing but attachments or a new poll; `undefined`: nobody wrote anything. */
function textOf({ text, attachments, poll }: ImsgRow): string | undefined {
  if (poll !== undefined && poll !== null)
    return isRecord(poll) && poll['kind'] === 'created' ? questionOf(poll, text) : undefined
  const whole = typeof text === 'string' ? text : ''
  const written = whole.replace(PLACE_OF_ATTACHMENT, '').trim()
  if (written !== '') return written
  const hasMedia =
    whole.includes('\uFFFC') || (Array.isArray(attachments) && attachments.length > 0)
  return hasMedia ? '' : undefined
}

function questionOf(poll: Readonly<Record<string, unknown>>, text: unknown): string {
  const [found = ''] = [text, poll['question']].filter(isText)
  return found
}

/** The name is what the owner's address book has; the service tells whether an answer may cost something. */
function metaOf({ sender_name: name }: ImsgRow, place: string): Record<string, string> {
  const [service = ''] = place.split(';')
  return {
    ...(isText(name) && { name }),
    ...(/^(?:iMessage|SMS|RCS)$/.test(service) && { service }),
  }
}
