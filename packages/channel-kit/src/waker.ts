/** Sleeps that can be cut short; a wake-up during work is not lost. */
export interface Waker {
  readonly now: () => void
  readonly next: (ms: number) => Promise<void>
}

/** A {@link Waker} that never sleeps again once `signal` aborted. */
export function waker(signal: AbortSignal): Waker {
  let pending = signal.aborted
  let resolve: (() => void) | undefined
  const now = (): void => {
    pending = true
    resolve?.()
  }
  signal.addEventListener('abort', now, { once: true })
  return {
    now,
    next: async (ms) => {
      if (!pending) {
        let timer: ReturnType<typeof setTimeout> | undefined
        await new Promise<void>((done) => {
          resolve = done
          timer = setTimeout(done, ms)
          timer.unref()
        })
        clearTimeout(timer)
      }
      resolve = undefined
      pending = signal.aborted
    },
  }
}
