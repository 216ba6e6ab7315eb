import type { Transaction } from '@openclaw/pairing-contracts'
import { REQUESTS, type RequestRecord, SETTLED } from './collections.ts'
import { parseRoleKey } from './keys.ts'
import type { NotWaiting } from './owner-types.ts'
import type { Parts } from './parts.ts'
import { isRequestId } from './request-id.ts'
import { waitingRecord } from './retries.ts'
import { settleExpired } from './settle.ts'
import { toSettled } from './shown.ts'
import type { DeviceRole } from './types.ts'

/** A request that waits, and whose it is. */
export interface Waiting {
  readonly outcome: 'waiting'
  readonly key: string
  readonly deviceId: string
  readonly role: DeviceRole
  readonly request: RequestRecord
}

/** The request of an id, or what became of it. Requests that are over are settled on the way. */
export async function resolveRequest(
  parts: Parts,
  tx: Transaction,
  requestId: string,
): Promise<Waiting | NotWaiting> {
  await settleExpired(parts, tx)
  for (const { key, value } of await tx.list(REQUESTS, '')) {
    const whose = value.requestId === requestId ? parseRoleKey(key) : undefined
    if (whose) return { outcome: 'waiting', key, ...whose, request: waitingRecord(parts, value) }
  }
  const settled = isRequestId(requestId) ? await tx.get(SETTLED, requestId) : undefined
  return settled
    ? { outcome: 'settled', settled: toSettled(requestId, settled) }
    : { outcome: 'unknown' }
}
