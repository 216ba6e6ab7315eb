import type { ReplicaId, Replicas } from '@openclaw/pairing-contracts'
import { MAX_NOWHERE, NOWHERE_MS, WHERE_MS } from '../limits.ts'
import type { Timers } from '../ports.ts'
import { KINDS } from './words.ts'

/** Asks all other gateways for a node; what one said of itself may be on its way still. */
export type Where = (nodeId: string) => Promise<ReplicaId | undefined>

/** Asks once for all who want to know it within {@link NOWHERE_MS}, so that a node that nobody has costs little. */
export function where({
  replicas,
  timers,
}: {
  readonly replicas: Replicas
  readonly timers: Timers
}): Where {
  const asked = new Map<string, Promise<ReplicaId | undefined>>()
  return async (nodeId) => {
    const before = asked.get(nodeId)
    if (before !== undefined) return before
    const others = replicas.others()
    if (others.length === 0 || asked.size >= MAX_NOWHERE) return undefined
    const answer = firstOf(others.map((to) => hasNode(replicas, to, nodeId)))
    asked.set(nodeId, answer)
    timers.after(NOWHERE_MS, () => void asked.delete(nodeId))
    const found = await answer
    // Where it is may change in the next moment.
    if (found !== undefined && asked.get(nodeId) === answer) asked.delete(nodeId)
    return found
  }
}

async function hasNode(
  replicas: Replicas,
  to: ReplicaId,
  nodeId: string,
): Promise<ReplicaId | undefined> {
  const answer = await replicas.ask(to, KINDS.where, nodeId, WHERE_MS).catch(() => false)
  return answer === true ? to : undefined
}

/** The first that was found, without waiting for the others; `undefined` when there is none. */
function firstOf<T>(asked: readonly Promise<T | undefined>[]): Promise<T | undefined> {
  return new Promise((resolve) => {
    for (const each of asked) void each.then((found) => found !== undefined && resolve(found))
    void Promise.all(asked).then(() => resolve(undefined))
  })
}
