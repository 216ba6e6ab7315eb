import type { Json, JsonObject } from '@openclaw/pairing-contracts'
import { ConfigInclude, ConfigTooLarge } from '../errors/config.ts'
import { MAX_INCLUDE_DEPTH, MAX_INCLUDES, MAX_NESTING, MAX_TOTAL_BYTES } from '../limits.ts'
import type { ConfigFiles, FileFacts } from '../ports.ts'
import { type Document, isObject, readDocument } from './document.ts'
import { joinLists, layOver } from './merge.ts'

/** One file's part of the configuration: its own tree, standing at a path. */
export interface Layer {
  readonly file: string
  readonly at: readonly string[]
  readonly json: JsonObject
}

/** The configuration files read so far. */
export interface Reading {
  readonly files: ConfigFiles
  /** The directory that includes must stay in. */
  readonly folder: string
  /** In rising precedence. */
  readonly layers: Layer[]
  /** Every file looked at; `undefined` for one that is not there. */
  readonly seen: Map<string, FileFacts | undefined>
  /** Reads and bytes so far; a file that is included twice counts twice. */
  readonly spent: { includes: number; bytes: number }
}

/** A reading that has not begun, of configuration files in `folder`. */
export function newReading(files: ConfigFiles, folder: string): Reading {
  return { files, folder, layers: [], seen: new Map(), spent: { includes: 0, bytes: 0 } }
}

/** Where the reader stands: in which file, at which path, below which including files. */
interface Place {
  readonly file: string
  readonly at: readonly string[]
  readonly through: readonly string[]
}

/** The sections that pairing reads. What else stands in the file belongs to others and is not expanded. */
export const OWN_SECTIONS: readonly string[] = [
  'gateway',
  'channels',
  'commands',
  'plugins',
  'pairing',
  'web',
  'store',
]

/**
 * Reads one file with everything that it includes.
 *
 * @returns `undefined` when there is no such file
 */
export async function readTree(reading: Reading, file: string): Promise<Json | undefined> {
  const document = await readDocument(reading.files, file)
  count(reading, file, document)
  if (document === undefined) return undefined
  return expand(reading, document.json, { file, at: [], through: [file] })
}

async function expand(reading: Reading, json: JsonObject, place: Place): Promise<Json> {
  const tree = await expandNode(reading, json, place)
  reading.layers.push({ file: place.file, at: place.at, json })
  return tree
}

async function expandNode(reading: Reading, node: Json, place: Place): Promise<Json> {
  if (place.at.length > MAX_NESTING)
    throw new ConfigTooLarge(place.file, `it nests deeper than ${String(MAX_NESTING)}`)
  if (Array.isArray(node)) {
    const values: Json[] = []
    for (const [index, value] of node.entries())
      values.push(await expandNode(reading, value, below(place, String(index))))
    return values
  }
  if (!isObject(node)) return node
  const own = await expandKeys(reading, node, place)
  if (!Object.hasOwn(node, '$include')) return own
  const base = await included(reading, node['$include'] ?? null, place)
  if (Object.keys(own).length === 0) return base
  if (!isObject(base)) throw new ConfigInclude(shown(place), 'only an object can be added to')
  return layOver(base, own, joinLists)
}

async function expandKeys(reading: Reading, node: JsonObject, place: Place): Promise<JsonObject> {
  const entries: [string, Json][] = []
  for (const [key, value] of Object.entries(node)) {
    if (key === '$include') continue
    const foreign = place.at.length === 0 && !OWN_SECTIONS.includes(key)
    const kept = foreign ? value : await expandNode(reading, value, below(place, key))
    entries.push([key, kept])
  }
  return Object.fromEntries(entries)
}

async function included(reading: Reading, named: Json, place: Place): Promise<Json> {
  const names = Array.isArray(named) ? named : [named]
  if (names.length === 0) throw new ConfigInclude(shown(place), 'it names no file')
  let tree: Json | undefined
  for (const name of names) {
    if (typeof name !== 'string' || name.trim() === '')
      throw new ConfigInclude(shown(place), 'it must be a file name or a list of them')
    const next = await includeFile(reading, name.trim(), place)
    tree = tree === undefined ? next : layOver(tree, next, joinLists)
  }
  return tree ?? {}
}

async function includeFile(reading: Reading, name: string, place: Place): Promise<Json> {
  const { files } = reading
  const file = files.resolve(files.dirname(place.file), name)
  if (place.through.includes(file)) throw new ConfigInclude(shown(place), 'it leads in a circle')
  if (place.through.length > MAX_INCLUDE_DEPTH)
    throw new ConfigInclude(shown(place), `deeper than ${String(MAX_INCLUDE_DEPTH)} files`)
  reading.spent.includes += 1
  if (reading.spent.includes > MAX_INCLUDES)
    throw new ConfigInclude(shown(place), `more than ${String(MAX_INCLUDES)} files`)
  if (!isInside(reading, file))
    throw new ConfigInclude(shown(place), 'the file is not there, or outside of the directory')
  const document = await readDocument(files, file)
  count(reading, file, document)
  if (document === undefined) throw new ConfigInclude(shown(place), 'the file is not there')
  return expand(reading, document.json, { file, at: place.at, through: [...place.through, file] })
}

/** Where the file and the directory really are decides, not how they are spelled. */
function isInside({ files, folder }: Reading, file: string): boolean {
  try {
    const root = files.realPath(folder)
    const inside = root.endsWith(files.separator) ? root : root + files.separator
    return files.realPath(file).startsWith(inside)
  } catch {
    return false
  }
}

function count(reading: Reading, file: string, document: Document | undefined): void {
  reading.seen.set(file, document?.facts)
  reading.spent.bytes += document?.facts.size ?? 0
  if (reading.spent.bytes > MAX_TOTAL_BYTES)
    throw new ConfigTooLarge(
      file,
      `the configuration has more than ${String(MAX_TOTAL_BYTES)} bytes`,
    )
}

function below(place: Place, key: string): Place {
  return { ...place, at: [...place.at, key] }
}

function shown({ file, at }: Place): { readonly file: string; readonly path: string } {
  return { file, path: at.join('.') }
}
