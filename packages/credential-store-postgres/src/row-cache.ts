import {
  type Cell,
  cellOf,
  isWholeText,
  type Readable,
  RecordDamaged,
} from '@openclaw/credential-store/kit'
import type { Context } from './context.ts'
import { keyColumns, rangeOf } from './keys.ts'
import type { Row, Session } from './link.ts'
import { parseValue } from './load-pages.ts'

/** Rows as they are in the database under the lock, each read once. */
export interface RowCache {
  /** What was loaded of a collection. */
  readonly of: (collection: string) => Readable
  /** One statement for all of them. */
  readonly loadKeys: (collection: string, keys: readonly string[]) => Promise<void>
  readonly loadPrefix: (collection: string, prefix: string) => Promise<void>
  /** Number of the transaction that wrote the row; 0 where there is none. */
  readonly versionOf: (collection: string, key: string) => number
  /** Why a row could not be read: then nothing that was planned on these rows counts, whatever a `work` made of it. */
  readonly failure: () => unknown
}

interface CachedRow {
  readonly cell: Cell
  readonly seq: number
}

/** Of one collection: `undefined` for a key that has no row. */
interface CachedRows {
  readonly rows: Map<string, CachedRow | undefined>
  readonly prefixes: Set<string>
}

/** Nothing read yet. `session` holds the lock, so nobody changes what is read. */
export function rowCache(session: Session, context: Context): RowCache {
  const collections = new Map<string, CachedRows>()
  const state = { failure: undefined as unknown }
  const cached = (collection: string): CachedRows => {
    const known = collections.get(collection)
    if (known) return known
    const made = { rows: new Map<string, CachedRow | undefined>(), prefixes: new Set<string>() }
    collections.set(collection, made)
    return made
  }
  const guarded = async (read: () => Promise<void>): Promise<void> => {
    try {
      await read()
    } catch (error) {
      // one row that is not JSON is the trouble of whoever asks for it
      if (!(error instanceof RecordDamaged)) state.failure ??= error
      throw error
    }
  }
  return {
    of: (collection) => readable(cached(collection)),
    loadKeys: (collection, keys) =>
      guarded(() => loadKeys({ session, context, collection }, cached(collection), keys)),
    loadPrefix: (collection, prefix) =>
      guarded(() => loadPrefix({ session, context, collection }, cached(collection), prefix)),
    versionOf: (collection, key) => cached(collection).rows.get(key)?.seq ?? 0,
    failure: () => state.failure,
  }
}

interface Source {
  readonly session: Session
  readonly context: Context
  readonly collection: string
}

function readable({ rows }: CachedRows): Readable {
  return {
    cell: (key) => rows.get(key)?.cell,
    keys: (prefix) =>
      [...rows]
        .filter(([key, row]) => row && key.startsWith(prefix))
        .map(([key]) => key)
        .sort(),
  }
}

async function loadKeys(
  source: Source,
  cached: CachedRows,
  keys: readonly string[],
): Promise<void> {
  const { rows } = cached
  // what a column cannot hold was never written, and must not be bent into something that was
  const unread = keys.filter((key) => !rows.has(key) && !covered(cached, key) && isWholeText(key))
  if (unread.length === 0) return
  const { session, context, collection } = source
  const { names, sha256 } = context
  const text = `SELECT key, value, long_key, seq FROM ${names.records}
    WHERE collection = $1 AND key = ANY ($2::text[])`
  const places = unread.map((key) => keyColumns(sha256, key).key)
  take(source, cached, await session.rows({ text, values: [collection, places] }))
  for (const key of unread) if (!rows.has(key)) rows.set(key, undefined)
}

async function loadPrefix(source: Source, cached: CachedRows, prefix: string): Promise<void> {
  const range = rangeOf(prefix)
  if (range === undefined || covered(cached, prefix)) return
  const { session, context, collection } = source
  const upper = range.to === undefined ? [] : [range.to]
  const text = `SELECT key, value, long_key, seq FROM ${context.names.records}
    WHERE collection = $1 AND key >= $2 ${upper.length === 0 ? '' : 'AND key < $3'}`
  const found = await session.rows({ text, values: [collection, range.from, ...upper] })
  take(source, cached, found)
  cached.prefixes.add(prefix)
}

function covered({ prefixes }: CachedRows, key: string): boolean {
  if (prefixes.size === 0) return false
  return [...prefixes].some((prefix) => key.startsWith(prefix))
}

function take({ collection }: Source, { rows }: CachedRows, found: readonly Row[]): void {
  for (const [shortKey, value, longKey, seq] of found) {
    const key = String(longKey ?? shortKey)
    const json = parseValue(String(value), { collection, key })
    rows.set(key, { cell: cellOf(key, json), seq: Number(seq) })
  }
}
