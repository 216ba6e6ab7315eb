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
  /** Settled updates at or after `offset`; their keys say the same after a restart. */
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
  const past = recollection(from)
  let next = from.offset

  const offset = (): number => Math.min(next, ...open.keys())
  const admitOne = (update: LedgerUpdate): boolean => {
    const held = open.get(update.id)
    const isOpen = held !== undefined && held.key === update.key
    const isKnown = isOpen || past.knows(update, next)
    // Given out although we asked behind it: ids have started over, or it is repeated. Ask from there on, or it stays.
    if (update.id < offset()) next = update.id + 1
    next = Math.max(next, update.id + 1)
    if (!isKnown) open.set(update.id, update)
    else if (!isOpen) past.see(update)
    return !isKnown
  }
  return {
    admit: (batch) => batch.filter(admitOne),
    settle: (update) => {
      if (open.get(update.id) === update) open.delete(update.id)
      passed.delete(update)
      past.see(update)
      past.remember(update)
      past.forgetBefore(offset())
    },
    pass: (update) => {
      if (open.delete(update.id)) passed.add(update)
    },
    open: () => open.size,
    passed: () => passed.size,
    state: () => ({
      ...past.state(),
      offset: offset(),
      passed: [...passed].flatMap(({ key }) => key ?? []),
    }),
  }
}

/** What is settled, as far as it is remembered. */
interface Recollection {
  /** True for an update that was settled, under this id or another; `next` is where the newest ids end. */
  readonly knows: (update: LedgerUpdate, next: number) => boolean
  /** Notes its id. */
  readonly see: (update: LedgerUpdate) => void
  /** Notes its message. */
  readonly remember: (update: LedgerUpdate) => void
  readonly forgetBefore: (offset: number) => void
  readonly state: () => Pick<LedgerState, 'settled' | 'keys' | 'newestAt'>
}

function recollection(from: LedgerState): Recollection {
  const settled = new Map<number, string | undefined>(from.settled.map((id) => [id, undefined]))
  const keys = new Set(from.keys)
  let { newestAt } = from
  const knowsId = ({ id, key }: LedgerUpdate): boolean => {
    const of = settled.get(id)
    return settled.has(id) && (of === undefined || of === key)
  }
  return {
    knows: (update, next) =>
      knowsId(update) ||
      (update.key !== undefined && keys.has(update.key)) ||
      (update.id < next && update.at <= newestAt),
    see: ({ id, key }) => void settled.set(id, key),
    remember: ({ key, at }) => {
      if (key === undefined) return
      keys.delete(key)
      keys.add(key)
      newestAt = Math.max(newestAt, at)
      const [oldest] = keys
      if (keys.size > KEYS_IN_MEMORY && oldest !== undefined) keys.delete(oldest)
    },
    forgetBefore: (offset) => {
      for (const id of settled.keys()) {
        if (id < offset || settled.size > 2 * WINDOW) settled.delete(id)
      }
    },
    state: () => ({
      settled: [...settled.keys()],
      keys: [...keys].slice(-KEYS_KEPT),
      newestAt,
    }),
  }
}
