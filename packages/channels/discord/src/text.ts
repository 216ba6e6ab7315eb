import { pieces } from '@openclaw/pairing-channel-kit'
import { MESSAGE_UNITS } from './limits.ts'
import { codeBlock, escaped, inlineCode } from './markdown.ts'

/** What of a text is marked. */
export interface Marked {
  readonly copyable?: string | undefined
  readonly preformatted?: string | undefined
}

/** Lengths that are tried for one message; even where every character is escaped, the last one fits. */
const LENGTHS = [2_000, 1_900, 1_800, 1_600, 1_400, 1_200, 1_000, 800, 600]
/** Room for the fence of a code block. */
const BLOCK_UNITS: number = MESSAGE_UNITS - 20

/**
 * Writes a text as messages that Discord takes, at most 2000 UTF-16 units each: cut at line breaks where it can, never
 * inside a character. Nothing in it is read as markup but what is marked.
 */
export function messageParts(
  text: string,
  { copyable, preformatted }: Marked = {},
): readonly string[] {
  const [before, pre, after] = around(text, preformatted)
  const block = blocks(pre)
  const parts =
    block === undefined
      ? plainParts(text, copyable)
      : [...plainParts(before, copyable), ...block, ...plainParts(after, copyable)]
  return joined(parts).filter((part) => part.trim() !== '')
}

/** What stands before the first `part`, it without empty lines around it, and what stands after it. */
function around(text: string, part = ''): readonly [string, string, string] {
  const bare = part.replaceAll(/^\n+|\n+$/g, '')
  const at = bare === '' ? -1 : text.indexOf(bare)
  if (at < 0) return [text, '', '']
  return [text.slice(0, at), bare, text.slice(at + bare.length)]
}

function blocks(pre: string): readonly string[] | undefined {
  const made = pieces(pre, BLOCK_UNITS).map(({ text }) => codeBlock(text.replace(/\n$/, '')))
  const whole = made.filter((block) => block !== undefined)
  return whole.length === made.length && whole.length > 0 ? whole : undefined
}

function plainParts(text: string, copyable: string | undefined): readonly string[] {
  const parts: string[] = []
  for (let rest = text; rest !== ''; ) {
    const { head, part } = firstPart(rest, copyable)
    parts.push(part)
    rest = rest.slice(head.length)
  }
  return parts
}

interface FirstPart {
  readonly head: string
  readonly part: string
}

function firstPart(rest: string, copyable: string | undefined): FirstPart {
  for (const units of LENGTHS) {
    const head = pieces(rest.slice(0, units + 1), units)[0]?.text ?? rest.slice(0, units)
    const part = encoded(head, copyable)
    if (part.length <= MESSAGE_UNITS || units === LENGTHS.at(-1)) return { head, part }
  }
  return { head: rest, part: encoded(rest, copyable) }
}

function encoded(text: string, copyable = ''): string {
  const code = inlineCode(copyable)
  const at = code === undefined ? -1 : text.indexOf(copyable)
  if (code === undefined || at < 0) return escaped(text)
  return `${escaped(text.slice(0, at))}${code}${escaped(text.slice(at + copyable.length))}`
}

/** As few messages as hold the parts. */
function joined(parts: readonly string[]): readonly string[] {
  const messages: string[] = []
  for (const part of parts) {
    const last = messages.at(-1)
    if (last !== undefined && last.length + part.length <= MESSAGE_UNITS)
      messages[messages.length - 1] = last + part
    else messages.push(part)
  }
  return messages
}
