import type { ChannelLog, Clock } from '@openclaw/pairing-contracts'
import { COMPLAINT_BURST, COMPLAINT_REFILL_MS } from './limits.ts'
import { rateLimiter } from './rate.ts'

/** Says that a request failed, so seldom that nobody can fill the log with it. */
export type Complain = (error: unknown) => void

/** Nothing said yet; the next line tells how many were left out. */
export function complaints(clock: Clock, log: () => ChannelLog | undefined): Complain {
  const wait = rateLimiter(clock, {
    burst: COMPLAINT_BURST,
    refillMs: COMPLAINT_REFILL_MS,
    maxKeys: 1,
  })
  let unsaid = 0
  return (error) => {
    const say = log()
    if (say === undefined) return
    if (wait('all') > 0) {
      unsaid += 1
      return
    }
    const reason = error instanceof Error ? error.message : 'unknown'
    say('error', 'webchat-request-failed', { reason, ...(unsaid > 0 ? { unsaid } : {}) })
    unsaid = 0
  }
}
