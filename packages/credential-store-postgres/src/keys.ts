import { isWholeText } from '@openclaw/credential-store/kit'
import type { Sha256 } from '@openclaw/pairing-contracts'

/** The longest key that an index takes as it is: 512 UTF-16 units are 1,536 bytes, and an index row holds 2,704. */
const WHOLE = 512

/** How much of a longer key stands before its hash: with it one character more than any whole key, so that none is the same. */
const CUT: number = WHOLE + 1 - 64

/** A key in its two columns. */
export interface KeyColumns {
  /** The key, or the start of a long one and the SHA-256 of all of it. */
  readonly key: string
  /** The whole key where {@link key} is not it. */
  readonly longKey: string | null
}

/** The columns of a key. */
export function keyColumns(sha256: Sha256, key: string): KeyColumns {
  if (key.length <= WHOLE) return { key, longKey: null }
  const hash = sha256(key)
  return { key: `${startOf(key, CUT)}${hash}`.padEnd(WHOLE + 1, '.'), longKey: key }
}

/** Bounds of the key column within which every key with `prefix` lies, and some others may. */
export interface KeyRange {
  readonly from: string
  /** Excluded; `undefined` where there is no end. */
  readonly to: string | undefined
}

/** The range for a prefix; `undefined` when no key can have it. */
export function rangeOf(prefix: string): KeyRange | undefined {
  const start = startOf(prefix, CUT)
  if (!isWholeText(start)) return undefined
  return { from: start, to: after(start) }
}

/** The first `length` UTF-16 units of `text`, and never half a character at the end. */
function startOf(text: string, length: number): string {
  const cut = text.slice(0, length)
  const last = cut.charCodeAt(cut.length - 1)
  return last >= 0xd800 && last <= 0xdbff ? cut.slice(0, -1) : cut
}

/** The first text behind all that begin with `start`, in the order of code points. */
function after(start: string): string | undefined {
  const points = Array.from(start, (character) => character.codePointAt(0) ?? 0)
  while (points.length > 0) {
    const last = points.pop() ?? 0
    if (last < 0x10ffff) return String.fromCodePoint(...points, last === 0xd7ff ? 0xe000 : last + 1)
  }
  return undefined
}
