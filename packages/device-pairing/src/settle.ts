import type { Actor, EpochMs, Transaction } from '@openclaw/pairing-contracts'
import { EXPIRY } from './actors.ts'
import { REQUESTS, type RequestRecord, SETTLED, type SettledRecord } from './collections.ts'
import { expiresAt, isOver } from './expiry.ts'
import { parseRoleKey } from './keys.ts'
import { MAX_SETTLED, SETTLED_LIFE_MS } from './limits.ts'
import type { Parts } from './parts.ts'
import { waitingRecord } from './retries.ts'
import { spendSetupCodes } from './setup-ends.ts'
import type { DeviceRole } from './types.ts'

/** How a request ended, and by whom. */
export interface Ending {
  readonly outcome: SettledRecord['outcome']
  readonly by: Actor
}

/**
 * Takes a request off the list and keeps what became of it; `undefined` for a key that names no device. A decision about a
 * node ends the setup codes that serve it.
 */
export async function settle(
  tx: Transaction,
  { key, request }: { readonly key: string; readonly request: RequestRecord },
  { outcome, by }: Ending,
): Promise<SettledRecord | undefined> {
  const whose = parseRoleKey(key)
  tx.remove(REQUESTS, key)
  if (whose === undefined) return undefined
  const at = outcome === 'expired' ? Math.min(expiresAt(request), tx.now) : tx.now
  const settled: SettledRecord = { ...whose, outcome, at: at as EpochMs, by }
  tx.put(SETTLED, request.requestId, settled)
  const isDecided = outcome === 'approved' || outcome === 'rejected'
  if (isDecided && whose.role === 'node') await spendSetupCodes(tx, whose.deviceId, by)
  return settled
}

/** Settles every request that was not asked again in time. */
export async function settleExpired(parts: Pick<Parts, 'memory'>, tx: Transaction): Promise<void> {
  for (const { key, value } of await tx.list(REQUESTS, '')) {
    const request = waitingRecord(parts, value)
    if (!isOver(request, tx.now)) continue
    await settle(tx, { key, request }, { outcome: 'expired', by: EXPIRY })
  }
}

/** Settles what a device waits for, in one role or in all. */
export async function settleOf(
  tx: Transaction,
  { deviceId, role }: { readonly deviceId: string; readonly role?: DeviceRole },
  ending: Ending,
): Promise<void> {
  for (const { key, value } of await tx.list(REQUESTS, `${deviceId}/${role ?? ''}`)) {
    await settle(tx, { key, request: value }, ending)
  }
}

/** Tells earlier requests of a device and role which one came after them. */
export async function linkSuccessor(
  tx: Transaction,
  { deviceId, role }: { readonly deviceId: string; readonly role: DeviceRole },
  successor: string,
): Promise<void> {
  for (const { key, value } of await tx.list(SETTLED, '')) {
    const isTheirs = value.deviceId === deviceId && value.role === role && key !== successor
    if (isTheirs && value.successor === undefined) tx.put(SETTLED, key, { ...value, successor })
  }
}

/** Keeps the newest {@link MAX_SETTLED} outcomes, none older than 30 days. */
export async function pruneSettled(tx: Transaction): Promise<void> {
  const kept = await tx.list(SETTLED, '')
  const oldest = tx.now - SETTLED_LIFE_MS
  const newestFirst = [...kept].sort((a, b) => b.value.at - a.value.at)
  newestFirst.forEach(({ key, value }, index) => {
    if (index >= MAX_SETTLED || value.at < oldest) tx.remove(SETTLED, key)
  })
}
