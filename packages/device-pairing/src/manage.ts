import type { Actor, Transaction } from '@openclaw/pairing-contracts'
import { sorted } from './access.ts'
import { isOutside } from './actors.ts'
import { DEVICES, type DeviceRecord, type GrantRecord, REQUESTS } from './collections.ts'
import { REMOVED, RESTS } from './ended-records.ts'
import { highestGeneration, revoked } from './grant.ts'
import { isDeviceId } from './identity.ts'
import { isLive } from './judge.ts'
import { checkedLabel } from './label.ts'
import type { DeviceOutcome, DeviceRoleRef } from './owner-types.ts'
import { intentOf, type Parts } from './parts.ts'
import { isDeviceRole } from './role.ts'
import { settleOf } from './settle.ts'
import { spendSetupCodes } from './setup-ends.ts'
import { toKnown } from './shown.ts'
import { denied, deniedNow, ownOr } from './verbs.ts'

/**
 * Forgets a device: its key has to ask again. Also lifts the rest of a rejected key, and makes the removal of a device
 * that went from a file the owner's own decision.
 */
export async function remove(parts: Parts, actor: Actor, deviceId: string): Promise<DeviceOutcome> {
  const refused = denied({ actor, action: 'device.remove', device: { deviceId } })
  if (refused) return refused
  if (!isDeviceId(deviceId)) return { outcome: 'not-known', deviceId }
  return parts.store.transact(intentOf(actor, 'device.remove'), async (tx) => {
    const record = await tx.get(DEVICES, deviceId)
    const removed = await tx.get(REMOVED, deviceId)
    const rests = (await tx.get(RESTS, deviceId)) !== undefined
    const waits = (await tx.list(REQUESTS, `${deviceId}/`)).length > 0
    const vanished = removed !== undefined && isOutside(removed.by)
    const above = deniedNow(parts, {
      actor,
      action: 'device.remove',
      device: { deviceId, ...heldBy(record) },
    })
    if (above) return above
    if (!record && !rests && !waits && !vanished) return { outcome: 'not-known', deviceId }
    const generation = highestGeneration(record, removed)
    tx.put(REMOVED, deviceId, { at: tx.now, by: actor, generation })
    tx.remove(DEVICES, deviceId)
    for (const { key } of await tx.list(RESTS, deviceId)) tx.remove(RESTS, key)
    await settleOf(tx, { deviceId }, { outcome: 'rejected', by: actor })
    await spendSetupCodes(tx, deviceId, actor)
    tx.note({ deviceId })
    return { outcome: 'done', changed: true, device: undefined }
  })
}

/** Gives a device the owner's name; `''` takes it away. */
export async function rename(
  parts: Parts,
  { actor, label }: { readonly actor: Actor; readonly label: string },
  deviceId: string,
): Promise<DeviceOutcome> {
  const refused = denied({ actor, action: 'device.rename', device: { deviceId } })
  if (refused) return refused
  const wanted = checkedLabel(label)
  if (!isDeviceId(deviceId)) return { outcome: 'not-known', deviceId }
  return parts.store.transact(intentOf(actor, 'device.rename'), async (tx) => {
    const record = await tx.get(DEVICES, deviceId)
    if (record === undefined) return { outcome: 'not-known', deviceId }
    const above = deniedNow(parts, {
      actor,
      action: 'device.rename',
      device: { deviceId, ...heldBy(record) },
    })
    if (above) return above
    const { label: before = '', ...rest } = record
    const after: DeviceRecord = wanted === '' ? rest : { ...rest, label: wanted }
    const changed = before !== wanted
    if (changed) tx.put(DEVICES, deviceId, after)
    tx.note({ deviceId })
    return { outcome: 'done', changed, device: toKnown(parts, deviceId, after) }
  })
}

/** Closes a role for a key until it is paired again. */
export async function revoke(
  parts: Parts,
  actor: Actor,
  device: DeviceRoleRef,
): Promise<DeviceOutcome> {
  const { deviceId, role } = device
  const action = ownOr(actor, deviceId, 'device.revoke')
  const refused = denied({ actor, action, device })
  if (refused) return refused
  if (!isDeviceId(deviceId)) return { outcome: 'not-known', deviceId, role }
  return parts.store.transact(intentOf(actor, 'device.revoke'), (tx) =>
    revokeNow(parts, tx, { actor, action, deviceId, role }),
  )
}

interface Revocation extends DeviceRoleRef {
  readonly actor: Actor
  readonly action: ReturnType<typeof ownOr>
}

async function revokeNow(
  parts: Parts,
  tx: Transaction,
  { actor, action, deviceId, role }: Revocation,
): Promise<DeviceOutcome> {
  const record = await tx.get(DEVICES, deviceId)
  const grant = isDeviceRole(role) ? record?.grants[role] : undefined
  if (!record || !grant || !isDeviceRole(role)) return { outcome: 'not-known', deviceId, role }
  const subject = { deviceId, role, scopes: scopesOf(grant) }
  const above = deniedNow(parts, { actor, action, device: subject })
  if (above) return above
  tx.note({ deviceId, role })
  const changed = grant.revokedAt === undefined
  if (!changed && grant.revokedBy && !isOutside(grant.revokedBy)) {
    return { outcome: 'done', changed, device: toKnown(parts, deviceId, record) }
  }
  const closed = changed ? revoked(grant, tx, actor) : { ...grant, revokedBy: actor }
  const after = { ...record, grants: { ...record.grants, [role]: closed } }
  tx.put(DEVICES, deviceId, after)
  await settleOf(tx, { deviceId, role }, { outcome: 'rejected', by: actor })
  if (role === 'node') await spendSetupCodes(tx, deviceId, actor)
  return { outcome: 'done', changed, device: toKnown(parts, deviceId, after) }
}

/** What a device may do, in all of its roles. */
function heldBy(record: DeviceRecord | undefined): { readonly scopes: readonly string[] } {
  return { scopes: sorted(Object.values(record?.grants ?? {}).flatMap(scopesOf)) }
}

function scopesOf(grant: GrantRecord): readonly string[] {
  return isLive(grant) ? grant.scopes : []
}
