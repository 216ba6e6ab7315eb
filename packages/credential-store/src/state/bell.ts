import type { AbortSignalLike } from '@openclaw/pairing-contracts'

/** Wakes everyone who waits for something new. */
export interface Bell {
  readonly ring: () => void
  /** Resolves at the next ring, at once when `signal` aborts, and at the latest after `withinMs`. */
  readonly next: (signal: AbortSignalLike, withinMs?: number) => Promise<void>
}

/** A bell that nobody waits for yet. */
export function bell(): Bell {
  const waiting = new Set<() => void>()
  return {
    ring: () => {
      for (const wake of [...waiting]) wake()
    },
    next: (signal, withinMs) =>
      new Promise((resolve) => {
        const timer = withinMs === undefined ? undefined : setTimeout(() => wake(), withinMs)
        const wake = (): void => {
          clearTimeout(timer)
          waiting.delete(wake)
          signal.removeEventListener('abort', wake)
          resolve()
        }
        waiting.add(wake)
        signal.addEventListener('abort', wake)
        if (signal.aborted) wake()
      }),
  }
}
