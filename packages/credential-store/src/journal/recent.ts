import type { JournalEntry, Seq } from '@openclaw/pairing-contracts'
import { RECENT_ENTRIES } from '../limits.ts'

/** The last entries, so that followers need not read them from disk again. */
export interface Recent {
  readonly add: (entries: readonly JournalEntry[]) => void
  readonly clear: () => void
  /** Entries after `after`, at most `limit`; `undefined` when some of them are not kept here. */
  readonly after: (after: Seq, limit: number) => readonly JournalEntry[] | undefined
}

/** Entries whose changes together are more than this many are not kept, however few they are. */
const RECENT_CHANGES = 10 * RECENT_ENTRIES

/** Keeps up to {@link RECENT_ENTRIES} entries that follow each other. */
export function recentEntries(): Recent {
  const kept: JournalEntry[] = []
  let changes = 0
  const drop = (count: number): void => {
    for (const entry of kept.splice(0, count)) changes -= entry.changes.length
  }
  const addOne = (entry: JournalEntry): void => {
    const last = kept.at(-1)
    if (last && entry.seq !== last.seq + 1) drop(kept.length)
    kept.push(entry)
    changes += entry.changes.length
    while (kept.length > RECENT_ENTRIES || (changes > RECENT_CHANGES && kept.length > 1)) drop(1)
  }
  return {
    add: (entries) => {
      for (const entry of entries) addOne(entry)
    },
    clear: () => drop(kept.length),
    after: (after, limit) => {
      const first = kept[0]
      if (first === undefined || after < first.seq - 1) return undefined
      const start = after - first.seq + 1
      return kept.slice(start, start + Math.max(limit, 0))
    },
  }
}
