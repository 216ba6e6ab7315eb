import {
  IMAGE_FORMAT,
  type ImageHead,
  type ImageItem,
  type ImageWish,
  type StoreImage,
} from '@openclaw/credential-store/transfer'
import type { Seq } from '@openclaw/pairing-contracts'
import { entryOf } from '../events.ts'
import type { Session } from '../link.ts'
import { parseValue } from '../load-pages.ts'
import type { SqlNames } from '../names.ts'
import { pagesOfEvents, pagesOfRecords, readHead } from '../verify-pages.ts'

/** The image of a database, and up to which transaction it is wanted. */
export interface DatabaseImageWish extends ImageWish {
  /** Without what came later; everything unless given. */
  readonly upTo?: number
}

/** The image of the moment that the session's transaction sees; read page by page. */
export async function databaseImage(
  session: Session,
  names: SqlNames,
  { id, madeAt, upTo }: DatabaseImageWish,
): Promise<StoreImage> {
  const { seq: last, floor } = await readHead(session, names)
  const seq = Math.min(last, upTo ?? last) as Seq
  const text = `SELECT (SELECT pg_catalog.count(*) FROM ${names.records} WHERE seq <= $1),
    (SELECT pg_catalog.count(*) FROM ${names.events} WHERE seq <= $1)`
  const [row] = await session.rows({ text, values: [seq], withinMs: COUNT_WITHIN_MS })
  const [records = 0, entries = 0] = (row ?? []).map(Number)
  const head: ImageHead = { format: IMAGE_FORMAT, id, madeAt, seq, floor, records, entries }
  return { head, items: itemsOf(session, names, head) }
}

/** Counting walks over everything. */
const COUNT_WITHIN_MS = 120_000

async function* itemsOf(
  session: Session,
  names: SqlNames,
  { seq: last, floor }: ImageHead,
): AsyncGenerator<ImageItem> {
  for await (const { collection, key, seq, text } of pagesOfRecords(session, names)) {
    if (seq > last) continue
    const value = parseValue(text, { collection, key })
    const record = { kind: 'record', collection, key, value } as const
    yield seq < floor ? record : { ...record, seq: seq as Seq }
  }
  for await (const row of pagesOfEvents(session, names)) {
    if (row.seq <= last) yield { kind: 'entry', entry: entryOf(row) }
  }
}
