import { type Places, places } from './places.ts'
import { type HashedKey, type Place, type Slabs, slabs } from './slabs.ts'
import { type Span, spanOf } from './span.ts'

/** Entries, and where each of them lies. */
export interface Entries {
  readonly slabs: Slabs
  /** Where they lie; what is not indexed yet is so first. */
  readonly places: () => Places
  /** How many keys begin with each number. */
  readonly counts: readonly number[]
  /** Adds one whose key is not there. */
  readonly put: (key: HashedKey, value: Span) => void
  /** The same, to be found only when it is indexed. */
  readonly fill: (key: HashedKey, value: Span) => void
  /** Indexes this many of those that are not; false while there are more. */
  readonly index: (limit: number) => boolean
  /** Forgets where an entry lies; answers its bytes. */
  readonly remove: (place: Place) => number
  readonly size: () => number
}

/** No entries, and room to find as many as expected. */
export function entries(expected: number): Entries {
  const held = slabs()
  const listed = places(held.hash, expected)
  const counts: number[] = []
  let last: Place | undefined
  /** Those that are to be indexed lie behind this place. */
  let indexed: Place | undefined
  let waiting = 0

  const add = (key: HashedKey, value: Span): Place => {
    last = held.add(key, value)
    count(counts, held.keyNumber(last), 1)
    return last
  }
  const index = (limit: number): boolean => {
    listed.expect(waiting)
    for (let left = limit; left > 0 && waiting > 0; left -= 1) {
      const place = held.after(indexed) as Place
      listed.add(held.hash(place), place)
      indexed = place
      waiting -= 1
    }
    return waiting === 0
  }
  const all = (): Places => {
    if (waiting > 0) index(waiting)
    return listed
  }
  return {
    slabs: held,
    counts,
    places: all,
    put: (key, value) => {
      all()
      listed.add(key.hash, add(key, value))
    },
    fill: (key, value) => {
      if (waiting === 0) indexed = last
      add(key, value)
      waiting += 1
    },
    index,
    remove: (place) => {
      count(counts, held.keyNumber(place), -1)
      all().remove(held.hash(place), (other) => other === place)
      return held.sizeOf(place)
    },
    size: () => listed.size() + waiting,
  }
}

/** The same entries as those that are found, and nothing else. */
export function laidOutAnew(from: Entries): Entries {
  const to = entries(from.size())
  const { hash, key, value } = from.slabs
  from.places().each((place) => {
    to.put({ ...spanOf(key(place)), hash: hash(place) }, spanOf(value(place)))
  })
  return to
}

function count(counts: number[], number: number, by: 1 | -1): void {
  counts[number] = (counts[number] ?? 0) + by
}
