import type { Clock } from '@openclaw/pairing-contracts'
import { MAX_PACED } from './limits.ts'

/** Lets so many of a kind pass within a while. */
export interface Pace {
  /** Takes one; false when it was one too many, or too many are remembered. */
  readonly take: (key: string) => boolean
}

/** Nobody has taken anything. Bounded: what is older than `withinMs` is forgotten. */
export function pace(clock: Clock, atOnce: number, withinMs: number): Pace {
  const taken = new Map<string, readonly number[]>()
  const recent = (times: readonly number[], now: number): readonly number[] =>
    times.filter((at) => at <= now && now - at < withinMs)
  return {
    take: (key) => {
      const now = clock.now()
      const times = recent(taken.get(key) ?? [], now)
      if (times.length >= atOnce) return false
      if (taken.size >= MAX_PACED && !taken.has(key)) {
        for (const [other, its] of taken) if (recent(its, now).length === 0) taken.delete(other)
        if (taken.size >= MAX_PACED) return false
      }
      taken.set(key, [...times, now])
      return true
    },
  }
}
