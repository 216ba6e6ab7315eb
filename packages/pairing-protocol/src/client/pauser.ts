import type { Cancel, Timers } from './ports.ts'

/** Waits that can be cut short, once and for all. */
export interface Pauser {
  readonly pause: (ms: number) => Promise<void>
  /** Ends the wait that is under way, and all later ones. */
  readonly stop: () => void
}

/** A pauser that is not stopped. */
export function pauser(timers: Timers): Pauser {
  let stopped = false
  let wake = () => {}
  return {
    pause: async (ms) => {
      if (stopped) return
      let cancel: Cancel = () => {}
      await new Promise<void>((resolve) => {
        wake = resolve
        cancel = timers.after(ms, resolve)
      })
      cancel()
    },
    stop: () => {
      stopped = true
      wake()
    },
  }
}
