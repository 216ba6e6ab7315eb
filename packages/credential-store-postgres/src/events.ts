import type {
  Actor,
  Change,
  EpochMs,
  JournalEntry,
  Json,
  JsonObject,
  Seq,
  Sha256,
} from '@openclaw/pairing-contracts'
import { EventDamaged } from './errors.ts'
import type { Row } from './link.ts'

/** What stands before the first entry of a scope. */
export const NO_HASH: string = '0'.repeat(64)

/** An entry as the table of events has it: the texts that are hashed are those that are stored. */
export interface EventRow {
  readonly seq: number
  readonly txid: string
  readonly time: number
  readonly scope: string
  readonly actor: string
  readonly action: string
  readonly changes: string
  readonly detail: string | null
  /** Hash of the entry of this scope before; {@link NO_HASH} for the first. */
  readonly prev: string
  readonly hash: string
}

/** Columns of the table in the order of {@link decodeRow}. */
export const EVENT_COLUMNS = 'seq, txid, time, scope, actor, action, changes, detail, prev, hash'

/** The row of an entry, chained to the one of its scope before. */
export function eventRow(
  sha256: Sha256,
  entry: JournalEntry,
  at: Pick<EventRow, 'txid' | 'scope' | 'prev'>,
): EventRow {
  const row = {
    ...at,
    seq: entry.seq,
    time: entry.time,
    actor: JSON.stringify(entry.actor),
    action: entry.action,
    changes: JSON.stringify(entry.changes.map(encodeChange)),
    detail: entry.detail === undefined ? null : JSON.stringify(entry.detail),
  }
  return { ...row, hash: hashOf(sha256, row) }
}

/** SHA-256 of everything in the row, the hash before it included, as a JSON list in this order. */
export function hashOf(sha256: Sha256, row: Omit<EventRow, 'hash'>): string {
  const { prev, seq, txid, time, scope, actor, action, changes, detail } = row
  return sha256(JSON.stringify([prev, seq, txid, time, scope, actor, action, changes, detail]))
}

/** The columns of {@link EVENT_COLUMNS}, beginning at `from`. */
export function decodeRow(columns: Row, from = 0): EventRow {
  const text = (index: number): string => String(columns[from + index])
  const detail = columns[from + 7]
  return {
    seq: Number(text(0)),
    txid: text(1),
    time: Number(text(2)),
    scope: text(3),
    actor: text(4),
    action: text(5),
    changes: text(6),
    detail: typeof detail === 'string' ? detail : null,
    prev: text(8),
    hash: text(9),
  }
}

/**
 * The entry of a row.
 *
 * @throws `ERR_STORE_EVENT_DAMAGED`
 */
export function entryOf(row: EventRow): JournalEntry {
  try {
    const entry = {
      seq: row.seq as Seq,
      time: row.time as EpochMs,
      actor: JSON.parse(row.actor) as Actor,
      action: row.action,
      changes: (JSON.parse(row.changes) as readonly Json[]).map(decodeChange),
    }
    return row.detail === null ? entry : { ...entry, detail: JSON.parse(row.detail) as JsonObject }
  } catch {
    throw new EventDamaged(row.seq, 'it is not JSON of ours')
  }
}

function encodeChange({ collection, key, value }: Change): JsonObject {
  return value === undefined ? { collection, key, removed: true } : { collection, key, value }
}

function decodeChange(change: Json): Change {
  const { collection, key, value, removed } = change as JsonObject
  if (typeof collection !== 'string' || typeof key !== 'string') throw new TypeError('no key')
  if ((value === undefined) !== (removed === true)) throw new TypeError('no value')
  return { collection, key, value }
}
