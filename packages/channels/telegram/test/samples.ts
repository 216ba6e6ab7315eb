import type { SenderId } from '@openclaw/pairing-contracts'
import vectors from './updates.json' with { type: 'json' }

export type RawUpdate = Readonly<Record<string, unknown>>

const ALICE = {
  id: 100001,
  is_bot: false,
  first_name: 'Alice',
  last_name: 'A',
  username: 'alice_t',
}
const PRIVATE = { id: 100001, type: 'private', first_name: 'Alice', username: 'alice_t' }

/** A message of Alice to the bot, with `fields` over it. */
export function messageOfAlice(fields: object): { readonly message: object } {
  const base = { message_id: 7, from: ALICE, chat: PRIVATE, date: 1_795_370_000 }
  return { message: { ...base, ...fields } }
}

/** Other kinds of update carry a whole message of hers, so that only the kind tells them apart. */
function otherUpdate(update: Readonly<Record<string, object>>): RawUpdate {
  const { message: whole } = messageOfAlice({})
  return Object.fromEntries(
    Object.entries(update).map(([kind, fields]) => [kind, { ...whole, ...fields }]),
  )
}

export const dms: readonly { name: string; raw: RawUpdate; senderId: SenderId; text: string }[] =
  vectors.dms.map(({ name, text, message }) => ({
    name,
    text,
    raw: { update_id: 1, ...messageOfAlice(message) },
    senderId: '100001' as SenderId,
  }))

export const neverPairs: readonly { name: string; raw: RawUpdate }[] = vectors.neverPairs.map(
  ({ name, message, update }) => ({
    name,
    raw: update
      ? otherUpdate(update as Record<string, object>)
      : { ...messageOfAlice(message ?? {}) },
  }),
)
