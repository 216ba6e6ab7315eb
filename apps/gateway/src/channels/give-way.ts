import { setTimeout as sleep } from 'node:timers/promises'
import type { ChannelReport } from '../readiness.ts'

/** What {@link leadsNowhere} looks at. */
export interface TurnLook {
  readonly report: () => ChannelReport
  /** Whether another gateway waits for the account. */
  readonly isWanted: () => boolean
}

/** Times of it, in ms. */
export interface TurnTiming {
  readonly tryMs: number
  readonly lookMs: number
}

/**
 * Resolves with true when an account was not connected for so long and another gateway may do better: its credentials may be on that
 * machine alone, its network may be another. With false when `signal` aborts. Never rejects.
 */
export async function leadsNowhere(
  { report, isWanted }: TurnLook,
  { tryMs, lookMs }: TurnTiming,
  signal: AbortSignal,
): Promise<boolean> {
  let upAt = performance.now()
  while (!signal.aborted) {
    await sleep(lookMs, undefined, { signal }).catch(() => {})
    if (report().state === 'connected') upAt = performance.now()
    if (performance.now() - upAt >= tryMs && isWanted()) return !signal.aborted
  }
  return false
}
