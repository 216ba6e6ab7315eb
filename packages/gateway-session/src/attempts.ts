import type { Clock } from '@openclaw/pairing-contracts'
import { AUTH_FAILURES, AUTH_LOCK_MS, AUTH_WINDOW_MS, MAX_WATCHED_ADDRESSES } from './limits.ts'
import { networksOf } from './neighbours.ts'

/** Kinds of secrets whose guesses are counted apart. */
export type CredentialClass = 'shared-secret' | 'device-token' | 'setup-code'

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

interface Watched {
  readonly failures: number[]
  open: number
  lockedAt: number | undefined
}

/** All whose own place would not fit. */
const OTHERS = '*'

/**
 * Counts per kind of secret and address. Whoever is locked stays so, whatever they show, until {@link AUTH_LOCK_MS} are over.
 *
 * What is counted is never pushed out: when {@link MAX_WATCHED_ADDRESSES} are watched, further addresses share a count with the
 * networks that they belong to, as many of each size again, and at last with all others. So a flood of addresses neither takes
 * memory, nor frees a locked one, nor locks who is elsewhere.
 */
export function attempts(clock: Clock, listener: AttemptsListener): Attempts {
  const watched = new Map<string, Watched>()
  let sweptAt = Number.NEGATIVE_INFINITY

  const sweep = (now: number) => {
    if (now >= sweptAt && now < sweptAt + 1_000) return
    sweptAt = now
    for (const [key, each] of watched) if (isOver(each, now)) watched.delete(key)
  }
  const keyFor = (kind: CredentialClass, limitKey: string, now: number): string => {
    const own = ownKey(kind, limitKey)
    if (watched.has(own) || watched.size < MAX_WATCHED_ADDRESSES) return own
    sweep(now)
    return crowdedKey(watched, kind, limitKey)
  }
  const find = (kind: CredentialClass, limitKey: string) =>
    watched.get(keyFor(kind, limitKey, clock.now()))
  /** The entry of an address, made where there is none, and whether it has it for itself. */
  const take = (kind: CredentialClass, limitKey: string, now: number) => {
    const key = keyFor(kind, limitKey, now)
    const entry = watched.get(key) ?? { failures: [], open: 0, lockedAt: undefined }
    forget(entry, now)
    return { key, entry, isOwn: key === ownKey(kind, limitKey) }
  }
  const fail = (entry: Watched, count: number): number | undefined => {
    const now = clock.now()
    forget(entry, now)
    for (let each = 0; each < count; each += 1) entry.failures.push(now)
    if (entry.lockedAt !== undefined || entry.failures.length < AUTH_FAILURES) return undefined
    entry.lockedAt = now
    return now
  }

  return {
    begin: (kind, limitKey) => {
      const { key, entry, isOwn } = take(kind, limitKey, clock.now())
      if (entry.lockedAt !== undefined || entry.failures.length + entry.open >= AUTH_FAILURES) {
        return undefined
      }
      entry.open += 1
      watched.set(key, entry)
      return attempt(entry, {
        failed: () => {
          const lockedAt = fail(entry, 1)
          listener.failed(kind, limitKey)
          if (lockedAt !== undefined && isOwn) listener.locked(kind, limitKey, lockedAt)
        },
        release: () => {
          if (isOver(entry, clock.now())) watched.delete(key)
        },
      })
    },
    heard: (kind, limitKey, count) => {
      const { key, entry, isOwn } = take(kind, limitKey, clock.now())
      if (entry.lockedAt !== undefined) return
      watched.set(key, entry)
      const lockedAt = fail(entry, count)
      if (lockedAt !== undefined && isOwn) listener.locked(kind, limitKey, lockedAt)
    },
    lock: (kind, limitKey, at) => {
      const now = clock.now()
      const lockedAt = Math.min(at, now)
      if (!isWithin(lockedAt, now, AUTH_LOCK_MS)) return
      const { key, entry, isOwn } = take(kind, limitKey, now)
      if (!isOwn || entry.lockedAt !== undefined) return
      watched.set(key, entry)
      entry.lockedAt = lockedAt
    },
    retryAfterMs: (kind, limitKey) => {
      const entry = find(kind, limitKey)
      if (entry === undefined) return 0
      const now = clock.now()
      forget(entry, now)
      if (entry.lockedAt !== undefined) return entry.lockedAt + AUTH_LOCK_MS - now
      return entry.failures.length + entry.open >= AUTH_FAILURES ? 1_000 : 0
    },
    locked: () => {
      const now = clock.now()
      const all = [...watched.values()]
      for (const each of all) forget(each, now)
      return all.filter(({ lockedAt }) => lockedAt !== undefined).length
    },
  }
}

/** Each size of network has as many places again as there are addresses watched one by one. */
function crowdedKey(
  watched: ReadonlyMap<string, Watched>,
  kind: CredentialClass,
  limitKey: string,
): string {
  for (const [wider, network] of networksOf(limitKey).entries()) {
    const key = `${kind} ${network}`
    if (watched.has(key) || watched.size < MAX_WATCHED_ADDRESSES * (wider + 1)) return key
  }
  return `${kind} ${OTHERS}`
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

function ownKey(kind: CredentialClass, limitKey: string): string {
  return `${kind} ${limitKey}`
}

/** Drops what no longer counts. A clock that was turned back locks nobody for longer than stated. */
function forget(entry: Watched, now: number): void {
  if (entry.lockedAt !== undefined && !isWithin(entry.lockedAt, now, AUTH_LOCK_MS)) {
    entry.lockedAt = undefined
    entry.failures.length = 0
  }
  const kept = entry.failures.filter((at) => isWithin(at, now, AUTH_WINDOW_MS))
  entry.failures.splice(0, entry.failures.length, ...kept)
}

function isWithin(start: number, now: number, ms: number): boolean {
  return now - start < ms && start - now < ms
}

function isOver(entry: Watched, now: number): boolean {
  forget(entry, now)
  return entry.open === 0 && entry.failures.length === 0 && entry.lockedAt === undefined
}
