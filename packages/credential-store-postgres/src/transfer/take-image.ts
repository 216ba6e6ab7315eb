import {
  decodeMark,
  type ImageHead,
  imageTally,
  type StoreImage,
  type Taken,
  type TakeOptions,
  TransferDiffers,
  TransferTargetTaken,
  takenEntry,
} from '@openclaw/credential-store/transfer'
import type { EpochMs } from '@openclaw/pairing-contracts'
import { escapeLiteral } from 'pg'
import type { Context } from '../context.ts'
import { GRACE_MS, LOCK_WAIT_MS, STATEMENT_WITHIN_MS } from '../limits.ts'
import type { Session } from '../link.ts'
import { BY_INDEX } from '../load.ts'
import { TIME } from '../look.ts'
import { migrate } from '../migrate.ts'
import { StoreConflict } from '../server-errors.ts'
import { DURABLE, undo } from '../under-lock.ts'
import { drawUuid } from '../uuid.ts'
import { verifyAll } from '../verify.ts'
import { inserter, TAKEN_SCOPE } from './insert.ts'
import { databaseImage } from './read-image.ts'

/** How long one statement of a move may take, and how long the server waits for the next one, in ms. */
export const TRANSFER_WITHIN_MS = 120_000

/**
 * Takes an image into the tables, in one transaction that holds the head: nobody writes here meanwhile, and nobody sees any of
 * it before it is whole. It is read back and checked before it counts.
 */
export async function takeIntoDatabase(
  session: Session,
  context: Context,
  { image, options }: { readonly image: StoreImage; readonly options: TakeOptions },
): Promise<Taken> {
  await migrate(session, context)
  const databaseMs = await lockHead(session, context)
  try {
    await makeRoom(session, context, options)
    const now = Math.floor(databaseMs) as EpochMs
    const taken = await write(session, context, { image, options, now })
    await verifyTaken(session, context, { head: image.head, digest: taken.digest })
    await options.settle()
    await commit(session, context, taken.seq)
    return taken
  } catch (error) {
    await undo(session)
    throw error
  }
}

/** Begins a transaction in which nobody else writes; answers the database's time. */
export async function lockHead(session: Session, { names }: Context): Promise<number> {
  const answers = await session.script({
    text: `BEGIN ISOLATION LEVEL READ COMMITTED;
      SET LOCAL lock_timeout = ${String(LOCK_WAIT_MS)};
      SET LOCAL statement_timeout = ${String(TRANSFER_WITHIN_MS)};
      SET LOCAL idle_in_transaction_session_timeout = ${String(TRANSFER_WITHIN_MS)};
      ${BY_INDEX};
      SELECT ${DURABLE};
      SELECT 1 FROM ${names.head} FOR UPDATE;
      SELECT ${TIME}`,
    withinMs: LOCK_WAIT_MS + GRACE_MS,
  })
  return Number(answers.at(-1)?.rows[0]?.[0])
}

/** Refuses what came in since it was looked; an older state of the same store is removed. */
async function makeRoom(session: Session, context: Context, options: TakeOptions): Promise<void> {
  const { head, records, events, scopes } = context.names
  const text = `SELECT h.moved, h.seq > 0 OR EXISTS (SELECT 1 FROM ${records}) FROM ${head} h`
  const [row] = await session.rows({ text })
  const isAway = typeof row?.[0] === 'string' && decodeMark(row[0])?.kind === 'away'
  const isFilled = row?.[1] === true
  if (options.replaces ? !isAway : isAway || isFilled) {
    throw new TransferTargetTaken(context.address.where, 'it was filled just now')
  }
  if (!isFilled) return
  const gone = [records, events, scopes].map((table) => `DELETE FROM ${table}`)
  await session.script({ text: gone.join('; '), withinMs: TRANSFER_WITHIN_MS + GRACE_MS })
}

interface Writing {
  readonly image: StoreImage
  readonly options: TakeOptions
  readonly now: EpochMs
}

async function write(
  session: Session,
  context: Context,
  { image: { head, items }, options, now }: Writing,
): Promise<Taken> {
  const tally = imageTally(context.sha256)
  const into = inserter(session, context, head)
  let next = head.floor
  let last = now
  for await (const item of items) {
    tally.add(item)
    if (item.kind === 'record') {
      await into.record(item)
      continue
    }
    if (item.entry.seq !== next) throw differs(context, `entry ${String(next)} is missing`)
    next += 1
    last = Math.max(now, item.entry.time) as EpochMs
    await into.entry(item.entry)
  }
  if (
    tally.records() !== head.records ||
    tally.entries() !== head.entries ||
    next !== head.seq + 1
  ) {
    throw differs(context, 'a part is missing')
  }
  const digest = tally.digest(head)
  const entry = takenEntry(head, options, { digest, now: last })
  await into.entry(entry)
  for (const { collection, key, value } of entry.changes) {
    await into.record({ collection, key, value: value ?? null, seq: entry.seq })
  }
  await moveHead(session, context, { head, end: await into.end() })
  const { records, entries } = head
  return { digest, records, entries, seq: entry.seq }
}

/** A new id: whoever had what was here before must not go on with it. */
async function moveHead(
  session: Session,
  { names, ports }: Context,
  { head: { floor }, end }: { readonly head: ImageHead; readonly end: Ended },
): Promise<void> {
  const { head, scopes } = names
  const begun = `INSERT INTO ${scopes} (scope, hash, seq, events, start_seq, start_hash)
    VALUES ($1, $2, $3, $4, $5, pg_catalog.repeat('0', 64))`
  const values = [TAKEN_SCOPE, end.hash, end.seq, end.events, floor - 1]
  await session.rows({ text: begun, values })
  const text = `UPDATE ${head} SET seq = $1, floor = $2, store_id = $3, moved = NULL`
  await session.rows({ text, values: [end.seq, floor, drawUuid(ports.random)] })
}

type Ended = Awaited<ReturnType<ReturnType<typeof inserter>['end']>>

/** Reads everything back: the chain, that the rows are what the entries say, and that it is the same content. */
async function verifyTaken(
  session: Session,
  context: Context,
  { head, digest }: { readonly head: ImageHead; readonly digest: string },
): Promise<void> {
  const { ok, findings } = await verifyAll(session, context)
  const [first] = findings
  if (!ok) throw differs(context, `${first?.place ?? ''}: ${first?.problem ?? ''}`)
  const { id, madeAt, seq } = head
  const image = await databaseImage(session, context.names, { id, madeAt, upTo: seq })
  const tally = imageTally(context.sha256)
  for await (const item of image.items) tally.add(item)
  if (tally.digest(image.head) !== digest) throw differs(context, 'its content is another one')
}

function differs({ address }: Context, why: string): TransferDiffers {
  return new TransferDiffers(address.where, why)
}

/** Ends the transaction; `seq` wakes whoever listens. */
export async function commit(
  session: Session,
  { names, address }: Context,
  seq: number,
): Promise<void> {
  const notify = `SELECT CASE WHEN pg_catalog.to_regproc('pg_catalog.pg_notify') IS NOT NULL
    THEN pg_catalog.pg_notify(${escapeLiteral(names.channel)}, ${escapeLiteral(String(seq))}) END`
  const answers = await session.script({
    text: `${notify}; COMMIT`,
    withinMs: STATEMENT_WITHIN_MS + GRACE_MS,
  })
  if (answers.at(-1)?.tag !== 'COMMIT') throw new StoreConflict(address.where)
}
