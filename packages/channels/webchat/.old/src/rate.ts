import type { Clock } from '@openclaw/pairing-contracts'

/** How much a {@link rateLimiter} lets through. */
export interface RateLimit {
  /** So many at once. */
  readonly burst: number
  /** One more becomes free after so many ms. */
  readonly refillMs: number
  /** So many keys are remembered. */
  readonly maxKeys: number
}

/** Takes one from `key`'s allowance: 0 when there was one, else the ms until there is. */
export type RateLimiter = (key: string) => number

/** A limiter with one token bucket per key, bounded in memory. */
export function rateLimiter(clock: Clock, { burst, refillMs, maxKeys }: RateLimit): RateLimiter {
  // Per key the time at which its bucket is full again.
  const fullAt = new Map<string, number>()
  return (key) => {
    const now = clock.now()
    const from = Math.max(fullAt.get(key) ?? 0, now)
    const wait = from + refillMs - burst * refillMs - now
    if (wait > 0) return wait
    fullAt.delete(key)
    fullAt.set(key, from + refillMs)
    const [oldest] = fullAt.keys()
    if (fullAt.size > maxKeys && oldest !== undefined) fullAt.delete(oldest)
    return 0
  }
}
