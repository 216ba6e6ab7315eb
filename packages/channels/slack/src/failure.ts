import { isRecord, isText, type UnknownRecord } from './json.ts'

/**
 * Why a request to the Web API gave no result; `description` holds no secret.
 *
 * - `answered`: Slack said no; `error` is its word for why
 * - `limited`: 429, to be asked again after a while
 * - `unreachable`: no connection came about, so nothing arrived there
 * - `lost`: the request may have arrived, the answer did not, or is none of the Web API
 * - `missing`: 404, there is no Web API
 */
export type Failure =
  | {
      readonly kind: 'answered'
      readonly error: string
      readonly needed: string
      readonly description: string
    }
  | { readonly kind: 'limited'; readonly retryAfterMs: number; readonly description: string }
  | { readonly kind: 'unreachable' | 'lost' | 'missing'; readonly description: string }

/** Before a connection stands, nothing has been written. */
const BEFORE_CONNECTION =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|CERT_\w+|ERR_TLS_\w+|ERR_SSL_\w+|UNABLE_TO_\w+|DEPTH_ZERO_\w+|SELF_SIGNED_\w+)$/
const WORD = /^[a-z][a-z0-9_:.]{1,80}$/i

/** Reads what the SDK threw, without its classes: this file must not load it. */
export function failureOf(thrown: unknown, redact: (text: string) => string): Failure {
  const error = isRecord(thrown) ? thrown : {}
  if (error.code === 'slack_webapi_platform_error') return answered(error, redact)
  if (error.code === 'slack_webapi_rate_limited_error') return limited(error.retryAfter)
  if (error.code === 'slack_webapi_http_error') {
    const description = `the answer had status ${String(Number(error.statusCode))}`
    return { kind: error.statusCode === 404 ? 'missing' : 'lost', description }
  }
  const word = wordOf(thrown, 0)
  if (BEFORE_CONNECTION.test(word))
    return { kind: 'unreachable', description: redact(`no connection (${word})`) }
  if (word === 'TimeoutError') return { kind: 'lost', description: 'no answer in time' }
  // A 429 without a time is the one error of the SDK that only its text tells.
  if (isText(error.message) && error.message.startsWith('Retry header')) return limited(undefined)
  return { kind: 'lost', description: redact(`the connection broke (${word})`) }
}

function answered({ data }: UnknownRecord, redact: (text: string) => string): Failure {
  const { error, needed } = isRecord(data) ? data : {}
  if (typeof error !== 'string' || !WORD.test(error))
    return { kind: 'lost', description: 'the answer was not of the Web API' }
  const scope = typeof needed === 'string' && WORD.test(needed) ? needed : ''
  return { kind: 'answered', error, needed: scope, description: redact(error) }
}

function limited(seconds: unknown): Failure {
  const isTime = typeof seconds === 'number' && seconds >= 0
  const retryAfterMs = isTime ? seconds * 1_000 : 0
  return { kind: 'limited', retryAfterMs, description: 'the rate limit is reached (429)' }
}

/** The code of the innermost error that has one, else its name. */
function wordOf(thrown: unknown, depth: number): string {
  if (!isRecord(thrown) || depth > 5) return 'failed'
  const inner = thrown.original ?? thrown.cause
  if (isRecord(inner)) return wordOf(inner, depth + 1)
  if (isText(thrown.code)) return thrown.code
  return isText(thrown.name) ? thrown.name : 'failed'
}
