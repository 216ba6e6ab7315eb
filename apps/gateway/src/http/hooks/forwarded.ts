import type {
  ChannelAddress,
  Json,
  JsonObject,
  WebhookAnswer,
  WebhookRequest,
} from '@openclaw/pairing-contracts'
import { HOOK_BYTES } from '../../limits.ts'

/** A call as another gateway hands it over. */
export interface HandedCall {
  readonly channel: string
  readonly account: string
  readonly request: WebhookRequest
}

/** A call as JSON. */
export function encodeCall({ channel, account }: ChannelAddress, request: WebhookRequest): Json {
  const { method, query, headers, body } = request
  const named = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  )
  return {
    ...{ channel, account, method, query },
    headers: Object.fromEntries(named),
    body: Buffer.from(body).toString('base64'),
  }
}

/** A call of another gateway; `undefined` for what is none, such as one of a later version. */
export function decodeCall(json: Json): HandedCall | undefined {
  const { channel, account, method, query, headers, body } = objectOf(json)
  const isCall =
    typeof channel === 'string' &&
    typeof account === 'string' &&
    (method === 'GET' || method === 'POST') &&
    typeof query === 'string' &&
    typeof body === 'string'
  if (!isCall) return undefined
  const bytes = Buffer.from(body, 'base64')
  if (bytes.byteLength > HOOK_BYTES) return undefined
  const named = Object.entries(objectOf(headers)).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value] as const] : [],
  )
  const request = { method, query, headers: Object.fromEntries(named), body: bytes } as const
  return { channel, account, request }
}

/** An answer as JSON. */
export function encodeAnswer(answer: WebhookAnswer | 'nowhere'): Json {
  if (answer === 'nowhere') return { status: 'nowhere' }
  const { status, body } = answer
  return { status, ...(body !== undefined && { body }) }
}

/** What another gateway answered; what cannot be read is `nowhere`. */
export function decodeAnswer(json: Json): WebhookAnswer | 'nowhere' {
  const { status, body } = objectOf(json)
  const isStatus = typeof status === 'number' && Number.isInteger(status)
  if (!isStatus || status < 200 || status > 599) return 'nowhere'
  return { status, ...(typeof body === 'string' && { body }) }
}

const objectOf = (json: Json | undefined): JsonObject =>
  typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as JsonObject) : {}
