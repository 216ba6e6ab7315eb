import type { SenderId } from '@openclaw/pairing-contracts'
import vectors from './imsg-rows.json' with { type: 'json' }

export type RawRow = Readonly<Record<string, unknown>>

export const NUMBER = '+15551234567' as SenderId

/** A message of Alice, with `changes` over it; null takes a field away. */
export function rowOfAlice(changes: object): RawRow {
  const whole = {
    ...{ id: 1235, chat_id: 7, chat_guid: `iMessage;-;${NUMBER}`, chat_identifier: NUMBER },
    ...{ participants: [NUMBER], is_group: false, guid: 'A1B2-C3D4', sender: NUMBER },
    ...{ is_from_me: false, text: 'hi', created_at: '2026-11-22T18:00:00.000Z' },
    ...{ attachments: [], reactions: [], chat_name: '' },
    ...changes,
  }
  return Object.fromEntries(Object.entries(whole).filter(([, value]) => value !== null))
}

export const dms: readonly { name: string; raw: RawRow; senderId: SenderId; text: string }[] =
  vectors.dms.map(({ name, text, row }) => ({ name, text, raw: rowOfAlice(row), senderId: NUMBER }))

/** Each carries a text of hers besides, unless it is about an empty one: only what is named tells it apart. */
export const neverPairs: readonly { name: string; raw: RawRow }[] = vectors.neverPairs.map(
  ({ name, row }) => ({ name, raw: rowOfAlice(row) }),
)
