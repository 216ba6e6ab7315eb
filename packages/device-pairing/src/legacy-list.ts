import type { Actor } from '@openclaw/pairing-contracts'
import { LEGACY_NODES, LEGACY_REQUESTS } from './legacy-collections.ts'
import { isOver, type LegacyParts, toNode, toRequest } from './legacy-parts.ts'
import type { LegacyNodeLists } from './legacy-types.ts'
import type { Denied } from './owner-types.ts'
import type { Readable } from './parts.ts'
import { denied } from './verbs.ts'

/** What a list of the old store works with. */
export type LegacyListParts = Pick<LegacyParts, 'clock' | 'requests' | 'nodes'>

/** Puts its parts together. */
export function legacyListPartsOf({
  store,
  clock,
}: Readable & Pick<LegacyParts, 'clock'>): LegacyListParts {
  return {
    clock,
    requests: () => store.view(LEGACY_REQUESTS),
    nodes: () => store.view(LEGACY_NODES),
  }
}

/** Who waits and who is paired in the old store. Reads only. */
export function legacyList(parts: LegacyListParts, actor: Actor): LegacyNodeLists | Denied {
  const refused = denied({ actor, action: 'node.list' })
  if (refused) return refused
  const now = parts.clock.now()
  return {
    waiting: parts
      .requests()
      .entries('')
      .filter(({ value }) => !isOver(value, now))
      .map(({ key, value }) => toRequest(key, value))
      .sort((a, b) => a.createdAt - b.createdAt),
    nodes: parts
      .nodes()
      .entries('')
      .map(({ key, value }) => toNode(key, value))
      .sort((a, b) => b.approvedAt - a.approvedAt),
  }
}
