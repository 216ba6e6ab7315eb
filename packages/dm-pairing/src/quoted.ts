import { printable } from './display.ts'

// Each is made when it is needed: to parse such classes at the start would cost every command.

/** Letters and signs that are drawn as nothing, and code points that nobody has assigned. */
const BLANK = (): RegExp => /[\u{1d159}\u{13441}\u{13442}]|\p{Cn}/gu
/** Marks that could end the quotation, of any script. */
const QUOTES = (): RegExp =>
  /[\p{Pi}\p{Pf}"\u02ba\u02dd\u02ee\u05f4\u201a\u201e\u2033-\u2037\u2057\u275d\u275e\u3003\u301d-\u301f\u{1f676}-\u{1f678}]/gu
/** What chats make links, mentions, commands, tags or formats of. */
const ACTIVE = (): RegExp => /[@#$/\\<>[\](){}*_~`|+=\u2044\u2215\u2216\u29f8\u29f9]+/gu
/** Dots and colons, where they join words: `example.com`, `tg:resolve`. */
const JOINS = (): RegExp => /[.:\u05c3\u06d4\u2236\u3002\ua789](?=\S)/gu
/** The same, where what they would join was cut off. */
const JOINS_REST = (): RegExp => /[.:\u05c3\u06d4\u2236\u3002\ua789\s]+\u2026$/u
/** `18.4` and `2026.2.17` at the beginning of a word: no chat takes up to three numbers for an address. */
const VERSION = (): RegExp => /^v?\d{1,6}(?:\.\d{1,6}){1,2}(?![\p{L}\p{M}\p{N}.])/iu
/** A mark that stands on nothing would stand on the quotation mark. */
const LOOSE_MARKS = (): RegExp => /(^|\s)\p{M}+/gu
const SEEN = (): RegExp => /[\p{L}\p{N}\p{So}\p{Extended_Pictographic}]/u

/**
 * A name that somebody gave themselves, as a quotation that no chat acts on: one line, without links, mentions, commands,
 * markup and quotation marks, cut to `limit` code points. Compatible forms of letters become the usual ones.
 *
 * @returns `undefined` when nothing is left that can be seen
 */
export function quoted(name: string | undefined, limit: number): string | undefined {
  if (name === undefined) return undefined
  const plain = printable(name, 4 * limit)
    .normalize('NFKC')
    .replace(BLANK(), '')
    .replace(QUOTES(), "'")
    .replace(ACTIVE(), ' ')
    .replace(/\S+/gu, apart)
    .replace(LOOSE_MARKS(), '$1')
  const line = printable(plain, limit).replace(JOINS_REST(), '…')
  return SEEN().test(line) ? `“${line}”` : undefined
}

/** A word whose dots and colons join nothing, but in a version. */
function apart(word: string): string {
  const [version = ''] = VERSION().exec(word) ?? []
  return `${version}${word.slice(version.length).replace(JOINS(), '$& ')}`
}
