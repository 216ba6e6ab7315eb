import { createHmac, timingSafeEqual } from 'node:crypto'
import type { EpochMs, WebhookRequest } from '@openclaw/pairing-contracts'
import { SIGNED_FOR_MS } from './limits.ts'

/** Whether Slack posted this just now; `stale`: it was signed at another time, so somebody may repeat it, or a clock is wrong. */
export type Signed = 'right' | 'wrong' | 'stale'

/** Checks version 0 of Slack's signature over the raw body, in constant time. */
export function signedBySlack(
  { headers, body }: Pick<WebhookRequest, 'headers' | 'body'>,
  secret: string,
  now: EpochMs,
): Signed {
  const time = headers['x-slack-request-timestamp'] ?? ''
  const given = /^v0=([0-9a-f]{64})$/.exec(headers['x-slack-signature'] ?? '')?.[1]
  if (given === undefined || !/^\d{1,12}$/.test(time)) return 'wrong'
  const right = createHmac('sha256', secret).update(`v0:${time}:`).update(body).digest()
  if (!timingSafeEqual(right, Buffer.from(given, 'hex'))) return 'wrong'
  return Math.abs(now - Number(time) * 1_000) > SIGNED_FOR_MS ? 'stale' : 'right'
}
