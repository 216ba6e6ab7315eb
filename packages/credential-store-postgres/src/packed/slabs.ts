import { copyTo, type Span, spanOf } from './span.ts'

/** Where an entry lies. */
export type Place = number

/** The bytes of a key, two at least, and their hash, 32 bits. */
export interface HashedKey extends Span {
  readonly hash: number
}

/** Entries of bytes, one behind another, in a few large blocks that the garbage collector need not walk. */
export interface Slabs {
  readonly add: (key: HashedKey, value: Span) => Place
  readonly keyIs: (place: Place, key: HashedKey) => boolean
  readonly hash: (place: Place) => number
  readonly keyStarts: (place: Place, prefix: Uint8Array) => boolean
  readonly key: (place: Place) => Uint8Array
  /** The first two bytes of a key, as a number. */
  readonly keyNumber: (place: Place) => number
  readonly value: (place: Place) => Uint8Array
  /** The entry that was added after this one, or first; replaced and removed ones are still among them. */
  readonly after: (place: Place | undefined) => Place | undefined
  /** Bytes of one entry. */
  readonly sizeOf: (place: Place) => number
  /** Bytes of all entries that were added. */
  readonly bytes: () => number
}

/** A block of this many bytes at most, so that a place is a block's number and 20 bits. */
const LARGEST = 1 << 20
const DOUBLINGS = 8
const SMALLEST = LARGEST >> DOUBLINGS
const BLOCK = 20

/** Blocks at most: places stay below the two marks of an index. */
export const MAX_BLOCKS = 4095

/** Four bytes for the hash of the key, four for the value's length, two for the key's. */
const HEADER = 10
const VALUE_LENGTH = 4
const KEY_LENGTH = 8

/** Slabs without entries. */
export function slabs(): Slabs {
  const blocks: Buffer[] = []
  const ends: number[] = []
  const blockOf = (place: Place): Buffer => blocks[place >>> BLOCK] as Buffer
  const startOf = (place: Place): number => place & (LARGEST - 1)
  const sizeOf = (place: Place): number => {
    const [block, start] = [blockOf(place), startOf(place)]
    return HEADER + keyLengthAt(block, start) + valueLengthAt(block, start)
  }
  return {
    ...adding(blocks, ends),
    after: (place) =>
      place === undefined
        ? placeFrom(ends, 0, 0)
        : placeFrom(ends, place >>> BLOCK, startOf(place) + sizeOf(place)),
    keyIs: (place, key) => isKeyAt(blockOf(place), startOf(place), key),
    keyStarts: (place, prefix) => {
      const [block, start] = [blockOf(place), startOf(place)]
      return (
        keyLengthAt(block, start) >= prefix.length && isAt(block, start + HEADER, spanOf(prefix))
      )
    },
    hash: (place) => blockOf(place).readUInt32LE(startOf(place)),
    key: (place) => {
      const [block, from] = [blockOf(place), startOf(place) + HEADER]
      return block.subarray(from, from + keyLengthAt(block, from - HEADER))
    },
    keyNumber: (place) => blockOf(place).readUInt16LE(startOf(place) + HEADER),
    value: (place) => {
      const [block, start] = [blockOf(place), startOf(place)]
      const from = start + HEADER + keyLengthAt(block, start)
      return block.subarray(from, from + valueLengthAt(block, start))
    },
    sizeOf,
  }
}

/** Where an entry begins at or behind a byte of a block, which may be its end; every block has one. */
function placeFrom(ends: readonly number[], block: number, at: number): Place | undefined {
  const end = ends[block]
  if (end === undefined) return undefined
  if (at < end) return (block * LARGEST + at) >>> 0
  return block + 1 < ends.length ? ((block + 1) * LARGEST) >>> 0 : undefined
}

function keyLengthAt(block: Buffer, start: number): number {
  return block.readUInt16LE(start + KEY_LENGTH)
}

function valueLengthAt(block: Buffer, start: number): number {
  return block.readUInt32LE(start + VALUE_LENGTH)
}

/** The hashes differ nearly always where the keys do. */
function isKeyAt(block: Buffer, at: number, key: HashedKey): boolean {
  if (block.readUInt32LE(at) !== key.hash) return false
  return keyLengthAt(block, at) === key.end - key.start && isAt(block, at + HEADER, key)
}

function isAt(block: Buffer, from: number, { bytes, start, end }: Span): boolean {
  for (let at = start; at < end; at += 1) if (block[from + at - start] !== bytes[at]) return false
  return true
}

/** Puts entries into `blocks`, and keeps in `ends` how far each is filled. */
function adding(blocks: Buffer[], ends: number[]): Pick<Slabs, 'add' | 'bytes'> {
  let end = 0
  let all = 0
  const blockFor = (size: number): Buffer => {
    const last = blocks.at(-1)
    if (last !== undefined && last.length - end >= size) return last
    if (blocks.length >= MAX_BLOCKS)
      throw new RangeError('more records than memory is laid out for')
    const usual = SMALLEST << Math.min(blocks.length, DOUBLINGS)
    const block = Buffer.allocUnsafeSlow(Math.max(usual, size))
    blocks.push(block)
    end = 0
    return block
  }
  return {
    add: (key, value) => {
      const [keyLength, valueLength] = [key.end - key.start, value.end - value.start]
      const size = HEADER + keyLength + valueLength
      const block = blockFor(size)
      const place = ((blocks.length - 1) * LARGEST + end) >>> 0
      block.writeUInt32LE(key.hash, end)
      block.writeUInt32LE(valueLength, end + VALUE_LENGTH)
      block.writeUInt16LE(keyLength, end + KEY_LENGTH)
      copyTo(block, end + HEADER, key)
      copyTo(block, end + HEADER + keyLength, value)
      end += size
      ends[blocks.length - 1] = end
      all += size
      return place
    },
    bytes: () => all,
  }
}
