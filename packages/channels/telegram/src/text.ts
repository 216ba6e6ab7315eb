import { CHUNK_UNITS } from './limits.ts'

/** A part of a text that the platform shows so that it can be copied with a tap; UTF-16 units. */
export interface CodeEntity {
  readonly type: 'code'
  readonly offset: number
  readonly length: number
}

/** One message as `sendMessage` takes it. */
export interface MessagePart {
  readonly text: string
  readonly entities: readonly CodeEntity[]
}

/** The entity that makes the first `copyable` in `text` a code; none when it is not in there. */
export function codeEntities(text: string, copyable: string | undefined): readonly CodeEntity[] {
  if (copyable === undefined || copyable === '') return []
  const offset = text.indexOf(copyable)
  return offset < 0 ? [] : [{ type: 'code', offset, length: copyable.length }]
}

/** Cuts a text into messages of at most 4000 UTF-16 units, at line breaks where it can, never inside a character. */
export function messageParts(text: string, copyable: string | undefined): readonly MessagePart[] {
  const parts: MessagePart[] = []
  let marked = copyable
  for (let rest = text; rest !== ''; ) {
    const head = rest.slice(0, cutAt(rest))
    const entities = codeEntities(head, marked)
    if (entities.length > 0) marked = undefined
    parts.push({ text: head, entities })
    rest = rest.slice(head.length)
  }
  return parts
}

/** Where to cut: after the last line break of the second half, else at the limit. */
function cutAt(text: string): number {
  if (text.length <= CHUNK_UNITS) return text.length
  const line = text.lastIndexOf('\n', CHUNK_UNITS - 1) + 1
  if (line > CHUNK_UNITS / 2) return line
  const before = text.charCodeAt(CHUNK_UNITS - 1)
  const isHighSurrogate = before >= 0xd800 && before <= 0xdbff
  return isHighSurrogate ? CHUNK_UNITS - 1 : CHUNK_UNITS
}
