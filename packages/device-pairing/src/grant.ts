import type { Actor, Transaction } from '@openclaw/pairing-contracts'
import { covers, type Extent } from './access.ts'
import { DEVICES, type DeviceRecord, type GrantRecord, type RequestRecord } from './collections.ts'
import { pinnedOf } from './description.ts'
import { REMOVED, RESTS, type RemovedRecord } from './ended-records.ts'
import { optional } from './fields.ts'
import { isLive } from './judge.ts'
import type { DeviceRole } from './types.ts'

/** Ends what live connections of a grant were admitted with. */
export function ended(grant: GrantRecord, how: NonNullable<GrantRecord['ended']>): GrantRecord {
  return { ...grant, generation: grant.generation + 1, ended: how }
}

/** A grant that is closed until it is given again. */
export function revoked(grant: GrantRecord, { now }: Transaction, by: Actor): GrantRecord {
  return { ...ended(grant, 'revoked'), revokedAt: now, revokedBy: by }
}

/** The highest generation that a device ever had. */
export function highestGeneration(
  record: DeviceRecord | undefined,
  removed: RemovedRecord | undefined,
): number {
  const grants = Object.values(record?.grants ?? {})
  return Math.max(removed?.generation ?? 0, ...grants.map(({ generation }) => generation))
}

/** What is granted: all that is needed to write it. */
export interface Granting {
  readonly deviceId: string
  readonly role: DeviceRole
  readonly request: Pick<RequestRecord, 'publicKey' | 'description' | 'address'>
  /** All that the role has afterwards: within what it had and asked, what the approver has, and policy. */
  readonly extent: Extent
  readonly by: Actor
  readonly label?: string | undefined
}

/** Writes a grant; the device's token is made when it connects next. Live connections end where it has less than before. */
export async function writeGrant(tx: Transaction, granting: Granting): Promise<DeviceRecord> {
  const { deviceId, role, request, by } = granting
  const record = await tx.get(DEVICES, deviceId)
  const removed = await tx.get(REMOVED, deviceId)
  const before = standingAfter(record?.grants[role], granting.extent)
  const grant: GrantRecord = {
    scopes: granting.extent.scopes,
    commands: granting.extent.commands,
    approvedAt: tx.now,
    by,
    ...pinnedOf(request.description),
    generation: before?.generation ?? highestGeneration(record, removed) + 1,
    ...optional('token', isLive(before) ? before.token : undefined),
    ...optional('ended', before?.ended),
    ...optional('lastUsedAt', before?.lastUsedAt),
  }
  const paired: DeviceRecord = {
    publicKey: request.publicKey,
    description: request.description,
    createdAt: record?.createdAt ?? tx.now,
    approvedAt: tx.now,
    grants: { ...record?.grants, [role]: grant },
    ...optional('label', labelAfter(record, granting.label)),
    ...optional('address', request.address),
    ...optional('lastSeenAt', record?.lastSeenAt),
  }
  tx.put(DEVICES, deviceId, paired)
  tx.remove(REMOVED, deviceId)
  for (const { key } of await tx.list(RESTS, deviceId)) tx.remove(RESTS, key)
  return paired
}

/** What was granted before, with what live connections hold of it ended where they would hold more than they may now. */
function standingAfter(before: GrantRecord | undefined, extent: Extent): GrantRecord | undefined {
  return isLive(before) && !covers(extent, before) ? ended(before, 'narrowed') : before
}

function labelAfter(record: DeviceRecord | undefined, label: string | undefined) {
  const chosen = label ?? record?.label
  return chosen === '' ? undefined : chosen
}
