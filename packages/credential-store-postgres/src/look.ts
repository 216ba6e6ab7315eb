import { decodeMark, StoreMoved } from '@openclaw/credential-store/kit'
import type { JournalEntry, Seq } from '@openclaw/pairing-contracts'
import { type Context, type Moment, momentOf } from './context.ts'
import type { ClockSample } from './database-clock.ts'
import { SchemaNewer, SchemaUnknown, StoreStandby } from './errors.ts'
import { decodeRow, type EventRow, entryOf } from './events.ts'
import { LOOK_ENTRIES } from './limits.ts'
import type { Row, Session } from './link.ts'
import { SCHEMA_VERSION } from './schema.ts'

/** Where the journal stands. */
export interface Head {
  readonly storeId: string
  readonly seq: Seq
  /** The oldest entry that is kept. */
  readonly floor: Seq
}

/** An entry and the hash that stands for it. */
export interface Hashed {
  readonly entry: JournalEntry
  readonly hash: string
}

/** What one look at the database said. */
export interface Look {
  /** When it was asked: nothing that was committed before is missing. */
  readonly sent: Moment
  readonly time: ClockSample
  readonly head: Head
  /** Hash of the entry at the place where the look began; `undefined` when it is not there. */
  readonly hashThere: string | undefined
  /** What came after, oldest first, {@link LOOK_ENTRIES} at most. */
  readonly entries: readonly Hashed[]
}

/** Columns of {@link decodeHead}, of a table called `h`. */
const HEAD_COLUMNS = `h.store_id, h.seq, h.floor, h.version, h.moved, pg_catalog.pg_is_in_recovery(),
  pg_catalog.current_setting('transaction_read_only')`

/** The database's time, in ms with a fraction. */
export const TIME = `(extract(epoch FROM pg_catalog.clock_timestamp())::numeric * 1000::numeric)::float8`

/**
 * Asks for the head and for what came after `after`, in one statement and so of one moment.
 *
 * @throws `ERR_STORE_STANDBY`, `ERR_STORE_SCHEMA_NEWER`, `ERR_STORE_EVENT_DAMAGED` and what a connection throws
 */
export async function lookAfter(session: Session, context: Context, after: number): Promise<Look> {
  const { names, ports, timing } = context
  const columns = ['seq', 'txid', 'time', 'scope', 'actor', 'action', 'changes', 'detail', 'prev']
    .concat('hash')
    .map((column) => `e.${column}`)
    .join(', ')
  const text = `SELECT ${HEAD_COLUMNS}, ${TIME},
      (SELECT hash FROM ${names.events} WHERE seq = $1), ${columns}
    FROM ${names.head} h LEFT JOIN LATERAL (
      SELECT * FROM ${names.events} WHERE seq > $1 ORDER BY seq LIMIT ${String(LOOK_ENTRIES)}
    ) e ON true ORDER BY e.seq`
  const sent = momentOf(ports)
  const rows = await session.rows({ text, values: [after], withinMs: timing.lookWithinMs })
  const received = ports.monotonic()
  const [first] = rows
  if (first === undefined) throw new SchemaUnknown(names.schema, 'it has no head')
  return {
    sent,
    time: { sent: sent.monotonic, received, databaseMs: Number(first[7]) },
    head: decodeHead(context, first),
    hashThere: typeof first[8] === 'string' ? first[8] : undefined,
    entries: rows.filter((row) => row[9] !== null).map((row) => hashed(decodeRow(row, 9))),
  }
}

/** The first columns of a row that was asked for with {@link HEAD_COLUMNS}; refuses a standby, a newer schema, and what was moved away. */
function decodeHead({ names, address }: Context, row: Row): Head {
  const [storeId, seq, floor, version, moved, standby, readOnly] = row
  if (standby === true || readOnly === 'on') throw new StoreStandby(address.where)
  if (Number(version) > SCHEMA_VERSION) {
    throw new SchemaNewer(names.schema, Number(version), SCHEMA_VERSION)
  }
  assertNotMoved(moved, address.where)
  return { storeId: String(storeId), seq: Number(seq) as Seq, floor: Number(floor) as Seq }
}

/** What is here after a move may be old: somebody who was revoked since stands in it. */
function assertNotMoved(moved: unknown, where: string): void {
  if (typeof moved !== 'string') return
  const mark = decodeMark(moved)
  if (mark?.kind === 'away') throw new StoreMoved(where, mark)
  throw new SchemaUnknown(where, 'nobody can read where it was moved to')
}

/** The statement that asks for the head and takes its lock. */
export function headForUpdate({ names }: Context): string {
  return `SELECT ${HEAD_COLUMNS} FROM ${names.head} h FOR UPDATE`
}

/** What {@link headForUpdate} answered. */
export function decodeLocked(context: Context, row: Row | undefined): Head {
  if (row === undefined) throw new SchemaUnknown(context.names.schema, 'it has no head')
  return decodeHead(context, row)
}

function hashed(row: EventRow): Hashed {
  return { entry: entryOf(row), hash: row.hash }
}
