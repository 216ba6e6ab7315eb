import type { Clock } from '@openclaw/pairing-contracts'
import { AUTH_FAILURES, AUTH_LOCK_MS, AUTH_WINDOW_MS, MAX_WATCHED_ADDRESSES } from './limits.ts'
import { networksOf } from './neighbours.ts'

/** Kinds of secrets whose guesses are counted apart. */
export type CredentialClass = 'shared-secret' | 'device-token' | 'setup-code'

/** Wrong secrets of one address, or of all that share a count. */
export interface Watched {
  readonly failures: number[]
  /** Tries whose end is not known yet. */
  open: number
  lockedAt: number | undefined
}

/** Where an address is counted. */
export interface Place {
  readonly kind: CredentialClass
  readonly limitKey: string
  /** Under which it is counted: its own, or one of many. */
  readonly key: string
  readonly entry: Watched
  /** False where it shares its count with others. */
  readonly isOwn: boolean
}

/** The counts of all addresses. */
export interface Watch {
  /** The count of an address, as of now; a new one is kept only once `keep` is called. */
  readonly at: (kind: CredentialClass, limitKey: string) => Place
  readonly keep: (place: Place) => void
  /** Forgets a count that says nothing. */
  readonly release: (place: Place) => void
  readonly all: () => readonly Watched[]
}

/** All whose own place would not fit. */
const OTHERS = '*'

/**
 * What is counted is never pushed out: when {@link MAX_WATCHED_ADDRESSES} are watched, further addresses share a count with the
 * networks that they belong to, as many of each size again, and at last with all others. So a flood of addresses neither takes
 * memory, nor frees a locked one, nor locks who is elsewhere.
 */
export function watch(clock: Clock): Watch {
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
  return {
    at: (kind, limitKey) => {
      const now = clock.now()
      const key = keyFor(kind, limitKey, now)
      const entry = watched.get(key) ?? { failures: [], open: 0, lockedAt: undefined }
      forget(entry, now)
      return { kind, limitKey, key, entry, isOwn: key === ownKey(kind, limitKey) }
    },
    keep: ({ key, entry }) => void watched.set(key, entry),
    release: ({ key, entry }) => {
      if (isOver(entry, clock.now())) watched.delete(key)
    },
    all: () => {
      const now = clock.now()
      const all = [...watched.values()]
      for (const each of all) forget(each, now)
      return all
    },
  }
}

function ownKey(kind: CredentialClass, limitKey: string): string {
  return `${kind} ${limitKey}`
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

/** Counts `count` more. When that locks it, the time since when. */
export function fail(entry: Watched, now: number, count: number): number | undefined {
  forget(entry, now)
  for (let each = 0; each < count; each += 1) entry.failures.push(now)
  if (entry.lockedAt !== undefined || entry.failures.length < AUTH_FAILURES) return undefined
  entry.lockedAt = now
  return now
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

/** Whether less than `ms` lie between, in either direction: a clock may go back. */
export function isWithin(start: number, now: number, ms: number): boolean {
  return now - start < ms && start - now < ms
}

function isOver(entry: Watched, now: number): boolean {
  forget(entry, now)
  return entry.open === 0 && entry.failures.length === 0 && entry.lockedAt === undefined
}
