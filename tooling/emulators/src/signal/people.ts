/** What the daemon sends for one thing received: `{account, envelope, exception?}`. */
export type ReceivedEvent = Readonly<Record<string, unknown>>

/** Who writes; a bare number is a person with a phone number and a uuid of their own. */
export type SignalPerson =
  | number
  | {
      /** Absent: hidden, as it is for new contacts. */
      readonly number?: string
      readonly uuid?: string
      readonly name?: string
    }

/** What a message holds besides its author. */
export interface SignalMessageParts {
  readonly account: string
  /** ms since 1970; by the sender's phone. */
  readonly timestamp: number
  /** Fields of a data message, such as `message` or `attachments`. */
  readonly data: Readonly<Record<string, unknown>>
}

/** The phone number of a person that a bare number stands for. */
export const signalNumberOf = (person: number): string =>
  `+1555${String(1_000_000 + person).padStart(7, '0')}`

/** The uuid of a person that a bare number stands for. */
export const signalUuidOf = (person: number): string =>
  `3f0c6e7a-1b2c-4d5e-8f90-${person.toString(16).padStart(12, '0')}`

/** A one-to-one message as the daemon passes it on; the times of the server are still missing. */
export function receivedMessage(from: SignalPerson, parts: SignalMessageParts): ReceivedEvent {
  const { account, timestamp, data } = parts
  const person = typeof from === 'number' ? personOf(from) : from
  const number = person.number ?? null
  const uuid = person.uuid ?? null
  return {
    account,
    envelope: {
      source: number ?? uuid,
      sourceNumber: number,
      sourceUuid: uuid,
      sourceName: person.name ?? null,
      sourceDevice: 1,
      timestamp,
      dataMessage: {
        timestamp,
        message: null,
        expiresInSeconds: 0,
        isExpirationUpdate: false,
        viewOnce: false,
        ...data,
      },
    },
  }
}

const personOf = (person: number) => ({
  number: signalNumberOf(person),
  uuid: signalUuidOf(person),
  name: `Person ${String(person)}`,
})
