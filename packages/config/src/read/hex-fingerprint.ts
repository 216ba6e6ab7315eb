/** A SHA-256 of a certificate: 64 hex digits; `sha256:`, colons and case do not matter. */
export function parseHexFingerprint(typed: string): string | undefined {
  const digits = typed
    .trim()
    .toLowerCase()
    .replace(/^sha-?256:/, '')
    .replaceAll(':', '')
  return /^[\da-f]{64}$/.test(digits) ? digits : undefined
}
