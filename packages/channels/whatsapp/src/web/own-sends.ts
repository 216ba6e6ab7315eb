import type { RandomBytes } from '@openclaw/pairing-contracts'

const DRAWN_BYTES = 6
/** As WhatsApp's own web page begins them. */
const FORM = /^3EB0([0-9A-F]{12})([0-9A-F]{6})$/

/**
 * Draws the id of a message that we send. It can be told from ids of others without a list, also after a restart: its end
 * follows from the rest, which happens by chance with 1 of 16 million ids of the same form.
 */
export function drawMessageId(random: RandomBytes): string {
  const drawn = [...random(DRAWN_BYTES)].map((byte) => byte.toString(16).padStart(2, '0'))
  const text = drawn.join('').toUpperCase()
  return `3EB0${text}${endOf(text)}`
}

/** True for the id of a message that we sent, from this process or another. */
export function isOwnSend(id: unknown): boolean {
  const [, drawn, end] = (typeof id === 'string' ? FORM.exec(id) : undefined) ?? []
  return drawn !== undefined && end === endOf(drawn)
}

const FNV_OFFSET = 0x81_1c_9d_c5
const FNV_PRIME = 0x01_00_01_93

/** A checksum of 24 bits (FNV-1a, folded): it tells chance apart and keeps no secret, for nobody else writes as this account. */
function endOf(drawn: string): string {
  let hash = FNV_OFFSET
  for (const letter of drawn) hash = Math.imul(hash ^ letter.charCodeAt(0), FNV_PRIME)
  const folded = ((hash >>> 24) ^ hash) & 0xff_ff_ff
  return folded.toString(16).padStart(6, '0').toUpperCase()
}
