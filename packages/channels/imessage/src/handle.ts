import type { SenderId } from '@openclaw/pairing-contracts'
import { InvalidImessageSender, type SenderProblem } from './errors.ts'

const SERVICE = /^(?:imessage|sms|auto|bluebubbles):/i
const E164 = /^\+[1-9]\d{6,14}$/
const EMAIL = /^[a-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i
/** What people put between the digits of a number. */
const BETWEEN = /[\s.()\p{Pd}\u2212[\]]/gu
const CHAT = /^chat(?:_?(?:id|guid|identifier))?:|;[-+];/i
const LONGEST = 1_024
const LONGEST_ID = 256

/**
 * The one spelling of the handle that a message came from: `+15551234567`, or an e-mail address in lower case.
 *
 * @returns `undefined` for whatever is no person's: a short code, the name of a company, a chat
 */
export function handleOf(value: unknown): SenderId | undefined {
  if (typeof value !== 'string' || value.length > LONGEST) return undefined
  const id = bare(value)
  const number = id.replace(BETWEEN, '')
  if (E164.test(number)) return number as SenderId
  // Matched before it is lowered: letters of other alphabets become ASCII ones.
  return id.length <= LONGEST_ID && EMAIL.test(id) ? (id.toLowerCase() as SenderId) : undefined
}

/**
 * Brings a typed phone number or e-mail address into the one spelling; `imessage:`, `sms:`, `auto:` and `bluebubbles:`
 * before it are left out.
 *
 * @throws {@link InvalidImessageSender} for chats, short codes, names of senders, `*` and anything else
 */
export function parseImessageSender(typed: string): SenderId {
  const sender = handleOf(typed)
  if (sender !== undefined) return sender
  throw new InvalidImessageSender(problemOf(typed))
}

function problemOf(typed: string): SenderProblem {
  if (typed.length > LONGEST) return 'malformed'
  const id = bare(typed)
  if (id === '') return 'empty'
  if (id === '*') return 'wildcard'
  if (CHAT.test(id)) return 'chat'
  const digits = id.replace(BETWEEN, '')
  if (/^\d{3,6}$/.test(digits)) return 'short-code'
  if (/^\d{7,15}$/.test(digits)) return 'no-country'
  return /^(?=.*\p{L})[\p{L}\p{N} _&.-]{2,15}$/u.test(id) ? 'name' : 'malformed'
}

/** Without blanks around it and the service before it. */
function bare(typed: string): string {
  return typed.trim().replace(SERVICE, '').trim()
}
