import type { LegacyNode } from '@openclaw/pairing-protocol'
import type { LegacyDoor, SeenNodeApproved } from '../devices/door.ts'
import type { Remote } from './connect.ts'
import { refusalOf } from './refusal.ts'

/** `node.pair.*` of a gateway, as the door that the commands know. */
export function legacyNodesAfar({ ask }: Remote): LegacyDoor {
  return {
    list: async () => {
      const { pending } = await ask('node.pair.list', {})
      return {
        waiting: pending.map(({ ts, isRepair = false, ...request }) => ({
          ...request,
          isRepair,
          createdAt: ts,
          expiresAt: undefined,
        })),
      }
    },
    approve: (_, requestId) =>
      orUnknown(async () => {
        const { node } = await ask('node.pair.approve', { requestId })
        return approved(requestId, node)
      }),
    reject: (_, requestId) =>
      orUnknown(async () => {
        const { nodeId } = await ask('node.pair.reject', { requestId })
        return { outcome: 'rejected', requestId, nodeId }
      }),
  }
}

function approved(
  requestId: string,
  { token = '', createdAtMs, approvedAtMs, ...node }: LegacyNode,
): SeenNodeApproved {
  const times = { createdAt: createdAtMs, approvedAt: approvedAtMs }
  return { outcome: 'approved', requestId, node: { ...node, ...times }, token }
}

async function orUnknown<R>(work: () => Promise<R>): Promise<R | { readonly outcome: 'unknown' }> {
  try {
    return await work()
  } catch (error) {
    const code = refusalOf(error)?.detailCode
    if (code === 'REQUEST_UNKNOWN' || code === 'REQUEST_SETTLED') return { outcome: 'unknown' }
    throw error
  }
}
