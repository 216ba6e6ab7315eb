import type { EpochMs } from '@openclaw/pairing-contracts'

/** The earlier of two times. */
export function earlier(a: number, b: number): EpochMs {
  return Math.min(a, b) as EpochMs
}

/** The later of two times. */
export function later(a: number, b: number): EpochMs {
  return Math.max(a, b) as EpochMs
}
