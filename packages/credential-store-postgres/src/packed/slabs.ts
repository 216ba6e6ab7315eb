/** Where an entry lies. */
export type Place = number

/** A key in UTF-8 and its hash, 32 bits. */
export interface HashedKey {
  readonly bytes: Uint8Array
  readonly hash: number
}

/** Entries of bytes, one behind another, in a few large blocks that the garbage collector need not walk. */
export interface Slabs {
  readonly add: (key: HashedKey, value: Uint8Array) => Place
  readonly keyIs: (place: Place, key: HashedKey) => boolean
  readonly hash: (place: Place) => number
  readonly keyStarts: (place: Place, prefix: Uint8Array) => boolean
  readonly key: (place: Place) => Uint8Array
  readonly value: (place: Place) => Uint8Array
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
  let end = 0
  let bytes = 0
  const blockOf = (place: Place): Buffer => blocks[place >>> BLOCK] as Buffer
  const startOf = (place: Place): number => place & (LARGEST - 1)
  const room = (size: number): void => {
    const last = blocks.at(-1)
    if (last !== undefined && last.length - end >= size) return
    if (blocks.length >= MAX_BLOCKS)
      throw new RangeError('more records than memory is laid out for')
    const usual = Math.min(LARGEST, SMALLEST << Math.min(blocks.length, DOUBLINGS))
    blocks.push(Buffer.allocUnsafeSlow(Math.max(usual, size)))
    end = 0
  }
  const keyOf = (place: Place): Uint8Array => {
    const [block, start] = [blockOf(place), startOf(place)]
    return block.subarray(start + HEADER, start + HEADER + block.readUInt16LE(start + KEY_LENGTH))
  }
  return {
    add: ({ bytes: key, hash }, value) => {
      const size = HEADER + key.length + value.length
      room(size)
      const block = blocks.at(-1) as Buffer
      const place = ((blocks.length - 1) * LARGEST + end) >>> 0
      block.writeUInt32LE(hash, end)
      block.writeUInt32LE(value.length, end + VALUE_LENGTH)
      block.writeUInt16LE(key.length, end + KEY_LENGTH)
      block.set(key, end + HEADER)
      block.set(value, end + HEADER + key.length)
      end += size
      bytes += size
      return place
    },
    keyIs: (place, { bytes: key, hash }) => {
      const [block, start] = [blockOf(place), startOf(place)]
      if (block.readUInt32LE(start) !== hash) return false
      if (block.readUInt16LE(start + KEY_LENGTH) !== key.length) return false
      return isAt(block, start + HEADER, key)
    },
    keyStarts: (place, prefix) => {
      const [block, start] = [blockOf(place), startOf(place)]
      if (block.readUInt16LE(start + KEY_LENGTH) < prefix.length) return false
      return isAt(block, start + HEADER, prefix)
    },
    hash: (place) => blockOf(place).readUInt32LE(startOf(place)),
    key: keyOf,
    value: (place) => {
      const [block, start] = [blockOf(place), startOf(place)]
      const from = start + HEADER + block.readUInt16LE(start + KEY_LENGTH)
      return block.subarray(from, from + block.readUInt32LE(start + VALUE_LENGTH))
    },
    sizeOf: (place) => {
      const [block, start] = [blockOf(place), startOf(place)]
      const [key, value] = [start + KEY_LENGTH, start + VALUE_LENGTH]
      return HEADER + block.readUInt16LE(key) + block.readUInt32LE(value)
    },
    bytes: () => bytes,
  }
}

function isAt(block: Buffer, from: number, bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; at += 1) if (block[from + at] !== bytes[at]) return false
  return true
}
