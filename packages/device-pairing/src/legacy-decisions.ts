import type { Actor, Transaction } from '@openclaw/pairing-contracts'
import { InvalidLabel } from './errors.ts'
import { checkedLabel } from './label.ts'
import { legacyNodeId } from './legacy-claims.ts'
import {
  LEGACY_NODES,
  LEGACY_REQUESTS,
  type LegacyNodeRecord,
  type LegacyRequestRecord,
} from './legacy-collections.ts'
import { forgetOver, type LegacyParts, toNode } from './legacy-parts.ts'
import type {
  LegacyApproveOutcome,
  LegacyRejectOutcome,
  LegacyRenameOutcome,
  LegacyVerifyOutcome,
} from './legacy-types.ts'
import { intentOf } from './parts.ts'
import { isRightToken, mintToken, tokenHash } from './tokens.ts'
import { denied } from './verbs.ts'

/** The node that waits with a request id. */
async function named(
  tx: Transaction,
  requestId: string,
): Promise<{ readonly nodeId: string; readonly record: LegacyRequestRecord } | undefined> {
  await forgetOver(tx)
  const waiting = await tx.list(LEGACY_REQUESTS, '')
  const found = waiting.find(({ value }) => value.requestId === requestId)
  return found && { nodeId: found.key, record: found.value }
}

/** Approves a request. It never changes: whoever names it has seen all of it. */
export async function approve(
  parts: LegacyParts,
  actor: Actor,
  requestId: string,
): Promise<LegacyApproveOutcome> {
  const refused = denied({ actor, action: 'node.approve', shown: true })
  if (refused) return refused
  return parts.store.transact(intentOf(actor, 'node.approve'), async (tx) => {
    const found = await named(tx, requestId)
    if (found === undefined) return { outcome: 'unknown' }
    const { nodeId, record } = found
    const before = await tx.get(LEGACY_NODES, nodeId)
    const { token, hash } = mintToken(parts.random, parts.sha256)
    const node: LegacyNodeRecord = {
      claims: record.claims,
      tokenHash: hash,
      createdAt: before?.createdAt ?? tx.now,
      approvedAt: tx.now,
    }
    tx.put(LEGACY_NODES, nodeId, node)
    tx.remove(LEGACY_REQUESTS, nodeId)
    tx.note({ requestId, nodeId })
    return { outcome: 'approved', requestId, node: toNode(nodeId, node), token }
  })
}

/** Takes a request off the list; the node may ask again at once. */
export async function reject(
  { store }: LegacyParts,
  actor: Actor,
  requestId: string,
): Promise<LegacyRejectOutcome> {
  const refused = denied({ actor, action: 'node.reject' })
  if (refused) return refused
  return store.transact(intentOf(actor, 'node.reject'), async (tx) => {
    const found = await named(tx, requestId)
    if (found === undefined) return { outcome: 'unknown' }
    tx.remove(LEGACY_REQUESTS, found.nodeId)
    tx.note({ requestId, nodeId: found.nodeId })
    return { outcome: 'rejected', requestId, nodeId: found.nodeId }
  })
}

/** Compares a token with the one of a node; of an unknown node with one that nobody has. */
export function verify(
  { nodes, sha256 }: LegacyParts,
  actor: Actor,
  { nodeId, token }: { readonly nodeId: string; readonly token: string },
): LegacyVerifyOutcome {
  const refused = denied({ actor, action: 'node.verify' })
  if (refused) return refused
  const record = nodes().get(legacyNodeId(nodeId) ?? ' ')
  const isRight = isRightToken(sha256, token, record?.tokenHash ?? tokenHash(sha256, ''))
  return record && isRight
    ? { outcome: 'right', node: toNode(nodeId.trim(), record) }
    : { outcome: 'wrong' }
}

/** Gives a node another name. */
export async function rename(
  { store }: LegacyParts,
  actor: Actor,
  { nodeId, name }: { readonly nodeId: string; readonly name: string },
): Promise<LegacyRenameOutcome> {
  const refused = denied({ actor, action: 'node.rename' })
  if (refused) return refused
  const displayName = checkedLabel(name)
  if (displayName === '') throw new InvalidLabel()
  return store.transact(intentOf(actor, 'node.rename'), async (tx) => {
    const record = await tx.get(LEGACY_NODES, legacyNodeId(nodeId) ?? ' ')
    if (record === undefined) return { outcome: 'not-known', nodeId }
    const after = { ...record, claims: { ...record.claims, displayName } }
    const changed = record.claims.displayName !== displayName
    if (changed) tx.put(LEGACY_NODES, nodeId.trim(), after)
    return { outcome: 'done', changed, node: toNode(nodeId.trim(), after) }
  })
}
