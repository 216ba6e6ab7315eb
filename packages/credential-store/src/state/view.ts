import type { Collection, Json, LiveView, Seq } from '@openclaw/pairing-contracts'
import { checkCollection } from './names.ts'
import type { Records } from './records.ts'
import { decodeRecord } from './transaction.ts'

/** What a view needs of its store. */
export interface ViewSource {
  /** Makes sure that nothing newer exists, and answers the state; throws when that cannot be vouched for. */
  readonly current: () => Records
  readonly seq: () => Seq
}

/** A view that decodes a record once and again only after it changed. */
export function liveView<T>(source: ViewSource, collection: Collection<T>): LiveView<T> {
  checkCollection(collection.name)
  const decoded = new Map<string, { readonly raw: Json; readonly value: T }>()
  const valueAt = (records: Records, key: string): T | undefined => {
    const raw = records.of(collection.name).get(key)
    const known = decoded.get(key)
    if (raw === undefined) {
      if (known) decoded.delete(key)
      return undefined
    }
    if (known?.raw === raw) return known.value
    const value = decodeRecord(collection, key, raw)
    decoded.set(key, { raw, value })
    forgetRemoved(decoded, records.of(collection.name))
    return value
  }
  return {
    get: (key) => valueAt(source.current(), key),
    has: (key) => valueAt(source.current(), key) !== undefined,
    entries: (prefix) => {
      const records = source.current()
      return records
        .of(collection.name)
        .keys(prefix)
        .map((key) => ({ key, value: valueAt(records, key) as T }))
    },
    seq: () => {
      source.current()
      return source.seq()
    },
  }
}

/** Keeps the cache in proportion to the collection when records come and go. */
function forgetRemoved(
  decoded: Map<string, unknown>,
  records: { readonly get: (key: string) => unknown; readonly size: () => number },
): void {
  if (decoded.size <= 2 * records.size() + 64) return
  for (const key of decoded.keys()) if (records.get(key) === undefined) decoded.delete(key)
}
