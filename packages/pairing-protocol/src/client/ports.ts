import type { Clock, RandomBytes } from '@openclaw/pairing-contracts'

/** Takes back what was to happen; safe to call at any time. */
export type Cancel = () => void

/** Time that passes. */
export interface Timers {
  /** Calls `work` once, `ms` milliseconds from now. */
  readonly after: (ms: number, work: () => void) => Cancel
  /** Milliseconds since some moment; never goes back, whatever happens to the time of day. */
  readonly elapsed: () => number
}

/** What a client takes from its surroundings; `systemPorts` unless a test gives others. */
export interface ClientPorts {
  readonly clock: Clock
  readonly randomBytes: RandomBytes
  readonly timers: Timers
}
