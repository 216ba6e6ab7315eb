import { RecordDamaged } from '@openclaw/credential-store/kit'
import type { Json } from '@openclaw/pairing-contracts'
import type { Context } from './context.ts'
import { LOAD_INDEX, LOAD_ROWS, LOAD_WITHIN_MS, STATEMENT_WITHIN_MS } from './limits.ts'
import type { Row, Session } from './link.ts'
import { isPlainText } from './packed/codec.ts'
import type { PackedSet } from './packed/packed-set.ts'

/** Records of a page. */
type LoadedList = [key: string, value: Json][]

/** Rows of a collection behind a key, in the order of the index. */
interface Page {
  readonly collection: string
  readonly after: string
  readonly count: number
  /** What the next page is behind. */
  readonly last: string
  /** A JSON list of keys and values: taken apart at once, far faster than rows one by one. */
  readonly text: string
}

const withinMs: number = LOAD_WITHIN_MS + STATEMENT_WITHIN_MS

/**
 * Puts all records of a collection into `into`, which is empty. The next page is asked for before this one is read, so that server and
 * process work at once; between two pages others have their turn.
 *
 * @throws `ERR_STORE_RECORD_DAMAGED`
 */
export async function readCollection(
  session: Session,
  context: Context,
  { collection, into }: { readonly collection: string; readonly into: PackedSet },
): Promise<void> {
  let page = await readPage(session, context, { collection, after: '' })
  while (page.count > 0) {
    const coming = nextPage(session, context, page)
    // whoever awaits it below hears of a failure; until then it is nobody's
    coming.catch(() => undefined)
    await sent()
    const records = parsePage(page)
    if (records) into.fill(records, isPlainText(page.text) ? 'plain' : undefined)
    else into.fill(await readRows(session, context, page))
    page = await coming
  }
  while (!into.index(LOAD_INDEX)) await sent()
}

/** What was asked for leaves this process at its next turn, not while it is busy with a page. */
function sent(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

function nextPage(session: Session, context: Context, page: Page): Promise<Page> {
  const { collection, count, last } = page
  if (count < LOAD_ROWS) return Promise.resolve({ ...page, count: 0 })
  return readPage(session, context, { collection, after: last })
}

async function readPage(
  session: Session,
  { names }: Context,
  from: { readonly collection: string; readonly after: string },
): Promise<Page> {
  const text = `SELECT pg_catalog.count(*), pg_catalog.max(key), '[' || pg_catalog.string_agg(
      '[' || pg_catalog.to_json(coalesce(long_key, key))::text || ',' || value || ']', ',') || ']'
    FROM (${rowsText(names.records)}) page`
  const [row] = await session.rows({ text, values: [from.collection, from.after], withinMs })
  const [count, last, list] = row ?? []
  return { ...from, count: Number(count), last: String(last), text: String(list ?? '[]') }
}

function rowsText(records: string): string {
  return `SELECT key, long_key, value FROM ${records}
    WHERE collection = $1 AND key > $2 ORDER BY key LIMIT ${String(LOAD_ROWS)}`
}

/** `undefined` when a value among them is not JSON. */
function parsePage({ text, count }: Page): LoadedList | undefined {
  try {
    const list = JSON.parse(text) as LoadedList
    const isWhole = list.length === count && list.every((record) => record.length === 2)
    return isWhole ? list : undefined
  } catch {
    return undefined
  }
}

/** The same rows one by one, to name the one that is damaged. */
async function readRows(session: Session, context: Context, page: Page): Promise<LoadedList> {
  const { collection, after } = page
  const text = rowsText(context.names.records)
  const rows = await session.rows({ text, values: [collection, after], withinMs })
  return rows.map(([key, longKey, value]: Row) => {
    const whole = String(longKey ?? key)
    return [whole, parseValue(String(value), { collection, key: whole })]
  })
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
