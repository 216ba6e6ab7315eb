import type { Collection, Json } from '@openclaw/pairing-contracts'
import { RecordDamaged } from '../errors.ts'
import { freezeJson } from './json.ts'

/** One record: its JSON, and what it was decoded to last, so that whoever asks again pays nothing. */
export interface Cell {
  readonly key: string
  readonly json: Json
  /** What made {@link decoded}; `undefined` before anybody asked. */
  decoder: Collection<unknown>['decode'] | undefined
  decoded: unknown
}

/** A record that nobody has decoded yet. */
export function cellOf(key: string, json: Json): Cell {
  return { key, json, decoder: undefined, decoded: undefined }
}

/** The record of a collection; what the collection does not accept is {@link RecordDamaged}. */
export function decodeCell<T>(
  { name, decode }: Pick<Collection<T>, 'name' | 'decode'>,
  cell: Cell,
): T {
  if (cell.decoder === decode) return cell.decoded as T
  const decoded = decodeOnce({ name, decode }, cell)
  if (!freezePlain(decoded)) return decoded
  cell.decoded = decoded
  cell.decoder = decode
  return decoded
}

/** As {@link decodeCell}, for one that is looked at in passing: nothing is kept, and what is answered is shared with nobody. */
export function passCell<T>(collection: Pick<Collection<T>, 'name' | 'decode'>, cell: Cell): T {
  if (cell.decoder === collection.decode) return cell.decoded as T
  return decodeOnce(collection, cell)
}

function decodeOnce<T>(
  { name, decode }: Pick<Collection<T>, 'name' | 'decode'>,
  { key, json }: Cell,
): T {
  try {
    return decode(freezeJson(json))
  } catch (cause) {
    throw new RecordDamaged({ collection: name, key }, cause)
  }
}

/** Freezes what is shared to its leaves; false for what cannot be (a Map, a Date), which everybody gets afresh. */
function freezePlain(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return typeof value !== 'function'
  if (Object.isFrozen(value)) return true
  if (!(Array.isArray(value) ? value.every(freezePlain) : freezeParts(value))) return false
  Object.freeze(value)
  return true
}

/** The parts of a plain object; not by Object.values: a list would be made for every part of many records. */
function freezeParts(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return false
  const parts = value as { readonly [name: string]: unknown }
  for (const name in parts) {
    if (!freezePlain(parts[name])) return false
  }
  return true
}
