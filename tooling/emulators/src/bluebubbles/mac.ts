import {
  type BlueBubblesMessage,
  type BlueBubblesPerson,
  imessageHandleOf,
  type MessageChanges,
  serializedMessage,
} from './messages.ts'
import type { BlueBubblesSent } from './types.ts'

/** What is written, and in which chat. */
export interface Written extends MessageChanges {
  readonly person: BlueBubblesPerson
  readonly text: string
  readonly isFromMe?: boolean
  /** A group; else the chat is with the person. */
  readonly group?: string
}

/** The Messages app of the Mac: what it holds, and whom it can write to. */
export interface Mac {
  readonly write: (written: Written) => BlueBubblesMessage
  /** Changes fields of a row; the row as it is then. */
  readonly change: (guid: string, fields: object) => BlueBubblesMessage | undefined
  readonly rows: () => readonly BlueBubblesMessage[]
  readonly hasChat: (guid: string) => boolean
  readonly chatWith: (handle: string) => string
  readonly unregistered: Set<string>
  readonly sent: BlueBubblesSent[]
}

/** Nothing written yet. */
export function newMac(now: () => number, anyGuids: boolean): Mac {
  const rows: BlueBubblesMessage[] = []
  const chats = new Set<string>()
  const service = anyGuids ? 'any' : 'iMessage'
  const chatWith = (handle: string): string => `${service};-;${handle}`
  let last = 0
  return {
    chatWith,
    unregistered: new Set(),
    sent: [],
    rows: () => rows,
    hasChat: (guid) => chats.has(guid),
    write: ({ person, text, isFromMe = false, group, ...changes }) => {
      const handle0 = imessageHandleOf(person)
      const chatGuid = group === undefined ? chatWith(handle0) : `${service};+;${group}`
      last = Math.max(last + 1, now())
      const style = group === undefined ? 45 : 43
      const parts = { handle0, chatGuid, style, text, isFromMe, rowId: rows.length + 1 } as const
      const row = serializedMessage({ ...parts, at: last, ...changes })
      rows.push(row)
      chats.add(chatGuid)
      return row
    },
    change: (guid, fields) => {
      const at = rows.findIndex((row) => row.guid === guid)
      const row = rows[at]
      if (row === undefined) return undefined
      const changed = { ...row, ...fields }
      rows[at] = changed
      return changed
    },
  }
}
