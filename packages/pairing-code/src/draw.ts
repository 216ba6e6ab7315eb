import type { RandomBytes } from '@openclaw/pairing-contracts'
import { customRandom } from 'nanoid'
import { PAIRING_ALPHABET, type PairingCode } from './code.ts'
import { CodeSpaceExhausted } from './errors.ts'
import { MAX_DRAWS, PAIRING_CODE_LENGTH } from './limits.ts'

/**
 * Draws a pairing code that is not pending yet.
 *
 * @param random - cryptographically secure bytes; one byte is used per character, 5 bits of it, so there is no bias
 * @param taken - codes pending on the same channel
 * @returns 8 characters of {@link PAIRING_ALPHABET}
 * @throws {@link CodeSpaceExhausted} after 32 draws that were all taken, or when `random` gives fewer bytes than asked: it is broken
 * @remarks Source: mission, "Pairing codes", first bullet.
 */
export function drawPairingCode(random: RandomBytes, taken: ReadonlySet<string>): PairingCode {
  const draw = customRandom(PAIRING_ALPHABET, PAIRING_CODE_LENGTH, checked(random))
  for (let attempt = 0; attempt < MAX_DRAWS; attempt += 1) {
    const code = draw() as PairingCode
    if (!taken.has(code)) return code
  }
  throw new CodeSpaceExhausted(`no free pairing code in ${String(MAX_DRAWS)} draws`)
}

/** A missing byte would silently read as the first symbol. */
function checked(random: RandomBytes): RandomBytes {
  return (length) => {
    const bytes = random(length)
    if (bytes.length >= length) return bytes
    throw new CodeSpaceExhausted(
      `the random source gave ${String(bytes.length)} of ${String(length)} bytes`,
    )
  }
}
