import type { EpochMs, Json, JsonObject } from '@openclaw/pairing-contracts'
import { MalformedRecord } from './errors.ts'

/** A record, or an object in one, whose fields are read one by one; each reader throws {@link MalformedRecord} where one is not what it should be. */
export interface Fields {
  readonly collection: string
  /** What stands before a field's name where it is told: `grants.node.`. */
  readonly at: string
  readonly json: JsonObject
}

/** True for a JSON object, not an array. */
export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Opens a record. */
export function readFields(collection: string, value: Json): Fields {
  if (!isJsonObject(value)) throw new MalformedRecord(collection, 'object')
  return { collection, at: '', json: value }
}

/** A text. */
export function textIn(fields: Fields, name: string): string {
  return asText(raw(fields, name)) ?? bad(fields, name)
}

/** A text or nothing. */
export function maybeTextIn(fields: Fields, name: string): string | undefined {
  return raw(fields, name) === undefined ? undefined : textIn(fields, name)
}

/** One of some texts. */
export function oneOfIn<T extends string>(fields: Fields, name: string, values: readonly T[]): T {
  const found = values.indexOf(raw(fields, name) as T)
  return values[found] ?? bad(fields, name)
}

/** A whole number from 0. */
export function countIn(fields: Fields, name: string): number {
  return asCount(raw(fields, name)) ?? bad(fields, name)
}

/** A time. */
export function timeIn(fields: Fields, name: string): EpochMs {
  return countIn(fields, name) as EpochMs
}

/** A time or nothing. */
export function maybeTimeIn(fields: Fields, name: string): EpochMs | undefined {
  return raw(fields, name) === undefined ? undefined : timeIn(fields, name)
}

/** A list of texts. */
export function listIn(fields: Fields, name: string): readonly string[] {
  return asTexts(raw(fields, name)) ?? bad(fields, name)
}

/** A list of texts or nothing. */
export function maybeListIn(fields: Fields, name: string): readonly string[] | undefined {
  return raw(fields, name) === undefined ? undefined : listIn(fields, name)
}

/** True or absent. */
export function flagIn(fields: Fields, name: string): true | undefined {
  const value = raw(fields, name)
  return value === undefined || value === true ? value : bad(fields, name)
}

/** An object. */
export function nestedIn(fields: Fields, name: string): Fields {
  const json = raw(fields, name)
  const { collection, at } = fields
  return isJsonObject(json) ? { collection, at: `${at}${name}.`, json } : bad(fields, name)
}

/** An object or nothing. */
export function maybeNestedIn(fields: Fields, name: string): Fields | undefined {
  return raw(fields, name) === undefined ? undefined : nestedIn(fields, name)
}

function raw({ json }: Fields, name: string): Json | undefined {
  return Object.hasOwn(json, name) ? json[name] : undefined
}

function bad({ collection, at }: Fields, name: string): never {
  throw new MalformedRecord(collection, at + name)
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

/** What is there of some fields: a property that may be undefined is absent instead. */
export type Present<T> = {
  readonly [Name in keyof T as undefined extends T[Name] ? never : Name]: T[Name]
} & {
  readonly [Name in keyof T as undefined extends T[Name] ? Name : never]?: Exclude<
    T[Name],
    undefined
  >
}

/** `fields` without those that are undefined. One pass: a list of many records is made of nothing else. */
export function present<T extends object>(fields: T): Present<T> {
  const found: { [name: string]: unknown } = {}
  for (const name in fields) {
    if (fields[name] !== undefined) found[name] = fields[name]
  }
  return found as Present<T>
}
