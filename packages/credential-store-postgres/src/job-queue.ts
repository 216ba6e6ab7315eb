import { MAX_BATCH, MAX_QUEUED, StoreClosed, StoreOverloaded } from '@openclaw/credential-store/kit'
import type { Intent, OpenClawError, Transaction } from '@openclaw/pairing-contracts'
import { type CommitParts, commitJobs } from './commit.ts'
import { asStoreError, isPassing } from './failures.ts'
import type { Job } from './job.ts'
import { FIRST_PAUSE_MS, LONGEST_PAUSE_MS } from './limits.ts'

/** Transactions of this process, in the order of their calls. */
export interface JobQueue {
  readonly add: <R>(intent: Intent, work: (tx: Transaction) => R | Promise<R>) => Promise<R>
  /** Refuses what comes later and resolves when everything before is settled. */
  readonly close: () => Promise<void>
}

/** Transactions that wait share one SQL transaction; while one runs, the next gather. */
export function jobQueue(parts: CommitParts): JobQueue {
  const { ports, timing } = parts.context
  const state: QueueState = { jobs: [], closed: false, running: undefined }
  const start = (): void => {
    state.running ??= drain(parts, state).finally(() => {
      state.running = undefined
      if (state.jobs.length > 0) start()
    })
  }
  return {
    add: <R>(intent: Intent, work: (tx: Transaction) => R | Promise<R>) =>
      new Promise<R>((resolve, reject) => {
        const { jobs } = state
        if (state.closed) return reject(new StoreClosed())
        if (jobs.length >= MAX_QUEUED) return reject(new StoreOverloaded(jobs.length))
        const until = ports.monotonic() + timing.retryForMs
        const settle = { resolve: resolve as Job['resolve'], reject }
        jobs.push({ intent, work, ...settle, until, alone: false })
        start()
      }),
    close: async () => {
      state.closed = true
      while (state.running) await state.running
    },
  }
}

interface QueueState {
  readonly jobs: Job[]
  closed: boolean
  running: Promise<void> | undefined
}

async function drain(parts: CommitParts, state: QueueState): Promise<void> {
  let wait = FIRST_PAUSE_MS
  while (state.jobs.length > 0) {
    const jobs = takeSome(state.jobs)
    const because = await commitSome(parts, state, jobs)
    if (because === undefined) {
      wait = FIRST_PAUSE_MS
      continue
    }
    await parts.context.ports.sleep(wait)
    wait = Math.min(wait * 2, LONGEST_PAUSE_MS)
  }
}

/** As many as may share a transaction; one that may have spoilt the last one stands alone. */
function takeSome(jobs: Job[]): readonly Job[] {
  const alone = jobs.findIndex(({ alone }) => alone)
  if (alone < 0) return jobs.splice(0, MAX_BATCH)
  return jobs.splice(0, Math.min(Math.max(alone, 1), MAX_BATCH))
}

/** Answers why it is worth a pause before the next try. */
async function commitSome(
  parts: CommitParts,
  state: QueueState,
  jobs: readonly Job[],
): Promise<OpenClawError | undefined> {
  try {
    const { again, because, later } = await commitJobs(parts, jobs)
    const rest = because === undefined ? again : retried(parts, again, because)
    state.jobs.unshift(...rest, ...later)
    return rest.length > 0 && because && isPassing(because) ? because : undefined
  } catch (error) {
    const failure = asStoreError(error, parts.context.address.where)
    for (const { reject } of jobs) reject(failure)
    return undefined
  }
}

/** What one job may have brought on those that shared its transaction. */
const spoilsOthers: ReadonlySet<string> = new Set(['ERR_STORE_CHANGED_OUTSIDE', 'ERR_STORE_SERVER'])

/** Refuses what waiting does not mend; answers what is run again. */
function retried(
  { context, refused }: CommitParts,
  again: readonly Job[],
  because: OpenClawError,
): readonly Job[] {
  const now = context.ports.monotonic()
  const isSuspect = again.length > 1 && spoilsOthers.has(because.code)
  const isAgain = ({ until }: Job): boolean => isSuspect || (isPassing(because) && now < until)
  if (!isPassing(because)) refused.last = because
  for (const job of again) {
    if (!isAgain(job)) job.reject(because)
    else if (isSuspect) job.alone = true
  }
  return again.filter(isAgain)
}
