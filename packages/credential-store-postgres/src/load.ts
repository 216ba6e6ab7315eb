import { RecordDamaged, type Records, recordsFrom } from '@openclaw/credential-store/kit'
import type { Json } from '@openclaw/pairing-contracts'
import type { Context } from './context.ts'
import { LOAD_ROWS, LOAD_WITHIN_MS, STATEMENT_WITHIN_MS } from './limits.ts'
import type { Row, Session } from './link.ts'
import { type Look, lookAfter } from './look.ts'

/** Everything that is held, as of one moment. */
export interface Loaded {
  readonly records: Records
  readonly look: Look
  /** Hash of the last entry; `undefined` in an empty store. */
  readonly hash: string | undefined
}

/** Reads the records that are held, all of one moment: in a transaction that only reads. */
export async function loadRecords(session: Session, context: Context): Promise<Loaded> {
  await session.script({
    text: `BEGIN ISOLATION LEVEL REPEATABLE READ;
      SET LOCAL statement_timeout = ${String(LOAD_WITHIN_MS)}`,
  })
  try {
    const look = await lookAtHead(session, context)
    const lists = await readAll(session, context)
    const records = recordsFrom([...lists])
    return { records, look, hash: look.hashThere }
  } finally {
    await session.script({ text: 'ROLLBACK' }).catch(() => session.cut())
  }
}

/** The first look of a transaction is of its moment; the second asks for the hash at the place that the first one told. */
async function lookAtHead(session: Session, context: Context): Promise<Look> {
  const first = await lookAfter(session, context, Number.MAX_SAFE_INTEGER)
  const second = await lookAfter(session, context, first.head.seq)
  return { ...second, sent: first.sent }
}

type Lists = Map<string, [key: string, value: Json][]>

/** Page by page; the next one is asked for before this one is read, so that the server and this process work at once. */
async function readAll(session: Session, context: Context): Promise<Lists> {
  const lists: Lists = new Map()
  let page = await readPage(session, context, undefined)
  while (page.length > 0) {
    const last = page.at(-1)
    const next =
      page.length < LOAD_ROWS ? Promise.resolve([]) : readPage(session, context, last ?? [])
    // whoever awaits it below hears of a failure; until then it is nobody's
    next.catch(() => undefined)
    takePage(lists, page)
    page = await next
  }
  for (const list of lists.values()) sortKeys(list)
  return lists
}

/** Rows behind the last one of the page before, in the order of the index. */
function readPage(
  session: Session,
  { names, hold }: Context,
  last: Row | undefined,
): Promise<readonly Row[]> {
  const values = last === undefined ? [] : [last[0], last[1]]
  const conditions = last === undefined ? [] : ['(collection, key) > ($1, $2)']
  if (hold !== 'all') {
    values.push([...hold])
    conditions.push(`collection = ANY ($${String(values.length)})`)
  }
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`
  const text = `SELECT collection, key, value, long_key FROM ${names.records} ${where}
    ORDER BY collection, key LIMIT ${String(LOAD_ROWS)}`
  return session.rows({ text, values, withinMs: LOAD_WITHIN_MS + STATEMENT_WITHIN_MS })
}

function takePage(lists: Lists, page: readonly Row[]): void {
  let list: [key: string, value: Json][] = []
  let of: unknown
  for (const [collection, key, value, longKey] of page) {
    if (collection !== of) {
      of = collection
      list = lists.get(String(collection)) ?? []
      lists.set(String(collection), list)
    }
    const whole = String(longKey ?? key)
    list.push([whole, parseValue(String(value), { collection: String(collection), key: whole })])
  }
}

/** Rows come in the order of code points; records are kept in the order of UTF-16 units. */
function sortKeys(list: [key: string, value: Json][]): void {
  const isSorted = list.every(([key], index) => index === 0 || (list[index - 1]?.[0] ?? '') < key)
  if (!isSorted) list.sort(([a], [b]) => (a < b ? -1 : 1))
}

/**
 * The JSON of a row's value.
 *
 * @throws `ERR_STORE_RECORD_DAMAGED`
 */
export function parseValue(
  text: string,
  at: { readonly collection: string; readonly key: string },
): Json {
  try {
    return JSON.parse(text) as Json
  } catch (cause) {
    throw new RecordDamaged(at, cause)
  }
}
