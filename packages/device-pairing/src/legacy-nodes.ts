import type { Actor, Transaction } from '@openclaw/pairing-contracts'
import { HOUSEKEEPING } from './actors.ts'
import { legacyClaims, legacyNodeId } from './legacy-claims.ts'
import { LEGACY_NODES, LEGACY_REQUESTS, type LegacyRequestRecord } from './legacy-collections.ts'
import { approve, reject, rename, verify } from './legacy-decisions.ts'
import { legacyList, legacyListPartsOf } from './legacy-list.ts'
import {
  forgetOver,
  isOver,
  type LegacyNodesPorts,
  type LegacyParts,
  toRequest,
} from './legacy-parts.ts'
import type { LegacyNodeAsk, LegacyNodes, LegacyRequestOutcome } from './legacy-types.ts'
import { MAX_LEGACY_NODES, MAX_LEGACY_WAITING, REQUEST_TTL_MS } from './limits.ts'
import { intentOf } from './parts.ts'
import { drawRequestId } from './request-id.ts'
import { denied } from './verbs.ts'

/**
 * Builds the old store of nodes. It lets nobody in.
 *
 * @throws what the store throws goes through; `ERR_DEVICE_RANDOM_BROKEN` where an id or token is made
 */
export function legacyNodes(ports: LegacyNodesPorts): LegacyNodes {
  const parts: LegacyParts = { ...ports, ...legacyListPartsOf(ports) }
  return {
    request: (actor, ask) => request(parts, actor, ask),
    list: async (actor) => legacyList(parts, actor),
    approve: (actor, requestId) => approve(parts, actor, requestId),
    reject: (actor, requestId) => reject(parts, actor, requestId),
    verify: async (actor, nodeId, token) => verify(parts, actor, { nodeId, token }),
    rename: (actor, nodeId, name) => rename(parts, actor, { nodeId, name }),
    housekeeping: () => tidy(parts),
  }
}

async function request(
  parts: LegacyParts,
  actor: Actor,
  ask: LegacyNodeAsk,
): Promise<LegacyRequestOutcome> {
  const refused = denied({ actor, action: 'node.request' })
  if (refused) return refused
  const nodeId = legacyNodeId(ask.nodeId)
  if (nodeId === undefined) {
    return { outcome: 'invalid', why: 'a node id has 1 to 128 printable characters' }
  }
  const known = parts.requests().get(nodeId)
  if (known && !isOver(known, parts.clock.now())) {
    return { outcome: 'waiting', request: toRequest(nodeId, known), created: false }
  }
  return parts.store.transact(intentOf(actor, 'node.request'), (tx) =>
    open(parts, tx, { ...ask, nodeId }),
  )
}

async function open(
  { random }: LegacyParts,
  tx: Transaction,
  ask: LegacyNodeAsk,
): Promise<LegacyRequestOutcome> {
  const { nodeId, silent } = ask
  await forgetOver(tx)
  const waiting = await tx.list(LEGACY_REQUESTS, '')
  const same = waiting.find(({ key }) => key === nodeId)?.value
  if (same) return { outcome: 'waiting', request: toRequest(nodeId, same), created: false }
  const isRepair = (await tx.get(LEGACY_NODES, nodeId)) !== undefined
  const nodes = isRepair ? 0 : (await tx.list(LEGACY_NODES, '')).length
  if (waiting.length >= MAX_LEGACY_WAITING || nodes >= MAX_LEGACY_NODES) {
    return { outcome: 'full', retryAfterMs: REQUEST_TTL_MS }
  }
  const record: LegacyRequestRecord = {
    requestId: drawRequestId(random, 'node'),
    claims: legacyClaims(ask),
    createdAt: tx.now,
    ...(silent ? { silent } : {}),
    ...(isRepair ? { isRepair } : {}),
  }
  tx.put(LEGACY_REQUESTS, nodeId, record)
  return { outcome: 'waiting', request: toRequest(nodeId, record), created: true }
}

async function tidy({ store, clock, requests }: LegacyParts): Promise<void> {
  const now = clock.now()
  if (
    !requests()
      .entries('')
      .some(({ value }) => isOver(value, now))
  )
    return
  await store.transact(intentOf(HOUSEKEEPING, 'node.housekeeping'), (tx) => forgetOver(tx))
}
