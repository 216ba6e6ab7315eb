import type { Json, JsonObject, Seq } from '@openclaw/pairing-contracts'
import { decodeEntry, isObject, seqOf, textOf, timeOf } from '../journal/decode-line.ts'
import { BadLine } from '../journal/frame.ts'
import { encodeEntry } from '../journal/lines.ts'
import { copyJson } from '../state/json.ts'
import { checkCollection, checkKey } from '../state/names.ts'
import { IMAGE_FORMAT, type ImageHead, type ImageItem } from './types.ts'

/** What the first line is called; nothing else begins like it. */
const KIND = 'openclaw-store'

/** The last line: it proves that nothing is missing and nothing was changed. */
export interface ImageEnd {
  readonly kind: 'end'
  readonly digest: string
}

/** A version that this program does not read. */
export class NewerFormat extends Error {
  readonly format: number
  constructor(format: number) {
    super(`format ${String(format)}`)
    this.format = format
  }
}

/** The first line of an image, with a line feed. */
export function encodeHead(head: ImageHead): string {
  const { format, id, madeAt, seq, floor, records, entries } = head
  const made = new Date(madeAt).toISOString()
  return lineOf({ kind: KIND, format, id, made, seq, floor, records, entries })
}

/** The line of a part. */
export function encodeItem(item: ImageItem): string {
  if (item.kind === 'entry') return lineOf({ entry: encodeEntry(item.entry) })
  const { collection, key, value, seq } = item
  return lineOf({ record: [collection, key, value, ...(seq === undefined ? [] : [seq])] })
}

/** The last line. */
export function encodeEnd({ digest }: Pick<ImageEnd, 'digest'>): string {
  return lineOf({ end: digest })
}

function lineOf(json: object): string {
  return `${JSON.stringify(json)}\n`
}

/**
 * Reads the first line.
 *
 * @throws {@link BadLine}, {@link NewerFormat}
 */
export function decodeHead(text: string): ImageHead {
  const parsed = parse(text)
  if (parsed['kind'] !== KIND) throw new BadLine('it does not begin like an image of a store')
  const format = seqOf(parsed['format'])
  if (format > IMAGE_FORMAT) throw new NewerFormat(format)
  if (format !== IMAGE_FORMAT) throw new BadLine('its format is unknown')
  const id = textOf(parsed['id'])
  if (!/^[0-9a-f]{32}$/.test(id)) throw new BadLine('its id is wrong')
  return {
    ...{ format: IMAGE_FORMAT, id, madeAt: timeOf(parsed['made']) },
    ...{ seq: seqOf(parsed['seq']), floor: seqOf(parsed['floor']) },
    ...{ records: seqOf(parsed['records']), entries: seqOf(parsed['entries']) },
  }
}

/** Reads any later line; throws {@link BadLine}, or what a store refuses. */
export function decodeItem(text: string): ImageItem | ImageEnd {
  const parsed = parse(text)
  const { record, entry, end } = parsed as { readonly [name: string]: Json | undefined }
  if (Array.isArray(record)) return decodeRecord(record)
  if (isObject(entry)) return { kind: 'entry', entry: decodeEntry(entry) }
  return { kind: 'end', digest: textOf(end) }
}

function decodeRecord([collection, key, value, seq, ...more]: readonly Json[]): ImageItem {
  const record = { kind: 'record', collection: textOf(collection), key: textOf(key) } as const
  if (value === undefined || more.length > 0) throw new BadLine('a record has no value')
  checkCollection(record.collection)
  checkKey(record.key)
  const whole = { ...record, value: copyJson(value) }
  return seq === undefined ? whole : { ...whole, seq: seqOf(seq) as Seq }
}

function parse(text: string): JsonObject {
  try {
    const parsed = JSON.parse(text) as Json
    if (isObject(parsed)) return parsed
  } catch {
    // said below
  }
  throw new BadLine('a line is not JSON')
}
