import type { SenderId } from '@openclaw/pairing-contracts'
import vectors from './events.json' with { type: 'json' }

export type RawEvent = Readonly<Record<string, unknown>>

export const NUMBER = '+15551234567' as SenderId
export const UUID = '3f0c6e7a-1b2c-4d5e-8f90-a1b2c3d4e5f6'
export const OURS = '+15550000000'
const AT = 1_795_370_000_123

/** What may be changed about a message of Alice: fields of the data message, the envelope and the event. */
export interface Changes {
  readonly data?: object
  readonly envelope?: object
  readonly event?: object
}

/** A message of Alice to the account, with `changes` over it. */
export function messageOfAlice({ data, envelope, event }: Changes): RawEvent {
  const dataMessage = {
    ...{ timestamp: AT, message: null, expiresInSeconds: 0 },
    ...{ isExpirationUpdate: false, viewOnce: false },
    ...data,
  }
  const whole = {
    ...{ source: NUMBER, sourceNumber: NUMBER, sourceUuid: UUID, sourceName: 'Alice' },
    ...{ sourceDevice: 1, timestamp: AT, dataMessage },
    ...envelope,
  }
  return { account: OURS, envelope: whole, ...event }
}

export const dms: readonly { name: string; raw: RawEvent; senderId: SenderId; text: string }[] =
  vectors.dms.map(({ name, text, data }) => ({
    name,
    text,
    raw: messageOfAlice({ data }),
    senderId: NUMBER,
  }))

/** Each carries a text of hers besides, unless it is about an empty one: only what is named tells it apart. */
export const neverPairs: readonly { name: string; raw: RawEvent }[] = vectors.neverPairs.map(
  ({ name, data = { message: 'hi' }, ...rest }) => ({
    name,
    raw: messageOfAlice({ data, ...rest } as Changes),
  }),
)
