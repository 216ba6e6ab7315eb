import type { Json } from '@openclaw/pairing-contracts'
import { Packr, RESET_BUFFER_MODE, REUSE_BUFFER_MODE } from 'msgpackr'
import { type Span, spanOf } from './span.ts'

/** Turns records into bytes and back, exactly. */
export interface Codec {
  /**
   * `plain`: known to be what {@link isPlainText} says of the text it was read from, which is faster than to look again. Good
   * until the next call.
   */
  readonly encode: (json: Json, plain?: 'plain') => Span
  readonly decode: (bytes: Uint8Array) => Json
}

/** A byte that no MessagePack value begins with: JSON text follows. */
const AS_TEXT = 0xc1

const HALF_A_PAIR = /\p{Surrogate}/u

/** Shapes of records that are kept by number; those beyond are written out. */
const MAX_SHAPES = 4096

/** A codec of its own shapes: what one encodes, another does not read. Nothing of it is ever stored. */
export function recordCodec(): Codec {
  const packr = new Packr({
    useRecords: true,
    structures: [],
    maxSharedStructures: MAX_SHAPES,
    moreTypes: false,
  })
  return {
    encode: (json, plain) =>
      plain !== undefined || isExact(json)
        ? packed(packr, json)
        : spanOf(textBytes(JSON.stringify(json))),
    decode: (bytes) =>
      bytes[0] === AS_TEXT
        ? (JSON.parse(Buffer.from(bytes.subarray(1)).toString()) as Json)
        : (packr.unpack(bytes) as Json),
  }
}

/**
 * True when packing gives back all that this JSON text says: it names no `__proto__` and, as text that came as UTF-8, holds
 * half of a surrogate pair only by its number. May be false where looking closer would find the same.
 */
export function isPlainText(text: string): boolean {
  return !text.includes('\\u') && !text.includes('__proto__')
}

/** In the one buffer of the packer: what it gives out otherwise is an object more for each record. */
function packed(packr: Packr, json: Json): Span {
  const bytes = packr.pack(json, REUSE_BUFFER_MODE | RESET_BUFFER_MODE) as Buffer &
    Pick<Span, 'start' | 'end'>
  return { bytes, start: bytes.start, end: bytes.end }
}

function textBytes(text: string): Uint8Array {
  return Buffer.concat([Buffer.of(AS_TEXT), Buffer.from(text)])
}

/** False for what MessagePack would not give back as it was: half of a surrogate pair, and one name. */
function isExact(json: Json): boolean {
  if (typeof json === 'string') return !HALF_A_PAIR.test(json)
  if (typeof json !== 'object' || json === null) return true
  if (Array.isArray(json)) return json.every(isExact)
  return Object.entries(json).every(
    ([name, value]) => name !== '__proto__' && isExact(name) && isExact(value),
  )
}
