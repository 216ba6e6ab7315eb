import { jsonOf, type LoadComponents, loadSaved } from '@openclaw/pairing-channel-kit'
import { isEventId, isRecord } from './json.ts'
import { EMPTY_LEDGER, type LedgerState } from './ledger.ts'
import { MAX_PENDING_UNITS } from './limits.ts'

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
    lastEventId: isEventId(lastEventId) ? lastEventId : undefined,
    keys: keys.split(',').filter((key) => key !== ''),
    pending,
  }
}

/**
 * Reads the saved position, again and again while it cannot be read.
 *
 * @returns `undefined` when the stop came first
 */
export function loadPosition(
  account: string,
  components: LoadComponents,
): Promise<LedgerState | undefined> {
  const decode = (saved: unknown): LedgerState | undefined => decodePosition(account, saved)
  return loadSaved({ decode, empty: EMPTY_LEDGER, damaged: DAMAGED }, components)
}

const DAMAGED =
  'the saved position is not one of ours; messages that were under way at the last stop are lost'
