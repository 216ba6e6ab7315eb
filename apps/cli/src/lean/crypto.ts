// Stands for `node:crypto` in the bundle of the command. Loading that costs a sixth of the whole start, and a list
// needs no more of it than a few hashes. Everything else, and more than a little hashing, goes to the real one.
import { sha256 } from './sha256.ts'

type Crypto = typeof import('node:crypto')

/** Characters that are hashed here; a long journal is quicker read with the real one loaded. */
const LITTLE = 32_768

let real: Crypto | undefined
let hashed = 0

function crypto(): Crypto {
  real ??= process.getBuiltinModule('node:crypto')
  return real
}

/** As in `node:crypto`, for text and hex. */
export function hash(algorithm: string, text: string): string {
  hashed += text.length
  const isLittle = algorithm === 'sha256' && real === undefined && hashed <= LITTLE
  return isLittle ? sha256(text) : crypto().createHash(algorithm).update(text).digest('hex')
}

/** As in `node:crypto`, for one update with text and hex. */
export function createHash(algorithm: string): {
  readonly update: (text: string) => { readonly digest: (encoding: 'hex') => string }
} {
  return { update: (text) => ({ digest: () => hash(algorithm, text) }) }
}

/** As in `node:crypto`. */
export function randomBytes(length: number): Buffer {
  return crypto().randomBytes(length)
}

/** As in `node:crypto`, what nanoid names of it. */
export const webcrypto: Pick<Crypto['webcrypto'], 'getRandomValues'> = {
  getRandomValues: (array) => crypto().webcrypto.getRandomValues(array),
}
