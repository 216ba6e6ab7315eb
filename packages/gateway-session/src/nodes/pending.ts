import type { NodeFailure } from '@openclaw/pairing-protocol'
import { MAX_PENDING_INVOKES, MAX_PENDING_INVOKES_PER_NODE } from '../limits.ts'
import { type Peer, sendFrame } from '../peer.ts'
import type { Cancel, Timers } from '../ports.ts'

/** What became of a command that was sent. */
export type InvokeOutcome =
  | { readonly kind: 'done'; readonly payloadJSON: string | null }
  | { readonly kind: 'failed'; readonly failure: NodeFailure }
  /** Whether it was done is not known. */
  | { readonly kind: 'timeout' }
  /** The connection ended; whether it was done is not known. */
  | { readonly kind: 'gone' }
  | { readonly kind: 'shutdown' }

/** One command for one node. */
export interface InvokeOrder {
  readonly id: string
  readonly nodeId: string
  readonly command: string
  readonly paramsJSON: string | null
  readonly timeoutMs: number
  readonly idempotencyKey: string
}

/** The commands that nodes have not answered yet. */
export interface PendingInvokes {
  readonly size: () => number
  /** Whether one more fits. */
  readonly hasRoom: (node: Peer) => boolean
  /** Sends a command; resolves when it is answered or can no longer be. Never rejects. */
  readonly send: (node: Peer, order: InvokeOrder) => Promise<InvokeOutcome>
  /** False when nobody waits for this id from this connection. */
  readonly answer: (node: Peer, id: string, outcome: InvokeOutcome) => boolean
  /** Ends everything that a connection was asked. */
  readonly dropNode: (node: Peer) => void
  readonly dropAll: () => void
}

interface Waiting {
  readonly node: Peer
  readonly settle: (outcome: InvokeOutcome) => void
}

/** None yet. */
export function pendingInvokes(timers: Timers): PendingInvokes {
  const waiting = new Map<string, Waiting>()
  const byNode = new Map<Peer, Set<string>>()

  const settle = (id: string, outcome: InvokeOutcome) => {
    const entry = waiting.get(id)
    if (entry === undefined) return
    waiting.delete(id)
    const own = byNode.get(entry.node)
    own?.delete(id)
    if (own?.size === 0) byNode.delete(entry.node)
    entry.settle(outcome)
  }
  const enter = (node: Peer, id: string, entry: Waiting) => {
    waiting.set(id, entry)
    const own = byNode.get(node) ?? new Set()
    byNode.set(node, own.add(id))
  }

  return {
    size: () => waiting.size,
    hasRoom: (node) =>
      waiting.size < MAX_PENDING_INVOKES &&
      (byNode.get(node)?.size ?? 0) < MAX_PENDING_INVOKES_PER_NODE,
    send: (node, order) =>
      new Promise((resolve) => {
        let cancel: Cancel = () => undefined
        enter(node, order.id, {
          node,
          settle: (outcome) => {
            cancel()
            resolve(outcome)
          },
        })
        cancel = timers.after(order.timeoutMs, () => settle(order.id, { kind: 'timeout' }))
        sendFrame(node, { type: 'event', event: 'node.invoke.request', payload: { ...order } })
      }),
    answer: (node, id, outcome) => {
      if (waiting.get(id)?.node !== node) return false
      settle(id, outcome)
      return true
    },
    dropNode: (node) => {
      for (const id of byNode.get(node) ?? []) settle(id, { kind: 'gone' })
    },
    dropAll: () => {
      for (const id of waiting.keys()) settle(id, { kind: 'shutdown' })
    },
  }
}
