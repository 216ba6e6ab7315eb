/** Reads a SHA-256 of a certificate: 64 hex digits; `sha256:`, colons and case do not matter. `undefined`: it is none. */
export function parseFingerprint(typed: string): string | undefined {
  const digits = typed
    .trim()
    .toLowerCase()
    .replace(/^sha-?256:/, '')
    .replaceAll(':', '')
  return /^[\da-f]{64}$/.test(digits) ? digits : undefined
}
