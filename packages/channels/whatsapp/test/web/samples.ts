import type { SenderId } from '@openclaw/pairing-contracts'
import vectors from './messages.json' with { type: 'json' }

export type RawEvent = Readonly<Record<string, unknown>>

export const ALICE = '+15551234567' as SenderId
export const ALICE_LID = 'lid:99887766554433' as SenderId
export const AT = 1_795_370_000

/** What may be changed about a message of Alice: its body, its key, the message, the kind of batch. */
export interface Changes {
  readonly body?: object
  readonly key?: object
  readonly message?: object
  readonly type?: string
  readonly phoneJid?: string
}

/** A message of Alice as the library gives it, with `changes` over it. */
export function messageOfAlice({ body, key, message, type, phoneJid }: Changes = {}): RawEvent {
  return {
    type: type ?? 'notify',
    ...(phoneJid !== undefined && { phoneJid }),
    message: {
      key: {
        remoteJid: '15551234567@s.whatsapp.net',
        remoteJidAlt: '99887766554433@lid',
        fromMe: false,
        id: '3EB0C767D82B0A1B2C3D',
        participant: '',
        addressingMode: 'pn',
        ...key,
      },
      messageTimestamp: AT,
      pushName: 'Alice',
      broadcast: false,
      message: body ?? { conversation: 'hi' },
      ...message,
    },
  }
}

export const dms: readonly { name: string; raw: RawEvent; senderId: SenderId; text: string }[] =
  vectors.dms.map(({ name, text, body }) => ({
    name,
    text,
    raw: messageOfAlice({ body }),
    senderId: ALICE,
  }))

/** Each carries a text of hers besides, unless it is about an empty one: only what is named tells it apart. */
export const neverPairs: readonly { name: string; raw: RawEvent }[] = vectors.neverPairs.map(
  ({ name, ...changes }) => ({ name, raw: messageOfAlice(changes as Changes) }),
)
