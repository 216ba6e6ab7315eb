import type {
  Clock,
  CredentialStore,
  Intent,
  JournalEntry,
  Seq,
  Transaction,
} from '@openclaw/pairing-contracts'
import { HistoryGap, StoreClosed } from './errors.ts'
import { MEMORY_HISTORY } from './limits.ts'
import { bell } from './state/bell.ts'
import { followEntries } from './state/feed.ts'
import { emptyRecords } from './state/records.ts'
import { runWork } from './state/run-work.ts'
import { type Plan, planTransaction, toEntry } from './state/transaction.ts'
import { liveView } from './state/view.ts'

/** What {@link memoryStore} needs. */
export interface MemoryStoreOptions {
  readonly clock: Clock
  /** Entries kept for `history` and `changes`; {@link MEMORY_HISTORY} unless given. */
  readonly keepEntries?: number
}

/**
 * A store that forgets everything when the process ends; for tests and for bots that start afresh.
 *
 * Transactions of all scopes run one after another. `changes` and `history` reject with `ERR_STORE_HISTORY_GAP`
 * when what was asked for is not kept any more.
 */
export function memoryStore({
  clock,
  keepEntries = MEMORY_HISTORY,
}: MemoryStoreOptions): CredentialStore {
  const records = emptyRecords()
  const log = entryLog(keepEntries)
  const news = bell()
  const state = { closed: false, last: Promise.resolve() as Promise<unknown> }
  const assertOpen = (): void => {
    if (state.closed) throw new StoreClosed()
  }
  const commit = (intent: Intent, plan: Plan): void => {
    const changes = plan.changes()
    if (changes.length === 0) return
    records.apply(changes)
    log.add(toEntry({ seq: (log.seq() + 1) as Seq, time: plan.tx.now, changes }, intent, plan))
    news.ring()
  }
  const run = async <R>(intent: Intent, work: (tx: Transaction) => R | Promise<R>): Promise<R> => {
    const plan = planTransaction(records.of, clock.now())
    try {
      const result = await runWork(intent.action, plan.tx, work)
      commit(intent, plan)
      return result
    } finally {
      plan.end()
    }
  }
  return {
    transact: async (intent, work) => {
      assertOpen()
      const done = state.last.then(() => run(intent, work))
      state.last = done.catch(() => undefined)
      return done
    },
    view: (collection) => {
      const current = (): typeof records => {
        assertOpen()
        return records
      }
      return liveView({ current, seq: log.seq }, collection)
    },
    history: async (after, limit) => {
      assertOpen()
      return log.read(Math.max(after, log.oldest() - 1) as Seq, limit)
    },
    changes: (after, signal) => {
      assertOpen()
      const read = async (from: Seq, limit: number) => {
        if (from < log.oldest() - 1 || from > log.seq()) throw new HistoryGap(from, log.oldest())
        return log.read(from, limit)
      }
      return followEntries(
        { read, wait: (stop) => news.next(stop), isClosed: () => state.closed },
        after,
        signal,
      )
    },
    close: async () => {
      state.closed = true
      await state.last
      news.ring()
    },
  }
}

/** The last `keep` entries, and at most as many before them. */
function entryLog(keep: number): {
  readonly seq: () => Seq
  readonly oldest: () => Seq
  readonly add: (entry: JournalEntry) => void
  readonly read: (after: Seq, limit: number) => readonly JournalEntry[]
} {
  let kept: JournalEntry[] = []
  let dropped = 0
  return {
    seq: () => (dropped + kept.length) as Seq,
    oldest: () => (dropped + 1) as Seq,
    add: (entry) => {
      kept.push(entry)
      if (kept.length <= 2 * keep) return
      dropped += kept.length - keep
      kept = kept.slice(kept.length - keep)
    },
    read: (after, limit) => kept.slice(after - dropped, after - dropped + Math.max(limit, 0)),
  }
}
