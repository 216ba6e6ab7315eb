import type { EpochMs } from '@openclaw/pairing-contracts'
import type { RequestRecord, RestRecord, SenderRecord } from './collections.ts'
import { ExpiryOutOfRange } from './errors.ts'
import { CLOCK_SLACK_MS, MAX_GRANT_MS, MIN_GRANT_MS, REJECTED_REST_MS } from './limits.ts'

/**
 * True when a request's hour is over. A request from further in the future than an hour is over too: the clock
 * was set back, and it must not live for as long as the clock was wrong.
 */
export function isOver(
  request: Pick<RequestRecord, 'createdAt' | 'expiresAt'>,
  now: EpochMs,
): boolean {
  return now >= request.expiresAt || now < request.createdAt - CLOCK_SLACK_MS
}

/** True for a grant of the store that counts now. One that ends by itself also rests while the clock is set back. */
export function isGranted(record: SenderRecord | undefined, now: EpochMs): record is SenderRecord {
  if (record === undefined || record.state !== 'allowed') return false
  if (record.expiresAt === undefined) return true
  return now < record.expiresAt && now >= record.since - CLOCK_SLACK_MS
}

/** True while a rejected sender's messages cause no request; a clock that was set back does not make it longer. */
export function isResting(rest: RestRecord | undefined, now: EpochMs): rest is RestRecord {
  return rest !== undefined && now < rest.until && rest.until - now <= REJECTED_REST_MS
}

/** When a grant that was given now ends. Throws {@link ExpiryOutOfRange} outside of one minute to ten years. */
export function checkExpiresIn(expiresInMs: number | undefined): void {
  if (expiresInMs === undefined) return
  const inRange = expiresInMs >= MIN_GRANT_MS && expiresInMs <= MAX_GRANT_MS
  if (!Number.isInteger(expiresInMs) || !inRange) throw new ExpiryOutOfRange()
}
