import type { EpochMs, SenderAddress, SenderId, Transaction } from '@openclaw/pairing-contracts'
import type { AccountMemory, TurnedAway } from './account-memory.ts'
import { COUNTERS, type CounterRecord, REQUESTS } from './collections.ts'
import { accountKeyOf, senderKeyOf } from './keys.ts'
import {
  COUNTER_LIFE_MS,
  FLUSH_INTERVAL_MAX_MS,
  FLUSH_INTERVAL_MS,
  MAX_PENDING_LIMIT,
} from './limits.ts'
import { earlier, later } from './times.ts'

/** Counts one message that was turned away; in memory, nothing is written. */
export function countTurnedAway(memory: AccountMemory, now: EpochMs): void {
  memory.turnedAway = together(memory.turnedAway, { count: 1, since: now, lastAt: now })
}

/** Remembers that a waiting sender wrote again; in memory, nothing is written. */
export function noteLastSeen(memory: AccountMemory, senderId: SenderId, now: EpochMs): void {
  const room = memory.lastSeen.size < 2 * MAX_PENDING_LIMIT
  if (room || memory.lastSeen.has(senderId)) memory.lastSeen.set(senderId, now)
}

/** Two figures as one; an older one that was quiet for a day is over. */
export function together(
  older: CounterRecord | undefined,
  newer: TurnedAway | undefined,
): CounterRecord | undefined {
  if (older === undefined || newer === undefined) return newer ?? older
  if (newer.since - older.lastAt > COUNTER_LIFE_MS) return newer
  return {
    count: older.count + newer.count,
    since: earlier(older.since, newer.since),
    lastAt: later(older.lastAt, newer.lastAt),
  }
}

/** What was only counted, taken out of memory to be written. */
export interface Counted {
  readonly turnedAway: TurnedAway | undefined
  readonly lastSeen: ReadonlyMap<SenderId, EpochMs>
}

/**
 * Takes what was counted, when its time has come: at most every 5 s per account, while it goes on every 10 s, 20 s
 * and so on up to 5 minutes, until that long nothing came. `undefined`: nothing to write now.
 */
export function takeCounted(
  memory: AccountMemory,
  now: EpochMs,
  when: 'due' | 'closing',
): Counted | undefined {
  const nothing = memory.turnedAway === undefined && memory.lastSeen.size === 0
  const waits = now < memory.flushAt && memory.flushAt - now <= FLUSH_INTERVAL_MAX_MS
  if (nothing || (waits && when === 'due')) return undefined
  const goesOn = now - memory.flushAt < FLUSH_INTERVAL_MAX_MS
  memory.flushDelay = goesOn
    ? Math.min(memory.flushDelay * 2, FLUSH_INTERVAL_MAX_MS)
    : FLUSH_INTERVAL_MS
  memory.flushAt = (now + memory.flushDelay) as EpochMs
  const counted = { turnedAway: memory.turnedAway, lastSeen: new Map(memory.lastSeen) }
  memory.turnedAway = undefined
  memory.lastSeen.clear()
  return counted
}

/** Puts back what could not be written. */
export function restoreCounted(memory: AccountMemory, counted: Counted): void {
  memory.turnedAway = together(counted.turnedAway, memory.turnedAway)
  for (const [senderId, at] of counted.lastSeen) {
    if (!memory.lastSeen.has(senderId)) memory.lastSeen.set(senderId, at)
  }
}

/** Writes what was counted. */
export async function writeCounted(
  tx: Transaction,
  { address }: AccountMemory,
  { turnedAway, lastSeen }: Counted,
): Promise<void> {
  if (turnedAway) {
    const key = accountKeyOf(address)
    const sum = together(await tx.get(COUNTERS, key), turnedAway)
    if (sum) tx.put(COUNTERS, key, sum)
  }
  for (const [senderId, at] of lastSeen) await writeLastSeen(tx, { ...address, senderId }, at)
}

async function writeLastSeen(tx: Transaction, sender: SenderAddress, at: EpochMs): Promise<void> {
  const key = senderKeyOf(sender)
  const request = await tx.get(REQUESTS, key)
  if (request && request.lastSeenAt < at) tx.put(REQUESTS, key, { ...request, lastSeenAt: at })
}
