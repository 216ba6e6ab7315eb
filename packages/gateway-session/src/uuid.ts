import type { RandomBytes } from '@openclaw/pairing-contracts'

const BYTES = 16

/** A random UUID of version 4: 122 random bits. */
export function drawUuid(random: RandomBytes): string {
  return uuidOf(random(BYTES))
}

/** Two of them with one call of the source, which is what costs. */
export function drawTwoUuids(random: RandomBytes): readonly [string, string] {
  const bytes = random(2 * BYTES)
  return [uuidOf(bytes.subarray(0, BYTES)), uuidOf(bytes.subarray(BYTES))]
}

function uuidOf(bytes: Uint8Array): string {
  const hex = [...bytes].map((byte, at) => marked(byte, at).toString(16).padStart(2, '0')).join('')
  const part = (from: number, to: number) => hex.slice(from, to)
  return [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join('-')
}

function marked(byte: number, at: number): number {
  if (at === 6) return (byte & 0x0f) | 0x40
  return at === 8 ? (byte & 0x3f) | 0x80 : byte
}
