import { isWebRecord, wholeNumber } from './fields.ts'
import { MAX_DEPTH, MAX_FIELDS, MAX_TEXT_UNITS } from './limits.ts'

/**
 * What of an event can be kept as JSON and read again: bytes (keys, thumbnails) and whatever is deeper, longer or more
 * than any message are left out, long numbers become numbers.
 */
export function plainEvent(value: unknown): object {
  const plain = plainOf(value, 0)
  return isWebRecord(plain) ? plain : {}
}

function plainOf(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return value.slice(0, MAX_TEXT_UNITS)
  if (typeof value === 'number' || typeof value === 'boolean') return value
  if (depth >= MAX_DEPTH || ArrayBuffer.isView(value)) return undefined
  if (Array.isArray(value))
    return value.slice(0, MAX_FIELDS).map((each) => plainOf(each, depth + 1) ?? null)
  if (!isWebRecord(value)) return undefined
  if ('low' in value && 'high' in value) return wholeNumber(value)
  const fields = Object.entries(value)
    .slice(0, MAX_FIELDS)
    .map(([name, each]) => [name, plainOf(each, depth + 1)] as const)
  return Object.fromEntries(fields.filter(([, each]) => each !== undefined))
}
