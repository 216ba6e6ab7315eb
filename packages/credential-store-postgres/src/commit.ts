import { HOLD_MS, type TimeLimit, timeLimit } from '@openclaw/credential-store/kit'
import type { OpenClawError } from '@openclaw/pairing-contracts'
import { type Batch, planBatch } from './batch.ts'
import type { Context } from './context.ts'
import { asStoreError } from './failures.ts'
import type { Held } from './held.ts'
import type { Job } from './job.ts'
import { GRACE_MS, STATEMENT_WITHIN_MS } from './limits.ts'
import type { Link, Session } from './link.ts'
import { isLanded } from './outcome.ts'
import { StoreConflict } from './server-errors.ts'
import { takeHead, undo } from './under-lock.ts'
import { type Writes, writeStatement } from './write.ts'

/** What a commit works with. */
export interface CommitParts {
  readonly context: Context
  readonly writer: Link
  readonly held: Held
  readonly storeId: string
  /** False on a server that knows no notifications: others look by themselves. */
  readonly notifies: boolean
  /** The last refusal by the server that a later commit has not disproved. */
  readonly refused: { last: OpenClawError | undefined }
  /** Resolves when views show entry `seq`, or throw until they do. */
  readonly catchUp: (seq: number) => Promise<void>
}

/** Jobs that are not settled yet. */
export interface Unsettled {
  /** To be run again, for the reason given. */
  readonly again: readonly Job[]
  readonly because?: OpenClawError
  /** Not begun. */
  readonly later: readonly Job[]
}

/**
 * Runs jobs in one SQL transaction and settles those whose outcome is certain. The commit's answer may be lost: then the
 * journal is asked whether it landed, before anything is said or run again.
 * Where that cannot be found out, the jobs that rest on it are rejected with `ERR_STORE_OUTCOME_UNKNOWN`.
 */
export async function commitJobs(parts: CommitParts, jobs: readonly Job[]): Promise<Unsettled> {
  const state: Progress = { batch: undefined, committing: false }
  try {
    await parts.writer.run((session) => inTransaction(parts, { session, jobs, state }))
  } catch (error) {
    const because = asStoreError(error, parts.context.address.where)
    const { batch, committing } = state
    if (!batch || !committing || !isLost(because)) return { again: jobs, because, later: [] }
    const landed = await isLanded(parts, batch).catch((unknown: unknown) => {
      for (const { reject } of batch.settle(0)) reject(unknown)
      return 'unknown' as const
    })
    if (landed === 'unknown') return { again: [], later: batch.later }
    if (!landed) return { again: batch.settle(0), because, later: batch.later }
  }
  return finish(parts, state.batch)
}

interface Progress {
  batch: Batch | undefined
  /** True once the server may have been told to commit. */
  committing: boolean
}

interface Attempt {
  readonly session: Session
  readonly jobs: readonly Job[]
  readonly state: Progress
}

async function inTransaction(
  { context, held, storeId, notifies }: CommitParts,
  { session, jobs, state }: Attempt,
): Promise<void> {
  let turn: TimeLimit | undefined
  try {
    const scopes = [...new Set(jobs.map(({ intent }) => intent.scope))]
    const locked = await takeHead(session, context, { storeId, scopes })
    held.assertContinued(locked.head)
    turn = timeLimit(HOLD_MS)
    const batch = await planBatch({ session, locked, turn }, context, jobs)
    if (batch.events.length === 0) {
      await undo(session)
    } else {
      state.batch = batch
      state.committing = true
      await commit(session, context, { writes: batch.writes, notifies })
    }
    state.batch = batch
  } catch (error) {
    await undo(session)
    throw error
  } finally {
    turn?.stop()
  }
}

/**
 * Writes and commits in one round trip: a transaction whose write failed cannot be committed. The notification belongs to it:
 * who is woken by it finds what it is about.
 */
async function commit(
  session: Session,
  context: Context,
  { writes, notifies }: { readonly writes: Writes; readonly notifies: boolean },
): Promise<void> {
  const { channel } = context.names
  const notify = `SELECT pg_catalog.pg_notify('${channel}', '${String(writes.head.to)}'); `
  const answers = await session.both(writeStatement(context, writes), {
    text: `${notifies ? notify : ''}COMMIT`,
    withinMs: STATEMENT_WITHIN_MS + GRACE_MS,
  })
  // a transaction that had failed before is rolled back by COMMIT, without an error
  if (answers.at(-1)?.tag !== 'COMMIT') throw new StoreConflict(context.address.where)
}

/** True when nobody knows whether the server did it. */
function isLost({ code }: OpenClawError): boolean {
  return code === 'ERR_STORE_UNREACHABLE'
}

async function finish(
  { held, catchUp, refused }: CommitParts,
  batch: Batch | undefined,
): Promise<Unsettled> {
  if (!batch) return { again: [], later: [] }
  const last = batch.entries.at(-1)
  if (last) {
    refused.last = undefined
    held.commit(batch.entries)
    await catchUp(last.entry.seq)
  }
  batch.settle(batch.entries.length)
  return { again: [], later: batch.later }
}
