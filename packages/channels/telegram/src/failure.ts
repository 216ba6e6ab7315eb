import { isRecord } from './json.ts'

/**
 * Why a request to the Bot API gave no result; `description` holds no secret.
 *
 * - `answered`: the platform said no
 * - `unreachable`: no connection came about, so nothing arrived there
 * - `lost`: the request may have arrived, the answer did not; `silent`: nothing came in the time allowed
 */
export type Failure =
  | {
      readonly kind: 'answered'
      readonly status: number
      readonly description: string
      readonly retryAfterMs: number | undefined
    }
  | { readonly kind: 'unreachable'; readonly description: string }
  | { readonly kind: 'lost'; readonly description: string; readonly silent: boolean }

/** Before a connection stands, nothing has been written. */
const BEFORE_CONNECTION = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'])
const CONNECTING = /reason: (?:connect |getaddrinfo |$)/
/** What a proxy answered that does not connect. */
const PROXY = /^PROXY_(\d+)$/
const TLS = /^(?:CERT_|ERR_TLS_|ERR_SSL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_)/

/** Reads what grammY threw, without its classes: this file must not load it. */
export function failureOf(error: unknown, redact: (text: string) => string): Failure {
  const thrown = isRecord(error) ? error : {}
  const { error_code: status, description, parameters, error: inner } = thrown
  if (typeof status === 'number') {
    const { retry_after: seconds } = isRecord(parameters) ? parameters : {}
    return {
      kind: 'answered',
      status,
      description: redact(typeof description === 'string' ? description : `error ${status}`),
      retryAfterMs: typeof seconds === 'number' && seconds >= 0 ? seconds * 1000 : undefined,
    }
  }
  return networkFailure(isRecord(inner) ? inner : thrown, redact)
}

function noConnection(name: string): string {
  const [, status] = PROXY.exec(name) ?? []
  return status === undefined ? `no connection (${name})` : `the proxy refused (${status})`
}

function networkFailure(error: object, redact: (text: string) => string): Failure {
  const { code, type, message } = error as Readonly<Record<string, unknown>>
  const name = typeof code === 'string' ? code : typeof type === 'string' ? type : 'failed'
  const text = typeof message === 'string' ? message : ''
  const never =
    PROXY.test(name) || BEFORE_CONNECTION.has(name) || TLS.test(name) || CONNECTING.test(text)
  if (never) return { kind: 'unreachable', description: redact(noConnection(name)) }
  const silent = name === 'aborted'
  const what = silent
    ? 'no answer in time'
    : name === 'invalid-json'
      ? 'the answer was not of the Bot API'
      : `the connection broke (${name})`
  return { kind: 'lost', silent, description: redact(what) }
}
