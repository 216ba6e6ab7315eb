/** A message as `imsg rpc` tells of it. */
export type ImsgMessage = Readonly<Record<string, unknown>>

/** Who writes: a bare number is a person with a phone number of their own, a text is a handle as it is. */
export type ImsgPerson = number | string

/** The phone number of a person that a bare number stands for. */
export const imsgNumberOf = (person: number): string =>
  `+1555${String(2_000_000 + person).padStart(7, '0')}`

/** The handle that a person writes from. */
export const handleOf = (person: ImsgPerson): string =>
  typeof person === 'number' ? imsgNumberOf(person) : person

/** The guid of the one-to-one chat with a person. */
export const imsgChatOf = (person: ImsgPerson): string => `iMessage;-;${handleOf(person)}`
