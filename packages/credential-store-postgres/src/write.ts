import type { Context } from './context.ts'
import type { EventRow } from './events.ts'
import { keyColumns } from './keys.ts'
import type { Statement } from './link.ts'

/** A row as it is to be, on condition that it still is as it was read. */
export interface RecordWrite {
  readonly collection: string
  readonly key: string
  /** `undefined` to remove it. */
  readonly text: string | undefined
  /** Number of the transaction that wrote what was read; 0 when there was no row. */
  readonly base: number
  /** Number of the transaction that writes it now. */
  readonly seq: number
}

/** The end of a scope's chain. */
export interface ScopeEnd {
  readonly scope: string
  readonly hash: string
  readonly seq: number
  /** How many entries it gains. */
  readonly gained: number
  /** The end that was read; `undefined` for a new scope. */
  readonly before: string | undefined
}

/** Everything that one SQL transaction writes. */
export interface Writes {
  readonly records: readonly RecordWrite[]
  readonly events: readonly EventRow[]
  readonly scopes: readonly ScopeEnd[]
  readonly head: { readonly from: number; readonly to: number }
}

/**
 * One statement that writes it all. Each row is written only if it is as it was read: what is to be new must not be there,
 * what is changed or removed must have its number. Where a row is not, the statement fails (`ERR_STORE_CHANGED_OUTSIDE`),
 * and the transaction cannot be committed any more.
 */
export function writeStatement(context: Context, writes: Writes): Statement {
  const { records, events, scopes, head } = writes
  const values = [
    ...recordArrays(context, records),
    ...eventArrays(events),
    ...scopeArrays(scopes),
    ...[head.from, head.to],
    ...[records.length, events.length, scopes.length],
  ]
  return { text: textOf(context), values }
}

function recordArrays({ sha256 }: Context, records: readonly RecordWrite[]): unknown[] {
  const keys = records.map(({ key }) => keyColumns(sha256, key))
  return [
    records.map(({ collection }) => collection),
    keys.map(({ key }) => key),
    keys.map(({ longKey }) => longKey),
    records.map(({ text }) => text ?? null),
    records.map(({ base }) => base),
    records.map(({ seq }) => seq),
  ]
}

function eventArrays(events: readonly EventRow[]): unknown[] {
  return [
    events.map(({ seq }) => seq),
    events.map(({ txid }) => txid),
    events.map(({ time }) => time),
    events.map(({ scope }) => scope),
    events.map(({ actor }) => actor),
    events.map(({ action }) => action),
    events.map(({ changes }) => changes),
    events.map(({ detail }) => detail),
    events.map(({ prev }) => prev),
    events.map(({ hash }) => hash),
  ]
}

function scopeArrays(scopes: readonly ScopeEnd[]): unknown[] {
  return [
    scopes.map(({ scope }) => scope),
    scopes.map(({ hash }) => hash),
    scopes.map(({ seq }) => seq),
    scopes.map(({ gained }) => gained),
    scopes.map(({ before }) => before ?? null),
  ]
}

const WRITTEN = `written AS (
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::bigint[])
      AS t (collection, key, long_key, value, base, seq)
  )`

const ENDS = `ends AS (
    SELECT * FROM unnest($17::text[], $18::text[], $19::bigint[], $20::bigint[], $21::text[])
      AS t (scope, hash, seq, gained, before)
  )`

function textOf({ names }: Context): string {
  const { records, events, scopes, head } = names
  return `WITH ${WRITTEN}, ${ENDS},
  inserted AS (
    INSERT INTO ${records} (collection, key, long_key, value, seq)
      SELECT collection, key, long_key, value, seq FROM written WHERE base = 0
      ON CONFLICT (collection, key) DO NOTHING RETURNING 1
  ), updated AS (
    UPDATE ${records} r SET value = w.value, seq = w.seq FROM written w
      WHERE w.base > 0 AND w.value IS NOT NULL
        AND r.collection = w.collection AND r.key = w.key AND r.seq = w.base RETURNING 1
  ), removed AS (
    DELETE FROM ${records} r USING written w
      WHERE w.base > 0 AND w.value IS NULL
        AND r.collection = w.collection AND r.key = w.key AND r.seq = w.base RETURNING 1
  ), told AS (
    INSERT INTO ${events} (seq, txid, time, scope, actor, action, changes, detail, prev, hash)
      SELECT * FROM unnest($7::bigint[], $8::uuid[], $9::bigint[], $10::text[], $11::text[],
        $12::text[], $13::text[], $14::text[], $15::text[], $16::text[]) RETURNING 1
  ), begun AS (
    INSERT INTO ${scopes} (scope, hash, seq, events, start_hash)
      SELECT scope, hash, seq, gained, pg_catalog.repeat('0', 64) FROM ends WHERE before IS NULL
      ON CONFLICT (scope) DO NOTHING RETURNING 1
  ), continued AS (
    UPDATE ${scopes} s SET hash = e.hash, seq = e.seq, events = s.events + e.gained FROM ends e
      WHERE e.before IS NOT NULL AND s.scope = e.scope AND s.hash = e.before RETURNING 1
  ), moved AS (
    UPDATE ${head} SET seq = $23 WHERE seq = $22 RETURNING 1
  )
  SELECT 1 / CASE WHEN
    (SELECT pg_catalog.count(*) FROM inserted) + (SELECT pg_catalog.count(*) FROM updated)
      + (SELECT pg_catalog.count(*) FROM removed) = $24::bigint
    AND (SELECT pg_catalog.count(*) FROM told) = $25::bigint
    AND (SELECT pg_catalog.count(*) FROM begun) + (SELECT pg_catalog.count(*) FROM continued) = $26::bigint
    AND (SELECT pg_catalog.count(*) FROM moved) = 1
  THEN 1 ELSE 0 END`
}
