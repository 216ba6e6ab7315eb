import { jsonOf } from '@openclaw/pairing-channel-kit'
import type { Answer as HttpAnswer, NoAnswer } from '@openclaw/pairing-channel-kit/http'
import { isRecord, isText } from '../json.ts'

/**
 * Why a request to the Graph API gave no result; `description` holds no secret.
 *
 * - `answered`: Meta said no; `code` is its number for why
 * - `foreign`: something that is not the Graph API answered
 * - `unreachable`: no connection came about, so nothing arrived there
 * - `lost`: the request may have arrived, the answer did not
 */
export type Failure =
  | {
      readonly kind: 'answered'
      readonly code: number
      readonly status: number
      /** As long as Meta asks for, in ms; 0 where it does not say. */
      readonly retryAfterMs: number
      readonly description: string
    }
  | {
      readonly kind: 'foreign'
      readonly status: number
      readonly retryAfterMs: number
      readonly description: string
    }
  | { readonly kind: 'unreachable'; readonly description: string }
  | { readonly kind: 'lost'; readonly description: string }

/** A result, or why there is none. */
export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: Failure }

/** Reads what came back: `resultOf` makes the result of it, `undefined` where it is none. */
export function readAnswer<T>(
  answer: HttpAnswer,
  resultOf: (json: unknown) => T | undefined,
  redact: (text: string) => string,
): Answer<T> {
  if (answer.kind !== 'answered') return { ok: false, failure: without(answer) }
  const { status, text, headers } = answer
  const json = jsonOf(text)
  const retryAfterMs = millisOf(headers['retry-after'])
  if (isRecord(json) && isRecord(json.error))
    return { ok: false, failure: refusalOf(json.error, { status, retryAfterMs, redact }) }
  const value = status === 200 ? resultOf(json) : undefined
  if (value !== undefined) return { ok: true, value }
  const description = `the answer was not of the Graph API (status ${String(status)})`
  return { ok: false, failure: { kind: 'foreign', status, retryAfterMs, description } }
}

const without = ({ kind, reason }: NoAnswer): Failure => ({ kind, description: reason })

/** Seconds in a header, as ms. */
function millisOf(header: string | undefined): number {
  const seconds = Number(header)
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1_000 : 0
}

interface Around {
  readonly status: number
  readonly retryAfterMs: number
  readonly redact: (text: string) => string
}

function refusalOf(
  error: Readonly<Record<string, unknown>>,
  { status, retryAfterMs, redact }: Around,
): Failure {
  const { code: given } = error as { readonly code?: unknown }
  const code = typeof given === 'number' && Number.isSafeInteger(given) ? given : -1
  const description = redact(wordsOf(error, code))
  return { kind: 'answered', code, status, retryAfterMs, description }
}

/** What Meta says of an error, in an answer or a status alike: its details where it gives some. */
export function wordsOf(error: unknown, code: number): string {
  const { message, title, error_data: data } = isRecord(error) ? error : {}
  const { details } = isRecord(data) ? data : {}
  const words = [details, message, title].find(isText) ?? 'no reason given'
  return `${words.replace(/^\(#\d+\) /, '')} (${String(code)})`
}
