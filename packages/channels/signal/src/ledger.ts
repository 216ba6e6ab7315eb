import { KEYS_IN_MEMORY, KEYS_KEPT } from './limits.ts'

/** An event as the books know it. */
export interface LedgerEvent {
  /** The daemon's number of it, where it has one. */
  readonly id: string | undefined
  /** The message key; `undefined` for what is no direct message. */
  readonly key: string | undefined
  /** As it came, so that it can be kept for the next start. */
  readonly raw: unknown
}

/** What has to outlive the process. */
export interface LedgerState {
  /** Every event up to this one is settled. */
  readonly lastEventId: string | undefined
  /** Keys of the newest settled messages, oldest first. */
  readonly keys: readonly string[]
  /** Events whose message is not settled, oldest first. */
  readonly pending: readonly unknown[]
}

/** Which messages are settled, which are open, and where the stream goes on. */
export interface Ledger {
  /** Notes an event that came; false when its message came before. What is no message is settled at once. */
  readonly admit: (event: LedgerEvent) => boolean
  readonly settle: (event: LedgerEvent) => void
  readonly open: () => number
  /** The newest event that came. */
  readonly newestId: () => string | undefined
  readonly state: () => LedgerState
}

/** Nothing seen yet. */
export const EMPTY_LEDGER: LedgerState = { lastEventId: undefined, keys: [], pending: [] }

/** Keeps the books of one account's events: the same message may come again, under another number too. */
export function ledger(from: LedgerState): Ledger {
  const keys = new Set(from.keys)
  const open = new Map<string, LedgerEvent>()
  /** Numbered events from the oldest open one on. */
  const order: LedgerEvent[] = []
  let settledId = from.lastEventId
  let newestId = from.lastEventId

  const isOpen = ({ key }: LedgerEvent): boolean => key !== undefined && open.has(key)
  const advance = (): void => {
    const at = order.findIndex(isOpen)
    const settled = order.splice(0, at < 0 ? order.length : at)
    settledId = settled.at(-1)?.id ?? settledId
  }
  const remember = (key: string): void => {
    keys.delete(key)
    keys.add(key)
    const [oldest] = keys
    if (keys.size > KEYS_IN_MEMORY && oldest !== undefined) keys.delete(oldest)
  }
  return {
    admit: (event) => {
      const { id, key } = event
      const isNew = key !== undefined && !open.has(key) && !keys.has(key)
      if (isNew) open.set(key, event)
      if (id !== undefined) {
        newestId = id
        order.push(event)
        advance()
      }
      return isNew || key === undefined
    },
    settle: ({ key }) => {
      if (key === undefined) return
      open.delete(key)
      remember(key)
      advance()
    },
    open: () => open.size,
    newestId: () => newestId,
    state: () => ({
      lastEventId: settledId,
      keys: [...keys].slice(-KEYS_KEPT),
      pending: [...open.values()].map(({ raw }) => raw),
    }),
  }
}
