import type { Actor, Transaction } from '@openclaw/pairing-contracts'
import { RESTS } from './ended-records.ts'
import { restAfter } from './expiry.ts'
import type { RejectDeviceOutcome } from './owner-types.ts'
import { intentOf, type Parts } from './parts.ts'
import { resolveRequest } from './requests.ts'
import { pruneSettled, settle } from './settle.ts'
import { toSettled } from './shown.ts'
import { deniedLooking, deniedNow } from './verbs.ts'

/** Rejects a request. Its key may not ask for a while, or not for commands; what was granted before stays. */
export async function reject(
  parts: Parts,
  actor: Actor,
  requestId: string,
): Promise<RejectDeviceOutcome> {
  const refused = deniedLooking(actor)
  if (refused) return refused
  const work = async (tx: Transaction): Promise<RejectDeviceOutcome> => {
    const found = await resolveRequest(parts, tx, requestId)
    tx.note({ requestId, outcome: found.outcome === 'waiting' ? 'rejected' : found.outcome })
    if (found.outcome !== 'waiting') return found
    const { deviceId, role } = found
    const device = { deviceId, role }
    const refusedNow = deniedNow(parts, { actor, action: 'device.reject', device })
    if (refusedNow) return refusedNow
    const settled = await settle(tx, found, { outcome: 'rejected', by: actor })
    const { key, rest } = restAfter(deviceId, found.request, { at: tx.now, by: actor })
    tx.put(RESTS, key, rest)
    await pruneSettled(tx)
    return settled
      ? { outcome: 'rejected', settled: toSettled(requestId, settled) }
      : { outcome: 'unknown' }
  }
  return parts.store.transact(intentOf(actor, 'device.reject'), work)
}
