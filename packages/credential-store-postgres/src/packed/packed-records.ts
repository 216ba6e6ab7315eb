import type { RecordSet, Records } from '@openclaw/credential-store/kit'
import { packedSet } from './packed-set.ts'

/**
 * No records yet: a replica holds many, and most of them are asked for rarely.
 *
 * @param seed - as for {@link packedSet}
 */
export function packedRecords(seed: number): Records {
  const sets = new Map<string, RecordSet>()
  const of = (collection: string): RecordSet => {
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
