import type { SenderId } from '@openclaw/pairing-contracts'
import vectors from './changes.json' with { type: 'json' }

export type RawChange = Readonly<Record<string, unknown>>

export const PHONE_NUMBER_ID = '106540352242922'
export const ALICE = '+15551234567' as SenderId
export const ALICE_BSUID = 'US.13491208655302741918' as SenderId

/** Just now, as a message is that is brought the first time; in seconds. */
export const AT: number = Math.floor(Date.now() / 1_000)

const MESSAGE = {
  from: '15551234567',
  from_user_id: ALICE_BSUID,
  id: 'wamid.HBgLMTU1NTEyMzQ1NjcVAgASGBQzQTAwMDAwMDAwMDAwMDAwMDAwMQA=',
  timestamp: String(AT),
  type: 'text',
  text: { body: 'hi' },
}

const CONTACT = {
  profile: { name: 'Alice', username: 'alice.b' },
  wa_id: '15551234567',
  user_id: ALICE_BSUID,
}

/** `null` in a vector takes a field away. */
const without = (fields: object): RawChange =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null))

/** What may be changed about a message of Alice. */
export interface Changes {
  readonly message?: object
  readonly value?: object
  readonly change?: object
}

/** A change with a message of Alice, as Meta posts it, with `changes` over it. */
export function messageOfAlice({ message, value, change }: Changes = {}): RawChange {
  return without({
    field: 'messages',
    value: without({
      messaging_product: 'whatsapp',
      metadata: { display_phone_number: '15550783881', phone_number_id: PHONE_NUMBER_ID },
      contacts: [CONTACT],
      messages: [without({ ...MESSAGE, ...message })],
      ...value,
    }),
    ...change,
  })
}

export const dms: readonly { name: string; raw: RawChange; senderId: SenderId; text: string }[] =
  vectors.dms.map(({ name, text, ...rest }) => ({
    name,
    text,
    raw: messageOfAlice(rest),
    senderId: ALICE,
  }))

export const neverPairs: readonly { name: string; raw: RawChange }[] = vectors.neverPairs.map(
  ({ name, ...rest }) => ({ name, raw: messageOfAlice(rest as Changes) }),
)
