import type { Collection, Json, JsonObject, Transaction } from '@openclaw/pairing-contracts'
import type { BaseCopy } from './base-copy.ts'
import type { Document } from './document.ts'
import type { DocumentHost } from './types.ts'

/**
 * The last thing that befell each document from outside, by {@link Document.id}. It is written in the transaction that
 * takes a change over, so that after a crash nobody takes the same change over twice.
 */
export const outsideRecords: Collection<JsonObject> = {
  name: 'store.documents',
  decode: (value: Json): JsonObject => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new TypeError('expected an object')
    }
    return value as JsonObject
  },
  encode: (value: JsonObject): Json => value,
}

/** What {@link outsideRecords} says of a change from `base` to a text with this digest. */
export function changeRecord(base: BaseCopy | undefined, digest: string): JsonObject {
  return { base: base?.id ?? '', after: digest }
}

/** True when exactly this change was taken over before. Without a base it is taken over again: that removes nothing. */
export function wasTakenOver(
  host: DocumentHost,
  document: Document,
  change: { readonly base: BaseCopy | undefined; readonly digest: string },
): boolean {
  if (change.base === undefined) return false
  const known = host
    .records(outsideRecords.name, document.id)
    .find(({ key }) => key === document.id)?.value as JsonObject | undefined
  return known?.['base'] === change.base.id && known['after'] === change.digest
}

/** A transaction that remembers whether what was planned on it really changes a record. */
export interface WatchedTransaction {
  readonly tx: Transaction
  readonly changed: () => boolean
}

/** Watches `tx`; `host` shows the records from before it. */
export function watchTransaction(host: DocumentHost, tx: Transaction): WatchedTransaction {
  const planned = new Map<string, () => boolean>()
  const before = (collection: string, key: string): Json | undefined =>
    host.records(collection, key).find((record) => record.key === key)?.value
  return {
    tx: {
      ...tx,
      put: (collection, key, value) => {
        tx.put(collection, key, value)
        const after = JSON.stringify(collection.encode(value))
        planned.set(
          `${collection.name}\0${key}`,
          () => JSON.stringify(before(collection.name, key)) !== after,
        )
      },
      remove: (collection, key) => {
        tx.remove(collection, key)
        planned.set(`${collection.name}\0${key}`, () => before(collection.name, key) !== undefined)
      },
    },
    changed: () => [...planned.values()].some((differs) => differs()),
  }
}
