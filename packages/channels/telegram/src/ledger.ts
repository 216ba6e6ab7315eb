import { KEYS_IN_MEMORY, KEYS_KEPT, WINDOW } from './limits.ts'

/** An update as the books know it. */
export interface LedgerUpdate {
  readonly id: number
  /** The message key; `undefined` for what is no direct message. */
  readonly key: string | undefined
  /** When it was sent, in ms; 0 when the update does not say. */
  readonly at: number
}

/** What has to outlive the process. */
export interface LedgerState {
  /** Every update before this one is settled; 0: none seen yet. */
  readonly offset: number
  /** Settled updates at or after `offset`. */
  readonly settled: readonly number[]
  /** Keys of the newest settled messages, oldest first. */
  readonly keys: readonly string[]
  /** Keys of messages whose handlers still run although the offset went past them. */
  readonly passed: readonly string[]
  /** When the newest settled message was sent, in ms. */
  readonly newestAt: number
}

/** Which updates are settled, which are open, and where to ask on. */
export interface Ledger {
  /** The updates of a batch that are new, now open. Those seen before are dropped. */
  readonly admit: (batch: readonly LedgerUpdate[]) => readonly LedgerUpdate[]
  readonly settle: (update: LedgerUpdate) => void
  /** Takes an open update out of the way of the offset; its handler goes on. */
  readonly pass: (update: LedgerUpdate) => void
  readonly open: () => number
  readonly passed: () => number
  readonly state: () => LedgerState
}

/** Nothing seen yet. */
export const EMPTY_LEDGER: LedgerState = {
  offset: 0,
  settled: [],
  keys: [],
  passed: [],
  newestAt: 0,
}

/**
 * Keeps the books of one bot's updates. An update id may come again (a lost confirmation), and ids may start over at a
 * lower number (a week of silence, another API server): the message key decides what is the same.
 */
export function ledger(from: LedgerState): Ledger {
  const open = new Map<number, LedgerUpdate>()
  const passed = new Set<LedgerUpdate>()
  const settled = new Map<number, string | undefined>(from.settled.map((id) => [id, undefined]))
  const keys = new Set(from.keys)
  let next = from.offset
  let newestAt = from.newestAt

  const offset = (): number => Math.min(next, ...open.keys())
  const remember = ({ id, key, at }: LedgerUpdate): void => {
    settled.set(id, key)
    if (key === undefined) return
    keys.delete(key)
    keys.add(key)
    newestAt = Math.max(newestAt, at)
    trim(keys)
  }
  const tidy = (): void => {
    const from = offset()
    for (const id of settled.keys()) if (id < from || settled.size > 2 * WINDOW) settled.delete(id)
  }
  const isKnown = ({ id, key, at }: LedgerUpdate): boolean => {
    const sameId = open.get(id) ?? (settled.has(id) ? { key: settled.get(id) } : undefined)
    if (sameId && (sameId.key === undefined || sameId.key === key)) return true
    return (key !== undefined && keys.has(key)) || (id < next && at <= newestAt)
  }
  const admitOne = (update: LedgerUpdate): boolean => {
    const known = isKnown(update)
    // Given out although we asked behind it: ids have started over, or it is repeated. Ask from there on, or it stays.
    
    next = Math.max(next, update.id + 1)
    if (known) {
      if (!open.has(update.id)) settled.set(update.id, update.key)
      return false
    }
    open.set(update.id, update)
    return true
  }
  return {
    admit: (batch) => batch.filter(admitOne),
    settle: (update) => {
      if (open.get(update.id) === update) open.delete(update.id)
      passed.delete(update)
      remember(update)
      tidy()
    },
    pass: (update) => {
      if (open.delete(update.id)) passed.add(update)
    },
    open: () => open.size,
    passed: () => passed.size,
    state: () => ({
      offset: offset(),
      settled: [...settled.keys()],
      keys: [...keys].slice(-KEYS_KEPT),
      passed: [...passed].flatMap(({ key }) => key ?? []),
      newestAt,
    }),
  }
}

function trim(keys: Set<string>): void {
  const [oldest] = keys
  if (keys.size > KEYS_IN_MEMORY && oldest !== undefined) keys.delete(oldest)
}
