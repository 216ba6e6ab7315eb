import { KEYS_IN_MEMORY, KEYS_KEPT, WINDOW } from './limits.ts'

/** A direct message as the books know it. */
export interface Entry {
  /** Everything that says which message it is: its place, the event, the writer's own number of it. */
  readonly keys: readonly string[]
  /** What of the payload is needed to make the message of it again. */
  readonly payload: object
}

/** What has to outlive the process. */
export interface BooksState {
  /** Keys of the newest settled messages, oldest first. */
  readonly keys: readonly string[]
  /** Payloads of messages that nobody handled yet, oldest first. */
  readonly open: readonly object[]
}

/** Nothing seen yet. */
export const EMPTY_BOOKS: BooksState = { keys: [], open: [] }

/** Which messages are settled and which are open. */
export interface Books {
  /** Takes a new one in; for one that is known, the open entry it is, or that it is settled, or that there is no room. */
  readonly admit: (entry: Entry) => 'new' | 'settled' | 'full' | Entry
  readonly settle: (entry: Entry) => void
  readonly open: () => number
  readonly state: () => BooksState
}

/** Books that remember `keys`; open messages of an earlier run are offered anew by who reads them. */
export function books({ keys }: Pick<BooksState, 'keys'>): Books {
  const settled = new Set(keys)
  const open = new Set<Entry>()
  return {
    admit: (entry) => {
      if (entry.keys.some((key) => settled.has(key))) return 'settled'
      const same = [...open].find((each) => each.keys.some((key) => entry.keys.includes(key)))
      if (same) return same
      if (open.size >= WINDOW) return 'full'
      open.add(entry)
      return 'new'
    },
    settle: (entry) => {
      open.delete(entry)
      for (const key of entry.keys) {
        settled.delete(key)
        settled.add(key)
      }
      for (const key of settled) {
        if (settled.size <= KEYS_IN_MEMORY) break
        settled.delete(key)
      }
    },
    open: () => open.size,
    state: () => ({
      keys: [...settled].slice(-KEYS_KEPT),
      open: [...open].map(({ payload }) => payload),
    }),
  }
}
