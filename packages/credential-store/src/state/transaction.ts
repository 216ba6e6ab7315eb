import type {
  Actor,
  Change,
  Collection,
  Entry,
  EpochMs,
  Intent,
  JournalEntry,
  Json,
  JsonObject,
  Transaction,
} from '@openclaw/pairing-contracts'
import { reason, TransactionOver, ValueRefused } from '../errors.ts'
import { type Cell, cellOf, decodeCell } from './cell.ts'
import { copyJson, freezeJson } from './json.ts'
import { checkCollection, checkKey } from './names.ts'
import { mergedKeys, type Readable } from './overlay.ts'

/** What a transaction reads: the records of a collection before it began. */
export type Before = (collection: string) => Readable

/** A transaction while `work` runs, and what it planned. */
export interface Plan {
  readonly tx: Transaction
  /** Records that are really different from before, each key once, in the order of the last write. */
  readonly changes: () => readonly Change[]
  readonly detail: () => JsonObject | undefined
  /** Ends it; every later use of `tx` throws {@link TransactionOver}. */
  readonly end: () => void
}

/** Begins a transaction on the state that `before` shows. Nothing reaches it; the caller applies {@link Plan.changes}. */
export function planTransaction(before: Before, now: EpochMs): Plan {
  const written = new Map<string, Map<string, Cell | undefined>>()
  const order = new Map<string, Change>()
  const notes: JsonObject[] = []
  const state = { over: false }
  const enter = (collection: string): Map<string, Cell | undefined> => {
    if (state.over) throw new TransactionOver()
    checkCollection(collection)
    const known = written.get(collection) ?? new Map<string, Cell | undefined>()
    written.set(collection, known)
    return known
  }
  const write = (collection: string, key: string, value: Json | undefined): void => {
    checkKey(key)
    enter(collection).set(key, value === undefined ? undefined : cellOf(key, value))
    const place = `${collection}\0${key}`
    order.delete(place)
    order.set(place, { collection, key, value })
  }
  const read = <T>(collection: Collection<T>, key: string): T | undefined => {
    const own = enter(collection.name)
    const cell = own.has(key) ? own.get(key) : before(collection.name).cell(key)
    return cell && decodeCell(collection, cell)
  }
  const tx: Transaction = {
    now,
    get: async (collection, key) => read(collection, key),
    list: async <T>(collection: Collection<T>, prefix: string) =>
      mergedKeys(before(collection.name).keys(prefix), enter(collection.name), prefix).map(
        (key): Entry<T> => ({ key, value: read(collection, key) as T }),
      ),
    put: (collection, key, value) => write(collection.name, key, encodeRecord(collection, value)),
    remove: (collection, key) => write(collection.name, key, undefined),
    note: (detail) => {
      if (state.over) throw new TransactionOver()
      notes.push(copyJson(detail) as JsonObject)
    },
  }
  return {
    tx,
    changes: () => [...order.values()].filter((change) => differs(before, change)),
    detail: () =>
      notes.length === 0 ? undefined : Object.fromEntries(notes.flatMap(Object.entries<Json>)),
    end: () => {
      state.over = true
    },
  }
}

/** The journal entry of a plan; shares nothing with what the caller holds. */
export function toEntry(
  position: Pick<JournalEntry, 'seq' | 'time' | 'changes'>,
  { actor, action }: Intent,
  plan: Pick<Plan, 'detail'>,
): JournalEntry {
  const detail = plan.detail()
  const entry = { ...position, actor: freezeJson(copyJson(actor)) as unknown as Actor, action }
  return detail === undefined ? entry : { ...entry, detail: freezeJson(detail) }
}

/** The JSON to store. Decoded once, so that what could not be read back is never written. */
function encodeRecord<T>(collection: Collection<T>, value: T): Json {
  const raw = freezeJson(copyJson(collection.encode(value)))
  try {
    collection.decode(raw)
  } catch (cause) {
    throw new ValueRefused(`${collection.name} does not read it back: ${reason(cause)}`, cause)
  }
  return raw
}

function differs(before: Before, { collection, key, value }: Change): boolean {
  const old = before(collection).cell(key)?.json
  if (old === undefined || value === undefined) return old !== value
  return old !== value && JSON.stringify(old) !== JSON.stringify(value)
}
