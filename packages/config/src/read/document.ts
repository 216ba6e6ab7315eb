import type { Json, JsonObject } from '@openclaw/pairing-contracts'
import { ConfigShape, ConfigSyntax, ConfigTooLarge, ConfigUnreadable } from '../errors/config.ts'
import { MAX_FILE_BYTES } from '../limits.ts'
import type { ConfigFiles, FileFacts } from '../ports.ts'

/** A configuration file as it stands on disk. */
export interface Document {
  readonly json: JsonObject
  readonly facts: FileFacts
}

/**
 * Reads one configuration file.
 *
 * @returns `undefined` when there is none
 * @throws {@link ConfigUnreadable}, {@link ConfigTooLarge}, {@link ConfigSyntax}, {@link ConfigShape}: what is
 * there and cannot be understood is never taken for nothing
 */
export async function readDocument(
  files: ConfigFiles,
  path: string,
): Promise<Document | undefined> {
  const facts = look(files, path)
  if (facts === undefined) return undefined
  if (facts.kind === 'directory') throw new ConfigUnreadable(path, 'it is a directory')
  if (facts.kind === 'other')
    throw new ConfigUnreadable(path, 'it is no regular file, or a link that leads nowhere')
  const json = await parse(path, textOf(files, path))
  if (!isObject(json)) throw new ConfigShape(path)
  return { json, facts }
}

/** True for a JSON object, false for lists and `null`. */
export function isObject(json: Json | undefined): json is JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
}

/** The system's code of an error (`EACCES`), which never holds a secret. */
export function reasonOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : 'the system gives no reason'
}

function look(files: ConfigFiles, path: string): FileFacts | undefined {
  try {
    return files.stat(path)
  } catch (error) {
    throw new ConfigUnreadable(path, reasonOf(error), error)
  }
}

function textOf(files: ConfigFiles, path: string): string {
  let bytes: Uint8Array
  try {
    bytes = files.read(path, MAX_FILE_BYTES + 1)
  } catch (error) {
    throw new ConfigUnreadable(path, reasonOf(error), error)
  }
  if (bytes.length > MAX_FILE_BYTES)
    throw new ConfigTooLarge(path, `it has more than ${String(MAX_FILE_BYTES)} bytes`)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new ConfigUnreadable(path, 'it is not UTF-8 text')
  }
}

/** Plain JSON is by far the most common, and its parser costs nothing to load. */
async function parse(path: string, text: string): Promise<Json> {
  try {
    return JSON.parse(text) as Json
  } catch {
    return parseJson5(path, text)
  }
}

async function parseJson5(path: string, text: string): Promise<Json> {
  const { default: json5 } = await import('json5')
  try {
    return json5.parse<Json>(text)
  } catch (error) {
    throw new ConfigSyntax(path, placeOf(error))
  }
}

function placeOf(error: unknown): { readonly line: number; readonly column: number } {
  const { lineNumber, columnNumber } = error as { lineNumber?: unknown; columnNumber?: unknown }
  return {
    line: typeof lineNumber === 'number' ? lineNumber : 1,
    column: typeof columnNumber === 'number' ? columnNumber : 1,
  }
}
