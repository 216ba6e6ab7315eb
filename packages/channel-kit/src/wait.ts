import type { AbortSignalLike } from '@openclaw/pairing-contracts'
import { whenAborted } from './when-aborted.ts'

/** Waits that a ring ends; a wait that is over leaves nothing behind. */
export interface Bell {
  readonly ring: () => void
  /** Until the next ring, at the latest after `ms`; sooner when `signal` aborts. */
  readonly wait: (ms: number, signal: AbortSignalLike | undefined) => Promise<void>
}

/** A bell that nobody waits for yet. */
export function bell(): Bell {
  const waiting = new Set<() => void>()
  return {
    ring: () => {
      for (const end of waiting) end()
    },
    wait: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve()
        const end = (): void => {
          clearTimeout(timer)
          forget?.()
          waiting.delete(end)
          resolve()
        }
        const timer = setTimeout(end, ms)
        const forget = signal && whenAborted(signal, end)
        waiting.add(end)
      }),
  }
}

/** Waits `ms`; sooner when `signal` aborts. */
export function pause(ms: number, signal: AbortSignalLike | undefined): Promise<void> {
  return bell().wait(ms, signal)
}

/** Runs a call with a signal that aborts after `ms`, and when `stop` does. */
export async function within<T>(
  ms: number,
  stop: AbortSignalLike | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController()
  const abort = (): void => controller.abort()
  const timer = setTimeout(abort, ms)
  const forget = stop && whenAborted(stop, abort)
  if (stop?.aborted) abort()
  try {
    return await work(controller.signal)
  } finally {
    clearTimeout(timer)
    forget?.()
  }
}

/** What `work` comes to, or `undefined` when `signal` aborts or `ms` pass first; `work` must not reject then unheard. */
export function orNothing<T>(
  work: Promise<T>,
  ms: number,
  signal?: AbortSignalLike,
): Promise<T | undefined> {
  const over = bell()
  const nothing = over.wait(ms, signal).then(() => undefined)
  const first = Promise.race([work, nothing])
  // The timer of a race that is decided would keep the process.
  return first.finally(over.ring)
}
