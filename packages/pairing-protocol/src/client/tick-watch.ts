import { MAX_TICK_MS, SILENT_TICKS } from './limits.ts'
import type { Cancel, Timers } from './ports.ts'

/** Notices when the other side falls silent. */
export interface TickWatch {
  /** Something was heard. */
  readonly heard: () => void
  readonly stop: () => void
}

/** Calls `silent` once, when nothing was heard for two ticks. */
export function tickWatch(tickIntervalMs: number, timers: Timers, silent: () => void): TickWatch {
  const allowed = Math.min(tickIntervalMs, MAX_TICK_MS) * SILENT_TICKS
  let last = timers.elapsed()
  let cancel: Cancel
  // One timer for a whole period: messages only note the time.
  const look = () => {
    const left = last + allowed - timers.elapsed()
    if (left <= 0) silent()
    else cancel = timers.after(Math.ceil(left), look)
  }
  cancel = timers.after(allowed, look)
  return {
    heard: () => {
      last = timers.elapsed()
    },
    stop: () => cancel(),
  }
}
