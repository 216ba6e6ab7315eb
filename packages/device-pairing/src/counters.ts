import type { EpochMs } from '@openclaw/pairing-contracts'
import type { CounterRecord } from './collections.ts'
import { COUNTER_LIFE_MS } from './limits.ts'

/** The key of the one counter. */
export const ALL = 'all'

/** Two figures as one; an older one that was quiet for a day is over. */
export function together(
  older: CounterRecord | undefined,
  newer: CounterRecord | undefined,
): CounterRecord | undefined {
  if (older === undefined || newer === undefined) return newer ?? older
  if (newer.since - older.lastAt > COUNTER_LIFE_MS) return newer
  return {
    count: older.count + newer.count,
    since: Math.min(older.since, newer.since) as EpochMs,
    lastAt: Math.max(older.lastAt, newer.lastAt) as EpochMs,
  }
}
