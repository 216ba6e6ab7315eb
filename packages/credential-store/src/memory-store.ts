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
import { type Bell, bell } from './state/bell.ts'
import { followEntries } from './state/feed.ts'
import { emptyRecords, type Records } from './state/records.ts'
import { runWork } from './state/run-work.ts'
import { planTransaction, toEntry } from './state/transaction.ts'
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
  const memory: Memory = {
    clock,
    records: emptyRecords(),
    log: entryLog(keepEntries),
    news: bell(),
  }
  const { records, log, news } = memory
  const state = { closed: false, last: Promise.resolve() as Promise<unknown> }
  const assertOpen = (): void => {
    if (state.closed) throw new StoreClosed()
  }
  return {
    transact: async (intent, work) => {
      assertOpen()
      const done = state.last.then(() => run(memory, intent, work))
      state.last = done.catch(() => undefined)
      return done
    },
    view: (collection) => {
      const current = (): typeof records => {
        assertOpen()
        return records
      }
      return liveView({ current, latest: current, seq: log.seq }, collection)
    },
    history: async (after, limit) => {
      assertOpen()
      return log.read(Math.max(after, log.oldest() - 1) as Seq, limit)
    },
    changes: (after, signal) => {
      assertOpen()
      const isClosed = (): boolean => state.closed
      const source = {
        read: log.readWhole,
        wait: (stop: typeof signal) => news.next(stop),
        isClosed,
      }
      return followEntries(source, after, signal)
    },
    close: async () => {
      state.closed = true
      await state.last
      news.ring()
    },
  }
}

interface Memory {
  readonly clock: Clock
  readonly records: Records
  readonly log: EntryLog
  readonly news: Bell
}

async function run<R>(
  { clock, records, log, news }: Memory,
  intent: Intent,
  work: (tx: Transaction) => R | Promise<R>,
): Promise<R> {
  const plan = planTransaction(records.of, clock.now())
  try {
    const result = await runWork(intent, plan.tx, work)
    const changes = plan.changes()
    if (changes.length === 0) return result
    records.apply(changes)
    log.add(toEntry({ seq: (log.seq() + 1) as Seq, time: plan.tx.now, changes }, intent, plan))
    news.ring()
    return result
  } finally {
    plan.end()
  }
}

interface EntryLog {
  readonly seq: () => Seq
  readonly oldest: () => Seq
  readonly add: (entry: JournalEntry) => void
  readonly read: (after: Seq, limit: number) => readonly JournalEntry[]
  /** Rejects when something after `after` is not kept any more, or `after` is not reached. */
  readonly readWhole: (after: Seq, limit: number) => Promise<readonly JournalEntry[]>
}

/** The last `keep` entries, and at most as many before them. */
function entryLog(keep: number): EntryLog {
  let kept: JournalEntry[] = []
  let dropped = 0
  const seq = (): Seq => (dropped + kept.length) as Seq
  const oldest = (): Seq => (dropped + 1) as Seq
  const read = (after: Seq, limit: number): readonly JournalEntry[] =>
    kept.slice(after - dropped, after - dropped + Math.max(limit, 0))
  return {
    seq,
    oldest,
    read,
    add: (entry) => {
      kept.push(entry)
      if (kept.length <= 2 * keep) return
      dropped += kept.length - keep
      kept = kept.slice(kept.length - keep)
    },
    readWhole: async (after, limit) => {
      if (after < oldest() - 1 || after > seq()) throw new HistoryGap(after, oldest())
      return read(after, limit)
    },
  }
}
