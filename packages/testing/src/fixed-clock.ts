import type { Clock, EpochMs } from '@openclaw/pairing-contracts'

/** A clock that only moves when it is told to. */
export interface FixedClock extends Clock {
  /** Moves by `ms`; negative values turn it back, as a real clock may be. */
  readonly advance: (ms: number) => void
  readonly set: (ms: number) => void
}

/** A clock that stands at `start` ms; 2026-03-01T10:00:00Z unless given. */
export function fixedClock(start: number = Date.UTC(2026, 2, 1, 10)): FixedClock {
  let now = start
  return {
    now: () => now as EpochMs,
    advance: (ms) => {
      now += ms
    },
    set: (ms) => {
      now = ms
    },
  }
}
