import type { Context } from './context.ts'
import type { DatabaseClock } from './database-clock.ts'
import { asStoreError } from './failures.ts'
import type { Held } from './held.ts'
import type { Link } from './link.ts'
import { loadRecords } from './load.ts'
import { lookAfter } from './look.ts'

/** Keeps views fresh: looks when it is woken, and now and then anyway. */
export interface Keeper {
  /** There may be something new. */
  readonly wake: () => void
  /** Looks now; resolves when the views are as of this call or later. Rejects with why they are not. */
  readonly refresh: () => Promise<void>
  readonly stop: () => Promise<void>
}

/** What a keeper works with. */
export interface KeeperParts {
  readonly context: Context
  readonly reader: Link
  readonly held: Held
  readonly clock: DatabaseClock
}

/** Begins at once. */
export function keepFresh(parts: KeeperParts): Keeper {
  const { pollMs } = parts.context.timing
  const state = {
    running: undefined as Promise<void> | undefined,
    next: undefined as Promise<void> | undefined,
    stopped: false,
  }
  const start = (): Promise<void> => {
    state.running = lookAround(parts).finally(() => {
      state.running = undefined
    })
    return state.running
  }
  // one that runs may have asked already: whoever comes now shares the one after it
  const refresh = (): Promise<void> => {
    if (state.running === undefined) return start()
    state.next ??= state.running
      .catch(() => undefined)
      .then(() => {
        state.next = undefined
        return start()
      })
    return state.next
  }
  const wake = (): void => {
    if (!state.stopped) refresh().catch(() => undefined)
  }
  const timer = setInterval(() => {
    if (state.running === undefined) wake()
  }, pollMs)
  return {
    wake,
    refresh,
    stop: async () => {
      state.stopped = true
      clearInterval(timer)
      await (state.next ?? state.running)?.catch(() => undefined)
    },
  }
}

/** Looks until nothing newer is there. What goes wrong is kept, so that views can say why they are stale. */
async function lookAround({ context, reader, held, clock }: KeeperParts): Promise<void> {
  try {
    for (;;) {
      const begun = held.place()
      const look = await reader.run((session) => lookAfter(session, context, begun.seq))
      clock.learn(look.time)
      const taken = held.take(look, begun)
      if (taken === 'current') return
      if (taken === 'gap')
        held.replace(await reader.run((session) => loadRecords(session, context)))
    }
  } catch (error) {
    const failure = asStoreError(error, context.address.where)
    held.fail(failure)
    throw failure
  }
}
