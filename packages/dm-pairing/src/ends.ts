import type { EpochMs } from '@openclaw/pairing-contracts'

/** Keys with a time each, the earliest found first: a heap that knows where each key stands in it. */
export interface Ends {
  readonly set: (key: string, at: EpochMs) => void
  readonly remove: (key: string) => void
  /** The key with the earliest time, if that has come. */
  readonly over: (now: EpochMs) => string | undefined
  readonly size: () => number
}

interface End {
  readonly key: string
  readonly at: EpochMs
}

interface Heap {
  readonly ends: End[]
  readonly places: Map<string, number>
}

/** Nothing ends yet. */
export function noEnds(): Ends {
  const heap: Heap = { ends: [], places: new Map() }
  const { ends, places } = heap
  return {
    set: (key, at) => {
      const place = places.get(key) ?? ends.length
      if (ends[place]?.at !== at) settle(heap, place, { key, at })
    },
    remove: (key) => {
      const place = places.get(key)
      const last = place === undefined ? undefined : ends.pop()
      if (place === undefined || last === undefined) return
      places.delete(key)
      if (last.key !== key) settle(heap, place, last)
    },
    over: (now) => {
      const [first] = ends
      return first !== undefined && first.at <= now ? first.key : undefined
    },
    size: () => ends.length,
  }
}

/** Puts one where it belongs, beginning at a place that is free for it. */
function settle(heap: Heap, place: number, end: End): void {
  lower(heap, raise(heap, place, end), end)
}

/** Towards the first; answers where it came to stand. */
function raise({ ends, places }: Heap, from: number, end: End): number {
  let place = from
  for (let above = ends[parentOf(place)]; place > 0 && above; above = ends[parentOf(place)]) {
    if (above.at <= end.at) break
    ends[place] = above
    places.set(above.key, place)
    place = parentOf(place)
  }
  return stand({ ends, places }, place, end)
}

function lower(heap: Heap, from: number, end: End): number {
  const { ends, places } = heap
  let place = from
  for (let child = earlierChild(ends, place); child < ends.length; ) {
    const below = ends[child] as End
    if (below.at >= end.at) break
    ends[place] = below
    places.set(below.key, place)
    place = child
    child = earlierChild(ends, place)
  }
  return stand(heap, place, end)
}

function stand({ ends, places }: Heap, place: number, end: End): number {
  ends[place] = end
  places.set(end.key, place)
  return place
}

function parentOf(place: number): number {
  return (place - 1) >> 1
}

/** Beyond the last where there is none. */
function earlierChild(ends: readonly End[], place: number): number {
  const [left, right] = [place * 2 + 1, place * 2 + 2]
  return (ends[right]?.at ?? Infinity) < (ends[left]?.at ?? Infinity) ? right : left
}
