import type { SeenNodeRequest } from '../devices/door.ts'
import { brief } from '../devices/find.ts'
import type { DeviceSession } from '../devices/session.ts'
import { NotFoundError } from '../errors.ts'
import { granted } from '../people/session.ts'
import { argumentWord } from '../program.ts'

/** What a person named. */
export interface WantedNode {
  readonly requestId: string
  readonly verb: 'approve' | 'reject'
}

/**
 * The request of a node in the old store.
 *
 * @throws {@link NotFoundError} with the command that is right, where it is the request of a device
 */
export async function findNodeRequest(
  session: DeviceSession,
  wanted: WantedNode,
): Promise<SeenNodeRequest> {
  const { waiting } = granted(await session.legacyNodes.list(session.actor))
  const found = waiting.find(({ requestId }) => requestId === wanted.requestId)
  if (found !== undefined) return found
  throw await noNodeRequest(session, wanted)
}

/** The error for an id that names no request of the old store. */
export async function noNodeRequest(
  { devices, actor }: DeviceSession,
  { requestId, verb }: WantedNode,
): Promise<NotFoundError> {
  const elsewhere = granted(await devices.find(actor, requestId))
  if (elsewhere.outcome === 'waiting') {
    return new NotFoundError(`“${brief(requestId)}” is the request of a device`, {
      hint: `openclaw devices ${verb} ${argumentWord(requestId)}`,
      detail: { reason: 'device' },
    })
  }
  return new NotFoundError(
    `no request “${brief(requestId)}” of the older pairing of nodes waits; nodes that connect ask as devices`,
    { hint: 'openclaw devices list', detail: { reason: 'unknown' } },
  )
}
