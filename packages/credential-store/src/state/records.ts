import type { Change, Json } from '@openclaw/pairing-contracts'
import { type Cell, cellOf } from './cell.ts'
import { type CellWalk, walksThrough } from './cell-walk.ts'

/** The records of one collection, findable by key and in the order of their keys. */
export interface RecordSet {
  readonly get: (key: string) => Json | undefined
  readonly cell: (key: string) => Cell | undefined
  /** The keys that start with `prefix`, in the order of their UTF-16 code units. */
  readonly keys: (prefix: string) => readonly string[]
  /** The records behind {@link keys}, in the same order. */
  readonly cells: (prefix: string) => readonly Cell[]
  /** How keys with `prefix` go on up to the next `/`, as `LiveView` answers it. */
  readonly branches: (prefix: string) => readonly string[]
  /** Begins to go through all records. */
  readonly walk: () => CellWalk
  readonly put: (key: string, value: Json) => void
  readonly remove: (key: string) => void
  readonly size: () => number
}

/** Everything that a store holds: collections of records, as raw JSON. */
export interface Records {
  readonly of: (collection: string) => RecordSet
  /** Names of the collections that hold records, in order. */
  readonly collections: () => readonly string[]
  readonly apply: (changes: readonly Change[]) => void
}

/** Records of a collection as a checkpoint lists them. */
export type RecordList = readonly (readonly [key: string, value: Json])[]

/** No records yet. */
export function emptyRecords(): Records {
  return recordsFrom([])
}

/** Records as listed by collection. One that nobody asks for costs nothing. */
export function recordsFrom(
  listed: readonly (readonly [collection: string, records: RecordList])[],
): Records {
  const lists = new Map(listed)
  const sets = new Map<string, RecordSet>()
  const of = (collection: string): RecordSet => {
    const known = sets.get(collection)
    if (known) return known
    const made = recordSet(lists.get(collection) ?? [])
    lists.delete(collection)
    sets.set(collection, made)
    return made
  }
  const isFilled = (name: string): boolean =>
    (sets.get(name)?.size() ?? lists.get(name)?.length ?? 0) > 0
  return {
    of,
    collections: () => [...new Set([...lists.keys(), ...sets.keys()])].filter(isFilled).sort(),
    apply: (changes) => {
      for (const { collection, key, value } of changes) {
        if (value === undefined) of(collection).remove(key)
        else of(collection).put(key, value)
      }
    },
  }
}

function recordSet(listed: RecordList): RecordSet {
  const cells = new Map<string, Cell>()
  const sorted: Cell[] = []
  const cell = (key: string): Cell | undefined => cells.get(key)
  const walks = walksThrough({ cell, after: (key, limit) => cellsAfter(sorted, key, limit) })
  const put = (key: string, value: Json): void => {
    const made = cellOf(key, value)
    const at = lowerBound(sorted, key)
    if (at === sorted.length) sorted.push(made)
    else sorted.splice(at, cells.has(key) ? 1 : 0, made)
    cells.set(key, made)
    walks.noteChange(key)
  }
  for (const [key, value] of listed) put(key, value)
  return {
    get: (key) => cells.get(key)?.json,
    cell,
    keys: (prefix) => cellsFrom(sorted, prefix).map(({ key }) => key),
    cells: (prefix) => cellsFrom(sorted, prefix),
    branches: (prefix) => branchesOf(sorted, prefix),
    walk: walks.begin,
    put,
    remove: (key) => {
      if (cells.delete(key)) sorted.splice(lowerBound(sorted, key), 1)
    },
    size: () => cells.size,
  }
}

function cellsFrom(sorted: readonly Cell[], prefix: string): readonly Cell[] {
  const start = lowerBound(sorted, prefix)
  let end = start
  while (sorted[end]?.key.startsWith(prefix)) end += 1
  return sorted.slice(start, end)
}

function cellsAfter(sorted: readonly Cell[], key: string, limit: number): readonly Cell[] {
  const at = lowerBound(sorted, key)
  const start = sorted[at]?.key === key ? at + 1 : at
  return sorted.slice(start, start + limit)
}

/** From one to the next, over whatever lies between them. */
function branchesOf(sorted: readonly Cell[], prefix: string): readonly string[] {
  const found: string[] = []
  let at = lowerBound(sorted, prefix)
  for (let key = sorted[at]?.key; key?.startsWith(prefix); key = sorted[at]?.key) {
    const end = key.indexOf('/', prefix.length)
    if (end < 0) at += 1
    else {
      found.push(key.slice(0, end + 1))
      at = lowerBound(sorted, `${key.slice(0, end)}${BEHIND_SLASH}`)
    }
  }
  return found
}

/** The character that follows `/`. */
const BEHIND_SLASH = '0'

/** The first index whose key is not below `key`; fast for keys that come in order. */
function lowerBound(sorted: readonly Cell[], key: string): number {
  const last = sorted.at(-1)
  if (last === undefined || last.key < key) return sorted.length
  let low = 0
  let high = sorted.length - 1
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sorted[middle] as Cell).key < key) low = middle + 1
    else high = middle
  }
  return low
}
