import { isRecord, isText } from '@openclaw/pairing-channel-kit'

/**
 * Why a request to the REST API gave no result; `description` holds no secret.
 *
 * - `answered`: Discord said no; `code` is its number for why
 * - `limited`: 429, or a limit that is known before; to be asked again after a while
 * - `unauthorised`: 401; nothing more is asked with this token
 * - `unreachable`: no connection came about, so nothing arrived there
 * - `lost`: the request may have arrived, the answer did not, or is none of the REST API
 * - `missing`: there is no REST API
 */
export type Failure =
  | { readonly kind: 'answered'; readonly code: number; readonly description: string }
  | { readonly kind: 'limited'; readonly retryAfterMs: number; readonly description: string }
  | {
      readonly kind: 'unauthorised' | 'unreachable' | 'lost' | 'missing'
      readonly description: string
    }

/** What a request throws that got no whole answer. */
export interface NoAnswerThrown {
  readonly noAnswer: 'unreachable' | 'lost'
}

/** What is read of the SDK's errors. */
interface Thrown {
  readonly name?: unknown
  readonly message?: unknown
  readonly status?: unknown
  readonly code?: unknown
  readonly retryAfter?: unknown
  readonly timeToReset?: unknown
  readonly noAnswer?: unknown
}

/** Reads what the SDK threw, without its classes: this file must not load it. */
export function failureOf(thrown: unknown, redact: (text: string) => string): Failure {
  const error: Thrown = isRecord(thrown) ? thrown : {}
  const { name, message, status, noAnswer } = error
  const words = isText(message) ? redact(message) : 'failed'
  if (noAnswer === 'unreachable' || noAnswer === 'lost')
    return { kind: noAnswer, description: words }
  if (isText(name) && name.startsWith('RateLimitError')) return limited(error)
  if (typeof status === 'number') return refused(error, status, words)
  // After a 401 the SDK has no token any more, and asks for nothing.
  if (isText(message) && message.startsWith('Expected token'))
    return { kind: 'unauthorised', description: '401: Unauthorized' }
  return { kind: 'lost', description: 'the answer was not of the REST API' }
}

function limited({ retryAfter, timeToReset }: Thrown): Failure {
  const waits = [retryAfter, timeToReset].map((ms) =>
    typeof ms === 'number' && Number.isFinite(ms) ? ms : 0,
  )
  const retryAfterMs = Math.max(0, ...waits)
  return { kind: 'limited', retryAfterMs, description: 'the rate limit is reached (429)' }
}

function refused({ code }: Thrown, status: number, words: string): Failure {
  if (status === 401) return { kind: 'unauthorised', description: words }
  if (status >= 500 || status < 400)
    return { kind: 'lost', description: `the answer had status ${String(status)}` }
  if (typeof code === 'number' && code > 0)
    return { kind: 'answered', code, description: `${words} (${String(code)})` }
  if (status === 404) return { kind: 'missing', description: 'the answer had status 404' }
  return { kind: 'answered', code: 0, description: `the answer had status ${String(status)}` }
}
