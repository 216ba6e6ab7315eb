import type { Clock } from '@openclaw/pairing-contracts'
import { AUTH_FAILURES, AUTH_LOCK_MS } from './limits.ts'
import { type CredentialClass, fail, isWithin, type Place, type Watched, watch } from './watched.ts'

/** A try whose end is not known yet. It takes a place among the failures until it is settled, so that guesses at the same time count. */
export interface Attempt {
  readonly failed: () => void
  readonly settled: () => void
}

/** Counts wrong secrets. */
export interface Attempts {
  /** `undefined` while the address is locked, or as many guesses are under way as may fail. */
  readonly begin: (kind: CredentialClass, limitKey: string) => Attempt | undefined
  /** Milliseconds until the address may try again; 0 when it may. */
  readonly retryAfterMs: (kind: CredentialClass, limitKey: string) => number
  /** How many are locked now. */
  readonly locked: () => number
  /** Wrong secrets that were shown at another gateway. */
  readonly heard: (kind: CredentialClass, limitKey: string, count: number) => void
  /** Another gateway has the address locked since `at`. */
  readonly lock: (kind: CredentialClass, limitKey: string, at: number) => void
}

/** Hears of what other gateways should know. */
export interface AttemptsListener {
  /** A wrong secret was shown here. */
  readonly failed: (kind: CredentialClass, limitKey: string) => void
  /** An address is locked by itself, not with others of its network. */
  readonly locked: (kind: CredentialClass, limitKey: string, at: number) => void
}

/** Counts per kind of secret and address. Whoever is locked stays so, whatever they show, until {@link AUTH_LOCK_MS} are over. */
export function attempts(clock: Clock, listener: AttemptsListener): Attempts {
  const watched = watch(clock)
  const count = ({ kind, limitKey, entry, isOwn }: Place, times: number) => {
    const lockedAt = fail(entry, clock.now(), times)
    if (lockedAt !== undefined && isOwn) listener.locked(kind, limitKey, lockedAt)
  }

  return {
    begin: (kind, limitKey) => {
      const place = watched.at(kind, limitKey)
      const { entry } = place
      if (entry.lockedAt !== undefined || isTried(entry)) return undefined
      entry.open += 1
      watched.keep(place)
      return attempt(entry, {
        failed: () => {
          count(place, 1)
          listener.failed(kind, limitKey)
        },
        release: () => watched.release(place),
      })
    },
    heard: (kind, limitKey, times) => {
      const place = watched.at(kind, limitKey)
      if (place.entry.lockedAt !== undefined) return
      watched.keep(place)
      count(place, times)
    },
    lock: (kind, limitKey, at) => {
      const now = clock.now()
      const lockedAt = Math.min(at, now)
      if (!isWithin(lockedAt, now, AUTH_LOCK_MS)) return
      const place = watched.at(kind, limitKey)
      if (!place.isOwn || place.entry.lockedAt !== undefined) return
      watched.keep(place)
      place.entry.lockedAt = lockedAt
    },
    retryAfterMs: (kind, limitKey) => {
      const { entry } = watched.at(kind, limitKey)
      if (entry.lockedAt !== undefined) return entry.lockedAt + AUTH_LOCK_MS - clock.now()
      return isTried(entry) ? 1_000 : 0
    },
    locked: () => watched.all().filter(({ lockedAt }) => lockedAt !== undefined).length,
  }
}

function isTried({ failures, open }: Watched): boolean {
  return failures.length + open >= AUTH_FAILURES
}

function attempt(
  entry: Watched,
  { failed, release }: { readonly failed: () => void; readonly release: () => void },
): Attempt {
  let isOpen = true
  const close = () => {
    if (!isOpen) return false
    isOpen = false
    entry.open -= 1
    return true
  }
  return {
    failed: () => {
      if (close()) failed()
    },
    settled: () => {
      if (close()) release()
    },
  }
}
