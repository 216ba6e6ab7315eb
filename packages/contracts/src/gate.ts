import type { Brand } from './brand.ts'
import type { Inbound, InboundDm, OutboundText } from './channel.ts'
import type { EpochMs } from './time.ts'

/** Why a sender may write: what the gate found, for the owner and the log. */
export interface SenderGrant {
  /** `store`: approved or allowed by the owner; `config`: stands in `allowFrom`; `open`: the policy admits everyone; `owner`. */
  readonly via: 'store' | 'config' | 'open' | 'owner'
  /** When it was given; absent for `config`, `open` and `owner`. */
  readonly since?: EpochMs
  /** When it ends by itself; absent: never. */
  readonly expiresAt?: EpochMs
}

/** A direct message that passed the gate. Only the gate makes one. */
export type GatedMessage = Brand<InboundDm, 'GatedMessage'>

/** Why the gate ignored an event. */
export type IgnoredBecause =
  | 'policy-disabled'
  | 'policy-allowlist'
  | 'blocked'
  | 'not-a-dm'
  | 'duplicate'
  | 'backlog'

/**
 * What the gate says of one event; `reason` is one sentence a person can read.
 *
 * - `deliver`: hand `message` to the agent
 * - `challenge`: a request was created just now; send `reply` once (`undefined`: the account answers nobody)
 * - `pending`: they asked before; say nothing
 * - `full`: as many requests wait as this account takes; counted, say nothing
 * - `ignored`: not for the agent and no request; say nothing
 */
export type GateOutcome =
  | {
      readonly outcome: 'deliver'
      readonly message: GatedMessage
      readonly grant: SenderGrant
      readonly reason: string
    }
  | {
      readonly outcome: 'challenge'
      readonly requestId: string
      readonly reply: OutboundText | undefined
      readonly reason: string
    }
  | { readonly outcome: 'pending'; readonly requestId: string; readonly reason: string }
  | { readonly outcome: 'full'; readonly reason: string }
  | { readonly outcome: 'ignored'; readonly because: IgnoredBecause; readonly reason: string }

/** The one door for messages. Rejects with an `OpenClawError` when the store cannot vouch for an answer; then nothing is delivered. */
export type Gate = (inbound: Inbound) => Promise<GateOutcome>
