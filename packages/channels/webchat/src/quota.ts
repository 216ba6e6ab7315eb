import type { SenderId } from '@openclaw/pairing-contracts'
import type { VisitorState } from './types.ts'

/** How many places a {@link quota} has. */
export interface QuotaLimits {
  readonly all: number
  /** What visitors who are not allowed now may have of `all` together; the rest is kept for those who are. */
  readonly strangers: number
  /** What one address may have; a visitor who is allowed now counts for themselves, not for their address. */
  readonly each: number
}

/** Who takes a place. */
export interface Holder {
  readonly senderId: SenderId
  readonly address: string
  readonly state: VisitorState['state']
}

/** Counts places that are taken. */
export interface Quota {
  /** Takes a place and answers how to give it back (once); `undefined` when there is none. */
  readonly take: (holder: Holder) => (() => void) | undefined
  readonly taken: () => number
}

/** No place taken yet. */
export function quota({ all, strangers, each }: QuotaLimits): Quota {
  const byKey = new Map<string, number>()
  const taken = { allowed: 0, stranger: 0 }
  return {
    take: ({ senderId, address, state }) => {
      const kind = state === 'allowed' ? 'allowed' : 'stranger'
      const key = kind === 'allowed' ? `visitor ${senderId}` : `address ${address}`
      const count = (by: 1 | -1): void => {
        taken[kind] += by
        const left = (byKey.get(key) ?? 0) + by
        if (left > 0) byKey.set(key, left)
        else byKey.delete(key)
      }
      if (taken.allowed + taken.stranger >= all || (byKey.get(key) ?? 0) >= each) return undefined
      if (kind === 'stranger' && taken.stranger >= strangers) return undefined
      count(1)
      return () => count(-1)
    },
    taken: () => taken.allowed + taken.stranger,
  }
}
