/** A direct message as the books know it. */
export interface Entry {
  /** Everything that says which message it is; one in common is enough. */
  readonly keys: readonly string[]
  /** What is needed to make the message again. */
  readonly payload: object
  /** The length of it as JSON. */
  readonly units: number
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

/** How much is remembered. */
export interface BooksLimits {
  readonly window: number
  readonly windowUnits: number
  readonly keysInMemory: number
  readonly keysKept: number
}

/** Which messages are settled and which are open. */
export interface Books {
  /** Takes a new one in; for one that is known, the open entry it is, or that it is settled, or that there is no room. */
  readonly admit: (entry: Entry) => 'new' | 'settled' | 'full' | Entry
  readonly settle: (entry: Entry) => void
  readonly open: () => number
  /** Whether an open one has this key. */
  readonly holds: (key: string) => boolean
  readonly state: () => BooksState
}

/** Books that remember `keys`; open messages of an earlier run are offered anew by who reads them. */
export function books({ keys }: Pick<BooksState, 'keys'>, limits: BooksLimits): Books {
  const settled = new Set(keys)
  const open = new Set<Entry>()
  const byKey = new Map<string, Entry>()
  let units = 0
  const isFull = (entry: Entry): boolean =>
    open.size >= limits.window || (open.size > 0 && units + entry.units > limits.windowUnits)
  return {
    admit: (entry) => {
      if (entry.keys.some((key) => settled.has(key))) return 'settled'
      const same = entry.keys.map((key) => byKey.get(key)).find((found) => found !== undefined)
      if (same) return same
      if (isFull(entry)) return 'full'
      open.add(entry)
      for (const key of entry.keys) byKey.set(key, entry)
      units += entry.units
      return 'new'
    },
    settle: (entry) => {
      if (open.delete(entry)) units -= entry.units
      for (const key of entry.keys) {
        byKey.delete(key)
        settled.delete(key)
        settled.add(key)
      }
      for (const key of settled) {
        if (settled.size <= limits.keysInMemory) break
        settled.delete(key)
      }
    },
    open: () => open.size,
    holds: (key) => byKey.has(key),
    state: () => ({
      keys: [...settled].slice(-limits.keysKept),
      open: [...open].map(({ payload }) => payload),
    }),
  }
}
