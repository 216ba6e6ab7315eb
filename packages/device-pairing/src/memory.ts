import type { EpochMs } from '@openclaw/pairing-contracts'
import type { CounterRecord } from './collections.ts'
import { FLUSH_INTERVAL_MS, MAX_CLIENT_KINDS, MAX_SEEN, MAX_WAITING_LIMIT } from './limits.ts'
import type { PayloadVersion } from './payload.ts'
import type { DeviceDescription, DeviceRole } from './types.ts'

/** One visit of a paired device. */
export interface Visit {
  readonly role: DeviceRole
  readonly at: EpochMs
  readonly address: string | undefined
  readonly description: DeviceDescription
}

/** What is only counted until housekeeping writes it. All of it may be lost with the process. */
export interface DeviceMemory {
  /** When a waiting device asked last, by request id; only of requests that wait, so as many as those. */
  readonly retries: Map<string, EpochMs>
  /** The last visit by `deviceId/role`. */
  readonly visits: Map<string, Visit>
  /** What each kind of client signed last, by its id and version. */
  readonly signed: Map<string, PayloadVersion>
  turnedAway: CounterRecord | undefined
  /** When {@link retries} and {@link turnedAway} may be written next, and the pause after that. */
  flushAt: number
  flushDelay: number
  /** When {@link visits} may be written next. */
  visitsAt: number
}

/** An empty memory. */
export function deviceMemory(): DeviceMemory {
  return {
    retries: new Map(),
    visits: new Map(),
    signed: new Map(),
    turnedAway: undefined,
    flushAt: 0,
    flushDelay: FLUSH_INTERVAL_MS,
    visitsAt: 0,
  }
}

/** Remembers that a waiting device asked again; nothing is written. */
export function noteRetry(memory: DeviceMemory, requestId: string, now: EpochMs): void {
  const room = memory.retries.size < 2 * MAX_WAITING_LIMIT
  if (room || memory.retries.has(requestId)) memory.retries.set(requestId, now)
}

/** Remembers a visit of a paired device; nothing is written. */
export function noteVisit(memory: DeviceMemory, key: string, visit: Visit): void {
  memory.visits.delete(key)
  memory.visits.set(key, visit)
  if (memory.visits.size <= MAX_SEEN) return
  const [oldest] = memory.visits.keys()
  if (oldest !== undefined) memory.visits.delete(oldest)
}

/** Remembers what a kind of client signs. Only a right signature gets here, and what it costs to forget is one more look at the next. */
export function noteSigned(memory: DeviceMemory, client: string, version: PayloadVersion): void {
  if (memory.signed.size >= MAX_CLIENT_KINDS && !memory.signed.has(client)) memory.signed.clear()
  memory.signed.set(client, version)
}

/** Counts one ask that was turned away; nothing is written. */
export function countTurnedAway(memory: DeviceMemory, now: EpochMs): void {
  const { count, since } = memory.turnedAway ?? { count: 0, since: now }
  memory.turnedAway = { count: count + 1, since, lastAt: now }
}
