import type { EpochMs, Json, JsonObject } from '@openclaw/pairing-contracts'
import { MalformedRecord } from './errors.ts'

/** Reads the fields of one record, with plain checks: a schema library would cost more than the CLI may take to start. */
export interface FieldReader {
  readonly text: (name: string) => string
  readonly maybeText: (name: string) => string | undefined
  readonly oneOf: <T extends string>(name: string, values: readonly T[]) => T
  /** A whole number from 0. */
  readonly count: (name: string) => number
  readonly time: (name: string) => EpochMs
  readonly maybeTime: (name: string) => EpochMs | undefined
  readonly times: (name: string) => readonly EpochMs[]
  readonly maybeList: (name: string) => readonly string[] | undefined
  readonly texts: (name: string) => Readonly<Record<string, string>>
  readonly nested: (name: string) => FieldReader
  /** The field as it is. */
  readonly raw: (name: string) => Json | undefined
}

/** True for a JSON object, not an array. */
export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Opens a record; every method throws {@link MalformedRecord} where a field is not what it should be. */
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
  return {
    raw,
    text,
    count,
    time: (name) => count(name) as EpochMs,
    maybeText: (name) => (raw(name) === undefined ? undefined : text(name)),
    maybeTime: (name) => (raw(name) === undefined ? undefined : (count(name) as EpochMs)),
    oneOf: (name, values) => values.find((value) => value === raw(name)) ?? bad(name),
    times: (name) => asTimes(raw(name)) ?? bad(name),
    maybeList: (name) => (raw(name) === undefined ? undefined : (asList(raw(name)) ?? bad(name))),
    texts: (name) => asTexts(raw(name)) ?? bad(name),
    nested: (name) => {
      const inner = raw(name)
      return isJsonObject(inner) ? reader(collection, `${at}${name}.`, inner) : bad(name)
    },
  }
}

function asText(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function asCount(value: Json | undefined): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined
}

function asTimes(value: Json | undefined): readonly EpochMs[] | undefined {
  if (!Array.isArray(value)) return undefined
  const times = value.map((item) => asCount(item))
  return times.every((time) => time !== undefined) ? (times as EpochMs[]) : undefined
}

function asList(value: Json | undefined): readonly string[] | undefined {
  if (!Array.isArray(value)) return undefined
  const items = value.map((item) => asText(item))
  return items.every((item) => item !== undefined) ? (items as string[]) : undefined
}

function asTexts(value: Json | undefined): Readonly<Record<string, string>> | undefined {
  if (!isJsonObject(value)) return undefined
  const entries = Object.entries(value)
  if (!entries.every((entry): entry is [string, string] => typeof entry[1] === 'string')) {
    return undefined
  }
  return Object.fromEntries(entries)
}

/** The fields that are there. */
export function compact(fields: Readonly<Record<string, Json | undefined>>): JsonObject {
  const present = Object.entries(fields).filter(
    (entry): entry is [string, Json] => entry[1] !== undefined,
  )
  return Object.fromEntries(present)
}
