const STANDARD = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const URL_SAFE = `${STANDARD}-_`
const WELL_FORMED = /^[A-Za-z0-9+/_-]*={0,2}$/

/** Bytes as base64url without padding. */
export function encodeBase64Url(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 3) {
    const group = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0)
    const symbols = Math.min(bytes.length - at, 3) + 1
    for (let index = 0; index < symbols; index += 1) {
      text += URL_SAFE.charAt((group >>> (18 - 6 * index)) & 63)
    }
  }
  return text
}

/** The bytes of base64url or base64, with or without padding; `undefined` for anything else. */
export function decodeBase64(text: string): Uint8Array | undefined {
  if (!WELL_FORMED.test(text)) return undefined
  const symbols = text.replaceAll('=', '').replaceAll('+', '-').replaceAll('/', '_')
  if (symbols.length % 4 === 1) return undefined
  const bytes = new Uint8Array(Math.floor((symbols.length * 3) / 4))
  let bits = 0
  let held = 0
  let written = 0
  for (const symbol of symbols) {
    held = ((held << 6) | URL_SAFE.indexOf(symbol)) & 0xffff
    bits += 6
    if (bits < 8) continue
    bits -= 8
    bytes[written] = (held >>> bits) & 255
    written += 1
  }
  return bytes
}
