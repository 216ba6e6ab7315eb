import type {
  AccountId,
  ChannelAddress,
  ChannelDefinition,
  ChannelName,
  SenderId,
} from '@openclaw/pairing-contracts'
import { InvalidSignalSender } from './errors.ts'

/** The name of this channel. */
export const SIGNAL: ChannelName = 'signal' as ChannelName

/** The address of one account of this channel; the gate and the verbs refuse an account that is not well-formed. */
export function signalAddress(account = 'default'): ChannelAddress {
  return { channel: SIGNAL, account: account as AccountId }
}

const E164 = /^\+[1-9]\d{6,14}$/
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const USERNAME = /^(?:u:|@)|^[a-z_]\w{2,31}\.\d{2,9}$/i
/** What people put between the digits of a number. */
const BETWEEN = /[\s.()\p{Pd}\u2212[\]]/gu
const LONGEST = 256

/** A phone number with + and country code, as Signal writes it: the one spelling. */
export function isPhoneNumber(value: unknown): value is SenderId {
  return typeof value === 'string' && E164.test(value)
}

/** The one spelling of an account's uuid; `undefined` for anything else, such as the id of a phone number (`PNI:…`). */
export function uuidSender(value: unknown): SenderId | undefined {
  if (typeof value !== 'string' || !UUID.test(value)) return undefined
  return `uuid:${value.toLowerCase()}` as SenderId
}

/**
 * Brings a typed phone number or uuid into the one spelling: `+15551234567`, `uuid:3f0c6e7a-…` in lower case.
 *
 * @throws {@link InvalidSignalSender} for user names, `*` and anything else
 */
export function parseSignalSender(typed: string): SenderId {
  if (typed.length > LONGEST) throw new InvalidSignalSender('malformed')
  const id = typed
    .trim()
    .replace(/^signal:/i, '')
    .trim()
  const number = id.replace(BETWEEN, '')
  const sender =
    uuidSender(id.replace(/^uuid:/i, '')) ?? (isPhoneNumber(number) ? number : undefined)
  if (sender !== undefined) return sender
  if (id === '*') throw new InvalidSignalSender('wildcard')
  if (/^pni:/i.test(id)) throw new InvalidSignalSender('number-id')
  throw new InvalidSignalSender(USERNAME.test(id) ? 'username' : 'malformed')
}

/** What Signal is, without a connection: for lists, the command line and the gate. */
export const signalDefinition: ChannelDefinition = {
  name: SIGNAL,
  idLabel: 'signalNumber',
  idLine: (senderId) =>
    senderId.startsWith('+')
      ? `Your Signal number: ${senderId}`
      : `Your Signal sender id: ${senderId}`,
  personal: true,
  idempotentSend: false,
  directTo: (senderId) => senderId,
  lastingKind: (senderId) => (senderId.startsWith('uuid:') ? 'uuid' : undefined),
  parseSender: parseSignalSender,
}
