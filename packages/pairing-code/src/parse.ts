import { isPairingCode, type PairingCode } from './code.ts'
import { AmbiguousPairingCode, InvalidPairingCode } from './errors.ts'
import { MAX_TYPED_LENGTH, PAIRING_CODE_LENGTH } from './limits.ts'
import { commandCodes, labelledCodes, proseCodes, withoutSeparators } from './paste.ts'

/**
 * Reads a pairing code from what a person typed or pasted.
 *
 * Case, spaces and hyphens do not matter. A whole pasted reply is understood: what counts is its line
 * `Pairing code: …` and the command `openclaw pairing approve <channel> <code>` in it, never a word that only
 * looks like a code. A text with neither must hold exactly one code, upper-case or with a digit.
 *
 * @returns the code in its stored spelling
 * @throws {@link InvalidPairingCode} when there is none
 * @throws {@link AmbiguousPairingCode} when there are several different ones: it never guesses
 */
export function parsePairingCode(typed: string): PairingCode {
  if (typed.length > MAX_TYPED_LENGTH) throw new InvalidPairingCode('too-long', typed.length)
  const text = typed.replace(INVISIBLE(), '')
  const alone = withoutSeparators(text)
  if (isPairingCode(alone)) return alone
  const named = new Set([...labelledCodes(text), ...commandCodes(text)])
  return theOnly(named.size > 0 ? named : new Set(proseCodes(text))) ?? refuse(alone)
}

/** Zero-width and direction marks, which chat programs put around what they copy. */
const INVISIBLE = (): RegExp => /\p{Cf}/gu

function theOnly(codes: ReadonlySet<PairingCode>): PairingCode | undefined {
  if (codes.size > 1) throw new AmbiguousPairingCode(codes.size)
  return [...codes][0]
}

/** Up to this many characters the person meant to type just the code. */
const ONE_CODE = 2 * PAIRING_CODE_LENGTH

function refuse(alone: string): never {
  if (alone.length === 0) throw new InvalidPairingCode('empty', 0)
  if (alone.length === PAIRING_CODE_LENGTH) throw new InvalidPairingCode('characters', alone.length)
  throw new InvalidPairingCode(alone.length <= ONE_CODE ? 'length' : 'no-code', alone.length)
}
