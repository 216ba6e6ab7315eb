import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from 'node:crypto'

/** The key that a device proves to hold. The private half stays inside `sign`: printing an identity shows no secret. */
export interface DeviceIdentity {
  /** SHA-256 of the public key: 64 hex digits. */
  readonly deviceId: string
  /** The 32 bytes of the public key as base64url. */
  readonly publicKey: string
  /** Ed25519 over the UTF-8 of a text, as base64url. */
  readonly sign: (text: string) => string
}

/** A key pair as a file keeps it. Holds a secret. */
export interface KeyPair {
  readonly publicKeyPem: string
  readonly privateKeyPem: string
}

/** A new ed25519 identity that lives as long as the process. `loadIdentity` has one that lasts. */
export function createIdentity(): DeviceIdentity {
  return identityOf(generateKeyPairSync('ed25519').privateKey)
}

/** A new key pair, ready to be kept. */
export function drawKeyPair(): KeyPair {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  return { publicKeyPem: spki(publicKey), privateKeyPem: pkcs8(privateKey) }
}

/** The identity of a kept private key; `undefined` where it is not an ed25519 key. */
export function identityOfPem(privateKeyPem: string): DeviceIdentity | undefined {
  try {
    const key = createPrivateKey({ key: privateKeyPem, format: 'pem' })
    return key.asymmetricKeyType === 'ed25519' ? identityOf(key) : undefined
  } catch {
    // The error of the parser may quote what it could not read.
    return undefined
  }
}

/** The public key in a PEM as base64url, to be compared; `undefined` where it is none. */
export function publicKeyOfPem(publicKeyPem: string): string | undefined {
  try {
    return rawPublicKey(createPublicKey({ key: publicKeyPem, format: 'pem' })).toString('base64url')
  } catch {
    return undefined
  }
}

function identityOf(privateKey: KeyObject): DeviceIdentity {
  const raw = rawPublicKey(createPublicKey(privateKey))
  return {
    deviceId: createHash('sha256').update(raw).digest('hex'),
    publicKey: raw.toString('base64url'),
    sign: (text) => sign(null, Buffer.from(text, 'utf8'), privateKey).toString('base64url'),
  }
}

const RAW_KEY_BYTES = 32

/** The SPKI form of an ed25519 key ends with the key itself. */
function rawPublicKey(key: KeyObject): Buffer {
  return key.export({ type: 'spki', format: 'der' }).subarray(-RAW_KEY_BYTES)
}

function spki(key: KeyObject): string {
  return key.export({ type: 'spki', format: 'pem' }).toString()
}

function pkcs8(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString()
}
