import { MAX_LOOKED_AT, MAX_META_KEYS, MAX_SHOWN } from './limits.ts'

// Each is made when it is needed: to parse such classes at the start would cost every command.

/** Sequences that a terminal acts on: strings (OSC 8 links, DCS, APC …) up to their end, then CSI, then the short ones. */
const TERMINAL = (): RegExp =>
  new RegExp(
    [
      '(?:\\x1b[\\]PX^_]|[\\x90\\x98\\x9d-\\x9f])[^\\x07\\x1b\\x9c]*(?:\\x07|\\x1b\\\\|\\x9c)?',
      '(?:\\x1b\\[|\\x9b)[\\x30-\\x3f]*[\\x20-\\x2f]*[\\x40-\\x7e]?',
      '\\x1b[\\x20-\\x2f]*[\\x30-\\x7e]?',
    ].join('|'),
    'g',
  )
/** A zero-width joiner stays only where it joins two emoji. */
const LOOSE_JOINER = (): RegExp =>
  /(?<!\p{Extended_Pictographic}|\p{Emoji_Modifier}|\ufe0f)\u200d|\u200d(?!\p{Extended_Pictographic})/gu
/** Control, format (bidi, zero width, tags), lone surrogates, private use, and letters that look like nothing. */
const UNSEEN = (): RegExp =>
  new RegExp(
    [
      '[\\p{Cc}\\p{Cs}\\p{Co}]',
      '(?!\\u200d)\\p{Cf}',
      '[\\u115f\\u1160\\u3164\\uffa0]',
      '\\u034f|[\\u17b4\\u17b5]|[\\u180b-\\u180f]|[\\ufe00-\\ufe0e]|[\\u{e0100}-\\u{e01ef}]',
    ].join('|'),
    'gu',
  )
const BREAK = /[\t-\r\u0085]+/g
const BLANK = (): RegExp => /[\s\p{Z}\u2800]+/gu
/** More marks on one letter than any script needs cover the lines around it. */
const MARKS = (): RegExp => /(\p{M}{3})\p{M}+/gu

/**
 * Makes text of a stranger fit to be shown: one line without control characters, terminal escapes, direction
 * marks or invisible ones, cut to `limit` code points (the last is `…` when something was cut).
 */
export function printable(text: string, limit: number = MAX_SHOWN): string {
  const clean = text
    .slice(0, MAX_LOOKED_AT)
    .replace(TERMINAL(), '')
    .replace(BREAK, ' ')
    .replace(UNSEEN(), '')
    .replace(BLANK(), ' ')
    .replace(LOOSE_JOINER(), '')
    .replace(MARKS(), '$1')
    .trim()
  return cut(clean, limit)
}

function cut(text: string, limit: number): string {
  if (text.length <= limit) return text
  const points = [...text]
  if (points.length <= limit) return text
  const kept = points.slice(0, limit - 1).join('')
  return `${kept.replace(/\u200d$/u, '').trimEnd()}…`
}

const META_KEY = /^[A-Za-z][A-Za-z0-9_]{0,31}$/

/**
 * What a platform says of a sender, fit to be kept and shown: at most 12 facts with plain names, each value
 * {@link printable} and not empty. `accountId` is left out: the account is part of every key already.
 */
export function printableMeta(
  meta: Readonly<Record<string, unknown>>,
): Readonly<Record<string, string>> {
  const facts = Object.entries(meta)
    .filter((entry): entry is [string, string] => typeof entry[1] === 'string')
    .filter(([name]) => META_KEY.test(name) && name !== 'accountId')
    .map(([name, value]): [string, string] => [name, printable(value)])
    .filter(([, value]) => value !== '')
  return Object.fromEntries(facts.slice(0, MAX_META_KEYS))
}

/** A time as text: `2026-02-17T10:00:00.000Z`. */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString()
}
