import type { SenderId } from '@openclaw/pairing-contracts'
import vectors from './bluebubbles-events.json' with { type: 'json' }

export type RawEvent = Readonly<Record<string, unknown>>

export const NUMBER = '+15551234567' as SenderId

/** What may be changed about a message of Alice: fields of it, of its handle, and of its one chat. */
export interface Changes {
  readonly type?: string
  readonly data?: object
  readonly handle?: object
  readonly chat?: object
}

/** The webhook's event of a message of Alice, with `changes` over it. */
export function messageOfAlice({
  type = 'new-message',
  data,
  handle,
  chat,
}: Changes = {}): RawEvent {
  return {
    type,
    data: {
      ...{ originalROWID: 41, guid: '8F3A2C10-7A51-4F3B-9C55-0D2D4A1B6E01', text: 'hello' },
      ...{ isFromMe: false, dateCreated: 1_795_370_000_123, dateRead: null, dateEdited: null },
      ...{ associatedMessageGuid: null, associatedMessageType: null, itemType: 0 },
      ...{ attachments: [], subject: null, groupTitle: null, groupActionType: 0 },
      handle: { address: NUMBER, service: 'iMessage', country: 'us', ...handle },
      chats: [
        {
          ...{ guid: `iMessage;-;${NUMBER}`, style: 45, chatIdentifier: NUMBER },
          ...{ displayName: '', participants: [{ address: NUMBER }] },
          ...chat,
        },
      ],
      ...data,
    },
  }
}

export const dms: readonly { name: string; raw: RawEvent; senderId: SenderId; text: string }[] =
  vectors.dms.map(({ name, text, senderId = NUMBER, ...changes }) => ({
    name,
    text,
    raw: messageOfAlice(changes),
    senderId: senderId as SenderId,
  }))

/** Each is a whole message of hers: only what is named tells it apart. */
export const neverPairs: readonly { name: string; raw: RawEvent }[] = vectors.neverPairs.map(
  ({ name, ...changes }) => ({ name, raw: messageOfAlice(changes) }),
)
