import { escapeLiteral } from 'pg'
import type { Context } from './context.ts'
import { StoreReplaced } from './errors.ts'
import { isText } from './keys.ts'
import { GRACE_MS, STATEMENT_WITHIN_MS } from './limits.ts'
import type { Session } from './link.ts'
import { decodeLocked, type Head, lockedHead } from './look.ts'

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
  const answers = await session.script({
    text: `BEGIN ISOLATION LEVEL READ COMMITTED;
      SET LOCAL lock_timeout = ${String(lockWaitMs)};
      SET LOCAL statement_timeout = 0;
      SET LOCAL idle_in_transaction_session_timeout = ${String(idleUnderLockMs)};
      SELECT pg_catalog.set_config('synchronous_commit', 'on', true)
        WHERE pg_catalog.current_setting('synchronous_commit') = 'off';
      SET LOCAL statement_timeout = ${String(STATEMENT_WITHIN_MS + lockWaitMs)};
      ${lockedHead(context)};
      ${endsText(context, scopes)};
      SET LOCAL statement_timeout = ${String(STATEMENT_WITHIN_MS)}`,
    withinMs: lockWaitMs + GRACE_MS,
  })
  const since = context.ports.monotonic()
  const { head, databaseMs } = decodeLocked(context, answers.slice(0, -2))
  if (head.storeId !== storeId) throw new StoreReplaced('it is another store')
  const found = answers.at(-2)?.rows ?? []
  const ends = new Map(found.map(([scope, hash]) => [String(scope), String(hash)]))
  return { head, databaseMs, since, ends }
}

/** Scopes that no column can hold have no end. */
function endsText({ names }: Context, scopes: readonly string[]): string {
  const list = scopes.filter(isText).map((scope) => escapeLiteral(scope))
  const where = list.length === 0 ? 'false' : `scope IN (${list.join(', ')})`
  return `SELECT scope, hash FROM ${names.scopes} WHERE ${where}`
}

/** Undoes a transaction; a connection that cannot even do that is cut. */
export async function undo(session: Session): Promise<void> {
  try {
    await session.script({ text: 'ROLLBACK' })
  } catch {
    session.cut()
  }
}
