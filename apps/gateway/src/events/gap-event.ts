import type { EpochMs } from '@openclaw/pairing-contracts'
import type { WebhookPayload } from '../webhook/signed-request.ts'
import type { Gap } from './standing.ts'

/** What is told once of entries that cannot be sent. */
export function gapEvent({ reason, from, to, since }: Gap, now: EpochMs): WebhookPayload {
  return {
    type: 'events.skipped',
    timestamp: new Date(now).toISOString(),
    data: {
      reason,
      from: from ?? null,
      to: to ?? null,
      since: since === undefined || since === 0 ? null : new Date(since).toISOString(),
    },
  }
}
