import type { LegacyNode, LegacyNodeRequest, LegacyNodes } from '@openclaw/device-pairing'
import type {
  LegacyNode as LegacyNodeOnWire,
  LegacyNodeRequest as LegacyNodeRequestOnWire,
} from '@openclaw/pairing-protocol'
import type { LegacyNodes as LegacyNodesOfSessions } from '@openclaw/pairing-session'

/** The old store of nodes, in the words of the wire. */
export function legacyNodesOnWire(nodes: LegacyNodes): LegacyNodesOfSessions {
  return {
    request: async (actor, ask) => {
      const outcome = await nodes.request(actor, ask)
      if (outcome.outcome !== 'waiting') return outcome
      const { created } = outcome
      const request = legacyRequestOnWire(outcome.request)
      return { outcome: 'asked', asked: { status: 'pending', request, created } }
    },
    list: async (actor) => {
      const lists = await nodes.list(actor)
      if ('outcome' in lists) return lists
      return { pending: lists.waiting.map(legacyRequestOnWire), paired: lists.nodes.map(nodeOf) }
    },
    approve: async (actor, requestId) => {
      const outcome = await nodes.approve(actor, requestId)
      if (outcome.outcome !== 'approved') return outcome
      const { node, token } = outcome
      return { outcome: 'approved', node: { ...nodeOf(node), token } }
    },
    reject: nodes.reject,
    verify: async (actor, nodeId, token) => {
      const outcome = await nodes.verify(actor, nodeId, token)
      if (outcome.outcome === 'denied') return outcome
      const node = outcome.outcome === 'right' ? nodeOf(outcome.node) : undefined
      return { outcome: 'verified', node }
    },
    rename: async (actor, nodeId, displayName) => {
      const outcome = await nodes.rename(actor, nodeId, displayName)
      return outcome.outcome === 'denied' ? outcome : { outcome: outcome.outcome }
    },
  }
}

/** A request of the old store, in the words of the wire. */
export function legacyRequestOnWire({
  createdAt,
  expiresAt: _,
  ...rest
}: LegacyNodeRequest): LegacyNodeRequestOnWire {
  return { ...rest, ts: createdAt }
}

function nodeOf({ createdAt, approvedAt, ...rest }: LegacyNode): LegacyNodeOnWire {
  return { ...rest, createdAtMs: createdAt, approvedAtMs: approvedAt }
}
