import type { LegacyNode, LegacyNodeRequest } from '@openclaw/pairing-protocol'
import type { LegacyNodes } from '../../src/index.ts'

/** The old store in memory. */
export function fakeLegacyNodes(): LegacyNodes {
  const pending = new Map<string, LegacyNodeRequest>()
  const paired = new Map<string, LegacyNode & { readonly token: string }>()
  return {
    request: async (_, ask) => {
      const known = [...pending.values()].find(({ nodeId }) => nodeId === ask.nodeId)
      const request = known ?? { ...ask, requestId: `old-${ask.nodeId}`, ts: 1 }
      pending.set(request.requestId, request)
      return {
        outcome: 'asked',
        asked: { status: 'pending', request, created: known === undefined },
      }
    },
    list: async () => ({
      pending: [...pending.values()],
      paired: [...paired.values()],
    }),
    approve: async (_, requestId) => {
      const request = pending.get(requestId)
      if (request === undefined) return { outcome: 'unknown' }
      pending.delete(requestId)
      const { nodeId } = request
      const node = { nodeId, token: `old-token-${nodeId}`, createdAtMs: 1, approvedAtMs: 1 }
      paired.set(nodeId, node)
      return { outcome: 'approved', node }
    },
    reject: async (_, requestId) => {
      const request = pending.get(requestId)
      pending.delete(requestId)
      return request === undefined
        ? { outcome: 'unknown' }
        : { outcome: 'rejected', nodeId: request.nodeId }
    },
    verify: async (_, nodeId, token) => ({
      outcome: 'verified',
      node: paired.get(nodeId)?.token === token ? paired.get(nodeId) : undefined,
    }),
    rename: async (_, nodeId) => ({ outcome: paired.has(nodeId) ? 'done' : 'not-known' }),
  }
}
