import type { AbortSignalLike, ChannelLog, CursorStore } from '@openclaw/pairing-contracts'
import type { Backoff } from './backoff.ts'
import { isRecord } from './json.ts'
import { EMPTY_LEDGER, type LedgerState } from './ledger.ts'
import { MAX_PENDING_UNITS } from './limits.ts'
import { jsonOf } from './rpc.ts'
import type { StatusBoard } from './status.ts'
import { pause } from './wait.ts'

/** A ledger state as a flat record for a `CursorStore`; `account` says whose it is. */
export function encodePosition(
  account: string,
  { lastEventId, keys, pending }: LedgerState,
): Record<string, string | number> {
  return {
    version: 1,
    account,
    keys: keys.join(','),
    pending: JSON.stringify(withinBounds(pending)),
    ...(lastEventId !== undefined && { lastEventId }),
  }
}

/** The oldest that fit; a whole window of ordinary messages does. */
export function withinBounds(pending: readonly unknown[]): readonly unknown[] {
  let units = 0
  return pending.filter((event) => {
    units += JSON.stringify(event).length
    return units <= MAX_PENDING_UNITS
  })
}

/**
 * Reads what was saved; what belongs to another account means nothing here.
 *
 * @returns `undefined` when it is no position of ours
 */
export function decodePosition(account: string, saved: unknown): LedgerState | undefined {
  if (saved === undefined || saved === null) return EMPTY_LEDGER
  if (!isRecord(saved) || saved.version !== 1) return undefined
  const { keys, lastEventId } = saved
  const pending = typeof saved.pending === 'string' ? jsonOf(saved.pending) : undefined
  if (typeof keys !== 'string' || !Array.isArray(pending)) return undefined
  if (saved.account !== account) return EMPTY_LEDGER
  return {
    lastEventId: typeof lastEventId === 'string' ? lastEventId : undefined,
    keys: keys.split(',').filter((key) => key !== ''),
    pending,
  }
}

/** What {@link loadPosition} works with. */
export interface LoadComponents {
  readonly cursor: Pick<CursorStore, 'load'>
  readonly board: StatusBoard
  readonly log: ChannelLog
  readonly waits: Backoff
  readonly signal: AbortSignalLike
}

/**
 * Reads the saved position, again and again while it cannot be read. One that is damaged is reported and not used.
 *
 * @returns `undefined` when the stop came first
 */
export async function loadPosition(
  account: string,
  { cursor, board, log, waits, signal }: LoadComponents,
): Promise<LedgerState | undefined> {
  while (!signal.aborted) {
    try {
      const saved = decodePosition(account, await cursor.load())
      if (saved === undefined) log('error', 'position-damaged', { reason: DAMAGED })
      return saved ?? EMPTY_LEDGER
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      const nextTryMs = waits.failed()
      log('error', 'position-not-read', { reason, nextTryMs })
      board.set('waiting', `the saved position cannot be read: ${reason}`)
      await pause(nextTryMs, signal)
    }
  }
  return undefined
}

const DAMAGED =
  'the saved position is not one of ours; messages that were under way at the last stop are lost'
