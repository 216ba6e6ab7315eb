import type { AgentMessage } from '@openclaw/pairing-contracts'
import { requestId, type SignedRequest, signedRequest } from '../webhook/signed-request.ts'

/** The request for a message: type `message.received`, fields as in the README. */
export function messageRequest(
  { idempotencyKey, message }: AgentMessage,
  secret: string,
): SignedRequest {
  const { channel, account, senderId, messageKey, sentAt, text, meta } = message
  const sent = new Date(sentAt).toISOString()
  const data = { channel, account, senderId, messageKey, sentAt: sent, text, meta, idempotencyKey }
  const payload = { type: 'message.received', timestamp: sent, data }
  return signedRequest(requestId('msg', idempotencyKey), payload, secret)
}
