import { ERRORS } from './error-codes.ts'
import type { ClientAction } from './error-rule.ts'
import type { WireError } from './frame.ts'
import { detailCodeOf, detailOf, requestIdOf } from './wire-error-facts.ts'

/** What to do about an error that a gateway sent. */
export interface Advice {
  readonly action: ClientAction
  /** Milliseconds to wait at least, where the gateway said so. */
  readonly retryAfterMs?: number
  /** The request that an owner has to decide. */
  readonly requestId?: string
}

/**
 * What a client does about an error, also about one of a gateway that sends no `details.code`, as 2026.2 does.
 *
 * An error that nothing is known about is `fix-request`, unless it says itself that it can be tried again.
 */
export function adviceFor(error: WireError): Advice {
  const code = detailCodeOf(error)
  const requestId = requestIdOf(error)
  return {
    action: code === undefined ? guessed(error) : ERRORS[code].action,
    ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
    ...(requestId === undefined ? {} : { requestId }),
  }
}

/** Beginnings of messages that gateways without `details.code` send. */
const KNOWN_BEGINNINGS: readonly (readonly [string, ClientAction])[] = [
  ['pairing required', 'wait-for-approval'],
  ['unauthorized: device token mismatch', 'drop-device-token'],
  ['unauthorized: too many failed', 'retry'],
  ['unauthorized role', 'fix-request'],
  ['unauthorized', 'fix-credentials'],
  ['device nonce', 'connect-again'],
  ['device signature expired', 'connect-again'],
]

function guessed(error: WireError): ClientAction {
  const known = KNOWN_BEGINNINGS.find(([beginning]) => error.message.startsWith(beginning))
  if (known !== undefined) return known[1]
  // The node was reached and said no: asking again changes nothing.
  if (detailOf(error, 'nodeError') !== undefined) return 'fix-request'
  const retryable = error.retryable === true || detailOf(error, 'retryable') === true
  return retryable || error.code === 'UNAVAILABLE' ? 'retry' : 'fix-request'
}
