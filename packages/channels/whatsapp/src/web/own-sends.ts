import { createHash } from 'node:crypto'
import type { RandomBytes } from '@openclaw/pairing-contracts'

/** As WhatsApp's own web page begins them. */
const PREFIX = '3EB0'
const DRAWN_BYTES = 6
const FORM = /^3EB0([0-9A-F]{12})([0-9A-F]{6})$/

/**
 * Draws the id of a message that we send. It can be told from ids of others without a list, also after a restart: its end
 * follows from the rest, which happens by chance with 1 of 16 million ids of the same form.
 */
export function drawMessageId(random: RandomBytes): string {
  const drawn = Buffer.from(random(DRAWN_BYTES)).toString('hex').toUpperCase()
  return `${PREFIX}${drawn}${endOf(drawn)}`
}

/** True for the id of a message that we sent, from this process or another. */
export function isOwnSend(id: unknown): boolean {
  const [, drawn, end] = (typeof id === 'string' ? FORM.exec(id) : undefined) ?? []
  return drawn !== undefined && end === endOf(drawn)
}

const endOf = (drawn: string): string =>
  createHash('sha256').update(`openclaw ${drawn}`).digest('hex').slice(0, 6).toUpperCase()
