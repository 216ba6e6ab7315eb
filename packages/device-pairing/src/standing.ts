import { isLive } from './judge.ts'
import type { Parts } from './parts.ts'
import type { AdmittedDevice, Standing } from './types.ts'

/** Whether a live connection may stay: one look into the live view. */
export function standing(
  { views }: Pick<Parts, 'views'>,
  { deviceId, role, generation }: AdmittedDevice,
): Standing {
  const grant = views.devices().get(deviceId)?.grants[role]
  if (grant === undefined) return { holds: false, because: 'removed' }
  if (isLive(grant) && grant.generation === generation) return { holds: true }
  if (!isLive(grant)) return { holds: false, because: 'revoked' }
  return { holds: false, because: grant.ended ?? 'removed' }
}
