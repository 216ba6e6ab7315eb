import type { SenderId } from '@openclaw/pairing-contracts'

const E164 = /^\+[1-9]\d{6,14}$/
const DIGITS = /^[1-9]\d{6,14}$/
const LID = /^lid:[1-9]\d{0,19}$/
/** Two letters of a country, and up to 128 letters and digits that Meta chose; a name has no digit, or no such form. */
const BSUID = /^[A-Z]{2}\.(?=[A-Za-z0-9]*\d)[A-Za-z0-9]{5,128}$/
/** User, agent, device and server of the Web protocol's ids. */
const JID = /^(\d{1,20})(?:_\d{1,3})?(?::\d{1,5})?@(s\.whatsapp\.net|c\.us|hosted|lid|hosted\.lid)$/

/** The one spelling of a phone number that WhatsApp names by its digits alone; a digit more or less is another person. */
export function phoneSender(digits: unknown): SenderId | undefined {
  return typeof digits === 'string' && DIGITS.test(digits) ? (`+${digits}` as SenderId) : undefined
}

/** The one spelling of a hidden id of the Web protocol, `lid:` and its digits. */
export function lidSender(digits: unknown): SenderId | undefined {
  const id = typeof digits === 'string' ? `lid:${digits}` : ''
  return LID.test(id) ? (id as SenderId) : undefined
}

/** The one spelling of a business-scoped user id: `US.13491208655302741918`. */
export function bsuidSender(id: unknown): SenderId | undefined {
  return typeof id === 'string' && BSUID.test(id) ? (id as SenderId) : undefined
}

/**
 * Whom an id of the Web protocol is of, whichever of their devices it names: `15551234567:3@s.whatsapp.net` is
 * `+15551234567`, `99887766554433@lid` is `lid:99887766554433`; `undefined` for groups, channels and everything else.
 */
export function jidSender(jid: unknown): SenderId | undefined {
  const [, digits, server] = (typeof jid === 'string' ? JID.exec(jid) : undefined) ?? []
  return server?.endsWith('lid') ? lidSender(digits) : phoneSender(digits)
}

/** True for a phone number in the one spelling. */
export function isPhone(id: unknown): id is SenderId {
  return typeof id === 'string' && E164.test(id)
}

/** True for a hidden id in the one spelling. */
export function isLid(id: unknown): id is SenderId {
  return typeof id === 'string' && LID.test(id)
}

/** True for a business-scoped user id in the one spelling. */
export function isBsuid(id: unknown): id is SenderId {
  return bsuidSender(id) !== undefined
}
