import { type Cell, type CellWalk, cellOf, type RecordSet } from '@openclaw/credential-store/kit'
import type { Json } from '@openclaw/pairing-contracts'
import { type Codec, recordCodec } from './codec.ts'
import { type Entries, entries, laidOutAnew } from './entries.ts'
import { type Prefixes, prefixes } from './prefixes.ts'
import { type Recent, recent } from './recent.ts'
import type { HashedKey, Place } from './slabs.ts'
import type { Span } from './span.ts'

/**
 * Decoded records that are kept beside the packed ones, twice as many at most: who wrote lately is answered as fast as from a
 * map. Some 20 MB when all of them are in use.
 */
const KEPT_CELLS = 16_384

/** Bytes of replaced and removed entries that are worth no tidying. */
const TIDY_BYTES = 64 * 1024

/** A set that can be filled faster than by one `put` for each record. */
export interface PackedSet extends RecordSet {
  /** Adds records whose keys are not there yet, to be indexed; `plain` as for the codec. */
  readonly fill: (
    records: readonly (readonly [key: string, value: Json])[],
    plain?: 'plain',
  ) => void
  /** Indexes this many of those that were filled in; false while there are more. Whoever looks for one before waits for all. */
  readonly index: (limit: number) => boolean
}

interface State {
  readonly codec: Codec
  readonly seed: number
  readonly prefixes: Prefixes
  readonly kept: Recent<Cell>
  held: Entries
  /** Bytes of entries that nobody finds any more. */
  dead: number
}

/**
 * A set without records; each takes about 20 bytes more than its content.
 *
 * @param seed - of the hashes, 32 bits; drawn at random, so that nobody chooses keys that collide
 */
export function packedSet(seed: number): PackedSet {
  const codec = recordCodec()
  const kept = recent<Cell>(KEPT_CELLS)
  const state: State = { codec, seed, prefixes: prefixes(), kept, held: entries(0), dead: 0 }
  const cell = (key: string): Cell | undefined => cellAt(state, key)
  const keys = (prefix: string): readonly string[] => keysFrom(state, prefix)
  return {
    cell,
    get: (key) => cell(key)?.json,
    keys,
    cells: (prefix) => keys(prefix).map((key) => cell(key) as Cell),
    branches: (prefix) => branchesOf(state, prefix),
    walk: () => walkThrough(state),
    put: (key, value) => store(state, key, codec.encode(value)),
    fill: (records, plain) => {
      const { held } = state
      for (const [key, value] of records)
        held.fill(hashed(state, key, 'learn'), codec.encode(value, plain))
    },
    index: (limit) => state.held.index(limit),
    remove: (key) => {
      state.kept.delete(key)
      forget(state, hashed(state, key))
      tidy(state)
    },
    size: () => state.held.size(),
  }
}

function cellAt(state: State, key: string): Cell | undefined {
  const known = state.kept.get(key)
  if (known !== undefined) return known
  const place = find(state, hashed(state, key))
  if (place === undefined) return undefined
  const cell = cellOf(key, state.codec.decode(state.held.slabs.value(place)))
  state.kept.set(key, cell)
  return cell
}

function find({ held }: State, key: HashedKey): Place | undefined {
  return held.places().find(key.hash, (place) => held.slabs.keyIs(place, key))
}

function store(state: State, text: string, value: Span): void {
  const key = hashed(state, text, 'learn')
  state.kept.delete(text)
  forget(state, key)
  state.held.put(key, value)
  tidy(state)
}

function forget(state: State, key: HashedKey): void {
  const place = find(state, key)
  if (place !== undefined) state.dead += state.held.remove(place)
}

/** Lays everything out anew when a third of it is of no use. */
function tidy(state: State): void {
  if (state.dead < TIDY_BYTES || state.dead * 3 < state.held.slabs.bytes()) return
  state.held = laidOutAnew(state.held)
  state.dead = 0
}

/** In the order in which they were last set. Begins anew when everything was laid out anew. */
function walkThrough(state: State): CellWalk {
  let { held } = state
  let last: Place | undefined
  const cellOfLive = (place: Place): Cell | undefined => {
    const { slabs, places } = held
    if (places().find(slabs.hash(place), (other) => other === place) === undefined) return undefined
    const key = state.prefixes.decode(slabs.key(place))
    return cellOf(key, state.codec.decode(slabs.value(place)))
  }
  return {
    next: (limit) => {
      if (held !== state.held) [held, last] = [state.held, undefined]
      const cells: Cell[] = []
      for (let looked = 0; looked < limit; looked += 1) {
        const place = held.slabs.after(last)
        if (place === undefined) break
        last = place
        const cell = cellOfLive(place)
        if (cell !== undefined) cells.push(cell)
      }
      return { cells, more: held.slabs.after(last) !== undefined }
    },
  }
}

/** From the beginnings that are shared; keys that have none are looked at one by one. */
function branchesOf({ held, prefixes: shared }: State, text: string): readonly string[] {
  const found = new Set<string>()
  const add = (key: string): void => {
    const end = key.startsWith(text) ? key.indexOf('/', text.length) : -1
    if (end >= 0) found.add(key.slice(0, end + 1))
  }
  shared.texts().forEach((prefix, number) => {
    if ((held.counts[number] ?? 0) > 0) add(prefix)
  })
  if ((held.counts[0] ?? 0) > 0) {
    held.places().each((place) => {
      if (held.slabs.keyNumber(place) === 0) add(shared.decode(held.slabs.key(place)))
    })
  }
  return [...found].sort()
}

function keysFrom({ held, prefixes: shared }: State, text: string): readonly string[] {
  const { slabs, places, counts } = held
  const starts = new Map([...shared.startsOf(text)].filter(([number]) => (counts[number] ?? 0) > 0))
  if (starts.size === 0) return []
  const keys: string[] = []
  places().each((place) => {
    const start = starts.get(slabs.keyNumber(place))
    if (start === undefined || !slabs.keyStarts(place, start)) return
    const key = shared.decode(slabs.key(place))
    if (key.startsWith(text)) keys.push(key)
  })
  return keys.sort()
}

/** FNV-1a with a seed, and its bits mixed once more because few of them are used. */
function hashed({ seed, prefixes: shared }: State, text: string, learn?: 'learn'): HashedKey {
  const { bytes, start, end } = shared.encode(text, learn)
  let hash = seed ^ 0x811c_9dc5
  for (let at = start; at < end; at += 1)
    hash = Math.imul(hash ^ (bytes[at] as number), 0x0100_0193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b)
  return { bytes, start, end, hash: (hash ^ (hash >>> 13)) >>> 0 }
}
