import type { Brand } from '@openclaw/pairing-contracts'
import { PAIRING_CODE_LENGTH } from './limits.ts'

/** Eight upper-case characters of {@link PAIRING_ALPHABET}; 40 bits. */
export type PairingCode = Brand<string, 'PairingCode'>

/** The 32 symbols of a code: no `0`, `O`, `1` or `I`, which people confuse. `L` is one of them. */
export const PAIRING_ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789'

const CODE = /^[A-HJ-NP-Z2-9]{8}$/

/** True for a code in its stored spelling: upper case, no separators. */
export function isPairingCode(value: unknown): value is PairingCode {
  return typeof value === 'string' && CODE.test(value)
}

/**
 * Compares two codes in time that does not depend on where they differ.
 *
 * @returns true when both have the same {@link PAIRING_CODE_LENGTH} characters; never throws
 */
export function equalPairingCodes(a: string, b: string): boolean {
  let difference = (a.length ^ PAIRING_CODE_LENGTH) | (b.length ^ PAIRING_CODE_LENGTH)
  for (let index = 0; index < PAIRING_CODE_LENGTH; index += 1) {
    difference |= a.charCodeAt(index) ^ b.charCodeAt(index)
  }
  return difference === 0
}
