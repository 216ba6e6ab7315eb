import type { EpochMs, Json, JsonObject } from '@openclaw/pairing-contracts'
import { MalformedNotice } from './errors.ts'

/** Reads the fields of one record with plain checks. */
export interface FieldReader {
  readonly text: (name: string) => string
  readonly maybeText: (name: string) => string | undefined
  readonly oneOf: <T extends string>(name: string, values: readonly T[]) => T
  /** A whole number from 0. */
  readonly count: (name: string) => number
  readonly time: (name: string) => EpochMs
  readonly maybeTime: (name: string) => EpochMs | undefined
}

/** Opens a record; every method throws {@link MalformedNotice} where a field is not what it should be. */
export function readFields(collection: string, value: Json): FieldReader {
  const bad = (name: string): never => {
    throw new MalformedNotice(collection, name)
  }
  const fields = isObject(value) ? value : bad('object')
  const raw = (name: string) => (Object.hasOwn(fields, name) ? fields[name] : undefined)
  const text = (name: string): string => {
    const found = raw(name)
    return typeof found === 'string' ? found : bad(name)
  }
  const count = (name: string): number => {
    const found = raw(name)
    return typeof found === 'number' && Number.isSafeInteger(found) && found >= 0
      ? found
      : bad(name)
  }
  return {
    text,
    count,
    time: (name) => count(name) as EpochMs,
    maybeText: (name) => (raw(name) === undefined ? undefined : text(name)),
    maybeTime: (name) => (raw(name) === undefined ? undefined : (count(name) as EpochMs)),
    oneOf: (name, values) => values.find((each) => each === raw(name)) ?? bad(name),
  }
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The fields that are there. */
export function compact(record: object): JsonObject {
  const entries = Object.entries(record) as [string, Json | undefined][]
  return Object.fromEntries(
    entries.filter((entry): entry is [string, Json] => entry[1] !== undefined),
  )
}
