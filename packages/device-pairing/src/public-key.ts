import { decodeBase64 } from './base64.ts'
import { KEY_BYTES, MAX_PUBLIC_KEY } from './limits.ts'

const PEM = /^\s*-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----\s*$/
/** The start of every SPKI of an Ed25519 key, in hex; the 32 bytes of the key follow. */
const SPKI = '302a300506032b6570032100'

/**
 * Points of small order, in hex with the highest bit cleared. For such a "key" anybody can make signatures, so it
 * would identify nobody. RFC 8032 leaves it to whoever verifies to refuse them.
 */
const SMALL_ORDER: ReadonlySet<string> = new Set([
  '00'.repeat(32),
  `01${'00'.repeat(31)}`,
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  `ec${'ff'.repeat(30)}7f`,
  `ed${'ff'.repeat(30)}7f`,
  `ee${'ff'.repeat(30)}7f`,
])

/** The 32 raw bytes of a key that is base64url, base64 or PEM (SPKI); `undefined` for anything else, also for points of small order. */
export function decodePublicKey(text: string): Uint8Array | undefined {
  if (text.length > MAX_PUBLIC_KEY) return undefined
  const key = text.includes('-----') ? fromPem(text) : decodeBase64(text.trim())
  return key?.length === KEY_BYTES && !isSmallOrder(key) ? key : undefined
}

function fromPem(text: string): Uint8Array | undefined {
  const der = decodeBase64((PEM.exec(text)?.[1] ?? '').replaceAll(/\s/g, ''))
  if (der === undefined || hexOf(der.subarray(0, SPKI.length / 2)) !== SPKI) return undefined
  return der.subarray(SPKI.length / 2)
}

function isSmallOrder(key: Uint8Array): boolean {
  const unsigned = Uint8Array.from(key, (byte, index) =>
    index === KEY_BYTES - 1 ? byte & 127 : byte,
  )
  return SMALL_ORDER.has(hexOf(unsigned))
}

function hexOf(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
