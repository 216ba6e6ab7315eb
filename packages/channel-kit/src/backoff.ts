import type { Clock, RandomBytes } from '@openclaw/pairing-contracts'

/** Waits that grow with each failure and start over after a healthy while. */
export interface Backoff {
  /** Counts a failure; how long to wait now, in ms. */
  readonly failed: () => number
  /** The wait after so many failures, in ms. */
  readonly after: (failures: number) => number
}

/** How long to wait, in ms. */
export interface BackoffTiming {
  /** After the first failure; each further one multiplies it, up to `maxBackoffMs`. */
  readonly backoffMs: number
  readonly maxBackoffMs: number
  /** 2 unless given. */
  readonly factor?: number
  /** Each wait is shorter by up to this share, so that many clients do not come at once; 0.5 unless given. */
  readonly jitter?: number
  /** After so long without a failure the waits begin anew. */
  readonly healthyMs: number
}

/** No failure yet. */
export function backoff(
  { clock, random }: { readonly clock: Clock; readonly random: RandomBytes },
  { backoffMs, maxBackoffMs, healthyMs, factor = 2, jitter = 0.5 }: BackoffTiming,
): Backoff {
  let failures = 0
  let quietFrom = 0
  const after = (count: number): number => {
    const whole = Math.min(maxBackoffMs, backoffMs * factor ** Math.min(count - 1, 30))
    const share = (random(1)[0] ?? 0) / 255
    return Math.round(whole * (1 - jitter + jitter * share))
  }
  return {
    after,
    failed: () => {
      const now = clock.now()
      failures = now >= quietFrom ? 1 : failures + 1
      const wait = after(failures)
      quietFrom = now + wait + healthyMs
      return wait
    },
  }
}

/** Gives leave for what may be done at once, but not time after time: only where nobody asked in the last `ms`. */
export function seldom(clock: Clock, ms: number): () => boolean {
  let last: number | undefined
  return () => {
    const now = clock.now()
    const isFirst = last === undefined || Math.abs(now - last) >= ms
    last = now
    return isFirst
  }
}
