import type { RandomBytes } from '@openclaw/pairing-contracts'
import {
  APPROVAL_RETRIES,
  APPROVAL_RETRY_MS,
  FIRST_RETRY_MS,
  LATE_APPROVAL_RETRY_MS,
  MAX_RETRY_MS,
  RESTART_RETRY_MS,
} from './limits.ts'

/**
 * Milliseconds before try `failures + 1`: 1 s, 2 s, 4 s … 30 s, of which a random half is taken off, so that many clients
 * of one gateway do not come back at the same moment.
 *
 * @param failures - tries in a row that came to nothing, at least 1
 */
export function backoff(failures: number, randomBytes: RandomBytes): number {
  // 2 ** 5 s is beyond the longest wait already; a larger exponent would only lose precision.
  const full = Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(failures - 1, 5))
  return halved(full, randomBytes)
}

/**
 * Milliseconds before a gateway is asked again whether its owner has approved: at most 0.7 s, after ten minutes 5 s, of
 * which a random half is taken off.
 *
 * @param asked - times in a row that the answer was that the owner decides, at least 1
 */
export function approvalDelay(asked: number, randomBytes: RandomBytes): number {
  return halved(asked > APPROVAL_RETRIES ? LATE_APPROVAL_RETRY_MS : APPROVAL_RETRY_MS, randomBytes)
}

/** Milliseconds before a gateway that said it restarts is tried: 0.25 to 1.25 s. */
export function restartDelay(randomBytes: RandomBytes): number {
  return Math.round(RESTART_RETRY_MS + FIRST_RETRY_MS * fraction(randomBytes))
}

function halved(full: number, randomBytes: RandomBytes): number {
  return Math.round(full / 2 + (full / 2) * fraction(randomBytes))
}

/** 0 to almost 1, in 65,536 steps. */
function fraction(randomBytes: RandomBytes): number {
  const [high = 0, low = 0] = randomBytes(2)
  return (high * 256 + low) / 65_536
}
