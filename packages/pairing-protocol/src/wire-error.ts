import type { JsonObject } from '@openclaw/pairing-contracts'
import { type Close, closeWith } from './close.ts'
import { ERRORS, type ErrorDetailCode } from './error-codes.ts'
import type { ClientAction, ErrorRule } from './error-rule.ts'
import type { WireError } from './frame.ts'
import { MAX_CLOSE_REASON_BYTES } from './limits.ts'
import { cutUtf8, exceedsUtf8 } from './utf8.ts'
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

/** The request in the form that existing clients look for, and how the owner approves it. */
export function toApprove(requestId: string): string {
  return `(requestId: ${requestId}); on the gateway: openclaw devices approve ${requestId}`
}

/**
 * How the connection ends after an error: with the same text, which existing clients read and show. Where pairing is
 * required it names the request, and the command that approves it where there is room.
 *
 * @returns `undefined` where the connection stays, and for errors that are not in `ERRORS`
 */
export function closeAfter(error: WireError): Close | undefined {
  const code = detailCodeOf(error)
  const rule: ErrorRule | undefined = code === undefined ? undefined : ERRORS[code]
  if (rule?.close === undefined) return undefined
  const requestId = rule.wire === 'NOT_PAIRED' ? requestIdOf(error) : undefined
  if (requestId === undefined) return closeWith(rule.close, error.message)
  return closeWith(rule.close, reasonFor(requestId, { code, message: rule.message }))
}

/** The first that fits: an id of another gateway may be long. */
function reasonFor(
  requestId: string,
  { code, message }: { readonly code: ErrorDetailCode | undefined; readonly message: string },
): string {
  const named = `${message} (requestId: ${requestId})`
  if (code !== 'PAIRING_REQUIRED') return named
  const forms = [`${message} ${toApprove(requestId)}`, `${named}: openclaw devices list`]
  return forms.find((form) => !exceedsUtf8(form, MAX_CLOSE_REASON_BYTES)) ?? named
}
