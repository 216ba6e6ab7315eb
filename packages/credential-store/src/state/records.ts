import type { Change, Json } from '@openclaw/pairing-contracts'
import { type Cell, cellOf } from './cell.ts'

/** The records of one collection, findable by key and in the order of their keys. */
export interface RecordSet {
  readonly get: (key: string) => Json | undefined
  readonly cell: (key: string) => Cell | undefined
  /** The keys that start with `prefix`, in the order of their UTF-16 code units. */
  readonly keys: (prefix: string) => readonly string[]
  /** The records behind {@link keys}, in the same order. */
  readonly cells: (prefix: string) => readonly Cell[]
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
  const put = (key: string, value: Json): void => {
    const cell = cellOf(key, value)
    const at = lowerBound(sorted, key)
    if (at === sorted.length) sorted.push(cell)
    else sorted.splice(at, cells.has(key) ? 1 : 0, cell)
    cells.set(key, cell)
  }
  for (const [key, value] of listed) put(key, value)
  return {
    get: (key) => cells.get(key)?.json,
    cell: (key) => cells.get(key),
    keys: (prefix) => cellsFrom(sorted, prefix).map(({ key }) => key),
    cells: (prefix) => cellsFrom(sorted, prefix),
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
