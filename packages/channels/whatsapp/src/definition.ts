import type {
  AccountId,
  ChannelAddress,
  ChannelDefinition,
  ChannelName,
  SenderId,
} from '@openclaw/pairing-contracts'
import { InvalidWhatsappSender } from './errors.ts'
import { bsuidSender, isLid, isPhone, jidSender } from './ids.ts'

/** The name of this channel. */
export const WHATSAPP: ChannelName = 'whatsapp' as ChannelName

/** The address of one account of this channel; the gate and the verbs refuse an account that is not well-formed. */
export function whatsappAddress(account = 'default'): ChannelAddress {
  return { channel: WHATSAPP, account: account as AccountId }
}

/** What people put between the digits of a number. */
const BETWEEN = /[\s.()\p{Pd}\u2212[\]]/gu
const COUNTRY = /^[a-z]{2}(?=\.)/i
const CONVERSATION = /@(?:g\.us|newsletter|broadcast|call)$|^status@/i
/** Longer than any id with its prefix. */
const MAX_TYPED = 1_024

/**
 * Brings a typed id into the one spelling: a phone number `+15551234567`, a hidden id `lid:99887766554433`, or a
 * business-scoped user id `US.13491208655302741918`. A number is taken as it stands: none is "repaired".
 *
 * @throws {@link InvalidWhatsappSender} for names, groups, `*` and anything else
 */
export function parseWhatsappSender(typed: string): SenderId {
  const text = typed.length > MAX_TYPED ? '' : typed.trim()
  const id = text.replace(/^whatsapp:/i, '').trim()
  const sender = phoneIn(id) ?? lidIn(id) ?? jidSender(id.toLowerCase()) ?? bsuidIn(id)
  if (sender !== undefined) return sender
  if (id === '*') throw new InvalidWhatsappSender('wildcard')
  if (CONVERSATION.test(id)) throw new InvalidWhatsappSender('conversation')
  if (/^[\d\s.()-]{7,24}$/.test(id)) throw new InvalidWhatsappSender('country-code')
  throw new InvalidWhatsappSender(/^@?[\p{L}][\p{L}\p{N}._ -]*$/u.test(id) ? 'name' : 'malformed')
}

function phoneIn(id: string): SenderId | undefined {
  const number = id.replace(BETWEEN, '')
  return isPhone(number) ? number : undefined
}

function lidIn(id: string): SenderId | undefined {
  const lid = id.replace(/^lid:/i, 'lid:')
  return isLid(lid) ? lid : undefined
}

const bsuidIn = (id: string): SenderId | undefined =>
  bsuidSender(id.replace(COUNTRY, (country) => country.toUpperCase()))

/** A number may pass on to somebody else; the others are of one person. */
function lastingKind(senderId: SenderId): string | undefined {
  if (senderId.startsWith('+')) return undefined
  return senderId.startsWith('lid:') ? 'lid' : 'bsuid'
}

/** What WhatsApp is, without a connection: for lists, the command line and the gate. */
export const whatsappDefinition: ChannelDefinition = {
  name: WHATSAPP,
  idLabel: 'whatsappSenderId',
  idLine: (senderId) =>
    senderId.startsWith('+')
      ? `Your WhatsApp phone number: ${senderId}`
      : `Your WhatsApp sender id: ${senderId}`,
  // A linked phone is somebody's own; a business number is not, which its account's policy says.
  personal: true,
  idempotentSend: false,
  directTo: (senderId) => senderId,
  lastingKind,
  parseSender: parseWhatsappSender,
}
