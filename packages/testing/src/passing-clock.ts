import type { Clock, EpochMs } from '@openclaw/pairing-contracts'

/** A clock that goes on, and may be put forward. */
export interface PassingClock extends Clock {
  /** So many ms pass at once. */
  readonly pass: (ms: number) => void
}

/** A clock that goes as `clock` does, until it is put forward. */
export function passingClock(clock: Clock): PassingClock {
  let passed = 0
  return {
    now: () => (clock.now() + passed) as EpochMs,
    pass: (ms) => {
      passed += ms
    },
  }
}
