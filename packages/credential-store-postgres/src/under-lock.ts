import { isWholeText } from '@openclaw/credential-store/kit'
import { escapeLiteral } from 'pg'
import type { Context } from './context.ts'
import { StoreReplaced } from './errors.ts'
import { GRACE_MS, STATEMENT_WITHIN_MS } from './limits.ts'
import type { Session } from './link.ts'
import { decodeLocked, type Head, headForUpdate, TIME } from './look.ts'

/** A transaction that holds the head: nobody else writes until it ends. */
export interface Locked {
  readonly head: Head
  /** The database's time when the lock was taken, in ms. */
  readonly databaseMs: number
  /** When that was here, by the monotonic clock. */
  readonly since: number
  /** Hash of the last entry of each scope that was asked for and has one. */
  readonly ends: ReadonlyMap<string, string>
}

/** What is asked for together with the head. */
export interface HeadWish {
  /** Of the store that this is to be. */
  readonly storeId: string
  readonly scopes?: readonly string[]
}

/**
 * Begins a transaction and takes the head, in one round trip. READ COMMITTED is enough: everybody who writes takes the head
 * first, so each statement after it sees the last commit and nothing moves.
 */
export async function takeHead(
  session: Session,
  context: Context,
  { storeId, scopes = [] }: HeadWish,
): Promise<Locked> {
  const { lockWaitMs, idleUnderLockMs } = context.timing
  const whileWaiting = {
    lock_timeout: lockWaitMs,
    statement_timeout: lockWaitMs + STATEMENT_WITHIN_MS,
    idle_in_transaction_session_timeout: idleUnderLockMs,
  }
  const answers = await session.script({
    text: `BEGIN ISOLATION LEVEL READ COMMITTED;
      SELECT ${settings(whileWaiting)}, ${DURABLE};
      ${headForUpdate(context)};
      SELECT ${TIME}, ${settings({ statement_timeout: STATEMENT_WITHIN_MS })}, s.scope, s.hash
        FROM (VALUES (1)) one (row) LEFT JOIN ${context.names.scopes} s ON ${isOneOf(scopes)}`,
    withinMs: lockWaitMs + GRACE_MS,
  })
  const since = context.ports.monotonic()
  const [, , locked, rest] = answers
  const head = decodeLocked(context, locked?.rows[0])
  if (head.storeId !== storeId) throw new StoreReplaced('it is another store')
  const found = (rest?.rows ?? []).filter((row) => row[2] !== null)
  const ends = new Map(found.map(([, , scope, hash]) => [String(scope), String(hash)]))
  return { head, databaseMs: Number(rest?.rows[0]?.[0]), since, ends }
}

/** Settings of this transaction alone, as columns: fewer statements than with SET. */
function settings(values: Readonly<Record<string, number>>): string {
  return Object.entries(values)
    .map(([name, value]) => `pg_catalog.set_config('${name}', '${String(value)}', true)`)
    .join(', ')
}

/** A column that does it: what is acknowledged is on the disk, whatever the role or the database is set to. */
export const DURABLE = `CASE WHEN pg_catalog.current_setting('synchronous_commit') = 'off'
    THEN pg_catalog.set_config('synchronous_commit', 'on', true) END`

/** Scopes that no column can hold have no end. */
function isOneOf(scopes: readonly string[]): string {
  const list = scopes.filter(isWholeText).map((scope) => escapeLiteral(scope))
  return list.length === 0 ? 'false' : `s.scope IN (${list.join(', ')})`
}

/** Undoes a transaction; a connection that cannot even do that is cut. */
export async function undo(session: Session): Promise<void> {
  try {
    await session.script({ text: 'ROLLBACK' })
  } catch {
    session.cut()
  }
}
