import { encodeBase64Url } from './base64.ts'
import { decodePublicKey } from './public-key.ts'

/** SHA-256 of bytes, as lower-case hex. */
export type Sha256Bytes = (bytes: Uint8Array) => string

/** Who a key is. */
export interface DeviceIdentity {
  /** SHA-256 of the 32 raw bytes of the key: 64 lower-case hex digits. */
  readonly deviceId: string
  /** The 32 raw bytes as base64url. */
  readonly publicKey: string
}

const DEVICE_ID = /^[0-9a-f]{64}$/

/** True for 64 lower-case hex digits. */
export function isDeviceId(value: string): boolean {
  return DEVICE_ID.test(value)
}

/**
 * Who a public key is.
 *
 * @param publicKey - the 32 raw bytes as base64url or base64, or PEM (SPKI)
 * @returns `undefined` for what is no Ed25519 key that identifies somebody
 */
export function deviceIdentity(
  sha256Bytes: Sha256Bytes,
  publicKey: string,
): DeviceIdentity | undefined {
  const key = decodePublicKey(publicKey)
  return key && { deviceId: sha256Bytes(key), publicKey: encodeBase64Url(key) }
}
