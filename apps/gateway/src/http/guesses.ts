import { GUESSERS, LOCKED_MS, WRONG_SECRETS, WRONG_SECRETS_MS } from '../limits.ts'

/** Wrong secrets, counted per customer, so that nobody can try them all. */
export interface Guesses {
  /** Ms until this one may try again; 0: now. */
  readonly waitOf: (key: string) => number
  /** Counts a wrong one; true when this one is locked from now on. */
  readonly wrong: (key: string) => boolean
}

interface Count {
  readonly since: number
  readonly wrong: number
  readonly lockedUntil: number
}

/** Bounded: at most {@link GUESSERS} are remembered, the oldest is forgotten. */
export function guesses(now: () => number): Guesses {
  const counts = new Map<string, Count>()
  return {
    waitOf: (key) => Math.max(0, (counts.get(key)?.lockedUntil ?? 0) - now()),
    wrong: (key) => {
      const count = next(counts.get(key), now())
      counts.delete(key)
      counts.set(key, count)
      const [oldest] = counts.keys()
      if (counts.size > GUESSERS && oldest !== undefined) counts.delete(oldest)
      return count.lockedUntil > now()
    },
  }
}

function next(before: Count | undefined, now: number): Count {
  const isFresh = before === undefined || now - before.since >= WRONG_SECRETS_MS
  const { since, wrong } = isFresh ? { since: now, wrong: 0 } : before
  const count = wrong + 1
  return { since, wrong: count, lockedUntil: count >= WRONG_SECRETS ? now + LOCKED_MS : 0 }
}
