import {
  ReplicaBusy,
  ReplicaFailed,
  ReplicaGone,
  type ReplicaId,
  ReplicaLate,
  ReplicaTooLarge,
} from '@openclaw/pairing-contracts'
import type { Arrived } from './letter.ts'

/** What this replica asked and still waits for. */
export interface Questions {
  /** Resolves with the JSON of the answer. */
  readonly wait: (question: {
    readonly number: number
    readonly to: ReplicaId
    readonly withinMs: number
  }) => Promise<string>
  /** An answer of whoever was asked; any other is passed over. */
  readonly settle: (answer: Arrived) => void
  readonly fail: (number: number, error: Error) => void
  /** Those who were known, and are not any more, will not answer. */
  readonly failGone: (isKnown: (id: ReplicaId) => boolean) => void
  readonly failAll: (error: Error) => void
  readonly count: () => number
}

interface Waiting {
  readonly to: ReplicaId
  wasKnown: boolean
  readonly end: (outcome: string | Error) => void
}

/** Nothing asked yet. */
export function questions(): Questions {
  const waiting = new Map<number, Waiting>()
  const fail = (number: number, error: Error): void => waiting.get(number)?.end(error)
  return {
    wait: ({ number, to, withinMs }) =>
      new Promise((resolve, reject) => {
        const end = (outcome: string | Error): void => {
          clearTimeout(timer)
          waiting.delete(number)
          if (typeof outcome === 'string') resolve(outcome)
          else reject(outcome)
        }
        const timer = setTimeout(() => end(new ReplicaLate(withinMs)), withinMs)
        waiting.set(number, { to, end, wasKnown: false })
      }),
    settle: ({ question = 0, what, text, from }) => {
      const asked = waiting.get(question)
      if (asked?.to === from) asked.end(what === 'answer' ? text : errorOf(text))
    },
    fail,
    failGone: (isKnown) => {
      for (const [number, asked] of waiting) {
        const isThere = isKnown(asked.to)
        if (asked.wasKnown && !isThere) fail(number, new ReplicaGone())
        asked.wasKnown = isThere
      }
    },
    failAll: (error) => {
      for (const number of waiting.keys()) fail(number, error)
    },
    count: () => waiting.size,
  }
}

function errorOf(code: string): Error {
  if (code === 'ERR_REPLICA_BUSY') return new ReplicaBusy()
  return code === 'ERR_REPLICA_TOO_LARGE' ? new ReplicaTooLarge() : new ReplicaFailed()
}
