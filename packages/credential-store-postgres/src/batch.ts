import {
  MAX_APPEND_BYTES,
  MAX_RECORD_BYTES,
  type Overlay,
  overlay,
  RecordTooLarge,
  runWork,
  type TimeLimit,
  toEntry,
} from '@openclaw/credential-store/kit'
import type { Change, EpochMs, Seq } from '@openclaw/pairing-contracts'
import { planOnRows } from './async-plan.ts'
import type { Context } from './context.ts'
import { type EventRow, eventRow } from './events.ts'
import type { Job } from './job.ts'
import type { Session } from './link.ts'
import type { Hashed } from './look.ts'
import { checkName } from './names.ts'
import { type RowCache, rowCache } from './row-cache.ts'
import { type ChainEnds, chainEnds } from './scope-ends.ts'
import type { Locked } from './under-lock.ts'
import { drawUuid } from './uuid.ts'
import type { RecordWrite, Writes } from './write.ts'

/** What a work came to; known only to us until `events` entries are durable. */
interface Outcome {
  readonly job: Job
  readonly settle: () => void
  /** How many entries of the batch it rests on. */
  readonly events: number
}

/** Transactions that will land together. */
export interface Batch {
  readonly events: readonly EventRow[]
  readonly entries: readonly Hashed[]
  readonly writes: Writes
  /** Settles every job whose outcome rests on durable entries alone; answers the others. */
  readonly settle: (durable: number) => readonly Job[]
  /** Not begun, because the batch was large or had lasted long enough. */
  readonly later: readonly Job[]
}

interface Draft {
  readonly context: Context
  readonly locked: Locked
  readonly cache: RowCache
  readonly layer: Overlay
  readonly ends: ChainEnds
  readonly events: EventRow[]
  readonly entries: Hashed[]
  bytes: number
}

/**
 * Runs the works one after another, each on what those before it planned, under the lock of `session`.
 * A row that cannot be read fails the whole batch.
 */
export async function planBatch(
  { session, locked, turn }: UnderLock,
  context: Context,
  jobs: readonly Job[],
): Promise<Batch> {
  const cache = rowCache(session, context)
  const ends = chainEnds(locked.ends)
  const layer = overlay(cache.of)
  const draft: Draft = { context, locked, cache, layer, ends, events: [], entries: [], bytes: 0 }
  const outcomes: Outcome[] = []
  for (const job of jobs) {
    if (outcomes.length > 0 && (draft.bytes >= MAX_APPEND_BYTES || turn.isOver())) break
    outcomes.push(await planJob(draft, job))
    const failure = cache.failure()
    if (failure !== undefined) throw failure
  }
  const { events, entries } = draft
  return {
    events,
    entries,
    writes: writesOf(draft),
    settle: (durable) => settleUpTo(outcomes, durable),
    later: jobs.slice(outcomes.length),
  }
}

/** A session that holds the head, and how long it may. */
export interface UnderLock {
  readonly session: Session
  readonly locked: Locked
  readonly turn: TimeLimit
}

async function planJob(draft: Draft, job: Job): Promise<Outcome> {
  const { intent, work, resolve, reject } = job
  const { context, cache, layer } = draft
  const plan = planOnRows(cache, layer, timeIn(draft))
  const rest = () => draft.events.length
  try {
    const limit = { action: intent.action, withinMs: context.timing.workWithinMs }
    const value = await runWork(limit, plan.tx, work)
    const changes = await plan.changes()
    if (changes.length > 0) addEvent(draft, job, { plan, changes })
    return { job, settle: () => resolve(value), events: rest() }
  } catch (error) {
    return { job, settle: () => reject(error), events: rest() }
  } finally {
    plan.end()
  }
}

/** The database's time when the lock was taken, and what has passed since. */
function timeIn({ locked, context }: Draft): EpochMs {
  const { databaseMs, since } = locked
  return Math.floor(databaseMs + context.ports.monotonic() - since) as EpochMs
}

function addEvent(
  draft: Draft,
  { intent }: Job,
  {
    plan,
    changes,
  }: { readonly plan: ReturnType<typeof planOnRows>; readonly changes: readonly Change[] },
): void {
  checkName(intent.scope, 'scope')
  checkName(intent.action, 'action')
  const { context, locked, events, ends } = draft
  const seq = (locked.head.seq + events.length + 1) as Seq
  const entry = toEntry({ seq, time: plan.tx.now, changes }, intent, plan)
  const at = {
    txid: drawUuid(context.ports.random),
    scope: intent.scope,
    prev: ends.hashOf(intent.scope),
  }
  const row = eventRow(context.sha256, entry, at)
  const bytes = Buffer.byteLength(row.changes) + Buffer.byteLength(row.detail ?? '')
  if (bytes > MAX_RECORD_BYTES) throw new RecordTooLarge(bytes, MAX_RECORD_BYTES)
  draft.bytes += bytes
  draft.layer.apply(changes)
  events.push(row)
  draft.entries.push({ entry, hash: row.hash })
  ends.move(row)
}

/** The last write of each row; what came and went within the batch touches no row. */
function writesOf({ cache, entries, events, ends, locked }: Draft): Writes {
  const last = new Map<string, RecordWrite>()
  for (const { entry } of entries) {
    for (const { collection, key, value } of entry.changes) {
      const text = value === undefined ? undefined : JSON.stringify(value)
      const base = cache.versionOf(collection, key)
      last.set(`${collection}\0${key}`, { collection, key, text, base, seq: entry.seq })
    }
  }
  const from = locked.head.seq
  return {
    records: [...last.values()].filter(({ text, base }) => text !== undefined || base > 0),
    events,
    scopes: ends.moved(),
    head: { from, to: from + events.length },
  }
}

function settleUpTo(outcomes: readonly Outcome[], durable: number): readonly Job[] {
  for (const { settle, events } of outcomes) if (events <= durable) settle()
  return outcomes.filter(({ events }) => events > durable).map(({ job }) => job)
}
