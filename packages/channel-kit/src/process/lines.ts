import { StringDecoder } from 'node:string_decoder'

/** What a stream of bytes is cut into. */
export interface LineListener {
  readonly onLine: (line: string) => void
  /** A line was left out: it is longer than `most`. */
  readonly onTooLong?: () => void
}

/** Bounds of a line. */
export interface LineLimits {
  /** UTF-16 units. */
  readonly most: number
}

/**
 * Cuts bytes into lines, wherever they were split, inside a character too. Empty lines are left out, and so is a line
 * that is too long, to its end. Never holds more than `most` units and one part.
 */
export function lineReader(
  { onLine, onTooLong }: LineListener,
  { most }: LineLimits,
): (part: Uint8Array) => void {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  let skips = false
  const end = (last: string): void => {
    const line = `${rest}${last}`.replace(/\r$/, '')
    const isTooLong = line.length > most
    rest = ''
    if (isTooLong && !skips) onTooLong?.()
    if (!isTooLong && !skips && line !== '') onLine(line)
    skips = false
  }
  const hold = (text: string): void => {
    if (skips) return
    rest += text
    if (rest.length <= most + 1) return
    rest = ''
    skips = true
    onTooLong?.()
  }
  return (part) => {
    const text = decoder.write(Buffer.from(part.buffer, part.byteOffset, part.byteLength))
    let from = 0
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', from)) {
      end(text.slice(from, at))
      from = at + 1
    }
    hold(text.slice(from))
  }
}
