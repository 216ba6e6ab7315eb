import type { AbortSignalLike, OpenClawError } from '@openclaw/pairing-contracts'
import { ClientClosed, ClientOptionsInvalid, NotReady } from './errors.ts'
import { MAX_LISTENERS } from './limits.ts'
import type { Link } from './link.ts'
import type { Timers } from './ports.ts'

/** How long to wait for a connection. */
export interface Patience {
  /** Milliseconds; for ever where it is absent. */
  readonly timeoutMs?: number | undefined
  readonly signal?: AbortSignalLike | undefined
}

/** Whether there is a connection, for those who need one. */
export interface Readiness {
  /**
   * The connection that is ready, or the next one. Rejects with `NotReady` when the time is over or the signal aborted,
   * with `ClientClosed` or what stopped the client when there will be none.
   */
  readonly wait: (patience: Patience) => Promise<Link>
  /** A connection is ready, or, without one, was lost. */
  readonly set: (link: Link | undefined) => void
  /** What stands in the way now; told to those who give up waiting. */
  readonly hindered: (problem: OpenClawError) => void
  /** There will be none any more. */
  readonly stop: (problem: OpenClawError | undefined) => void
}

interface Waiter {
  readonly resolve: (link: Link) => void
  readonly reject: (error: OpenClawError) => void
}

/** Nobody is connected yet. */
export function readiness(timers: Timers): Readiness {
  const waiters = new Set<Waiter>()
  let link: Link | undefined
  let hindrance: OpenClawError | undefined
  let over: OpenClawError | undefined

  const wait = ({ timeoutMs, signal }: Patience): Promise<Link> =>
    new Promise((resolve, reject) => {
      const giveUp = () => waiter.reject(new NotReady(hindrance))
      const stopWaiting = timeoutMs === undefined ? () => {} : timers.after(timeoutMs, giveUp)
      const leave = () => {
        waiters.delete(waiter)
        stopWaiting()
        signal?.removeEventListener('abort', giveUp)
      }
      const waiter: Waiter = {
        resolve: (ready) => {
          leave()
          resolve(ready)
        },
        reject: (error) => {
          leave()
          reject(error)
        },
      }
      waiters.add(waiter)
      signal?.addEventListener('abort', giveUp)
    })

  return {
    wait: async (patience) => {
      if (over !== undefined) throw over
      if (patience.signal?.aborted === true) throw new NotReady(hindrance)
      if (link !== undefined) return link
      if (waiters.size < MAX_LISTENERS) return await wait(patience)
      throw new ClientOptionsInvalid(`more than ${String(MAX_LISTENERS)} wait to be ready`)
    },
    set: (next) => {
      link = next
      if (next !== undefined) for (const waiter of [...waiters]) waiter.resolve(next)
    },
    hindered: (problem) => {
      hindrance = problem
    },
    stop: (problem) => {
      link = undefined
      over = problem ?? new ClientClosed()
      for (const waiter of [...waiters]) waiter.reject(over)
    },
  }
}
