import type { Sha256 } from '@openclaw/pairing-contracts'

const HASH_START = ',"hash":"'
const SUFFIX_LENGTH = HASH_START.length + 64 + 2

/** Where a line stands in the chain. */
export interface Linked {
  /** Hash of the line before. */
  readonly prev: string
  /** SHA-256 of this line's JSON without its `hash`. */
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

/** Checks a line's checksum only; answers its hash and its `prev`, wherever they stand in front of it. */
export function checkFrame(sha256: Sha256, text: string): Linked {
  const { body, hash } = openFrame(sha256, text)
  return { hash, prev: prevOf(/"prev":"([0-9a-f]{64})"\}$/.exec(body.slice(-80))?.[1]) }
}

/** Adds the hash to the JSON of `body`. */
export function frame(sha256: Sha256, body: object): Framed {
  const json = JSON.stringify(body)
  const hash = sha256(json)
  return { text: `${json.slice(0, -1)}${HASH_START}${hash}"}\n`, hash }
}

/** Takes a line (without line feed) apart; throws {@link BadLine} unless its checksum is right. */
export function openFrame(
  sha256: Sha256,
  text: string,
): { readonly body: string; readonly hash: string } {
  const cut = text.length - SUFFIX_LENGTH
  if (cut < 1 || !text.startsWith(HASH_START, cut) || !text.endsWith('"}')) {
    throw new BadLine('it is not a whole record')
  }
  const hash = text.slice(cut + HASH_START.length, -2)
  const body = `${text.slice(0, cut)}}`
  if (sha256(body) !== hash) throw new BadLine('the checksum is wrong')
  return { body, hash }
}

/** A hash as a line must hold it; throws {@link BadLine} otherwise. */
export function prevOf(value: unknown): string {
  if (typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)) return value
  throw new BadLine('it does not name the record before')
}
