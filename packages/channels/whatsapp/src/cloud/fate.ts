import type { Try } from '@openclaw/pairing-channel-kit'
import type { OpenClawError, SendOutcome } from '@openclaw/pairing-contracts'
import { WhatsappApiNotFound, WhatsappNumberNotFound, WhatsappTokenRejected } from '../errors.ts'
import type { Failure } from './failure.ts'

/** The token is wrong, expired or revoked. */
const TOKEN_CODES = new Set([0, 102, 190])
/** The token's owner may not do this. */
const isPermission = (code: number): boolean => code === 10 || (code >= 200 && code <= 299)
/** Known not to have been taken; a later try may do. */
const NOT_NOW = new Set([4, 80_007, 130_429, 131_056, 131_057])
/** Meta cannot say whether it was taken. */
const UNSURE = new Set([1, 2, 131_000, 131_016])
/** The account may not send for now; the recipient has no part in it. */
const NOT_THE_RECIPIENT = new Set([
  33, 368, 130_497, 131_005, 131_031, 131_042, 131_045, 131_048, 133_010,
])

/** What the commonest refusals mean for who reads them. */
const WORDS: Readonly<Record<number, string>> = {
  131026: 'undeliverable: not on WhatsApp, blocked us, or did not accept its terms',
  131030: 'this number is not on the list of test recipients of the app',
  131047:
    'outside the 24 hour window: WhatsApp takes free text only within 24 hours after this person wrote',
}

/** Why in words, with Meta's number. */
export const reasonOf = (code: number, description: string): string => {
  const words = WORDS[code]
  return words === undefined ? description : `${words} (${String(code)})`
}

/** What a failed send has come to; `throttledMs` is waited where Meta names no time. */
export function fateOf(failure: Failure, throttledMs: number): Try {
  const { description: reason } = failure
  if (failure.kind === 'unreachable' || failure.kind === 'lost')
    return { outcome: failure.kind === 'lost' ? 'unknown' : 'again', reason }
  const { status, retryAfterMs } = failure
  const afterMs = retryAfterMs > 0 ? retryAfterMs : throttledMs
  if (failure.kind === 'foreign') {
    if (status === 429) return { outcome: 'again', reason, afterMs }
    return { outcome: status === 404 ? 'failed' : 'unknown', reason }
  }
  const { code } = failure
  if (NOT_NOW.has(code) || status === 429) return { outcome: 'again', reason, afterMs }
  if (UNSURE.has(code) || status >= 500) return { outcome: 'unknown', reason }
  return verdictOf(code, reason)
}

/** A refusal that stands, whether it came as an answer or in a status later. */
export function verdictOf(
  code: number,
  description: string,
): Extract<SendOutcome, { readonly outcome: 'refused' | 'failed' }> {
  const reason = reasonOf(code, description)
  const isOurs = TOKEN_CODES.has(code) || isPermission(code) || NOT_THE_RECIPIENT.has(code)
  return { outcome: isOurs || NOT_NOW.has(code) ? 'failed' : 'refused', reason }
}

/** True where waiting does not mend it. */
export const isTokenFailure = (failure: Failure): boolean =>
  failure.kind === 'answered' && TOKEN_CODES.has(failure.code)

/** The error that ends the account, when its number was asked for; `undefined` where a later try may do. */
export function fatalOf(failure: Failure, origin: string): OpenClawError | undefined {
  if (failure.kind === 'foreign' && failure.status === 404) return new WhatsappApiNotFound(origin)
  if (failure.kind !== 'answered') return undefined
  const { code, description } = failure
  if (TOKEN_CODES.has(code)) return new WhatsappTokenRejected(description)
  const isUnknown = code === 100 || code === 803 || code === 2_500 || code === 33
  return isUnknown || isPermission(code) ? new WhatsappNumberNotFound(description) : undefined
}
