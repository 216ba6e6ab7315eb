/** Waits `ms`. */
export const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms))

/**
 * Waits until `ready` says so; processes start slowly on a busy machine.
 *
 * @throws Error that names `what` was waited for, after 20 s
 */
export async function until(ready: () => unknown, what: string): Promise<void> {
  const deadline = performance.now() + 20_000
  while (!(await ready())) {
    if (performance.now() > deadline) throw new Error(`waited in vain: ${what}`)
    await pause(5)
  }
}

/** What a test began, and ends with it: the newest first. */
export interface Endings {
  readonly add: (close: () => Promise<unknown>) => void
  /** Ends everything; what fails to end is passed over. */
  readonly closeAll: () => Promise<void>
}

/** Nothing began yet. */
export function endings(): Endings {
  const open: (() => Promise<unknown>)[] = []
  return {
    add: (close) => void open.unshift(close),
    closeAll: async () => {
      for (const close of open.splice(0)) await close().catch(() => {})
    },
  }
}
