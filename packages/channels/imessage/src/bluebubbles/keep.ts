import { isRecord, type UnknownRecord } from '../json.ts'

/** Fields of a message that say what it is. */
const FIELDS = [
  ...['guid', 'text', 'subject', 'isFromMe', 'dateCreated', 'itemType', 'groupActionType'],
  ...['associatedMessageGuid', 'associatedMessageType', 'tempGuid', 'isForward'],
  ...['isSystemMessage', 'isServiceMessage', 'isAutoReply', 'isSpam'],
  ...['dateEdited', 'dateRetracted'],
]

/** What of an event is needed to make the message of it again. */
export function keptOf(event: unknown): object {
  const { type, data } = isRecord(event) ? event : {}
  if (!isRecord(data)) return { type }
  const { handle, chats, attachments } = data
  return {
    type,
    data: {
      ...only(data, FIELDS),
      handle: isRecord(handle) ? only(handle, ['address', 'service']) : null,
      chats: Array.isArray(chats)
        ? chats.filter(isRecord).map((chat) => only(chat, ['guid', 'style']))
        : [],
      attachments: Array.isArray(attachments) ? attachments.slice(0, 1).map(() => ({})) : [],
    },
  }
}

function only(record: UnknownRecord, fields: readonly string[]): object {
  return Object.fromEntries(
    fields.flatMap((field) => {
      const value = record[field]
      return value === undefined || value === null ? [] : [[field, value]]
    }),
  )
}
