import type { Intent, Transaction } from '@openclaw/pairing-contracts'
import { StoreClosed } from '../errors.ts'
import { HOLD_MS, MAX_BATCH, MAX_QUEUED, MAX_REPLANS } from '../limits.ts'
import { type BatchPorts, commitBatch } from './batch.ts'
import { asWriteFailure, StoreBusy, StoreOverloaded } from './errors.ts'
import type { Job } from './job.ts'
import type { HeldLock } from './lock.ts'
import { timeLimit } from './time-limit.ts'
import type { Writer } from './writer.ts'

/** Transactions of this process, in the order of their calls. */
export interface CommitQueue {
  readonly add: <R>(intent: Intent, work: (tx: Transaction) => R | Promise<R>) => Promise<R>
  /** Resolves when nothing waits. */
  readonly idle: () => Promise<void>
  /** Refuses what comes later and resolves when everything before is settled. */
  readonly close: () => Promise<void>
}

/** What a queue needs. */
export interface QueuePorts extends BatchPorts {
  readonly writer: Writer
  readonly takeLock: () => Promise<HeldLock>
  /** Resolves when another process that waits has had its chance to take the lock. */
  readonly giveWay: () => Promise<void>
  /** Named when a transaction cannot get through. */
  readonly lockPath: string
}

/**
 * One lock, one write and one sync for all transactions that wait; each sees what those before it did.
 * The lock is let go at the latest {@link HOLD_MS} ms later, so that other processes get their turn.
 */
export function commitQueue(ports: QueuePorts): CommitQueue {
  const jobs: Job[] = []
  let closed = false
  let running: Promise<void> | undefined
  const start = (): void => {
    running ??= drain(ports, jobs).finally(() => {
      running = undefined
      if (jobs.length > 0) start()
    })
  }
  const idle = async (): Promise<void> => {
    while (running) await running
  }
  return {
    add: <R>(intent: Intent, work: (tx: Transaction) => R | Promise<R>) =>
      new Promise<R>((resolve, reject) => {
        if (closed) return reject(new StoreClosed())
        if (jobs.length >= MAX_QUEUED) return reject(new StoreOverloaded(jobs.length))
        jobs.push({ intent, work, resolve: resolve as Job['resolve'], reject, replans: 0 })
        start()
      }),
    idle,
    close: () => {
      closed = true
      return idle()
    },
  }
}

async function drain(ports: QueuePorts, jobs: Job[]): Promise<void> {
  while (jobs.length > 0) {
    const waiting = jobs.length
    try {
      await ports.writer.ready()
      const lock = await ports.takeLock()
      try {
        await commitUnder(ports, lock, jobs)
      } finally {
        await lock.release()
      }
      if (jobs.length > 0) await ports.giveWay()
    } catch (error) {
      const failure = asWriteFailure(ports.lockPath, error)
      for (const { reject } of jobs.splice(0, waiting)) reject(failure)
    }
  }
}

async function commitUnder(ports: QueuePorts, lock: HeldLock, jobs: Job[]): Promise<void> {
  if (!(await ports.writer.prepare(lock))) return giveUpSome(ports, jobs)
  const turn = timeLimit(HOLD_MS)
  try {
    do {
      const { again, later } = await commitBatch(ports, lock, jobs.splice(0, MAX_BATCH))
      jobs.unshift(...again, ...later)
      if (again.length > 0) return giveUpSome(ports, jobs)
      await ports.writer.tidy(lock)
    } while (jobs.length > 0 && !turn.isOver())
  } finally {
    turn.stop()
  }
}

/** Counts a plan that was in vain; what was planned too often is refused. */
function giveUpSome({ lockPath }: QueuePorts, jobs: Job[]): void {
  for (const job of jobs) job.replans += 1
  const hopeless = jobs.filter(({ replans }) => replans > MAX_REPLANS)
  jobs.splice(0, jobs.length, ...jobs.filter(({ replans }) => replans <= MAX_REPLANS))
  for (const { reject } of hopeless) {
    reject(new StoreBusy(lockPath, 'processes that took it over', 0))
  }
}
