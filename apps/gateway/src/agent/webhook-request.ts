import { createHash } from 'node:crypto'
import type { AgentMessage } from '@openclaw/pairing-contracts'
import { Webhook } from 'standardwebhooks'

/** One message, ready to be signed and sent as often as needed. */
export interface WebhookRequest {
  /** The same for every try of the same message, also after a restart: the receiver's idempotency key. */
  readonly id: string
  readonly body: string
  /** Signed for this moment, as Standard Webhooks asks. */
  readonly headersAt: (now: number) => Readonly<Record<string, string>>
}

/** The request for a message: type `message.received`, fields as in the README. */
export function webhookRequest(
  { idempotencyKey, message }: AgentMessage,
  secret: string,
): WebhookRequest {
  const id = `msg_${createHash('sha256').update(idempotencyKey).digest('hex').slice(0, 32)}`
  const { channel, account, senderId, messageKey, sentAt, text, meta } = message
  const sent = new Date(sentAt).toISOString()
  const data = { channel, account, senderId, messageKey, sentAt: sent, text, meta, idempotencyKey }
  const body = JSON.stringify({ type: 'message.received', timestamp: sent, data })
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
