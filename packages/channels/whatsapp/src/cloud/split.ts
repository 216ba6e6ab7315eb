import { isRecord, isText, listOf, type UnknownRecord } from '../json.ts'

/** One change of a notification, with at most one message in it. */
export interface CloudChange {
  readonly field: unknown
  readonly value: UnknownRecord
}

/** What `classifyCloud` reads of a message; the rest, such as files and what is quoted, may be large. */
const READ = ['from', 'from_user_id', 'group_id', 'id', 'timestamp', 'type', 'text', 'errors']

/**
 * What one notification brings, message by message, each with what is read of it alone and with its own contact.
 * Other changes come without content; a body that is no notification brings nothing.
 */
export function changesOf(notification: unknown): readonly CloudChange[] {
  if (!isRecord(notification) || notification.object !== 'whatsapp_business_account') return []
  return listOf(notification.entry)
    .filter(isRecord)
    .flatMap(({ changes }) => listOf(changes).filter(isRecord).flatMap(split))
}

function split({ field, value }: UnknownRecord): readonly CloudChange[] {
  if (!isRecord(value)) return [{ field, value: {} }]
  const frame = { messaging_product: value.messaging_product, metadata: metadataOf(value) }
  const messages = listOf(value.messages)
  if (field !== 'messages' || messages.length === 0)
    return [{ field, value: { ...frame, statuses: listOf(value.statuses) } }]
  return messages.map((message) => ({
    field,
    value: { ...frame, contacts: contactsOf(value, message), messages: [reduced(message)] },
  }))
}

function metadataOf({ metadata }: UnknownRecord): UnknownRecord {
  if (!isRecord(metadata)) return {}
  const { phone_number_id, display_phone_number } = metadata
  return { phone_number_id, display_phone_number }
}

/** Contacts that can be the writer's; `classifyCloud` decides. */
function contactsOf({ contacts }: UnknownRecord, message: unknown): readonly UnknownRecord[] {
  const { from, from_user_id: userId } = isRecord(message) ? message : {}
  return listOf(contacts)
    .filter(isRecord)
    .filter(({ wa_id, user_id }) => (wa_id !== undefined && wa_id === from) || user_id === userId)
    .slice(0, 4)
    .map(({ wa_id, user_id, profile }) => ({ wa_id, user_id, profile: profileOf(profile) }))
}

function profileOf(profile: unknown): UnknownRecord {
  const { name, username } = isRecord(profile) ? profile : {}
  return { name, username }
}

function reduced(message: unknown): UnknownRecord {
  if (!isRecord(message)) return {}
  const type = isText(message.type) ? message.type : ''
  const read = Object.fromEntries(Object.entries(message).filter(([key]) => READ.includes(key)))
  const content = message[type]
  return {
    ...read,
    ...(type !== 'text' && isRecord(content) && { [type]: { caption: content.caption } }),
    ...(type === 'contacts' && {
      contacts: listOf(content)
        .slice(0, 1)
        .map(() => ({})),
    }),
    ...(isRecord(message.context) && { context: flagsOf(message.context) }),
  }
}

function flagsOf({ forwarded, frequently_forwarded }: UnknownRecord): UnknownRecord {
  return { forwarded, frequently_forwarded }
}
