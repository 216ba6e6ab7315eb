import type { RandomBytes } from '@openclaw/pairing-contracts'
import { RandomSourceBroken } from './errors.ts'
import { MAX_ID_DRAWS, REQUEST_ID_LENGTH } from './limits.ts'

const SYMBOLS = '0123456789abcdefghijklmnopqrstuvwxyz'
/** Bytes from here on would favour some symbols. */
const FAIR = 256 - (256 % SYMBOLS.length)
const FORM = /^(?:device|node)-[0-9a-z]{12}$/

/** True for an id that this package draws. Requests that another program made have ids of another form. */
export function isDeviceRequestId(value: string): boolean {
  return FORM.test(value)
}

/** True for an id that a request can have, also one that another program made. */
export function isRequestId(value: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/.test(value)
}

/**
 * Draws an id: `device-`, `node-` or `setup-` and 12 of `0-9a-z`, 62 bits.
 *
 * @throws {@link RandomSourceBroken} when 32 draws together give too little
 */
export function drawRequestId(random: RandomBytes, prefix: 'device' | 'node' | 'setup'): string {
  let text = ''
  for (let draw = 0; draw < MAX_ID_DRAWS && text.length < REQUEST_ID_LENGTH; draw += 1) {
    for (const byte of random(REQUEST_ID_LENGTH + 4)) {
      if (byte < FAIR) text += SYMBOLS.charAt(byte % SYMBOLS.length)
    }
  }
  if (text.length < REQUEST_ID_LENGTH) throw new RandomSourceBroken()
  return `${prefix}-${text.slice(0, REQUEST_ID_LENGTH)}`
}
