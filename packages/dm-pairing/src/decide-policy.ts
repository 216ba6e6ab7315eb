import type { DmPolicyName, SenderGrant } from '@openclaw/pairing-contracts'

/** What is true of a sender, or of any of their aliases, at this moment. */
export interface SenderFacts {
  readonly blocked: boolean
  readonly owner: boolean
  /** Stands in the configured `allowFrom` by id. */
  readonly configured: boolean
  /** `*` stands in the configured `allowFrom`. */
  readonly wildcard: boolean
  /** The store holds a grant that has not ended. */
  readonly granted: boolean
}

/** Let in, kept out, or a stranger who may ask. */
export type PolicyDecision =
  | { readonly decision: 'deliver'; readonly via: SenderGrant['via'] }
  | {
      readonly decision: 'ignored'
      readonly because: 'blocked' | 'policy-disabled' | 'policy-allowlist'
    }
  | { readonly decision: 'stranger' }

const BLOCKED = { decision: 'ignored', because: 'blocked' } as const
const DISABLED = { decision: 'ignored', because: 'policy-disabled' } as const
const UNLISTED = { decision: 'ignored', because: 'policy-allowlist' } as const
const STRANGER = { decision: 'stranger' } as const
const OWNER = { decision: 'deliver', via: 'owner' } as const
const CONFIG = { decision: 'deliver', via: 'config' } as const
const STORE = { decision: 'deliver', via: 'store' } as const
const OPEN = { decision: 'deliver', via: 'open' } as const

/**
 * The whole of who may write, as one pure function; the gate and `why` have no other.
 *
 * A block outranks everything, then `disabled`. Owners and configured senders come in under every other policy,
 * the store's grants under `pairing` and `open` only, everyone only under `open` with `*`.
 */
export function decidePolicy(policy: DmPolicyName, facts: SenderFacts): PolicyDecision {
  if (facts.blocked) return BLOCKED
  if (policy === 'disabled') return DISABLED
  if (facts.owner) return OWNER
  if (facts.configured) return CONFIG
  switch (policy) {
    case 'pairing':
      return facts.granted ? STORE : STRANGER
    case 'open':
      if (facts.granted) return STORE
      return facts.wildcard ? OPEN : UNLISTED
    default:
      return UNLISTED
  }
}
