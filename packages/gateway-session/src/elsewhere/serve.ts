import type { Json, ReplicaId, Replicas } from '@openclaw/pairing-contracts'
import type { Hub } from '../hub.ts'
import { invokeHere } from '../nodes/invoke.ts'
import { notSent } from '../nodes/not-sent.ts'
import type { Order } from '../nodes/order.ts'
import type { Called, Replays } from '../nodes/replays.ts'
import { holdsScope } from '../scopes.ts'
import {
  decodeCallId,
  decodeGuesses,
  decodeOrder,
  encodeCalled,
  KINDS,
  type Known,
  type Passed,
} from './words.ts'

/**
 * Answers other gateways. What they pass on is made here or nowhere: it is never passed on again.
 *
 * @returns its end
 */
export function serve(hub: Hub, replicas: Replicas): () => void {
  const ends = [
    replicas.serve(KINDS.where, (nodeId) => has(hub, nodeId)),
    replicas.serve(KINDS.known, async (body, from) =>
      encodeCalled(await knownHere(hub.replays, body, from)),
    ),
    replicas.serve(KINDS.invoke, async (body) => {
      const order = decodeOrder(body)
      if (order === undefined) throw new TypeError('no order')
      const said = made(hub, order)
      hub.work.begin(said.then(() => undefined))
      return encodeCalled(await said)
    }),
    replicas.serve(KINDS.guesses, (body) => {
      for (const { kind, limitKey, count } of decodeGuesses(body))
        hub.attempts.heard(kind, limitKey, count)
      return null
    }),
  ]
  return () => {
    for (const end of ends) end()
  }
}

function has({ nodes, work }: Hub, nodeId: Json): boolean {
  return typeof nodeId === 'string' && nodes.get(nodeId) !== undefined && !work.isStopping()
}

async function made(hub: Hub, order: Order): Promise<Passed> {
  const { device } = order
  const isOperator = device === undefined || device.role === 'operator'
  if (!isOperator || !(device === undefined || holdsScope(device.scopes, 'operator.write'))) {
    return notSent('SCOPE_MISSING', { about: 'operator.write' })
  }
  if (hub.replays.find(order.id.key) === undefined && !has(hub, order.nodeId)) return 'absent'
  try {
    const said = await invokeHere(hub, order)
    const isOver = said.kind === 'not-sent' && said.code === 'SHUTTING_DOWN'
    return isOver ? 'absent' : said
  } catch (error) {
    hub.components.onNotice?.({ what: 'failed', connId: '', error })
    return notSent('STORE_UNAVAILABLE', { retryAfterMs: 1_000 })
  }
}

/** A call that this gateway passed on to the one that asks is that one's to make. */
async function knownHere(
  replays: Pick<Replays, 'find'>,
  body: Json,
  from: ReplicaId,
): Promise<Known> {
  const id = decodeCallId(body)
  const call = id === undefined ? undefined : replays.find(id.key)
  if (call === undefined) return 'unknown'
  const { stage, outcome, fingerprint } = call
  if (fingerprint !== id?.fingerprint) return { kind: 'conflict' }
  if (stage === 'inquiring') return 'undecided'
  if (typeof stage === 'object' && stage.to === from) return 'unknown'
  const said = await outcome.catch((): Called => notSent('STORE_UNAVAILABLE'))
  return said.kind === 'not-sent' || said.kind === 'full' ? 'unknown' : said
}
