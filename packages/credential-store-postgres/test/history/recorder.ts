import type { Collection, Json, Transaction } from '@openclaw/pairing-contracts'
import type { Read, Write } from './lines.ts'

/** A transaction that writes down what it read and planned. Reads answer `null` where nothing is. */
export interface Recorder {
  readonly now: () => number
  readonly get: (collection: Collection<Json>, key: string) => Promise<Json | null>
  readonly list: (
    collection: Collection<Json>,
    prefix: string,
  ) => Promise<readonly (readonly [key: string, value: Json])[]>
  readonly put: (collection: Collection<Json>, key: string, value: Json) => void
  readonly remove: (collection: Collection<Json>, key: string) => void
  readonly reads: () => readonly Read[]
  readonly writes: () => readonly Write[]
}

/** Writes down what `tx` is asked. */
export function recorder(tx: Transaction): Recorder {
  const reads: Read[] = []
  const writes: Write[] = []
  return {
    now: () => tx.now,
    get: async (collection, key) => {
      const value = (await tx.get(collection, key)) ?? null
      reads.push({ collection: collection.name, key, value })
      return value
    },
    list: async (collection, prefix) => {
      const found = await tx.list(collection, prefix)
      const entries = found.map(({ key, value }) => [key, value] as const)
      reads.push({ collection: collection.name, prefix, entries })
      return entries
    },
    put: (collection, key, value) => {
      tx.put(collection, key, value)
      writes.push({ collection: collection.name, key, value })
    },
    remove: (collection, key) => {
      tx.remove(collection, key)
      writes.push({ collection: collection.name, key, value: null })
    },
    reads: () => reads,
    writes: () => writes,
  }
}

function plain(name: string): Collection<Json> {
  return { name, decode: (value) => value, encode: (value) => value }
}

/** Single records that are read and written. */
export const REGISTERS: Collection<Json> = plain('history.registers')
export const SETS: Collection<Json> = plain('history.sets')
/** Never more than the cap. */
export const PLACES: Collection<Json> = plain('history.places')
/** Who is let in, and until when. */
export const GRANTS: Collection<Json> = plain('history.grants')
/** The epoch of the lease, written under it. */
export const LEASED: Collection<Json> = plain('history.leased')
