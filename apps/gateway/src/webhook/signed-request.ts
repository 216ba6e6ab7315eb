import { createHash } from 'node:crypto'
import { Webhook } from 'standardwebhooks'

/** What happened, as Standard Webhooks has it. */
export interface WebhookPayload {
  /** Dotted, such as `message.received`. */
  readonly type: string
  /** When it happened, ISO 8601. */
  readonly timestamp: string
  readonly data: Readonly<Record<string, unknown>>
}

/** Something to be told, ready to be signed and sent as often as needed. */
export interface SignedRequest {
  /** The same for every try, also after a restart: the receiver's idempotency key. */
  readonly id: string
  readonly body: string
  /** Signed for this moment, as Standard Webhooks asks. */
  readonly headersAt: (now: number) => Readonly<Record<string, string>>
}

/** The id of whatever `key` names: the same for the same key, and telling nothing of it. */
export function requestId(prefix: string, key: string): string {
  return `${prefix}_${createHash('sha256').update(key).digest('hex').slice(0, 32)}`
}

/** A request that carries `payload`. */
export function signedRequest(id: string, payload: WebhookPayload, secret: string): SignedRequest {
  const body = JSON.stringify(payload)
  const signer = new Webhook(secret)
  return {
    id,
    body,
    headersAt: (now) => ({
      'content-type': 'application/json',
      'user-agent': 'openclaw-gateway',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(now / 1_000)),
      'webhook-signature': signer.sign(id, new Date(now), body),
    }),
  }
}
