import type { EpochMs, Json, JsonObject } from '@openclaw/pairing-contracts'
import { MalformedDocument } from '../errors.ts'
import { asTexts, isJsonObject } from '../fields.ts'

/** An entry of a document that is an object of objects. */
export type RawEntry = readonly [key: string, entry: JsonObject]

/** Throws {@link MalformedDocument} unless `json` is an object of objects; answers them. A list is damage: it would lose every approval. */
export function checkEntries(fileName: string, json: Json): readonly RawEntry[] {
  if (!isJsonObject(json)) throw new MalformedDocument(fileName, 'the document', 'an object')
  return Object.entries(json).map(([key, entry]): RawEntry => {
    if (!isJsonObject(entry)) throw new MalformedDocument(fileName, pathOf(key), 'an object')
    return [key, entry]
  })
}

/** The objects of a document that may have any shape. */
export function entriesOf(json: Json | undefined): readonly RawEntry[] {
  if (!isJsonObject(json)) return []
  return Object.entries(json).filter((pair): pair is [string, JsonObject] => isJsonObject(pair[1]))
}

/** Throws unless the fields of an entry are texts, where they are there. */
export function checkTexts(
  fileName: string,
  [key, entry]: RawEntry,
  names: readonly string[],
): void {
  for (const name of names) {
    const value = entry[name]
    if (value === undefined || value === null || typeof value === 'string') continue
    throw new MalformedDocument(fileName, `${pathOf(key)}.${name}`, 'a text')
  }
}

/** Throws unless the fields of an entry are lists of texts, where they are there. */
export function checkLists(
  fileName: string,
  [key, entry]: RawEntry,
  names: readonly string[],
): void {
  for (const name of names) {
    const value = entry[name]
    if (value === undefined || value === null || asTexts(value)) continue
    throw new MalformedDocument(fileName, `${pathOf(key)}.${name}`, 'a list of texts')
  }
}

/** Where an entry stands, short and on one line. */
export function pathOf(key: string): string {
  return `[${JSON.stringify(key.slice(0, 80))}]`
}

/** A text of an entry. */
export function textIn(entry: JsonObject, name: string): string | undefined {
  const value = Object.hasOwn(entry, name) ? entry[name] : undefined
  return typeof value === 'string' ? value : undefined
}

/** A list of texts of an entry. */
export function listIn(entry: JsonObject, name: string): readonly string[] | undefined {
  return Object.hasOwn(entry, name) ? asTexts(entry[name]) : undefined
}

/** A time of an entry, never later than now. */
export function timeIn(entry: JsonObject, name: string, now: EpochMs): EpochMs | undefined {
  const value = Object.hasOwn(entry, name) ? entry[name] : undefined
  const isTime = typeof value === 'number' && Number.isFinite(value) && value >= 0
  return isTime ? (Math.min(Math.floor(value), now) as EpochMs) : undefined
}

/** The entry with our keys set, or taken away where they are `undefined`; whatever else it has stays, in its place. */
export function withKeys(
  previous: JsonObject | undefined,
  keys: Readonly<Record<string, Json | undefined>>,
): JsonObject {
  const merged = new Map<string, Json>(Object.entries(previous ?? {}))
  for (const [name, value] of Object.entries(keys)) {
    if (value === undefined) merged.delete(name)
    else merged.set(name, value)
  }
  return Object.fromEntries(merged)
}

/** A document of what is shown: entries stay in the order in which they stand, new ones follow. */
export function inOrder(
  previous: Json | undefined,
  shown: ReadonlyMap<string, JsonObject>,
): JsonObject | undefined {
  if (previous === undefined && shown.size === 0) return undefined
  const known = entriesOf(previous).flatMap(([key]): RawEntry[] => {
    const entry = shown.get(key)
    return entry ? [[key, entry]] : []
  })
  const before = new Set(known.map(([key]) => key))
  return Object.fromEntries([...known, ...[...shown].filter(([key]) => !before.has(key))])
}
