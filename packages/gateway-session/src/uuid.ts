import type { RandomBytes } from '@openclaw/pairing-contracts'

/** A random UUID of version 4: 122 random bits. */
export function drawUuid(random: RandomBytes): string {
  const bytes = [...random(16)]
  const hex = bytes.map((byte, at) => marked(byte, at).toString(16).padStart(2, '0')).join('')
  const part = (from: number, to: number) => hex.slice(from, to)
  return [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join('-')
}

function marked(byte: number, at: number): number {
  if (at === 6) return (byte & 0x0f) | 0x40
  return at === 8 ? (byte & 0x3f) | 0x80 : byte
}
