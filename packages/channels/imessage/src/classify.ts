import { isText } from '@openclaw/pairing-channel-kit'
import type { AccountId, EpochMs, Inbound, InboundIgnored } from '@openclaw/pairing-contracts'
import { IMESSAGE } from './definition.ts'
import { handleOf } from './handle.ts'
import { isRecord, isTime, type UnknownRecord } from './json.ts'

/** The styles of a chat in Apple's data: with one person, and with several. */
const ONE_TO_ONE = 45
const GROUP = 43

/** Fields that say nobody wrote this to us just now, and what it is; 0, false and nothing say nothing. */
const NOT_WRITTEN: readonly (readonly [field: string, why: string])[] = [
  ['associatedMessageGuid', 'a tapback'],
  ['associatedMessageType', 'a tapback'],
  ['tempGuid', 'the echo of what we sent'],
  ['itemType', 'a change in a chat'],
  ['groupActionType', 'a change in a chat'],
  ['isSystemMessage', 'a message of the system'],
  ['isServiceMessage', 'a message of the system'],
  ['isAutoReply', 'an automatic answer'],
  ['isSpam', 'marked as spam'],
  ['dateEdited', 'an edit'],
  ['dateRetracted', 'a message that was taken back'],
]

const GUID = /^[\x21-\x7e]{1,200}$/
/** What stands in a text where an attachment is. */
const PLACE_OF_ATTACHMENT = /\uFFFC/g

const ignore = (why: string): InboundIgnored => ({ kind: 'ignore', why })

/**
 * Decides what one event of a BlueBubbles server is: a direct message of a person, a group message, or nothing for us.
 * Pure; takes any JSON, and whatever it does not know is ignored.
 */
export function classifyBlueBubbles(event: unknown, account: AccountId): Inbound {
  if (!isRecord(event)) return ignore('not an event')
  if (event.type === 'updated-message') return ignore('an edit or a receipt')
  if (event.type !== 'new-message') return ignore('an event of another kind')
  const { data } = event
  if (!isRecord(data)) return ignore('an event without a message')
  if (data.isFromMe !== false) return ignore('our own message')
  const chats = Array.isArray(data.chats) ? data.chats.filter(isRecord) : []
  const group = chats.find(isGroup)
  if (group !== undefined) return groupMessage(data, { group, account })
  const found = NOT_WRITTEN.find(([field]) => saysSo(data[field]))
  if (found) return ignore(found[1])
  const [chat] = chats
  if (chat === undefined || !isOneToOne(chat)) return ignore('a message without a one-to-one chat')
  return directMessage(data, { replyTo: chat.guid, account })
}

const saysSo = (value: unknown): boolean =>
  value !== undefined && value !== null && value !== 0 && value !== false && value !== ''

function isGroup({ style, guid }: UnknownRecord): boolean {
  return style === GROUP || (isText(guid) && guid.includes(';+;'))
}

function isOneToOne(chat: UnknownRecord): chat is UnknownRecord & { readonly guid: string } {
  const { style = ONE_TO_ONE, guid } = chat
  return style === ONE_TO_ONE && isText(guid) && guid.includes(';-;') && guid.length <= 512
}

interface Found {
  readonly account: AccountId
}

function groupMessage(
  data: UnknownRecord,
  { group, account }: Found & { readonly group: UnknownRecord },
): Inbound {
  if (!isText(group.guid)) return ignore('a group without an id')
  const senderId = handleOf(addressOf(data))
  return { kind: 'group', channel: IMESSAGE, account, groupId: group.guid, senderId }
}

function addressOf({ handle }: UnknownRecord): unknown {
  return isRecord(handle) ? handle.address : undefined
}

function directMessage(
  data: UnknownRecord,
  { replyTo, account }: Found & { readonly replyTo: string },
): Inbound {
  const senderId = handleOf(addressOf(data))
  if (senderId === undefined) return ignore('a short code, or a sender that is no person')
  const { guid, dateCreated } = data
  if (typeof guid !== 'string' || !GUID.test(guid)) return ignore('a message without an id')
  if (!isTime(dateCreated)) return ignore('a message without a time')
  const text = textOf(data)
  if (text === undefined) return ignore('a message in which nothing was written')
  return {
    kind: 'dm',
    channel: IMESSAGE,
    account,
    senderId,
    aliases: [],
    replyTo,
    // The sender's own device draws the id.
    messageKey: `${senderId}:${guid}`,
    sentAt: dateCreated as EpochMs,
    meta: metaOf(data),
    text,
    ...(data.isForward === true && { passedOn: true as const }),
  }
}

/** Text, else its subject, else nothing but attachments; `undefined`: nobody wrote anything. */
function textOf({ text, subject, attachments }: UnknownRecord): string | undefined {
  const written = [text, subject]
    .map((each) => (typeof each === 'string' ? each.replace(PLACE_OF_ATTACHMENT, '').trim() : ''))
    .find((each) => each !== '')
  if (written !== undefined) return written
  return Array.isArray(attachments) && attachments.length > 0 ? '' : undefined
}

/** The service tells the owner whether an answer may cost something. */
function metaOf({ handle }: UnknownRecord): Record<string, string> {
  const { service } = isRecord(handle) ? handle : {}
  return isText(service) ? { service } : {}
}
