import type { Json, Replicas } from '@openclaw/pairing-contracts'
import type { Attempts } from '../attempts.ts'
import { coalesced } from '../coalesced.ts'
import {
  AUTH_FAILURES,
  AUTH_LOCK_MS,
  GUESSES_MS,
  MAX_GUESSES,
  MAX_NOTED_LOCKS,
  MAX_WAITING_GUESSES,
} from '../limits.ts'
import { isEachOnesOwn } from '../neighbours.ts'
import type { Cancel, Timers } from '../ports.ts'
import type { CredentialClass } from '../watched.ts'
import { encodeGuesses, type Guess, isCredentialClass, isObject, KINDS } from './words.ts'

/** Wrong secrets and locks, as they go from gateway to gateway. */
export interface Guesses {
  /** One was shown here. */
  readonly failed: (kind: CredentialClass, limitKey: string) => void
  /** An address is locked from `at` on. */
  readonly locked: (kind: CredentialClass, limitKey: string, at: number) => void
  /** Locks here what is locked elsewhere. */
  readonly review: () => void
  readonly stop: Cancel
}

/** What {@link guesses} needs. */
export interface GuessesParts {
  readonly replicas: Replicas
  readonly timers: Timers
  readonly attempts: Pick<Attempts, 'lock'>
}

const LOCK = 'lock/'

/**
 * Tells of each wrong secret at once where that was quiet, and of many together: {@link MAX_GUESSES} kinds and addresses every
 * {@link GUESSES_MS}. A lock is a note as well, so that a gateway that was away or comes later has it too.
 */
export function guesses({ replicas, timers, attempts }: GuessesParts): Guesses {
  const waiting = new Map<string, Guess>()
  const locks = new Map<string, Cancel>()
  const pause = coalesced(timers, GUESSES_MS, () => flush())
  let isPaused = false

  const flush = (): void => {
    const part = [...waiting].slice(0, MAX_GUESSES)
    isPaused = part.length > 0
    if (!isPaused) return
    for (const [key] of part) waiting.delete(key)
    replicas.tell(KINDS.guesses, encodeGuesses(part.map(([, guess]) => guess)))
    pause.soon()
  }
  const unlock = (key: string): void => {
    locks.get(key)?.()
    locks.delete(key)
    replicas.note(key, undefined)
  }
  return {
    failed: (kind, limitKey) => {
      if (isEachOnesOwn(limitKey)) return
      const key = `${kind} ${limitKey}`
      const count = waiting.get(key)?.count ?? 0
      if (count === 0 && waiting.size >= MAX_WAITING_GUESSES) return
      waiting.set(key, { kind, limitKey, count: Math.min(count + 1, AUTH_FAILURES) })
      if (!isPaused) flush()
    },
    locked: (kind, limitKey, at) => {
      if (isEachOnesOwn(limitKey)) return
      const key = `${LOCK}${kind}/${limitKey}`
      if (!locks.has(key) && locks.size >= MAX_NOTED_LOCKS) return
      locks.get(key)?.()
      locks.set(
        key,
        timers.after(AUTH_LOCK_MS, () => unlock(key)),
      )
      replicas.note(key, { kind, limitKey, at })
    },
    review: () => {
      for (const { value } of replicas.noted(LOCK)) lockAs(attempts, value)
    },
    stop: () => {
      pause.stop()
      for (const key of [...locks.keys()]) unlock(key)
    },
  }
}

function lockAs(attempts: Pick<Attempts, 'lock'>, value: Json): void {
  if (!isObject(value)) return
  const { kind, limitKey, at } = value
  if (!isCredentialClass(kind) || typeof limitKey !== 'string' || typeof at !== 'number') return
  attempts.lock(kind, limitKey, at)
}
