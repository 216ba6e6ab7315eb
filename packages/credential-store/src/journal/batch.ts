import type { Clock, Sha256 } from '@openclaw/pairing-contracts'
import { MAX_APPEND_BYTES, MAX_RECORD_BYTES } from '../limits.ts'
import { type Overlay, overlay } from '../state/overlay.ts'
import { runWork } from '../state/run-work.ts'
import { planTransaction, toEntry } from '../state/transaction.ts'
import { asWriteFailure, RecordTooLarge } from './errors.ts'
import type { Job } from './job.ts'
import type { Journal } from './journal.ts'
import { frameEntry } from './lines.ts'
import type { HeldLock } from './lock.ts'
import type { Head, Written } from './write-ports.ts'
import type { Writer } from './writer.ts'

/** What a batch needs. */
export interface BatchPorts {
  readonly journal: Journal
  readonly writer: Writer
  readonly clock: Clock
  readonly sha256: Sha256
}

/** What a work came to, known only to us until the lines up to `lines` are durable. */
interface Outcome {
  readonly job: Job
  readonly settle: () => void
  readonly lines: number
}

/** Transactions that will land together. */
interface Draft {
  readonly layer: Overlay
  readonly lines: Written[]
  head: Head
  bytes: number
}

/** Jobs that are not settled yet. */
export interface Unsettled {
  /** To be planned again, because another process came in between. */
  readonly again: readonly Job[]
  /** Not begun, because the append was large enough. */
  readonly later: readonly Job[]
}

/**
 * Runs the works one after another, each on what those before it planned, and writes everything at once.
 * Nobody hears of an outcome before all that it rests on is durable.
 */
export async function commitBatch(
  ports: BatchPorts,
  lock: HeldLock,
  jobs: readonly Job[],
): Promise<Unsettled> {
  try {
    return await planAndWrite(ports, lock, jobs)
  } catch (error) {
    const failure = asWriteFailure(ports.journal.position()?.tail.file ?? 'the journal', error)
    for (const { reject } of jobs) reject(failure)
    return { again: [], later: [] }
  }
}

async function planAndWrite(
  ports: BatchPorts,
  lock: HeldLock,
  jobs: readonly Job[],
): Promise<Unsettled> {
  const layer = overlay((name) => ports.journal.records().of(name))
  const draft: Draft = { layer, lines: [], head: ports.writer.head(), bytes: 0 }
  const outcomes: Outcome[] = []
  for (const job of jobs) {
    if (draft.bytes >= MAX_APPEND_BYTES) break
    outcomes.push(await planJob(ports, draft, job))
  }
  const later = jobs.slice(outcomes.length)
  const open = settleUpTo(outcomes, 0)
  if (draft.lines.length === 0) return { again: open, later }
  const { landed, error } = await ports.writer.write(lock, draft.lines)
  const again = settleUpTo(outcomes, landed)
  if (error === undefined) return { again, later }
  for (const { reject } of again) reject(error)
  return { again: [], later }
}

async function planJob(ports: BatchPorts, draft: Draft, job: Job): Promise<Outcome> {
  const { intent, work, resolve, reject } = job
  const plan = planTransaction(draft.layer.of, ports.clock.now())
  try {
    const value = await runWork(intent, plan.tx, work)
    const changes = plan.changes()
    if (changes.length > 0) {
      const position = { seq: (draft.head.seq + 1) as Head['seq'], time: plan.tx.now, changes }
      addLine(ports, draft, toEntry(position, intent, plan))
    }
    return { job, settle: () => resolve(value), lines: draft.lines.length }
  } catch (error) {
    return { job, settle: () => reject(error), lines: draft.lines.length }
  } finally {
    plan.end()
  }
}

function addLine(
  { sha256 }: BatchPorts,
  draft: Draft,
  entry: Parameters<typeof frameEntry>[1],
): void {
  const prev = draft.head.hash
  const { text, hash } = frameEntry(sha256, entry, prev)
  const bytes = Buffer.byteLength(text)
  if (bytes > MAX_RECORD_BYTES) throw new RecordTooLarge(bytes, MAX_RECORD_BYTES)
  draft.layer.apply(entry.changes)
  draft.lines.push({ text, line: { kind: 'entry', entry, prev, hash } })
  draft.head = { hash, seq: entry.seq }
  draft.bytes += bytes
}

/** Settles what rests on durable lines only; answers the others. */
function settleUpTo(outcomes: readonly Outcome[], durable: number): readonly Job[] {
  for (const { settle, lines } of outcomes) if (lines <= durable) settle()
  return outcomes.filter(({ lines }) => lines > durable).map(({ job }) => job)
}
