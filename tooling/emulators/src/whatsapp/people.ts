/** Any JSON object of Meta's. */
export type MetaJson = Readonly<Record<string, unknown>>

/** Who writes; a number stands for one person, with a phone number, a business-scoped id and a name. */
export type WhatsappPerson =
  | number
  | {
      /** The phone number's digits; absent for somebody who hides it. */
      readonly waId?: string
      readonly userId?: string
      readonly name?: string
      readonly username?: string
    }

/** A person as the platform knows them. */
export type WhatsappUser = Exclude<WhatsappPerson, number>

/** The phone number of a person, with `+`. */
export const whatsappNumberOf = (person: number): string => `+${String(15_550_000_000 + person)}`

/** The business-scoped id of a person. */
export const whatsappBsuidOf = (person: number): string =>
  `US.${String(9_000_000_000_000 + person)}`

/** The person that is meant. */
export function userOf(person: WhatsappPerson): WhatsappUser {
  if (typeof person !== 'number') return person
  const userId = whatsappBsuidOf(person)
  return { waId: whatsappNumberOf(person).slice(1), userId, name: `Person ${String(person)}` }
}

/** What a webhook is about. */
export interface BusinessNumber {
  readonly phoneNumberId: string
  readonly displayPhoneNumber: string
}

/** A message, and who wrote it. */
export interface MessageParts {
  readonly from: WhatsappUser
  readonly id: string
  /** ms since 1970. */
  readonly at: number
  /** Over the fields of a text. */
  readonly fields: MetaJson
}

/** The change of a new message, as Meta posts it; a field that is `undefined` is left out. */
export function messageChange(number: BusinessNumber, parts: MessageParts): MetaJson {
  const { from, id, at, fields } = parts
  const { waId, userId, name, username } = from
  const profile = {
    ...(name !== undefined && { name }),
    ...(username !== undefined && { username }),
  }
  const contact = {
    profile,
    ...(waId !== undefined && { wa_id: waId }),
    ...(userId !== undefined && { user_id: userId }),
  }
  const message = {
    ...(waId !== undefined && { from: waId }),
    ...(userId !== undefined && { from_user_id: userId }),
    id,
    timestamp: String(Math.floor(at / 1_000)),
    type: 'text',
    ...fields,
  }
  return changeOf(number, { contacts: [contact], messages: [message] })
}

/** A status of something that we sent. */
export interface StatusParts {
  readonly id: string
  readonly to: string
  readonly status: 'sent' | 'delivered' | 'failed'
  readonly at: number
  readonly error?: { readonly code: number; readonly title: string }
}

/** The change that tells a status. */
export function statusChange(number: BusinessNumber, parts: StatusParts): MetaJson {
  const { id, to, status, at, error } = parts
  const who = /^[A-Z]{2}\./.test(to) ? { recipient_user_id: to } : { recipient_id: to }
  const errors = error && [
    {
      code: error.code,
      title: error.title,
      message: error.title,
      error_data: { details: error.title },
    },
  ]
  const timestamp = String(Math.floor(at / 1_000))
  return changeOf(number, {
    statuses: [{ id, status, timestamp, ...who, ...(errors && { errors }) }],
  })
}

const changeOf = (
  { phoneNumberId, displayPhoneNumber }: BusinessNumber,
  content: MetaJson,
): MetaJson => ({
  value: {
    messaging_product: 'whatsapp',
    metadata: {
      display_phone_number: displayPhoneNumber,
      phone_number_id: phoneNumberId,
    },
    ...content,
  },
  field: 'messages',
})
