import { BULK_BURST_BYTES, BULK_BYTES, BULK_BYTES_PER_MS } from '../limits.ts'

/** How fast one connection may send long messages. */
export interface Pace {
  /** A message was read. @returns milliseconds for which nothing more is to be read */
  readonly took: (bytes: number) => number
}

/**
 * Nobody else is served while a long message is read, so whoever sends many has to wait in between. Short ones cost nothing.
 *
 * @param now - milliseconds that never go back
 */
export function pace(now: () => number): Pace {
  let left = BULK_BURST_BYTES
  let at = 0
  return {
    took: (bytes) => {
      if (bytes < BULK_BYTES) return 0
      const time = now()
      left = Math.min(BULK_BURST_BYTES, left + (time - at) * BULK_BYTES_PER_MS) - bytes
      at = time
      return left < 0 ? -left / BULK_BYTES_PER_MS : 0
    },
  }
}
