import type {
  LegacyNode,
  LegacyNodeAsk,
  LegacyNodeProof,
  RequestRef,
} from '@openclaw/pairing-protocol'
import type { LegacyNodes } from '../legacy.ts'
import { type Answer, type Call, type MethodRow, method, refusal } from './method.ts'
import { denied, notWaiting } from './refusals.ts'

/** `node.pair.*` over the store of the old pairing. */
export function legacyNodeMethods(nodes: LegacyNodes): readonly MethodRow[] {
  return [
    method('node.pair.request', 'operator.pairing', (call, ask) => request(nodes, call, ask)),
    method('node.pair.list', 'operator.pairing', async ({ identity }) => {
      const lists = await nodes.list(identity.actor)
      if ('outcome' in lists) return denied(lists)
      return { result: { pending: lists.pending, paired: lists.paired.map(withoutToken) } }
    }),
    method('node.pair.approve', 'operator.pairing', (call, ref) => approve(nodes, call, ref)),
    method('node.pair.reject', 'operator.pairing', (call, ref) => reject(nodes, call, ref)),
    method('node.pair.verify', 'operator.pairing', (call, proof) => verify(nodes, call, proof)),
  ]
}

async function request(
  nodes: LegacyNodes,
  { hub, identity }: Call,
  ask: LegacyNodeAsk,
): Promise<Answer<'node.pair.request'>> {
  const outcome = await nodes.request(identity.actor, ask)
  if (outcome.outcome === 'denied') return denied(outcome)
  if (outcome.outcome === 'full') {
    return refusal('RATE_LIMITED', { retryAfterMs: outcome.retryAfterMs })
  }
  if (outcome.outcome === 'invalid') return refusal('PARAMS_INVALID', { about: outcome.why })
  const { asked } = outcome
  if (asked.created) hub.events.publish('node.pair.requested', () => asked.request)
  return { result: asked }
}

async function approve(
  nodes: LegacyNodes,
  call: Call,
  { requestId }: RequestRef,
): Promise<Answer<'node.pair.approve'>> {
  const outcome = await nodes.approve(call.identity.actor, requestId)
  if (outcome.outcome === 'denied') return denied(outcome)
  if (outcome.outcome !== 'approved') return notWaiting(outcome)
  const { node } = outcome
  tell(call, requestId, { nodeId: node.nodeId, decision: 'approved' })
  return { result: { requestId, node } }
}

async function reject(
  nodes: LegacyNodes,
  call: Call,
  { requestId }: RequestRef,
): Promise<Answer<'node.pair.reject'>> {
  const outcome = await nodes.reject(call.identity.actor, requestId)
  if (outcome.outcome === 'denied') return denied(outcome)
  if (outcome.outcome !== 'rejected') return notWaiting(outcome)
  const { nodeId } = outcome
  tell(call, requestId, { nodeId, decision: 'rejected' })
  return { result: { requestId, nodeId } }
}

async function verify(
  nodes: LegacyNodes,
  { identity }: Call,
  { nodeId, token }: LegacyNodeProof,
): Promise<Answer<'node.pair.verify'>> {
  const outcome = await nodes.verify(identity.actor, nodeId, token)
  if (outcome.outcome === 'denied') return denied(outcome)
  const { node } = outcome
  return { result: node === undefined ? { ok: false } : { ok: true, node: withoutToken(node) } }
}

/** A token is said once, to whoever approves. */
function withoutToken({ token, ...node }: LegacyNode): LegacyNode {
  return node
}

function tell(
  { hub }: Call,
  requestId: string,
  resolved: { readonly nodeId: string; readonly decision: string },
): void {
  const ts = hub.components.clock.now()
  hub.events.publish('node.pair.resolved', () => ({ requestId, ...resolved, ts }))
}
