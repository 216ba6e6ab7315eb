import { type Span, spanOf } from './span.ts'

/** Beginnings that many keys share, such as `telegram/default/`: kept once, and in each key as a number of two bytes. */
export interface Prefixes {
  /**
   * The bytes that stand for a key, good until the next call; `learn` keeps its beginning if it is new. Without that a key that
   * is there is found.
   */
  readonly encode: (key: string, learn?: 'learn') => Span
  readonly decode: (bytes: Uint8Array) => string
  /** What keys that start with `text` look like: how their bytes start, by the number that they start with. */
  readonly startsOf: (text: string) => ReadonlyMap<number, Uint8Array>
  /** The beginnings by their numbers; that of 0 is empty. */
  readonly texts: () => readonly string[]
}

/** Beginnings that are kept at most; keys with others are kept whole, under 0. */
const MAX_PREFIXES = 4096
const MAX_PREFIX_LENGTH = 256
const NUMBER_BYTES = 2
/** Bytes of keys that are written into a buffer that is used again. */
const USUAL_BYTES = 1024
/** What UTF-8 takes at most for each of the units that a text is long. */
const UTF8_BYTES = 3

/** Nothing kept yet. */
export function prefixes(): Prefixes {
  const numbers = new Map<string, number>()
  const texts: string[] = ['']
  const scratch = Buffer.allocUnsafeSlow(USUAL_BYTES)
  let last = 0
  const numberOf = (key: string, length: number, learn: 'learn' | undefined): number => {
    // Keys that come one after the other mostly begin alike.
    const before = texts[last] as string
    if (last !== 0 && before.length === length && key.startsWith(before)) return last
    last = numberOfPrefix(key.slice(0, length), learn)
    return last
  }
  const numberOfPrefix = (prefix: string, learn: 'learn' | undefined): number => {
    const known = numbers.get(prefix)
    if (known !== undefined) return known
    const isKept = texts.length <= MAX_PREFIXES && prefix.length <= MAX_PREFIX_LENGTH
    if (learn === undefined || prefix === '' || !isKept) return 0
    numbers.set(prefix, texts.length)
    return texts.push(prefix) - 1
  }
  return {
    encode: (key, learn) => {
      const length = key.lastIndexOf('/') + 1
      const number = numberOf(key, length, learn)
      return write(scratch, number, number === 0 ? key : key.slice(length))
    },
    decode: (bytes) => {
      const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      const prefix = texts[whole.readUInt16LE()] as string
      return prefix + whole.toString('utf8', NUMBER_BYTES)
    },
    startsOf: (text) => {
      const found = new Map<number, Uint8Array>()
      texts.forEach((prefix, number) => {
        if (prefix.startsWith(text)) found.set(number, bytesOf(number, ''))
        else if (text.startsWith(prefix))
          found.set(number, startOf(number, text.slice(prefix.length)))
      })
      return found
    },
    texts: () => texts,
  }
}

/** Half of a pair has no bytes of its own: what is before it is looked for. */
function startOf(number: number, rest: string): Uint8Array {
  return bytesOf(number, rest.replace(/[\uD800-\uDBFF]$/, ''))
}

/** Most keys are short and plain: to write them by hand is faster than to make a buffer for each. */
function write(scratch: Buffer, number: number, rest: string): Span {
  if (NUMBER_BYTES + rest.length * UTF8_BYTES > scratch.length) return spanOf(bytesOf(number, rest))
  scratch.writeUInt16LE(number)
  for (let at = 0; at < rest.length; at += 1) {
    const unit = rest.charCodeAt(at)
    if (unit >= 0x80)
      return { bytes: scratch, start: 0, end: NUMBER_BYTES + scratch.write(rest, NUMBER_BYTES) }
    scratch[NUMBER_BYTES + at] = unit
  }
  return { bytes: scratch, start: 0, end: NUMBER_BYTES + rest.length }
}

function bytesOf(number: number, rest: string): Buffer {
  const bytes = Buffer.from(`\0\0${rest}`)
  bytes.writeUInt16LE(number)
  return bytes
}
