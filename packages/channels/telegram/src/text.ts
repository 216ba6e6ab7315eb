import { type Chunks, cutFor, pieces } from '@openclaw/pairing-channel-kit'
import { CHUNK_UNITS } from './limits.ts'

/**
 * A part of a text that the platform shows so that it can be copied with a tap (`code`), or in lines of one width that
 * keep their shape (`pre`); UTF-16 units. In neither does it make links of anything.
 */
export interface CodeEntity {
  readonly type: 'code' | 'pre'
  readonly offset: number
  readonly length: number
}

/** One message as `sendMessage` takes it. */
export interface MessagePart {
  readonly text: string
  readonly entities: readonly CodeEntity[]
}

/** What of a text is marked. */
export interface Marked {
  readonly copyable?: string | undefined
  readonly preformatted?: string | undefined
}

/** The entities that mark the first of each in `text`; none for what is not in there. */
export function codeEntities(text: string, marked: Marked): readonly CodeEntity[] {
  const { preformatted = '', copyable = '' } = marked
  const pre = entityOf('pre', text, preformatted)
  // Entities of these kinds cannot lie in one another.
  const rest = pre.reduce((left, { offset, length }) => blanked(left, offset, length), text)
  return [...pre, ...entityOf('code', rest, copyable)].sort((a, b) => a.offset - b.offset)
}

function entityOf(type: CodeEntity['type'], text: string, part: string): readonly CodeEntity[] {
  const offset = part === '' ? -1 : text.indexOf(part)
  return offset < 0 ? [] : [{ type, offset, length: part.length }]
}

function blanked(text: string, offset: number, length: number): string {
  return text.slice(0, offset) + '\0'.repeat(length) + text.slice(offset + length)
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
  const whole = [marked.preformatted, marked.copyable]
  const [pre] = codeEntities(text, { preformatted: marked.preformatted })
  const parts: MessagePart[] = []
  let { copyable } = marked
  for (const { at, text: head } of pieces(text, cutFor(CHUNK_UNITS, chunks, whole))) {
    const preformatted = pre && partOf(pre, { at, text: head })
    const entities = codeEntities(head, { copyable, preformatted })
    if (entities.some(({ type }) => type === 'code')) copyable = undefined
    parts.push({ text: head, entities })
  }
  return parts
}

/** What of a marked part lies in one message; it may be cut like everything else. */
function partOf(
  { offset, length }: CodeEntity,
  { at, text }: { readonly at: number; readonly text: string },
): string {
  return text.slice(Math.max(0, offset - at), Math.max(0, offset + length - at))
}
