import type { Sha256 } from '@openclaw/pairing-contracts'

const HASH_START = ',"hash":"'
const SUFFIX_LENGTH = HASH_START.length + 64 + 2

/** Where a line stands in the chain. */
export interface Linked {
  /** Hash of the line before. */
  readonly prev: string
  /** SHA-256 of everything in the line before `,"hash":`. */
  readonly hash: string
}

/** A line ready to be written, and its hash. */
export interface Framed {
  /** Ends with a line feed. */
  readonly text: string
  readonly hash: string
}

/** Why a line cannot be taken as it stands. */
export class BadLine extends Error {}

/** Checks a line's checksum only; answers its hash and its `prev`, which stands right in front of it. */
export function checkFrame(sha256: Sha256, text: string): Linked {
  const hash = checkHash(sha256, text)
  const end = text.slice(-(SUFFIX_LENGTH + 80), -SUFFIX_LENGTH)
  return { hash, prev: prevOf(/"prev":"([0-9a-f]{64})"$/.exec(end)?.[1]) }
}

/** Adds the hash to the JSON of `body`. */
export function frame(sha256: Sha256, body: object): Framed {
  const start = JSON.stringify(body).slice(0, -1)
  const hash = sha256(start)
  return { text: `${start}${HASH_START}${hash}"}\n`, hash }
}

/** The hash that a line (without line feed) names; throws {@link BadLine} when it names none. */
export function hashIn(text: string): string {
  const cut = text.length - SUFFIX_LENGTH
  if (cut < 1 || !text.startsWith(HASH_START, cut) || !text.endsWith('"}')) {
    throw new BadLine('it is not a whole record')
  }
  return text.slice(cut + HASH_START.length, -2)
}

/** The same, and throws {@link BadLine} unless it is right. */
export function checkHash(sha256: Sha256, text: string): string {
  const hash = hashIn(text)
  if (sha256(text.slice(0, -SUFFIX_LENGTH)) === hash) return hash
  throw new BadLine('the checksum is wrong')
}

/** A hash as a line must hold it; throws {@link BadLine} otherwise. */
export function prevOf(value: unknown): string {
  if (typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)) return value
  throw new BadLine('it does not name the record before')
}
