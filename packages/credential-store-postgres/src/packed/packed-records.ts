import type { Records } from '@openclaw/credential-store/kit'
import { type PackedSet, packedSet } from './packed-set.ts'

/** Records whose sets can be filled. */
export interface PackedRecords extends Records {
  readonly of: (collection: string) => PackedSet
}

/**
 * No records yet: a replica holds many, and most of them are asked for rarely.
 *
 * @param seed - as for {@link packedSet}
 */
export function packedRecords(seed: number): PackedRecords {
  const sets = new Map<string, PackedSet>()
  const of = (collection: string): PackedSet => {
    const known = sets.get(collection)
    if (known !== undefined) return known
    const made = packedSet(seed)
    sets.set(collection, made)
    return made
  }
  return {
    of,
    collections: () => [...sets].flatMap(([name, set]) => (set.size() > 0 ? [name] : [])).sort(),
    apply: (changes) => {
      for (const { collection, key, value } of changes) {
        if (value === undefined) of(collection).remove(key)
        else of(collection).put(key, value)
      }
    },
  }
}
