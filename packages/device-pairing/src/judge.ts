import { beyond, type Extent, within } from './access.ts'
import type { DeviceRecord, GrantRecord } from './collections.ts'
import { isSameKind } from './description.ts'
import type { AskReason, ProvenDevice } from './types.ts'

/** How what a device wants stands to what it was granted. */
export type Judgement =
  | { readonly fits: true; readonly grant: GrantRecord }
  | {
      readonly fits: false
      readonly reason: AskReason
      /** What it has in this role, revoked or not. */
      readonly grant: GrantRecord | undefined
    }

/** A grant that counts. */
export type LiveGrant = GrantRecord & { readonly revokedAt?: never }

/** True for a grant that counts. */
export function isLive(grant: GrantRecord | undefined): grant is LiveGrant {
  return grant !== undefined && grant.revokedAt === undefined
}

/** The part of a wish that was granted already; of a grant of 2026.2, which knew no commands, every command is. */
export function heldOf(grant: GrantRecord, wanted: Extent): Extent {
  const held = within(grant, wanted)
  return grant.commandsOpen ? { ...held, commands: wanted.commands } : held
}

/** Whether a proven device gets in with what it wants. Commands beyond the grant keep nobody out: they are not offered. */
export function judge(
  record: DeviceRecord | undefined,
  device: Pick<ProvenDevice, 'publicKey' | 'role' | 'description'>,
  wanted: Extent,
): Judgement {
  if (record === undefined || record.publicKey !== device.publicKey) {
    return { fits: false, reason: 'not-paired', grant: undefined }
  }
  const grant = record.grants[device.role]
  if (!isLive(grant)) return { fits: false, reason: 'role-upgrade', grant }
  if (!isSameKind(grant, device.description)) {
    return { fits: false, reason: 'metadata-upgrade', grant }
  }
  const wider = beyond(grant, wanted).scopes.length > 0
  return wider ? { fits: false, reason: 'scope-upgrade', grant } : { fits: true, grant }
}
