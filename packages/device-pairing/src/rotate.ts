import { missingScopes } from '@openclaw/pairing-authority'
import type { Actor, Transaction } from '@openclaw/pairing-contracts'
import { sorted } from './access.ts'
import { isAtStore } from './actors.ts'
import { DEVICES, type DeviceRecord, type GrantRecord } from './collections.ts'
import { ended } from './grant.ts'
import { isDeviceId } from './identity.ts'
import { isLive } from './judge.ts'
import type { DeviceRoleRef, RotateOutcome } from './owner-types.ts'
import { intentOf, type Parts } from './parts.ts'
import { isDeviceRole } from './role.ts'
import { toKnown } from './shown.ts'
import { mintToken, nextToken } from './tokens.ts'
import type { DeviceRole } from './types.ts'
import { denied, deniedNow, ownOr, tooWide } from './verbs.ts'

/** What is to be rotated, by whom. */
export interface Rotation extends DeviceRoleRef {
  readonly actor: Actor
  readonly scopes: readonly string[] | undefined
}

/** Ends the token of a role and makes another; with fewer scopes, the grant is narrowed as well. */
export async function rotate(parts: Parts, rotation: Rotation): Promise<RotateOutcome> {
  const { actor, deviceId, role } = rotation
  const action = ownOr(actor, deviceId, 'device.rotate')
  const refused = denied({ actor, action, device: { deviceId, role } })
  if (refused) return refused
  if (!isDeviceId(deviceId)) return { outcome: 'not-known', deviceId, role }
  return parts.store.transact(intentOf(actor, 'device.rotate'), async (tx) => {
    const record = await tx.get(DEVICES, deviceId)
    const grant = isDeviceRole(role) ? record?.grants[role] : undefined
    const known = record && isDeviceRole(role) && isLive(grant)
    if (!known) return { outcome: 'not-known', deviceId, role }
    return rotateNow(parts, tx, { ...rotation, role, record, grant, action })
  })
}

interface Known extends Rotation {
  readonly role: DeviceRole
  readonly record: DeviceRecord
  readonly grant: GrantRecord
  readonly action: ReturnType<typeof ownOr>
}

function rotateNow(parts: Parts, tx: Transaction, known: Known): RotateOutcome {
  const { actor, deviceId, role, record, grant, action } = known
  const scopes = known.scopes === undefined ? grant.scopes : sorted(known.scopes)
  const missing = missingScopes(grant.scopes, scopes)
  if (missing.length > 0) return tooWide(missing.join(', '))
  const refused = deniedNow(parts, { actor, action, device: { deviceId, role, scopes } })
  if (refused) return refused
  const { token, hash } = mintToken(parts.random, parts.sha256)
  const renewed = {
    ...ended(grant, 'rotated'),
    scopes,
    token: nextToken(grant.token, hash, { now: tx.now }),
  }
  const after = { ...record, grants: { ...record.grants, [role]: renewed } }
  tx.put(DEVICES, deviceId, after)
  tx.note({ deviceId, role, scopes })
  const mayHave = isAtStore(actor) || action === 'device.token.self'
  return {
    outcome: 'rotated',
    device: toKnown(parts, deviceId, after),
    token: mayHave ? { token, role, scopes, issuedAt: tx.now } : undefined,
    rotatedAt: tx.now,
    scopes,
  }
}
