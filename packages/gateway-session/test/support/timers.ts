import type { FixedClock } from '@openclaw/pairing-testing'
import type { Timers } from '../../src/index.ts'

/** Timers that run when the clock is moved by {@link FakeTimers.pass}. */
export interface FakeTimers extends Timers {
  /** Moves the clock, running what becomes due in order, and lets promises settle in between. */
  readonly pass: (ms: number) => Promise<void>
  readonly waiting: () => number
}

export function fakeTimers(clock: FixedClock): FakeTimers {
  let waiting: { readonly at: number; readonly run: () => void }[] = []
  return {
    after: (ms, run) => {
      const entry = { at: clock.now() + ms, run }
      waiting.push(entry)
      return () => {
        waiting = waiting.filter((each) => each !== entry)
      }
    },
    pass: async (ms) => {
      const end = clock.now() + ms
      for (;;) {
        const due = waiting.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0]
        if (due === undefined) break
        waiting = waiting.filter((each) => each !== due)
        clock.set(Math.max(due.at, clock.now()))
        due.run()
        await settled()
      }
      clock.set(end)
      await settled()
    },
    waiting: () => waiting.length,
  }
}

/** Lets every promise that can settle do so. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
