import { missingScopes } from '@openclaw/pairing-authority'
import type { Actor, LossDifference, Transaction } from '@openclaw/pairing-contracts'
import { DEVICES, type GrantRecord, ROLES } from '../collections.ts'
import { ended, revoked } from '../grant.ts'
import { isLive } from '../judge.ts'
import { LEGACY_NODES } from '../legacy-collections.ts'
import type { DeviceRole } from '../types.ts'
import type { FileGrant } from './paired-json.ts'
import { devicesIn, type Intake } from './paired-reconcile.ts'
import { entriesOf } from './shape.ts'

/** Who closes roles after a loss. No file opens them again: that is for the owner. */
export const REPAIR: Actor = { kind: 'system', part: 'repair' }

/**
 * What the list of paired devices tells of lost decisions: a role that only the journal gives is closed, scopes that only
 * the journal gives are taken, a token that only the journal has ends. What only the file shows asks again.
 */
export async function recoverPaired(
  intake: Intake,
  { after, isDoubtful }: LossDifference,
): Promise<void> {
  const { tx } = intake
  const { devices } = devicesIn(intake, after)
  for (const { key, value } of await tx.list(DEVICES, '')) {
    if (!isDoubtful(DEVICES.name, key)) continue
    const shown = devices.get(key)
    const grants: { [Role in DeviceRole]?: GrantRecord } = { ...value.grants }
    for (const role of ROLES) {
      const grant = grants[role]
      if (isLive(grant)) grants[role] = atMost(intake, grant, shown?.grants.get(role))
    }
    tx.put(DEVICES, key, { ...value, grants })
  }
}

/** No more than the file shows. */
function atMost({ tx }: Intake, grant: GrantRecord, shown: FileGrant | undefined): GrantRecord {
  if (shown === undefined || shown.revokedAt !== undefined) return revoked(grant, tx, REPAIR)
  const { token, ...rest } = grant
  const isSame = token?.hash === shown.token?.hash
  const isWider = missingScopes(shown.scopes, grant.scopes).length > 0
  if (isSame && !isWider) return grant
  const scopes = isWider ? shown.scopes.filter((each) => grant.scopes.includes(each)) : grant.scopes
  const kept = isSame && token !== undefined ? { ...rest, token } : rest
  return { ...ended(kept, isWider ? 'narrowed' : 'rotated'), scopes }
}

/** A node of the old store that its file does not show any more is gone. */
export async function recoverNodes(
  tx: Transaction,
  { after, isDoubtful }: LossDifference,
): Promise<void> {
  const shown = new Map(entriesOf(after))
  for (const { key } of await tx.list(LEGACY_NODES, '')) {
    if (!shown.has(key) && isDoubtful(LEGACY_NODES.name, key)) tx.remove(LEGACY_NODES, key)
  }
}

/** Who waits lets nobody in: a request that was lost is made again, one that came back is decided again or ends by itself. */
export async function recoverNothing(): Promise<void> {}
