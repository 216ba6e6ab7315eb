// Stands for `node:crypto` in the bundle of the command: loading that costs a tenth of the whole start, and is put off
// until something is hashed or drawn. A name that is missing here stops the build.
type Crypto = typeof import('node:crypto')
type KeyObject = import('node:crypto').KeyObject

const crypto = (): Crypto => process.getBuiltinModule('node:crypto')

/** As in `node:crypto`. */
export const createHash: Crypto['createHash'] = (...args) => crypto().createHash(...args)

/** As in `node:crypto`, for text and hex. */
export const hash = (algorithm: string, text: string): string =>
  crypto().createHash(algorithm).update(text).digest('hex')

/** As in `node:crypto`. */
export const randomBytes = (length: number): Buffer => crypto().randomBytes(length)

/** As in `node:crypto`, what nanoid names of it. */
export const webcrypto: Pick<Crypto['webcrypto'], 'getRandomValues'> = {
  getRandomValues: (array) => crypto().webcrypto.getRandomValues(array),
}

/** As in `node:crypto`, for keys in DER. */
export const createPublicKey: Crypto['createPublicKey'] = (key) => crypto().createPublicKey(key)

/** As in `node:crypto`, without a callback. */
export const verify = (...args: Verifying): boolean => crypto().verify(...args)

type Verifying = [algorithm: null, data: Uint8Array, key: KeyObject, signature: Uint8Array]
