import type { JsonObject } from '@openclaw/pairing-contracts'
import { type Close, closeWith } from './close.ts'
import { ERRORS, type ErrorDetailCode } from './error-codes.ts'
import type { ClientAction, ErrorRule } from './error-rule.ts'
import type { WireError } from './frame.ts'
import { cutUtf8 } from './utf8.ts'
import { detailCodeOf, requestIdOf } from './wire-error-facts.ts'

/** What an error says besides its code. */
export interface ErrorFacts {
  /** Goes behind the message: `missing scope: <about>`. Never a secret; cut at 256 bytes. */
  readonly about?: string
  /** Goes into `details`; cannot replace what the table says. */
  readonly details?: JsonObject
  /** Milliseconds after which it may work. */
  readonly retryAfterMs?: number
}

const MAX_ABOUT_BYTES = 256

const WAITING: ReadonlySet<ClientAction> = new Set(['retry', 'wait-for-approval'])

/**
 * The error of a code, as it crosses the wire: with the recommended next step, and with what keeps existing clients
 * trying (`retryable`, and `pauseReconnect: false`) wherever a later try may work.
 */
export function wireError(code: ErrorDetailCode, facts: ErrorFacts = {}): WireError {
  const rule: ErrorRule = ERRORS[code]
  const retryable = WAITING.has(rule.action)
  const { retryAfterMs } = facts
  return {
    code: rule.wire,
    message: withAbout(rule.message, facts.about),
    details: {
      ...facts.details,
      code,
      ...(rule.nextStep === undefined ? {} : { recommendedNextStep: rule.nextStep }),
      ...(retryable ? { retryable, pauseReconnect: false } : {}),
    },
    ...(retryable ? { retryable } : {}),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  }
}

function withAbout(message: string, about: string | undefined): string {
  return about === undefined ? message : `${message}: ${cutUtf8(about, MAX_ABOUT_BYTES)}`
}

/**
 * How the connection ends after an error: with the same text, which existing clients read, and the id of the request
 * where pairing is required.
 *
 * @returns `undefined` where the connection stays, and for errors that are not in `ERRORS`
 */
export function closeAfter(error: WireError): Close | undefined {
  const code = detailCodeOf(error)
  const rule: ErrorRule | undefined = code === undefined ? undefined : ERRORS[code]
  if (rule?.close === undefined) return undefined
  const requestId = rule.wire === 'NOT_PAIRED' ? requestIdOf(error) : undefined
  const reason =
    requestId === undefined ? error.message : `${error.message} (requestId: ${requestId})`
  return closeWith(rule.close, reason)
}
