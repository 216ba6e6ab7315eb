import type { ImageEntry, ImageHead, ImageRecord } from '@openclaw/credential-store/transfer'
import type { JournalEntry } from '@openclaw/pairing-contracts'
import type { Context } from '../context.ts'
import { type EventRow, eventRow, NO_HASH } from '../events.ts'
import { keyColumns } from '../keys.ts'
import type { Session } from '../link.ts'
import { checkName } from '../names.ts'
import { drawUuid } from '../uuid.ts'

/** The scope of what came in: whose entries were which is not part of an image. */
export const TAKEN_SCOPE = 'store/taken'

/** Rows and characters of one statement. */
const BATCH_ROWS = 2_000
const BATCH_LENGTH: number = 4 * 1024 * 1024

/** Puts records and entries into empty tables, many with each statement. */
export interface Inserter {
  readonly record: (record: Omit<ImageRecord, 'kind'>) => Promise<void>
  readonly entry: (entry: ImageEntry['entry']) => Promise<void>
  /** Writes what waits; answers the end of the chain. */
  readonly end: () => Promise<Pick<EventRow, 'hash' | 'seq'> & { readonly events: number }>
}

/** One within a transaction of `session`. */
export function inserter(session: Session, context: Context, { floor }: ImageHead): Inserter {
  const { names, sha256, ports } = context
  const chain = { hash: NO_HASH, seq: floor - 1, events: 0 }
  const records = batchOf((rows) =>
    session.rows({ text: recordsText(names), values: columns(rows, 5) }),
  )
  const events = batchOf((rows) =>
    session.rows({ text: eventsText(names), values: columns(rows, 10) }),
  )
  return {
    record: async ({ collection, key: whole, value, seq }) => {
      const text = JSON.stringify(value)
      const { key, longKey } = keyColumns(sha256, whole)
      await records.add([collection, key, longKey, text, seq ?? floor - 1], text.length)
    },
    entry: async (entry: JournalEntry) => {
      checkName(entry.action, 'action')
      const at = { txid: drawUuid(ports.random), scope: TAKEN_SCOPE, prev: chain.hash }
      const row = eventRow(sha256, entry, at)
      Object.assign(chain, { hash: row.hash, seq: row.seq, events: chain.events + 1 })
      await events.add(valuesOf(row), row.changes.length)
    },
    end: async () => {
      await records.flush()
      await events.flush()
      return chain
    },
  }
}

type Names = Context['names']

function recordsText({ records }: Names): string {
  return `INSERT INTO ${records} (collection, key, long_key, value, seq)
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[])`
}

function eventsText({ events }: Names): string {
  return `INSERT INTO ${events} (seq, txid, time, scope, actor, action, changes, detail, prev, hash)
    SELECT * FROM unnest($1::bigint[], $2::uuid[], $3::bigint[], $4::text[], $5::text[],
      $6::text[], $7::text[], $8::text[], $9::text[], $10::text[])`
}

function valuesOf(row: EventRow): readonly unknown[] {
  const { seq, txid, time, scope, actor, action, changes, detail, prev, hash } = row
  return [seq, txid, time, scope, actor, action, changes, detail, prev, hash]
}

type Values = readonly unknown[]

interface Batch {
  readonly add: (row: Values, length: number) => Promise<void>
  readonly flush: () => Promise<void>
}

function batchOf(write: (rows: readonly Values[]) => Promise<unknown>): Batch {
  let rows: Values[] = []
  let total = 0
  const flush = async (): Promise<void> => {
    const full = rows
    rows = []
    total = 0
    if (full.length > 0) await write(full)
  }
  return {
    add: async (row, length) => {
      rows.push(row)
      total += length
      if (rows.length >= BATCH_ROWS || total >= BATCH_LENGTH) await flush()
    },
    flush,
  }
}

function columns(rows: readonly Values[], count: number): unknown[] {
  return Array.from({ length: count }, (_, index) => rows.map((row) => row[index]))
}
