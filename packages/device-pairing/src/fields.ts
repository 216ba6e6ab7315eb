import type { EpochMs, Json, JsonObject } from '@openclaw/pairing-contracts'
import { MalformedRecord } from './errors.ts'

/** Reads the fields of one record with plain checks; every method throws {@link MalformedRecord} where a field is not what it should be. */
export interface FieldReader {
  readonly text: (name: string) => string
  readonly maybeText: (name: string) => string | undefined
  readonly oneOf: <T extends string>(name: string, values: readonly T[]) => T
  /** A whole number from 0. */
  readonly count: (name: string) => number
  readonly time: (name: string) => EpochMs
  readonly maybeTime: (name: string) => EpochMs | undefined
  /** A list of texts. */
  readonly list: (name: string) => readonly string[]
  readonly maybeList: (name: string) => readonly string[] | undefined
  /** True or absent. */
  readonly flag: (name: string) => boolean
  readonly nested: (name: string) => FieldReader
  readonly maybeNested: (name: string) => FieldReader | undefined
}

/** True for a JSON object, not an array. */
export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Opens a record. */
export function readFields(collection: string, value: Json): FieldReader {
  if (!isJsonObject(value)) throw new MalformedRecord(collection, 'object')
  return reader(collection, '', value)
}

function reader(collection: string, at: string, fields: JsonObject): FieldReader {
  const raw = (name: string) => (Object.hasOwn(fields, name) ? fields[name] : undefined)
  const bad = (name: string): never => {
    throw new MalformedRecord(collection, at + name)
  }
  const text = (name: string): string => asText(raw(name)) ?? bad(name)
  const count = (name: string): number => asCount(raw(name)) ?? bad(name)
  const nested = (name: string): FieldReader => {
    const inner = raw(name)
    return isJsonObject(inner) ? reader(collection, `${at}${name}.`, inner) : bad(name)
  }
  return {
    text,
    count,
    nested,
    time: (name) => count(name) as EpochMs,
    maybeText: (name) => (raw(name) === undefined ? undefined : text(name)),
    maybeTime: (name) => (raw(name) === undefined ? undefined : (count(name) as EpochMs)),
    maybeNested: (name) => (raw(name) === undefined ? undefined : nested(name)),
    oneOf: (name, values) => values.find((value) => value === raw(name)) ?? bad(name),
    list: (name) => asTexts(raw(name)) ?? bad(name),
    maybeList: (name) => (raw(name) === undefined ? undefined : (asTexts(raw(name)) ?? bad(name))),
    flag: (name) => raw(name) !== undefined && (raw(name) === true || bad(name)),
  }
}

function asText(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function asCount(value: Json | undefined): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined
}

/** The texts of a list; `undefined` for anything else. */
export function asTexts(value: Json | undefined): readonly string[] | undefined {
  if (!Array.isArray(value)) return undefined
  return value.every((item) => typeof item === 'string') ? (value as string[]) : undefined
}

/** The fields that are there, nested ones alike. */
export function compact(fields: object): JsonObject {
  const present = Object.entries(fields).filter(([, value]) => value !== undefined)
  return Object.fromEntries(present.map(([name, value]) => [name, plain(value)]))
}

function plain(value: unknown): Json {
  if (Array.isArray(value)) return value.map(plain)
  return typeof value === 'object' && value !== null ? compact(value) : (value as Json)
}

/** `{ [name]: value }` unless there is no value. */
export function optional<Name extends string, T>(
  name: Name,
  value: T | undefined,
): { readonly [K in Name]?: T } {
  return (value === undefined ? {} : { [name]: value }) as { readonly [K in Name]?: T }
}
