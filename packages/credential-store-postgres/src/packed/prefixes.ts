/** Beginnings that many keys share, such as `telegram/default/`: kept once, and in each key as a number of two bytes. */
export interface Prefixes {
  /** The bytes that stand for a key; `learn` keeps its beginning if it is new. Without that a key that is there is found. */
  readonly encode: (key: string, learn?: 'learn') => Buffer
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

/** Nothing kept yet. */
export function prefixes(): Prefixes {
  const numbers = new Map<string, number>()
  const texts: string[] = ['']
  const numberOf = (prefix: string, learn: 'learn' | undefined): number => {
    const known = numbers.get(prefix)
    if (known !== undefined) return known
    const isKept = texts.length <= MAX_PREFIXES && prefix.length <= MAX_PREFIX_LENGTH
    if (learn === undefined || prefix === '' || !isKept) return 0
    numbers.set(prefix, texts.length)
    return texts.push(prefix) - 1
  }
  return {
    encode: (key, learn) => {
      const prefix = key.slice(0, key.lastIndexOf('/') + 1)
      const number = numberOf(prefix, learn)
      return bytesOf(number, number === 0 ? key : key.slice(prefix.length))
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

function bytesOf(number: number, rest: string): Buffer {
  const bytes = Buffer.from(`\0\0${rest}`)
  bytes.writeUInt16LE(number)
  return bytes
}
