import type { Json, JsonObject } from '@openclaw/pairing-contracts'
import { ValueRefused } from '../errors.ts'
import { MAX_JSON_DEPTH } from '../limits.ts'

/**
 * A copy of `value` that is plain JSON and shares nothing with it.
 * Properties that are `undefined` are left out, as JSON does.
 *
 * @throws {@link ValueRefused} for anything that JSON would bend: `NaN`, dates, holes, cycles …
 */
export function copyJson(value: unknown): Json {
  refuseOdd(value, '$', 0)
  return JSON.parse(JSON.stringify(value)) as Json
}

/** Freezes `value` to its leaves, once; what readers get cannot be bent by them. */
export function freezeJson<T extends Json>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  // not by Object.values: a list would be made for every part of many records
  if (Array.isArray(value)) value.forEach(freezePart)
  else for (const name in value) freezePart((value as JsonObject)[name])
  return Object.freeze(value)
}

/** Most parts are texts and numbers, and asked no more. */
function freezePart(part: Json | undefined): void {
  if (typeof part === 'object') freezeJson(part)
}

function refuseOdd(value: unknown, path: string, depth: number): void {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return
  if (typeof value === 'number' && Number.isFinite(value)) return
  if (typeof value === 'number') throw new ValueRefused(`${path} is ${String(value)}`)
  if (typeof value !== 'object') throw new ValueRefused(`${path} is ${typeof value}`)
  if (depth >= MAX_JSON_DEPTH) {
    throw new ValueRefused(`${path} nests deeper than ${String(MAX_JSON_DEPTH)} levels`)
  }
  if (Array.isArray(value)) refuseOddArray(value, path, depth)
  else refuseOddObject(value, path, depth)
}

function refuseOddArray(value: readonly unknown[], path: string, depth: number): void {
  for (let index = 0; index < value.length; index += 1) {
    refuseOdd(value[index], `${path}[${String(index)}]`, depth + 1)
  }
}

function refuseOddObject(value: object, path: string, depth: number): void {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) {
    throw new ValueRefused(`${path} is not a plain object`)
  }
  for (const [name, part] of Object.entries(value)) {
    if (part !== undefined) refuseOdd(part, `${path}.${name}`, depth + 1)
  }
}
