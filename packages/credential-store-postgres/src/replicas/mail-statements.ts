import type { ReplicaId } from '@openclaw/pairing-contracts'
import {
  MAIL_PAGE,
  MAIL_PAGE_BYTES,
  MAX_LETTERS,
  MAX_LETTERS_BYTES,
  MEBIBYTE_WITHIN_MS,
  STATEMENT_WITHIN_MS,
} from '../limits.ts'
import type { Row, Statement } from '../link.ts'
import type { Arrived, Letter } from './letter.ts'
import { MAIL_CHANNEL, type ReplicaContext } from './parts.ts'

/** A letter that was not sent: nobody lives there, or too much waits for whoever does. */
export interface Refused {
  readonly number: number
  readonly isGone: boolean
}

/** Sends letters in one statement and wakes who gets some. Sent twice they arrive once. Its rows: see {@link refusedIn}. */
export function sendStatement(replica: ReplicaContext, letters: readonly Letter[]): Statement {
  const rows = letters.map((_, index) => rowText(index * COLUMNS.length))
  return {
    text: sendText(replica, rows.join(', ')),
    values: [replica.context.replicaId, ...letters.flatMap(valuesOf)],
    withinMs: withinMs(letters.reduce((sum, { bytes }) => sum + bytes, 0)),
  }
}

const COLUMNS = ['uuid', 'bigint', 'text', 'text', 'bigint', 'float8', 'integer', 'text'] as const

function rowText(before: number): string {
  return `(${COLUMNS.map((type, index) => `$${String(before + index + 2)}::${type}`).join(', ')})`
}

function valuesOf({ to, number, what, kind, question, until, bytes, text }: Letter): unknown[] {
  return [to ?? null, number, what, kind, question ?? null, until, bytes, text]
}

function withinMs(bytes: number): number {
  return STATEMENT_WITHIN_MS + (bytes / (1024 * 1024)) * MEBIBYTE_WITHIN_MS
}

function sendText({ context: { names }, notifies }: ReplicaContext, rows: string): string {
  const { replicas, mail } = names
  const hasRoom = `box.letters < ${String(MAX_LETTERS)} AND box.bytes < ${String(MAX_LETTERS_BYTES)}`
  const say = notifies
    ? `pg_catalog.pg_notify('${MAIL_CHANNEL}'::text || recipient::text, '')::text`
    : "''"
  return `WITH m (recipient, number, what, kind, question, until, size, body) AS (VALUES ${rows}),
    box AS MATERIALIZED (
      SELECT r.id, pg_catalog.count(l.number) AS letters, coalesce(pg_catalog.sum(l.size), 0) AS bytes
        FROM ${replicas} r LEFT JOIN ${mail} l ON l.recipient = r.id
        WHERE r.until > pg_catalog.clock_timestamp() AND r.id <> $1::uuid GROUP BY r.id
    ), put AS (
      INSERT INTO ${mail} (recipient, sender, number, what, kind, question, until, size, body)
        SELECT box.id, $1, m.number, m.what, m.kind, m.question,
            pg_catalog.to_timestamp(m.until / 1000::float8), m.size, m.body
          FROM m JOIN box ON (m.recipient IS NULL OR m.recipient = box.id) AND ${hasRoom}
        ON CONFLICT (recipient, sender, number) DO NOTHING RETURNING recipient
    ), told AS MATERIALIZED (
      SELECT ${say} AS said FROM (SELECT DISTINCT recipient FROM put) d
    )
    SELECT m.number, box.id IS NULL FROM m LEFT JOIN box ON box.id = m.recipient
      WHERE m.recipient IS NOT NULL AND NOT coalesce(${hasRoom}, false)
    UNION ALL SELECT NULL::bigint, said IS NULL FROM told`
}

/** What {@link sendStatement} answers. */
export function refusedIn(rows: readonly Row[]): readonly Refused[] {
  return rows
    .filter(([number]) => number !== null)
    .map(([number, isGone]) => ({ number: Number(number), isGone: isGone === true }))
}

/** What {@link takeStatement} answers. */
export interface Taken {
  readonly letters: readonly Arrived[]
  /** Bytes of the next one that waits; `undefined`: none. */
  readonly nextBytes: number | undefined
}

/**
 * Takes the next letters out of the database, `bytes` in all at most: of each sender in its order, and of all senders in turn,
 * so that nobody waits behind one who sends much.
 */
export function takeStatement({ context }: ReplicaContext, bytes: number): Statement {
  const { mail } = context.names
  const text = `WITH waiting AS (
      SELECT sender, number, size, pg_catalog.row_number() OVER (PARTITION BY sender ORDER BY number) AS turn
        FROM ${mail} WHERE recipient = $1
    ), placed AS (
      SELECT sender, number, size, pg_catalog.sum(size) OVER w AS upto, pg_catalog.row_number() OVER w AS place
        FROM waiting WINDOW w AS (ORDER BY turn, sender)
    ), gone AS (
      DELETE FROM ${mail} l USING placed p
        WHERE l.recipient = $1 AND l.sender = p.sender AND l.number = p.number
          AND p.place <= ${String(MAIL_PAGE)} AND p.upto <= $2
        RETURNING l.*
    )
    SELECT sender, number, what, kind, question, size, body,
        (extract(epoch FROM until)::numeric * 1000::numeric)::float8 FROM gone
    UNION ALL (
      SELECT NULL, NULL, 'next', NULL, NULL, size, NULL, NULL FROM placed
        WHERE place > ${String(MAIL_PAGE)} OR upto > $2 ORDER BY place LIMIT 1
    )`
  const most = Math.max(bytes, MAIL_PAGE_BYTES)
  return { text, values: [context.replicaId, most], withinMs: withinMs(most) }
}

/** What {@link takeStatement} took, each sender's letters in order. */
export function takenIn(rows: readonly Row[]): Taken {
  const letters = rows.filter(([sender]) => sender !== null).map(arrivedIn)
  const next = rows.find(([sender]) => sender === null)
  return {
    letters: letters.sort((one, other) => one.number - other.number),
    nextBytes: next === undefined ? undefined : Number(next[5]),
  }
}

function arrivedIn(row: Row): Arrived {
  const [from, number, what, kind, question, bytes, text, until] = row
  return {
    from: from as ReplicaId,
    number: Number(number),
    what: what as Arrived['what'],
    kind: String(kind),
    question: question === null ? undefined : Number(question),
    text: String(text),
    bytes: Number(bytes),
    until: Number(until),
  }
}
