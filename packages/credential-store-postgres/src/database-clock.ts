import type { Clock, EpochMs } from '@openclaw/pairing-contracts'
import { DRIFT } from './limits.ts'

/** The database's clock as it can be known from here. */
export interface DatabaseClock extends Clock {
  /** The database said `databaseMs` at some moment between `sent` and `received` of the clock that only goes forward. */
  readonly learn: (sample: ClockSample) => void
  /** How far {@link Clock.now} may be from the truth, in ms; what a slow round trip taught is known less well. */
  readonly errorMs: () => number
}

/** One question and its answer; the first two by the monotonic clock. */
export interface ClockSample {
  readonly sent: number
  readonly received: number
  readonly databaseMs: number
}

/**
 * Answers the latest moment that it may be at the database, so that what expires does so rather early than late: replicas whose
 * own clocks are wrong agree within the error. Goes backwards by no more than the error, unless the database's clock was set.
 *
 * `monotonic` is this machine's clock that only goes forward; `now` before the first sample throws.
 */
export function databaseClock(monotonic: () => number): DatabaseClock {
  let best: ClockSample | undefined
  const known = (): ClockSample => {
    if (best === undefined) throw new TypeError('the database has not been asked for the time')
    return best
  }
  return {
    now: () => Math.ceil(upperEnd(known(), monotonic())) as EpochMs,
    errorMs: () => width(known(), monotonic()) / 2,
    learn: (sample) => {
      if (best === undefined || isBetter(sample, best)) best = sample
    },
  }
}

/** If the database answered as soon as it was asked, this is the time there; later than that it cannot be. */
function upperEnd({ sent, databaseMs, received }: ClockSample, at: number): number {
  return databaseMs + (at - sent) + drift(received, at)
}

/** If it answered at the last moment, this is the time there. */
function lowerEnd({ received, databaseMs }: ClockSample, at: number): number {
  return databaseMs + (at - received) - drift(received, at)
}

function width(sample: ClockSample, at: number): number {
  return upperEnd(sample, at) - lowerEnd(sample, at)
}

function drift(since: number, at: number): number {
  return Math.max(0, at - since) * DRIFT
}

/** A sample that says more, or that the one before cannot be squared with: then the clock there was set. */
function isBetter(sample: ClockSample, best: ClockSample): boolean {
  const at = sample.received
  const apart =
    lowerEnd(sample, at) > upperEnd(best, at) || upperEnd(sample, at) < lowerEnd(best, at)
  return apart || width(sample, at) <= width(best, at)
}
