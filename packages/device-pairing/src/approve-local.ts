import { decide } from '@openclaw/pairing-authority'
import type { Transaction } from '@openclaw/pairing-contracts'
import { within } from './access.ts'
import { LOCAL_APPROVAL } from './actors.ts'
import { DEVICES, type RequestRecord, SETTLED } from './collections.ts'
import { REMOVED, RESTS } from './ended-records.ts'
import { writeGrant } from './grant.ts'
import { roleKeyOf } from './keys.ts'
import { noteVisit } from './memory.ts'
import type { Parts } from './parts.ts'
import { pruneSettled } from './settle.ts'
import { spendSetupCodes } from './setup-ends.ts'
import { printable } from './text.ts'
import { mintToken, nextToken } from './tokens.ts'
import type { Admission } from './types.ts'
import type { Wish } from './wish.ts'

/** True for the first request of a node of this machine, where the owner turned that on. Whoever was ever decided about is asked about. */
export async function isLocalNode(parts: Parts, tx: Transaction, wish: Wish): Promise<boolean> {
  const { device, local, mayAsk } = wish.arrival
  if (!parts.approvesLocally || !local || mayAsk.by === 'nothing') return false
  const { deviceId, role, scopes } = device
  const subject = { deviceId, role, scopes, commands: wish.wanted.commands }
  const verdict = decide({ actor: LOCAL_APPROVAL, action: 'device.approve.local', device: subject })
  if (!verdict.allowed) return false
  const known = await Promise.all([
    tx.get(DEVICES, deviceId),
    tx.get(REMOVED, deviceId),
    tx.get(RESTS, deviceId),
  ])
  if (known.some((record) => record !== undefined)) return false
  const settled = await tx.list(SETTLED, '')
  return !settled.some(({ value }) => value.deviceId === deviceId && value.outcome === 'rejected')
}

/** Approves it and lets it in with its token, all in the transaction of its request. */
export async function approveLocally(
  parts: Parts,
  tx: Transaction,
  { arrival, wanted, request }: Wish & { readonly request: RequestRecord },
): Promise<Admission> {
  const { deviceId, role, description } = arrival.device
  const granting = { deviceId, role, request, extent: wanted, by: LOCAL_APPROVAL }
  const record = await writeGrant(tx, granting)
  const grant = record.grants[role]
  const { token, hash } = mintToken(parts.random, parts.sha256)
  const generation = grant?.generation ?? 0
  if (grant) {
    const handed = nextToken(undefined, hash, { now: tx.now, handedAt: tx.now })
    const grants = { ...record.grants, [role]: { ...grant, token: handed } }
    tx.put(DEVICES, deviceId, { ...record, grants })
  }
  const settled = { deviceId, role, outcome: 'approved', at: tx.now, by: LOCAL_APPROVAL } as const
  tx.put(SETTLED, request.requestId, settled)
  await spendSetupCodes(tx, deviceId, LOCAL_APPROVAL)
  await pruneSettled(tx)
  tx.note({ requestId: request.requestId, approved: 'local' })
  const visit = { role, at: tx.now, address: arrival.address, description }
  noteVisit(parts.memory, roleKeyOf({ deviceId, role }), visit)
  return {
    outcome: 'admitted',
    device: { deviceId, role, ...within(wanted, wanted), generation },
    token: { token, role, scopes: wanted.scopes, issuedAt: tx.now },
    presented: arrival.deviceToken === undefined ? 'absent' : 'stale',
    name: printable(description.displayName),
  }
}
