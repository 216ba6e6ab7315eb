import { addressFault, isText, jsonOf, originOf, redactor } from '@openclaw/pairing-channel-kit'
import { exchange, type HttpBounds, type NoAnswer } from '@openclaw/pairing-channel-kit/http'
import { isRecord, type UnknownRecord } from '../json.ts'
import { BlueBubblesPasswordMissing, BlueBubblesUrlInvalid } from './errors.ts'

/** What a request came to. */
export type ApiAnswer =
  | { readonly kind: 'ok'; readonly data: unknown }
  /** The server refused or failed; `data` may hold the message that failed. */
  | {
      readonly kind: 'error'
      readonly status: number
      /** In its own words, fit for a log. */
      readonly reason: string
      readonly data: unknown
    }
  /** Something that is not the server answered, such as a proxy before it. */
  | { readonly kind: 'foreign'; readonly status: number }
  | NoAnswer

/** The server's REST calls; none rejects, and none repeats itself. */
export interface BlueBubblesApi {
  /** Scheme, host and port, for messages. */
  readonly origin: string
  /** Makes text fit for a log: without the password. */
  readonly redact: (text: string) => string
  readonly get: (path: string, bounds: HttpBounds) => Promise<ApiAnswer>
  readonly post: (path: string, body: object, bounds: HttpBounds) => Promise<ApiAnswer>
}

/** Where the server is, and what opens it. */
export interface ServerAddress {
  readonly serverUrl: string
  readonly password: string
  /** Further texts that must not appear. */
  readonly secrets: readonly string[]
}

/** Anything that carries a password in an address. */
const IN_QUERY = /(?:password|guid|token)=[^&\s"']+/gi

/**
 * The server's REST API. The password travels in the query, for the server takes it nowhere else; so no address is
 * ever put into words.
 *
 * @throws {@link BlueBubblesUrlInvalid}, {@link BlueBubblesPasswordMissing}
 */
export function blueBubblesApi({ serverUrl, password, secrets }: ServerAddress): BlueBubblesApi {
  const base = parseServerUrl(serverUrl)
  if (password === '') throw new BlueBubblesPasswordMissing()
  const redact = redactor({ secrets: [password, ...secrets], pattern: IN_QUERY })
  const urlOf = (path: string): string =>
    `${base}/api/v1/${path}?password=${encodeURIComponent(password)}`
  const answered = async (answer: ReturnType<typeof exchange>): Promise<ApiAnswer> => {
    const came = await answer
    return came.kind === 'answered' ? decode(came, redact) : came
  }
  return {
    origin: originOf(base),
    redact,
    get: (path, bounds) => answered(exchange({ url: urlOf(path) }, bounds)),
    post: (path, body, bounds) =>
      answered(exchange({ url: urlOf(path), body: JSON.stringify(body) }, bounds)),
  }
}

/**
 * The server's address without a slash at the end.
 *
 * @throws {@link BlueBubblesUrlInvalid} unless it is https, or http on this machine, and holds nothing else
 */
export function parseServerUrl(serverUrl: string): string {
  const fault = addressFault(serverUrl, 'http')
  if (fault !== undefined) throw new BlueBubblesUrlInvalid(fault)
  if (/\/api(?:\/|$)/.test(new URL(serverUrl).pathname)) throw new BlueBubblesUrlInvalid('more')
  return serverUrl.replace(/\/+$/, '')
}

function decode(
  { status, text }: { readonly status: number; readonly text: string },
  redact: (text: string) => string,
): ApiAnswer {
  const body = jsonOf(text)
  if (!isRecord(body)) return { kind: 'foreign', status }
  if (status >= 200 && status < 300) return { kind: 'ok', data: body.data }
  return { kind: 'error', status, reason: redact(reasonIn(body)), data: body.data }
}

/** A server that does not know this call: an older one, or one that is set up without it. */
export function isUnknownCall(answer: ApiAnswer): boolean {
  if (answer.kind !== 'error' && answer.kind !== 'foreign') return false
  return answer.status === 404 || answer.status === 405 || answer.status === 501
}

function reasonIn({ message, error }: UnknownRecord): string {
  const words = [message, isRecord(error) ? error.message : undefined].filter(isText)
  return words.length === 0 ? 'no reason given' : words.join(': ')
}
