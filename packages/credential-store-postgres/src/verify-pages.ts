import { decodeRow, EVENT_COLUMNS, type EventRow } from './events.ts'
import { VERIFY_PAGE } from './limits.ts'
import type { Row, Session } from './link.ts'
import type { SqlNames } from './names.ts'

/** The head, for a check. */
export interface HeadRow {
  readonly seq: number
  readonly floor: number
}

/** A scope, for a check. */
export interface ScopeRow {
  readonly scope: string
  readonly hash: string
  /** Of the last entry that was swept out. */
  readonly startHash: string
}

/** A record, for a check. */
export interface RecordRow {
  /** Collection and key. */
  readonly place: string
  readonly collection: string
  readonly key: string
  readonly seq: number
  readonly text: string
}

export async function readHead(session: Session, { head }: SqlNames): Promise<HeadRow> {
  const [row] = await session.rows({ text: `SELECT seq, floor FROM ${head}` })
  return { seq: Number(row?.[0]), floor: Number(row?.[1]) }
}

/** All scopes, in order. */
export async function readScopes(
  session: Session,
  { scopes }: SqlNames,
): Promise<readonly ScopeRow[]> {
  const text = `SELECT scope, hash, start_hash FROM ${scopes} ORDER BY scope`
  const rows = await session.rows({ text })
  return rows.map(([scope, hash, start]) => ({
    scope: String(scope),
    hash: String(hash),
    startHash: String(start),
  }))
}

/** All kept events, oldest first. */
export async function* pagesOfEvents(
  session: Session,
  { events }: SqlNames,
): AsyncGenerator<EventRow> {
  const text = `SELECT ${EVENT_COLUMNS} FROM ${events} WHERE seq > $1
    ORDER BY seq LIMIT ${String(VERIFY_PAGE)}`
  let last = 0
  for (;;) {
    const rows = await session.rows({ text, values: [last] })
    for (const row of rows) {
      const event = decodeRow(row)
      last = event.seq
      yield event
    }
    if (rows.length < VERIFY_PAGE) return
  }
}

/** All records, in the order of their index. */
export async function* pagesOfRecords(
  session: Session,
  { records }: SqlNames,
): AsyncGenerator<RecordRow> {
  const text = `SELECT collection, key, long_key, seq, value FROM ${records}
    WHERE (collection, key) > ($1, $2) ORDER BY collection, key LIMIT ${String(VERIFY_PAGE)}`
  let last: Row = ['', '']
  for (;;) {
    const rows = await session.rows({ text, values: [last[0], last[1]] })
    for (const [collection, key, longKey, seq, value] of rows) {
      const name = { collection: String(collection), key: String(longKey ?? key) }
      const place = `${name.collection} ${name.key}`
      yield { ...name, place, seq: Number(seq), text: String(value) }
    }
    last = rows.at(-1) ?? last
    if (rows.length < VERIFY_PAGE) return
  }
}
