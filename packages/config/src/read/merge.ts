import type { Json, JsonObject } from '@openclaw/pairing-contracts'
import { isObject } from './document.ts'

/** How two lists at the same place meet. */
export type Lists = (under: readonly Json[], over: readonly Json[]) => readonly Json[]

/** As `$include` of OpenClaw: the entries of both. */
export const joinLists: Lists = (under, over) => [...under, ...over]

/** As `pairing.json5` over `openclaw.json`: what is written there holds. */
export const replaceList: Lists = (_under, over) => over

/**
 * Lays one tree over another: objects are merged key by key, of anything else the upper one holds.
 * Every key is data, `__proto__` too.
 */
export function layOver(under: Json, over: Json, lists: Lists): Json {
  if (Array.isArray(under) && Array.isArray(over)) return lists(under, over)
  if (!isObject(under) || !isObject(over)) return over
  return mapObject({ ...under, ...over }, (key, value) => {
    const both = Object.hasOwn(under, key) && Object.hasOwn(over, key)
    return both ? layOver(under[key] ?? null, over[key] ?? null, lists) : value
  })
}

/** The same object with other values; keys are defined, never assigned. */
export function mapObject(
  object: JsonObject,
  change: (key: string, value: Json) => Json,
): JsonObject {
  return Object.fromEntries(
    Object.entries(object).map(([key, value]) => [key, change(key, value)] as const),
  )
}
