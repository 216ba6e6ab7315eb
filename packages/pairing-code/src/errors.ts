import { OpenClawError } from '@openclaw/pairing-contracts'
import { MAX_TYPED_LENGTH, PAIRING_CODE_LENGTH } from './limits.ts'

/**
 * What is wrong with a typed code.
 *
 * - `empty`: nothing but spaces and hyphens
 * - `length`: not 8 characters
 * - `characters`: 8 characters, some outside the alphabet
 * - `no-code`: a longer text in which no code stands
 * - `too-long`: more text than is looked at
 */
export type PairingCodeFault = 'empty' | 'length' | 'characters' | 'no-code' | 'too-long'

const MESSAGES: Readonly<Record<PairingCodeFault, (length: number) => string>> = {
  empty: () => 'no pairing code was given',
  length: (length) =>
    `a pairing code has ${String(PAIRING_CODE_LENGTH)} characters, this has ${String(length)}`,
  characters: () => 'this has characters that no pairing code has',
  'no-code': () => 'there is no pairing code in this text',
  'too-long': (length) =>
    `${String(length)} characters are too many to look for a pairing code in (at most ${String(MAX_TYPED_LENGTH)})`,
}

const HINTS: Readonly<Record<PairingCodeFault, string>> = {
  empty: 'Type the 8 characters of the code.',
  length: 'Type the 8 characters of the code; spaces, hyphens and case do not matter.',
  characters:
    'Codes have the letters A-Z without I and O, and the digits 2-9: 0, O, 1 and I are never used.',
  'no-code': 'Type the code alone, or paste the whole reply with its line "Pairing code: …".',
  'too-long': 'Type the code alone.',
}

/** The text is not a pairing code. Holds its length and the kind of fault only: a near miss may still be a secret. */
export class InvalidPairingCode extends OpenClawError {
  override readonly name = 'InvalidPairingCode'
  override readonly code = 'ERR_PAIRING_CODE_INVALID'
  readonly fault: PairingCodeFault
  /** Characters, separators left out; of the whole text for `no-code` and `too-long`. */
  readonly length: number
  constructor(fault: PairingCodeFault, length: number) {
    super(MESSAGES[fault](length), { hint: HINTS[fault] })
    this.fault = fault
    this.length = length
  }
}

/** The text names more than one code, and nothing says which is meant. Holds only how many. */
export class AmbiguousPairingCode extends OpenClawError {
  override readonly name = 'AmbiguousPairingCode'
  override readonly code = 'ERR_PAIRING_CODE_AMBIGUOUS'
  readonly count: number
  constructor(count: number) {
    super(`this text has ${String(count)} different pairing codes`, {
      hint: 'Paste one reply, or type the one code that you mean.',
    })
    this.count = count
  }
}

/** Every draw was taken, or the random source gave too few bytes: it is broken, and no code of it can be trusted. */
export class CodeSpaceExhausted extends OpenClawError {
  override readonly name = 'CodeSpaceExhausted'
  override readonly code = 'ERR_PAIRING_CODE_SPACE_EXHAUSTED'
  constructor(message: string) {
    super(message, {
      hint: 'The random source of this process is broken. Restart it, and check the RandomBytes it was given.',
    })
  }
}

/** Every error that this package throws. */
export type PairingCodeError = InvalidPairingCode | AmbiguousPairingCode | CodeSpaceExhausted
