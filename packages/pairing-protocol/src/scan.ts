import type { FrameLimits } from './limits.ts'

const QUOTE = 0x22
const COMMA = 0x2c
const BACKSLASH = 0x5c

/** Opening and closing of objects and arrays: `{`, `[` and `}`, `]`. */
const isOpening = (unit: number): boolean => unit === 0x7b || unit === 0x5b
const isClosing = (unit: number): boolean => unit === 0x7d || unit === 0x5d

/**
 * Measures JSON before it is parsed, in one pass and without memory of its own: what is too deep or too many never
 * becomes objects. Text that is not JSON is measured up to the point where the parser will refuse it, or further.
 */
export function scan(
  text: string,
  { maxDepth, maxValues }: FrameLimits,
): 'too-deep' | 'too-many-values' | undefined {
  let depth = 0
  let values = 1
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at)
    if (unit === QUOTE) at = endOfString(text, at)
    else if (unit === COMMA) values += 1
    else if (isClosing(unit)) depth -= 1
    else if (isOpening(unit)) {
      depth += 1
      values += 1
      if (depth > maxDepth) return 'too-deep'
    }
    if (values > maxValues) return 'too-many-values'
  }
  return undefined
}

/** The index of the quote that ends the string starting at `start`; the end of the text where none does. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1)
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1)
  return end === -1 ? text.length : end
}

/** True after an odd number of backslashes. Each is looked at once, since a quote ends their row. */
function isEscaped(text: string, quote: number): boolean {
  let before = quote - 1
  while (text.charCodeAt(before) === BACKSLASH) before -= 1
  return (quote - before) % 2 === 0
}
