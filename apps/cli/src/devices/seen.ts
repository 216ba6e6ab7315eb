import type { SeenDevice, SeenGrant } from './door.ts'

/**
 * When a device was there last, in one role or in any, as far as the store tells: that is written once in a while. A
 * token that was handed out after the approval is one that a device came for.
 *
 * @returns milliseconds since 1970; `undefined` where nothing tells of it
 */
export function seenAt(device: SeenDevice, grants: readonly SeenGrant[]): number | undefined {
  const { tokens, lastSeenAt, approvedAt } = device
  const own = grants.flatMap(({ role, approvedAt: since = approvedAt }) =>
    tokens.flatMap((token) => {
      if (token.role !== role) return []
      const { createdAt, rotatedAt, lastUsedAt } = token
      const isHanded = createdAt > since && createdAt !== rotatedAt
      return [...(isHanded ? [createdAt] : []), ...(lastUsedAt === undefined ? [] : [lastUsedAt])]
    }),
  )
  return own.length === 0 ? lastSeenAt : Math.max(...own)
}
