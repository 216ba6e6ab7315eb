import { type Chunks, type Cut, cutFor, firstPiece, pieces } from '@openclaw/pairing-channel-kit'
import { MESSAGE_UNITS } from './limits.ts'
import { codeBlock, escaped, inlineCode } from './markdown.ts'

/** What of a text is marked. */
export interface Marked {
  readonly copyable?: string | undefined
  readonly preformatted?: string | undefined
}

/** Shares of a message's length that are tried; even where every character is escaped, the last one fits. */
const SHARES = [1, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3]
/** Room for the fence of a code block. */
const FENCE_UNITS = 20

/**
 * Writes a text as messages that Discord takes, at most 2000 UTF-16 units each, or the account's own limits: never cut inside
 * a character, nor inside what is marked. Nothing in it is read as markup but what is marked.
 */
export function messageParts(
  text: string,
  { copyable, preformatted }: Marked = {},
  chunks: Chunks = {},
): readonly string[] {
  const [before, pre, after] = around(text, preformatted)
  const block = blocks(pre, chunks)
  const cut = cutFor(MESSAGE_UNITS, chunks, [isOneMessage(copyable) ? copyable : undefined])
  const plain = (part: string): readonly string[] => plainParts(part, copyable, cut)
  const parts = block === undefined ? plain(text) : [...plain(before), ...block, ...plain(after)]
  return joined(parts, cut).filter((part) => part.trim() !== '')
}

/** True for what fits into a message however it is written there. */
function isOneMessage(copyable = ''): boolean {
  const written = inlineCode(copyable)
  return (written?.length ?? copyable.length / (SHARES.at(-1) ?? 1)) <= MESSAGE_UNITS
}

/** What stands before the first `part`, it without empty lines around it, and what stands after it. */
function around(text: string, part = ''): readonly [string, string, string] {
  const bare = part.replaceAll(/^\n+|\n+$/g, '')
  const at = bare === '' ? -1 : text.indexOf(bare)
  if (at < 0) return [text, '', '']
  return [text.slice(0, at), bare, text.slice(at + bare.length)]
}

/** A picture or a table stays whole where Discord takes it. */
function blocks(pre: string, chunks: Chunks): readonly string[] | undefined {
  const { limit = MESSAGE_UNITS } = chunks
  const within = { ...chunks, limit: limit - FENCE_UNITS }
  const made = pieces(pre, cutFor(MESSAGE_UNITS - FENCE_UNITS, within, [pre])).map(({ text }) =>
    codeBlock(text.replace(/\n$/, '')),
  )
  const whole = made.filter((block) => block !== undefined)
  return whole.length === made.length && whole.length > 0 ? whole : undefined
}

function plainParts(text: string, copyable: string | undefined, cut: Cut): readonly string[] {
  const parts: string[] = []
  for (let rest = text; rest !== ''; ) {
    const { head, part } = firstPart(rest, copyable, cut)
    parts.push(part)
    rest = rest.slice(head.length)
  }
  return parts
}

interface FirstPart {
  readonly head: string
  readonly part: string
}

function firstPart(rest: string, copyable: string | undefined, cut: Cut): FirstPart {
  for (const share of SHARES) {
    const units = Math.floor(cut.units * share)
    const head = firstPiece(rest, { ...cut, units })
    const part = encoded(head, copyable)
    if (part.length <= cut.units || share === SHARES.at(-1)) return { head, part }
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
function joined(parts: readonly string[], { units, lines }: Cut): readonly string[] {
  const messages: string[] = []
  for (const part of parts) {
    const last = messages.at(-1)
    const both = `${last ?? ''}${part}`
    if (last !== undefined && both.length <= units && linesOf(both) <= (lines ?? linesOf(both)))
      messages[messages.length - 1] = both
    else messages.push(part)
  }
  return messages
}

const linesOf = (text: string): number => text.replace(/\n$/, '').split('\n').length
