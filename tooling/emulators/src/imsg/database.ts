import { randomUUID } from 'node:crypto'
import { handleOf, type ImsgMessage, type ImsgPerson, imsgChatOf } from './people.ts'

/** The Messages database of the Mac: rows with ascending ids, and the chats that they are in. */
export interface Database {
  /** Adds a row; fields that are missing are filled in as Messages would. */
  readonly add: (fields: ImsgMessage) => ImsgMessage
  readonly rows: () => readonly ImsgMessage[]
  readonly newestId: () => number
  readonly find: (guid: unknown) => ImsgMessage | undefined
  readonly chatId: (guid: string) => number
  /** The guid of the chat with this id. */
  readonly chatGuid: (id: number) => string | undefined
  readonly chats: () => readonly { readonly id: number; readonly guid: string }[]
  /** Another file at the same path: its rows begin at 1. */
  readonly replace: () => void
}

/** Empty. */
export function database(now: () => number): Database {
  let rows: ImsgMessage[] = []
  const chats: string[] = []
  const chatId = (guid: string): number => {
    if (!chats.includes(guid)) chats.push(guid)
    return chats.indexOf(guid) + 1
  }
  const newestId = (): number => Number(rows.at(-1)?.['id'] ?? 0)
  return {
    add: (fields) => {
      const chatGuid = String(fields['chat_guid'] ?? '')
      const row = {
        id: newestId() + 1,
        ...(chatGuid !== '' && { chat_id: chatId(chatGuid) }),
        guid: randomUUID().toUpperCase(),
        created_at: new Date(now()).toISOString(),
        ...fields,
      }
      rows.push(row)
      return row
    },
    rows: () => rows,
    newestId,
    find: (guid) => rows.find((row) => row['guid'] === guid),
    chatId,
    chatGuid: (id) => chats[id - 1],
    chats: () => chats.map((guid, index) => ({ id: index + 1, guid })),
    replace: () => {
      rows = []
    },
  }
}

/** What a row of somebody's one-to-one message holds. */
export function directFields(from: ImsgPerson, text: string): ImsgMessage {
  const handle = handleOf(from)
  return {
    ...{ chat_guid: imsgChatOf(from), chat_identifier: handle, chat_name: '' },
    ...{ participants: [handle], is_group: false, sender: handle, is_from_me: false, text },
    ...(typeof from === 'number' && { sender_name: `Person ${String(from)}` }),
    ...{ attachments: [], reactions: [] },
  }
}

/** What a row of somebody's message in a group holds. */
export function groupFields(chatGuid: string, from: ImsgPerson, text: string): ImsgMessage {
  const handle = handleOf(from)
  return {
    ...directFields(from, text),
    ...{ chat_guid: chatGuid, chat_identifier: chatGuid.split(';').at(-1) ?? '' },
    ...{ chat_name: 'A group', participants: [handle, '+15550009999'], is_group: true },
  }
}
