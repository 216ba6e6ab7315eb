import type { RandomBytes } from '@openclaw/pairing-contracts'

/**
 * Bytes that look random and are the same for the same `seed` (SplitMix32). Only for tests: anybody can predict them.
 *
 * @param seed - 32 bits count; 1 unless given
 */
export function seededRandom(seed: number = 1): RandomBytes {
  let state = seed >>> 0
  const nextByte = (): number => {
    state = (state + 0x9e3779b9) >>> 0
    let mixed = state ^ (state >>> 16)
    mixed = Math.imul(mixed, 0x21f0aaad)
    mixed ^= mixed >>> 15
    mixed = Math.imul(mixed, 0x735a2d97)
    return (mixed ^ (mixed >>> 15)) & 0xff
  }
  return (length) => Uint8Array.from({ length }, nextByte)
}
