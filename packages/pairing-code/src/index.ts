/**
 * Draw, read and compare the 8-character codes an owner approves.
 *
 * @packageDocumentation
 */

export type { PairingCode } from './code.ts'
export { equalPairingCodes, isPairingCode, PAIRING_ALPHABET } from './code.ts'
export { drawPairingCode } from './draw.ts'
export {
  AmbiguousPairingCode,
  CodeSpaceExhausted,
  InvalidPairingCode,
  type PairingCodeError,
  type PairingCodeFault,
} from './errors.ts'
export { MAX_DRAWS, MAX_TYPED_LENGTH, PAIRING_CODE_LENGTH } from './limits.ts'
export { parsePairingCode } from './parse.ts'
