import type { Change, Json } from '@openclaw/pairing-contracts'

/** The records of one collection, findable by key and in the order of their keys. */
export interface RecordSet {
  readonly get: (key: string) => Json | undefined
  /** The keys that start with `prefix`, in the order of their UTF-16 code units. */
  readonly keys: (prefix: string) => readonly string[]
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
  const values = new Map<string, Json>()
  const sorted: string[] = []
  const put = (key: string, value: Json): void => {
    if (!values.has(key)) sorted.splice(lowerBound(sorted, key), 0, key)
    values.set(key, value)
  }
  for (const [key, value] of listed) put(key, value)
  return {
    get: (key) => values.get(key),
    keys: (prefix) => keysFrom(sorted, prefix),
    put,
    remove: (key) => {
      if (values.delete(key)) sorted.splice(lowerBound(sorted, key), 1)
    },
    size: () => values.size,
  }
}

function keysFrom(sorted: readonly string[], prefix: string): readonly string[] {
  const found: string[] = []
  for (let index = lowerBound(sorted, prefix); index < sorted.length; index += 1) {
    const key = sorted[index]
    if (!key?.startsWith(prefix)) break
    found.push(key)
  }
  return found
}

/** The first index whose key is not below `key`; fast for keys that come in order. */
function lowerBound(sorted: readonly string[], key: string): number {
  const last = sorted.at(-1)
  if (last === undefined || last < key) return sorted.length
  let low = 0
  let high = sorted.length - 1
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sorted[middle] as string) < key) low = middle + 1
    else high = middle
  }
  return low
}
