import type { Denied, NotWaiting } from '@openclaw/device-pairing'
import type { Actor } from '@openclaw/pairing-contracts'
import type {
  LegacyNode,
  LegacyNodeAsk,
  LegacyNodeAsked,
  LegacyNodeList,
} from '@openclaw/pairing-protocol'

/** The nodes of the old pairing: a store of its own that admits nobody. Each verb takes the actor first. */
export interface LegacyNodes {
  /** The same node gets the same request while it waits. */
  readonly request: (
    actor: Actor,
    ask: LegacyNodeAsk,
  ) => Promise<
    | { readonly outcome: 'asked'; readonly asked: LegacyNodeAsked }
    | { readonly outcome: 'full'; readonly retryAfterMs: number }
    | { readonly outcome: 'invalid'; readonly why: string }
    | Denied
  >
  /** Without tokens. */
  readonly list: (actor: Actor) => Promise<LegacyNodeList | Denied>
  /** The node comes with its new token, this once. */
  readonly approve: (
    actor: Actor,
    requestId: string,
  ) => Promise<{ readonly outcome: 'approved'; readonly node: LegacyNode } | NotWaiting | Denied>
  readonly reject: (
    actor: Actor,
    requestId: string,
  ) => Promise<{ readonly outcome: 'rejected'; readonly nodeId: string } | NotWaiting | Denied>
  /** `undefined` when the token is not the node's. */
  readonly verify: (
    actor: Actor,
    nodeId: string,
    token: string,
  ) => Promise<{ readonly outcome: 'verified'; readonly node: LegacyNode | undefined } | Denied>
  readonly rename: (
    actor: Actor,
    nodeId: string,
    displayName: string,
  ) => Promise<{ readonly outcome: 'done' } | { readonly outcome: 'not-known' } | Denied>
}
