import { printable } from '@openclaw/dm-pairing'
import { MAX_NAME } from './limits.ts'

/** Marks that could end the quotation, of any script. */
const QUOTES = (): RegExp =>
  /[\p{Pi}\p{Pf}"\u02ba\u02dd\u02ee\u05f4\u201a\u201e\u2033-\u2037\u2057\u275d\u275e\u3003\u301d-\u301f\uff02\u{1f676}-\u{1f678}]/gu
/** What chats make links, mentions, commands, tags or formats of. */
const ACTIVE = (): RegExp => /[@#$/\\<>[\](){}*_~`|+=\uff20\uff03\uff0f\ufe6b\u2044\u2215]+/gu
/** Dots and colons that join words: `example.com`, `tg:resolve`. */
const JOINS = (): RegExp => /([.:\u3002\uff0e\uff61\uff1a\u2024])(?=\S)/gu

/**
 * A name that somebody gave themselves, as a quotation that no chat acts on: one line, at most 40 characters, without
 * links, mentions, commands and quotation marks. `undefined` when nothing is left.
 */
export function quoted(name: string | undefined): string | undefined {
  if (name === undefined) return undefined
  const plain = printable(name, 4 * MAX_NAME)
    .replace(QUOTES(), "'")
    .replace(ACTIVE(), ' ')
    .replace(JOINS(), '$1 ')
  const line = printable(plain, MAX_NAME)
  return line === '' ? undefined : `“${line}”`
}

/** An id as its channel has it; one that a chat could act on is quoted. */
export function shownId(id: string): string {
  return /^[\w+-]{1,64}$/.test(id) ? id : (quoted(id) ?? 'unknown')
}
