import type { Json, JsonObject } from '@openclaw/pairing-contracts'
import { MalformedDocument } from '../errors.ts'
import { isJsonObject } from '../fields.ts'

/** Throws {@link MalformedDocument} unless `json` is an object of version 1 with a list `name`; answers the list. */
export function checkList(fileName: string, json: Json, name: string): readonly Json[] {
  if (!isJsonObject(json)) throw new MalformedDocument(fileName, 'the document', 'an object')
  const version = json['version']
  if (version !== undefined && version !== 1) throw new MalformedDocument(fileName, 'version', '1')
  const list = json[name]
  if (!Array.isArray(list)) throw new MalformedDocument(fileName, name, 'a list')
  return list
}

/** The list `name` of a document that may have any shape. */
export function listOf(json: Json | undefined, name: string): readonly Json[] {
  const list = isJsonObject(json) ? json[name] : undefined
  return Array.isArray(list) ? list : []
}

/** An id as files hold it: text, or a number that somebody typed without quotes. */
export function idText(value: Json | undefined): string | undefined {
  if (typeof value === 'string') return value.trim()
  return typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : undefined
}

/** The document with our two keys set; whatever else it has stays, in its place. */
export function withList(
  previous: Json | undefined,
  name: string,
  list: readonly Json[],
): JsonObject {
  return { ...(isJsonObject(previous) ? previous : {}), version: 1, [name]: list }
}
