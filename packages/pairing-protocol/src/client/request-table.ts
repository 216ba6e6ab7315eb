import type { AbortSignalLike, OpenClawError } from '@openclaw/pairing-contracts'
import type { ResponseFrame } from '../frame.ts'
import type { Cancel, Timers } from './ports.ts'
import { GatewayRefused, NoAnswer } from './request-errors.ts'

/** Requests of one connection that wait for their answers. */
export interface RequestTable {
  /** Waits for the answer to a request that is about to be sent. */
  readonly wait: (request: Waiting) => Promise<unknown>
  /** Gives an answer to whoever waits for it; false when nobody does. */
  readonly settle: (frame: ResponseFrame) => boolean
  /** The answer to `id` came, but cannot be read; false when nobody waits for it. */
  readonly unreadable: (id: string, cause?: unknown) => boolean
  /** Ends all of them: no answer will come. */
  readonly lost: (cause: OpenClawError) => void
}

/** One request that waits. */
export interface Waiting {
  readonly id: string
  readonly method: string
  readonly timeoutMs: number
  /** Gives the answer up. */
  readonly signal?: AbortSignalLike | undefined
}

interface Entry {
  readonly method: string
  readonly resolve: (payload: unknown) => void
  readonly reject: (error: OpenClawError) => void
  readonly cancel: Cancel
}

/** An empty table. */
export function requestTable(timers: Timers): RequestTable {
  const waiting = new Map<string, Entry>()
  const take = (id: string): Entry | undefined => {
    const entry = waiting.get(id)
    waiting.delete(id)
    entry?.cancel()
    return entry
  }
  return {
    wait: ({ id, method, timeoutMs, signal }) =>
      new Promise((resolve, reject) => {
        const giveUp = (fault: 'timeout' | 'aborted') => {
          take(id)?.reject(new NoAnswer(method, fault))
        }
        const aborted = () => giveUp('aborted')
        const stopWaiting = timers.after(timeoutMs, () => giveUp('timeout'))
        const cancel = () => {
          stopWaiting()
          signal?.removeEventListener('abort', aborted)
        }
        waiting.set(id, { method, resolve, reject, cancel })
        signal?.addEventListener('abort', aborted)
      }),
    settle: (frame) => {
      const entry = take(frame.id)
      if (frame.ok) entry?.resolve(frame.payload)
      else entry?.reject(new GatewayRefused(frame.error))
      return entry !== undefined
    },
    unreadable: (id, cause) => {
      const entry = take(id)
      entry?.reject(new NoAnswer(entry.method, 'unreadable', cause))
      return entry !== undefined
    },
    lost: (cause) => {
      for (const id of [...waiting.keys()]) {
        const entry = take(id)
        entry?.reject(new NoAnswer(entry.method, 'connection-lost', cause))
      }
    },
  }
}
