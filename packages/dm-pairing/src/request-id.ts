import type { RandomBytes } from '@openclaw/pairing-contracts'
import { RandomSourceBroken } from './errors.ts'
import { MAX_ID_DRAWS, REQUEST_ID_LENGTH } from './limits.ts'

const SYMBOLS = '0123456789abcdefghijklmnopqrstuvwxyz'
/** Bytes from here on would favour some symbols. */
const FAIR = 256 - (256 % SYMBOLS.length)
const REQUEST_ID = /^req-[0-9a-z]{12}$/

/** True for `req-` and 12 of `0-9a-z`. No pairing code looks like that. */
export function isRequestId(value: string): boolean {
  return REQUEST_ID.test(value)
}

/**
 * Draws a request id.
 *
 * @throws {@link RandomSourceBroken} when 32 draws together give too little
 */
export function drawRequestId(random: RandomBytes): string {
  let text = ''
  for (let draw = 0; draw < MAX_ID_DRAWS && text.length < REQUEST_ID_LENGTH; draw += 1) {
    for (const byte of random(REQUEST_ID_LENGTH + 4)) {
      if (byte < FAIR) text += SYMBOLS.charAt(byte % SYMBOLS.length)
    }
  }
  if (text.length < REQUEST_ID_LENGTH) throw new RandomSourceBroken()
  return `req-${text.slice(0, REQUEST_ID_LENGTH)}`
}
