import type {
  Clock,
  CredentialStore,
  EpochMs,
  LiveView,
  RandomBytes,
  Sha256,
  Transaction,
} from '@openclaw/pairing-contracts'
import {
  LEGACY_REQUESTS,
  type LegacyNodeRecord,
  type LegacyRequestRecord,
} from './legacy-collections.ts'
import type { LegacyNode, LegacyNodeRequest } from './legacy-types.ts'
import { CLOCK_SLACK_MS, REQUEST_TTL_MS } from './limits.ts'

/** Everything outside the process that the old store needs. */
export interface LegacyNodesPorts {
  readonly store: CredentialStore
  readonly clock: Clock
  readonly random: RandomBytes
  readonly sha256: Sha256
}

/** What its verbs work with. */
export interface LegacyParts extends LegacyNodesPorts {
  readonly requests: () => LiveView<LegacyRequestRecord>
  readonly nodes: () => LiveView<LegacyNodeRecord>
}

/** A request lives five minutes from when it was made. */
export function isOver({ createdAt }: LegacyRequestRecord, now: EpochMs): boolean {
  return now >= createdAt + REQUEST_TTL_MS || now < createdAt - CLOCK_SLACK_MS
}

/** A request as people see it. */
export function toRequest(nodeId: string, record: LegacyRequestRecord): LegacyNodeRequest {
  const { requestId, claims, silent, isRepair = false, createdAt } = record
  return {
    ...claims,
    nodeId,
    requestId,
    isRepair,
    createdAt,
    expiresAt: (createdAt + REQUEST_TTL_MS) as EpochMs,
    ...(silent ? { silent } : {}),
  }
}

/** A node as people see it; without its token. */
export function toNode(
  nodeId: string,
  { claims, createdAt, approvedAt }: LegacyNodeRecord,
): LegacyNode {
  return { ...claims, nodeId, createdAt, approvedAt }
}

/** Takes requests off the list that are over. */
export async function forgetOver(tx: Transaction): Promise<void> {
  for (const { key, value } of await tx.list(LEGACY_REQUESTS, '')) {
    if (isOver(value, tx.now)) tx.remove(LEGACY_REQUESTS, key)
  }
}
