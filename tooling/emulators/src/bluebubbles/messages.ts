import { randomUUID } from 'node:crypto'

/** A row of the Mac's messages in the form in which the server tells of it. */
export type BlueBubblesMessage = Readonly<Record<string, unknown>> & {
  readonly guid: string
  readonly dateCreated: number
}

/** Who writes: a handle, or a number for a person with a phone number of their own. */
export type BlueBubblesPerson = number | string

/** What may be changed about a message before it is told of: fields of it, of its handle, and of its chat. */
export interface MessageChanges {
  readonly data?: Readonly<Record<string, unknown>>
  readonly handle?: Readonly<Record<string, unknown>>
  readonly chat?: Readonly<Record<string, unknown>>
}

/** The handle of a person. */
export function imessageHandleOf(person: BlueBubblesPerson): string {
  return typeof person === 'string' ? person : `+1555${String(1_000_000 + person).padStart(7, '0')}`
}

/** What a row is made of. */
export interface MessageParts extends MessageChanges {
  readonly rowId: number
  readonly at: number
  readonly handle0: string
  readonly chatGuid: string
  readonly style: 43 | 45
  readonly text: string
  readonly isFromMe: boolean
}

/** A message as the server serialises it. */
export function serializedMessage(parts: MessageParts): BlueBubblesMessage {
  const { rowId, at, handle0, text, isFromMe, data, handle } = parts
  return {
    ...{ originalROWID: rowId, guid: randomUUID().toUpperCase(), text, attributedBody: null },
    handle: isFromMe
      ? null
      : {
          ...{ originalROWID: rowId, address: handle0, service: 'iMessage' },
          ...{ uncanonicalizedId: null, country: 'us' },
          ...handle,
        },
    ...{ handleId: isFromMe ? 0 : 1, otherHandle: 0, attachments: [], subject: null, error: 0 },
    ...{ dateCreated: at, dateRead: null, dateDelivered: null, isFromMe, hasDdResults: false },
    ...{ isArchived: false, itemType: 0, groupTitle: null, groupActionType: 0 },
    ...{ balloonBundleId: null, associatedMessageGuid: null, associatedMessageType: null },
    ...{ expressiveSendStyleId: null, threadOriginatorGuid: null, hasPayloadData: false },
    ...{ isDelayed: false, isAutoReply: false, isSystemMessage: false, isServiceMessage: false },
    ...{ isForward: false, isCorrupt: false, isSpam: false, isAudioMessage: false },
    ...{ dateEdited: null, dateRetracted: null, partCount: 1 },
    chats: [chatOf(parts)],
    ...data,
  }
}

function chatOf({ rowId, chatGuid, style, chat }: MessageParts) {
  return {
    ...{ originalROWID: rowId, guid: chatGuid, style, chatIdentifier: chatGuid.split(';')[2] },
    ...{ isArchived: false, displayName: '', groupId: '', isFiltered: false },
    ...chat,
  }
}
