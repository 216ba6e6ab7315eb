import { printable } from '@openclaw/dm-pairing'
import type { Json, JsonObject } from '@openclaw/pairing-contracts'
import { MAX_SCOPES, MAX_TEXT } from './limits.ts'

/** An id or a name without control characters, cut. */
export function safeText(text: string): string {
  return printable(text, MAX_TEXT)
}

/** The texts of a list, as far as they look like scopes: devices may ask for whatever they invent. */
export function safeTexts(list: Json | undefined): readonly string[] {
  if (!Array.isArray(list)) return []
  return list.filter(isScope).slice(0, MAX_SCOPES)
}

function isScope(text: unknown): text is string {
  return typeof text === 'string' && /^[a-z][a-z0-9.:_-]{0,63}$/i.test(text)
}

/** A word of ours in a record, such as an outcome; `undefined` for anything else. */
export function wordOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' && /^[a-z][a-z-]{0,31}$/.test(value) ? value : undefined
}

/** An object of a record; `undefined` for anything else. */
export function objectOf(value: Json | undefined): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : undefined
}

/** A text of a record, made safe, as a field; none for anything else. */
export function textField<Name extends string>(
  name: Name,
  value: Json | undefined,
): { readonly [N in Name]?: string } {
  return typeof value === 'string' && value !== ''
    ? ({ [name]: safeText(value) } as { readonly [N in Name]?: string })
    : {}
}

/** A time of a record as ISO 8601, as a field; none for anything else. */
export function timeField<Name extends string>(
  name: Name,
  value: Json | undefined,
): { readonly [N in Name]?: string } {
  return typeof value === 'number' && Math.abs(value) < 8.64e15
    ? ({ [name]: new Date(value).toISOString() } as { readonly [N in Name]?: string })
    : {}
}
