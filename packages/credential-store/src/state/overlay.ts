import type { Change } from '@openclaw/pairing-contracts'
import { type Cell, cellOf } from './cell.ts'
import type { RecordSet } from './records.ts'

/** What can be read of a collection. */
export type Readable = Pick<RecordSet, 'cell' | 'keys'>

/** Planned changes on top of records that stay as they are. */
export interface Overlay {
  readonly of: (collection: string) => Readable
  readonly apply: (changes: readonly Change[]) => void
}

/** Nothing planned yet on what `below` shows. */
export function overlay(below: (collection: string) => Readable): Overlay {
  const planned = new Map<string, Map<string, Cell | undefined>>()
  return {
    of: (collection) => {
      const own = planned.get(collection)
      if (own === undefined) return below(collection)
      return {
        cell: (key) => (own.has(key) ? own.get(key) : below(collection).cell(key)),
        keys: (prefix) => mergedKeys(below(collection).keys(prefix), own, prefix),
      }
    },
    apply: (changes) => {
      for (const { collection, key, value } of changes) {
        const own = planned.get(collection) ?? new Map<string, Cell | undefined>()
        planned.set(collection, own.set(key, value === undefined ? undefined : cellOf(key, value)))
      }
    },
  }
}

/** The keys below with `prefix`, as `own` changes them. */
export function mergedKeys(
  below: readonly string[],
  own: ReadonlyMap<string, Cell | undefined>,
  prefix: string,
): readonly string[] {
  if (own.size === 0) return below
  const keys = new Set(below)
  for (const [key, value] of own) {
    if (value === undefined) keys.delete(key)
    else if (key.startsWith(prefix)) keys.add(key)
  }
  return [...keys].sort()
}
