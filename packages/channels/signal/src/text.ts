import { type Chunks, cutFor, pieces } from '@openclaw/pairing-channel-kit'
import { CHUNK_UNITS } from './limits.ts'

/** One message, and which part of it is shown in letters of one width: `offset:length:MONOSPACE`, UTF-16 units. */
export interface MessagePart {
  readonly text: string
  readonly styles: readonly string[]
}

/** What of a text is marked. */
export interface Marked {
  readonly copyable?: string | undefined
  readonly preformatted?: string | undefined
}

interface Span {
  readonly from: number
  readonly to: number
}

/**
 * Cuts a text into messages of at most 2,000 UTF-16 units, or the account's own limit; never inside a character, nor inside
 * what is marked.
 */
export function messageParts(
  text: string,
  marked: Marked = {},
  chunks: Chunks = {},
): readonly MessagePart[] {
  const spans = [marked.preformatted, marked.copyable].flatMap((part) => spanOf(text, part))
  const cut = cutFor(CHUNK_UNITS, chunks, [marked.preformatted, marked.copyable])
  return pieces(text, cut).map(({ at, text: head }) => ({
    text: head,
    styles: stylesIn({ from: at, to: at + head.length }, spans),
  }))
}

function spanOf(text: string, part = ''): readonly Span[] {
  const from = part === '' ? -1 : text.indexOf(part)
  return from < 0 ? [] : [{ from, to: from + part.length }]
}

function stylesIn(head: Span, spans: readonly Span[]): readonly string[] {
  return spans.flatMap(({ from, to }) => {
    const begin = Math.max(from, head.from)
    const length = Math.min(to, head.to) - begin
    return length > 0 ? [`${String(begin - head.from)}:${String(length)}:MONOSPACE`] : []
  })
}
