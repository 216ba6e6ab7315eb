import { type Chunks, cutFor, pieces } from '@openclaw/pairing-channel-kit'
import { CHUNK_UNITS } from './limits.ts'
import { escaped } from './mrkdwn.ts'

/** One message as `chat.postMessage` takes it. */
export interface MessagePart {
  /** Escaped; what notifications show where there are blocks. */
  readonly text: string
  /** Rich text, where a part of it is marked; nothing in it is read as markup. */
  readonly blocks?: readonly RichText[]
}

interface RichText {
  readonly type: 'rich_text'
  readonly elements: readonly Section[]
}
interface Section {
  readonly type: 'rich_text_section' | 'rich_text_preformatted'
  readonly elements: readonly TextElement[]
}
interface TextElement {
  readonly type: 'text'
  readonly text: string
  readonly style?: { readonly code: true }
}

/** What of a text is marked. */
export interface Marked {
  readonly copyable?: string | undefined
  readonly preformatted?: string | undefined
}

/**
 * Cuts a text into messages of at most 4000 UTF-16 units, or the account's own limit; never inside a character, nor inside
 * what is marked.
 */
export function messageParts(
  text: string,
  marked: Marked = {},
  chunks: Chunks = {},
): readonly MessagePart[] {
  const cut = cutFor(CHUNK_UNITS, chunks, [marked.preformatted, marked.copyable])
  return pieces(text, cut).map((piece) => partOf(piece.text, marked))
}

function partOf(text: string, { copyable = '', preformatted = '' }: Marked): MessagePart {
  const [before, pre, after] = around(text, preformatted)
  const sections = [...sectionOf(before, copyable), ...preOf(pre), ...sectionOf(after, copyable)]
  const isMarked = pre !== '' || (copyable !== '' && text.includes(copyable))
  const blocks: readonly RichText[] = [{ type: 'rich_text', elements: sections }]
  return { text: escaped(text), ...(isMarked ? { blocks } : {}) }
}

/** What stands before the first `part`, it, and what stands after it. */
function around(text: string, part: string): readonly [string, string, string] {
  const at = part === '' ? -1 : text.indexOf(part)
  if (at < 0) return [text, '', '']
  return [text.slice(0, at), part, text.slice(at + part.length)]
}

function sectionOf(text: string, copyable: string): readonly Section[] {
  const [before, code, after] = around(text, copyable)
  const elements: TextElement[] = []
  if (before !== '') elements.push({ type: 'text', text: before })
  if (code !== '') elements.push({ type: 'text', text: code, style: { code: true } })
  if (after !== '') elements.push({ type: 'text', text: after })
  return elements.length === 0 ? [] : [{ type: 'rich_text_section', elements }]
}

const preOf = (text: string): readonly Section[] =>
  text === '' ? [] : [{ type: 'rich_text_preformatted', elements: [{ type: 'text', text }] }]
