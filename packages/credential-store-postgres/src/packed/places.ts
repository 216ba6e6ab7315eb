import type { Place } from './slabs.ts'

/** Finds the place of an entry by its key: open addressing over four bytes a slot. */
export interface Places {
  /** The place for which `isIt` holds, among those with this hash. */
  readonly find: (hash: number, isIt: (place: Place) => boolean) => Place | undefined
  readonly add: (hash: number, place: Place) => void
  /** Makes room for as many more. */
  readonly expect: (more: number) => void
  readonly remove: (hash: number, isIt: (place: Place) => boolean) => void
  readonly size: () => number
  /** Every place, in no order. */
  readonly each: (visit: (place: Place) => void) => void
}

const FREE = 0xffff_ffff
const GONE = 0xffff_fffe
const FEWEST = 16

/** No places yet; `hashOf` is asked again when the table grows. */
export function places(hashOf: (place: Place) => number, expected: number = 0): Places {
  let slots = fresh(sizeFor(expected))
  let used = 0
  let size = 0
  const seek = (hash: number, isIt: (place: Place) => boolean): number => {
    for (let at = hash & (slots.length - 1); ; at = (at + 1) & (slots.length - 1)) {
      const place = slots[at] as number
      if (place === FREE) return -1
      if (place !== GONE && isIt(place)) return at
    }
  }
  const insert = (hash: number, place: Place): void => {
    let at = hash & (slots.length - 1)
    while ((slots[at] as number) < GONE) at = (at + 1) & (slots.length - 1)
    if (slots[at] === FREE) used += 1
    slots[at] = place
  }
  const grow = (more: number): void => {
    const old = slots
    slots = fresh(sizeFor(size + more))
    used = 0
    for (const place of old) if (place < GONE) insert(hashOf(place), place)
  }
  return {
    find: (hash, isIt) => {
      const at = seek(hash, isIt)
      return at < 0 ? undefined : slots[at]
    },
    add: (hash, place) => {
      if ((used + 1) * 4 > slots.length * 3) grow(1)
      insert(hash, place)
      size += 1
    },
    expect: (more) => {
      if ((used + more) * 4 > slots.length * 3) grow(more)
    },
    remove: (hash, isIt) => {
      const at = seek(hash, isIt)
      if (at < 0) return
      slots[at] = GONE
      size -= 1
    },
    size: () => size,
    each: (visit) => {
      for (const place of slots) if (place < GONE) visit(place)
    },
  }
}

/** Two thirds full at most, a power of two. */
function sizeFor(entries: number): number {
  let size = FEWEST
  while (size * 2 < entries * 3) size *= 2
  return size
}

function fresh(size: number): Uint32Array {
  return new Uint32Array(size).fill(FREE)
}
