import type { Cancel, Timers } from './ports.ts'

/** Something that is done once for many. */
export interface Coalesced {
  readonly soon: () => void
  readonly stop: Cancel
}

/** Does something once for all calls of `soon` within `ms`. */
export function coalesced(timers: Timers, ms: number, run: () => void): Coalesced {
  let cancel: Cancel | undefined
  let isStopped = false
  return {
    soon: () => {
      if (cancel !== undefined || isStopped) return
      cancel = timers.after(ms, () => {
        cancel = undefined
        run()
      })
    },
    stop: () => {
      isStopped = true
      cancel?.()
      cancel = undefined
    },
  }
}
