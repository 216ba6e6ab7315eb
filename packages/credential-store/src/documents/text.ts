import type { Json, JsonObject } from '@openclaw/pairing-contracts'
import { MAX_DOCUMENT_DEPTH } from './limits.ts'

/** The text of well-formed UTF-8, byte order mark included; `undefined` for anything else. */
export function decodeText(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}

/** UTF-8 of `text`. */
export function encodeText(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

/** Parses what an editor may have saved (byte order mark forgiven); throws what `JSON.parse` throws. */
export function parseJson(text: string): Json {
  const json = JSON.parse(text.startsWith('\uFEFF') ? text.slice(1) : text) as Json
  if (nestsDeeper(json, MAX_DOCUMENT_DEPTH)) throw new SyntaxError('nests too deep')
  return json
}

/** The form in which OpenClaw writes its files: two spaces, a newline at the end. */
export function printJson(json: Json): string {
  return `${JSON.stringify(json, null, 2)}\n`
}

/** True when both say the same; the order of keys does not matter. */
export function sameJson(a: Json, b: Json): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) && Array.isArray(b)) return sameList(a, b)
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const [left, right] = [a as JsonObject, b as JsonObject]
  const keys = Object.keys(left)
  return (
    keys.length === Object.keys(right).length && keys.every((key) => sameMember(left, right, key))
  )
}

/** `text` without control characters, cut to `length`: other programs and file names have a say in it. */
export function printable(text: string, length = 300): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').slice(0, length)
}

function sameList(a: readonly Json[], b: readonly Json[]): boolean {
  return a.length === b.length && a.every((item, index) => sameJson(item, b[index] as Json))
}

function sameMember(left: JsonObject, right: JsonObject, key: string): boolean {
  const [a, b] = [left[key], Object.hasOwn(right, key) ? right[key] : undefined]
  return a !== undefined && b !== undefined && sameJson(a, b)
}

function nestsDeeper(json: Json, levels: number): boolean {
  if (typeof json !== 'object' || json === null) return false
  if (levels === 0) return true
  return Object.values(json).some((part: Json) => nestsDeeper(part, levels - 1))
}
