import { REQUEST_ID_LENGTH } from '../limits.ts'

/**
 * The id of a request that another program made: always the same for the same request, so that reading its file
 * again, or in another process, makes no second one. An identifier, not a secret; a code cannot be read from it.
 */
export function foreignRequestId(...facts: readonly (string | number)[]): string {
  const text = JSON.stringify(facts)
  const digits = [0x811c9dc5, 0x9e3779b9, 0x85ebca6b]
    .map((seed) => hash(text, seed).toString(36).padStart(7, '0').slice(-4))
    .join('')
  return `req-${digits.slice(0, REQUEST_ID_LENGTH)}`
}

/** FNV-1a over UTF-16 units, with a final mix. */
function hash(text: string, seed: number): number {
  let state = seed
  for (let index = 0; index < text.length; index += 1) {
    state = Math.imul(state ^ text.charCodeAt(index), 0x01000193)
  }
  state = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
  return (state ^ (state >>> 15)) >>> 0
}
