import type {
  AccountId,
  EpochMs,
  Inbound,
  InboundIgnored,
  SenderId,
} from '@openclaw/pairing-contracts'
import { WHATSAPP } from './definition.ts'
import { bsuidSender, phoneSender } from './ids.ts'
import { isRecord, isText, listOf, type UnknownRecord } from './json.ts'

/** What a person can send besides text, and whether words can stand below it. */
const MEDIA: ReadonlySet<string> = new Set([
  ...['image', 'video', 'audio', 'document', 'sticker', 'location', 'contacts'],
])

/** Other kinds of message, in words. */
const OTHER_TYPES: Readonly<Record<string, string>> = {
  reaction: 'a reaction',
  edit: 'an edit',
  revoke: 'a deletion',
  system: 'a notice of the platform',
  unsupported: 'a message that the Cloud API does not tell',
  unknown: 'a message that the Cloud API does not tell',
  button: 'a pressed button',
  interactive: 'a pressed button',
  order: 'an order',
  request_welcome: 'a look at the chat',
  ephemeral: 'a message that is not kept',
}

/** Other fields of the webhook, in words. */
const OTHER_FIELDS: Readonly<Record<string, string>> = {
  smb_message_echoes: 'our own message',
  message_echoes: 'our own message',
  history: 'history',
  smb_app_state_sync: 'history',
}

const WAMID = /^[\w.:=+/-]{1,512}$/
const SECONDS = /^\d{1,12}$/

const ignore = (why: string): InboundIgnored => ({ kind: 'ignore', why })

/**
 * Decides what one change of the Cloud API's webhook is, with one message in it: a direct message of a person, a message
 * in a group, or nothing for us. Pure; takes any JSON, and whatever it does not know is ignored.
 *
 * @param phoneNumberId - the account's own; without it every number's messages count
 */
export function classifyCloud(
  change: unknown,
  account: AccountId,
  phoneNumberId?: string,
): Inbound {
  if (!isRecord(change)) return ignore('not a change')
  const { field, value } = change
  if (field !== 'messages') return ignore(whyNoMessages(field))
  if (!isRecord(value) || value.messaging_product !== 'whatsapp')
    return ignore('a change without content')
  const { metadata } = value
  if (!isRecord(metadata) || !isText(metadata.phone_number_id))
    return ignore('a change of no number')
  if (phoneNumberId !== undefined && metadata.phone_number_id !== phoneNumberId)
    return ignore('written to another number')
  const [message, ...others] = listOf(value.messages)
  if (message === undefined)
    return ignore(listOf(value.statuses).length > 0 ? 'a receipt' : 'a change without a message')
  if (!isRecord(message) || others.length > 0) return ignore('not one message')
  return messageOf({ value, metadata, message, account })
}

function whyNoMessages(field: unknown): string {
  const known = typeof field === 'string' && Object.hasOwn(OTHER_FIELDS, field)
  return (known ? OTHER_FIELDS[field] : undefined) ?? 'a change of another kind'
}

interface MessageParts {
  readonly value: UnknownRecord
  readonly metadata: UnknownRecord
  readonly message: UnknownRecord
  readonly account: AccountId
}

function messageOf({ value, metadata, message, account }: MessageParts): Inbound {
  const contact = contactOf(value, message)
  const [senderId, ...aliases] = sendersOf(message, contact)
  if (isPresent(message.group_id)) return elsewhere(message, { account, senderId })
  const why = whyNotWritten(message)
  if (why !== undefined) return ignore(why)
  if (senderId === undefined) return ignore('a message without an author')
  if (isOurs(metadata, senderId)) return ignore('our own message')
  const { id, timestamp } = message
  if (!isText(id) || !WAMID.test(id)) return ignore('a message without an id')
  if (!isText(timestamp) || !SECONDS.test(timestamp)) return ignore('a message without a time')
  const text = textOf(message)
  if (text === undefined) return ignore('a message without content')
  return {
    kind: 'dm',
    channel: WHATSAPP,
    account,
    senderId,
    aliases,
    replyTo: senderId,
    messageKey: id,
    sentAt: (Number(timestamp) * 1_000) as EpochMs,
    meta: namesOf(contact),
    text,
    ...(isPassedOn(message) ? { passedOn: true } : {}),
  }
}

const isPresent = (value: unknown): boolean => value !== undefined && value !== null

/** What Meta says of the writer: the contact that has one of the message's own ids, and none that differs. */
function contactOf({ contacts }: UnknownRecord, message: UnknownRecord): UnknownRecord | undefined {
  const { from, from_user_id: userId } = message
  return listOf(contacts)
    .filter(isRecord)
    .find(({ wa_id: waId, user_id: theirs }) => {
      const isSame = (isText(from) && waId === from) || (isText(userId) && theirs === userId)
      const isOther =
        (isText(from) && isText(waId) && waId !== from) ||
        (isText(userId) && isText(theirs) && theirs !== userId)
      return isSame && !isOther
    })
}

/** The number, and the business-scoped id: of one message, so each is an alias of the other. */
function sendersOf(
  { from, from_user_id: userId }: UnknownRecord,
  contact: UnknownRecord | undefined,
): readonly SenderId[] {
  const phone = phoneSender(from ?? contact?.wa_id)
  const bsuid = bsuidSender(userId ?? contact?.user_id)
  return [phone, bsuid].filter((sender) => sender !== undefined)
}

function elsewhere(
  { group_id: groupId }: UnknownRecord,
  author: { readonly account: AccountId; readonly senderId: SenderId | undefined },
): Inbound {
  if (!isText(groupId)) return ignore('a group without an id')
  return { kind: 'group', channel: WHATSAPP, groupId, ...author }
}

function whyNotWritten({ type, errors }: UnknownRecord): string | undefined {
  if (type !== 'text' && (typeof type !== 'string' || !MEDIA.has(type))) {
    const known = typeof type === 'string' && Object.hasOwn(OTHER_TYPES, type)
    return (known ? OTHER_TYPES[type] : undefined) ?? 'a message of another kind'
  }
  return listOf(errors).length > 0 ? 'a message that the Cloud API could not read' : undefined
}

const isOurs = ({ display_phone_number: ours }: UnknownRecord, senderId: SenderId): boolean =>
  isText(ours) && `+${ours.replaceAll(/\D/g, '')}` === senderId

/** What was written, the words below a picture, else nothing but media; `undefined`: nobody wrote anything. */
function textOf(message: UnknownRecord): string | undefined {
  const { type } = message
  const content = message[String(type)]
  if (type === 'text') return isRecord(content) && isText(content.body) ? content.body : undefined
  if (isRecord(content)) return isText(content.caption) ? content.caption : ''
  return type === 'contacts' && listOf(content).length > 0 ? '' : undefined
}

/** `profile` holds what the writer chose. */
function namesOf(contact: UnknownRecord | undefined): Record<string, string> {
  const { name, username } = isRecord(contact?.profile) ? contact.profile : {}
  return { ...(isText(name) && { name }), ...(isText(username) && { username }) }
}

function isPassedOn({ context }: UnknownRecord): boolean {
  return isRecord(context) && (context.forwarded === true || context.frequently_forwarded === true)
}
