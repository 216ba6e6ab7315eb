import type { Actor, EpochMs } from '@openclaw/pairing-contracts'
import type { Denied } from './owner-types.ts'

/** What a node of the old pairing says about itself, or somebody about it. Claims. */
export interface LegacyNodeClaims {
  /** Whatever the caller chose: 1–128 printable characters. */
  readonly nodeId: string
  readonly displayName?: string
  readonly platform?: string
  readonly version?: string
  readonly coreVersion?: string
  readonly uiVersion?: string
  readonly deviceFamily?: string
  readonly modelIdentifier?: string
  readonly caps?: readonly string[]
  readonly commands?: readonly string[]
  readonly remoteIp?: string
}

/** What is asked for. */
export interface LegacyNodeAsk extends LegacyNodeClaims {
  /** A hint for user interfaces. */
  readonly silent?: boolean
}

/** A node that waits. Nothing of it changes while it waits: its id says what was shown. */
export interface LegacyNodeRequest extends LegacyNodeAsk {
  readonly requestId: string
  /** The node is paired already; an approval makes another token. */
  readonly isRepair: boolean
  readonly createdAt: EpochMs
  readonly expiresAt: EpochMs
}

/** A node that is paired in the old store; without its token. */
export interface LegacyNode extends LegacyNodeClaims {
  readonly createdAt: EpochMs
  readonly approvedAt: EpochMs
}

/** What became of an ask. `full`: as many nodes wait, or are paired, as may. */
export type LegacyRequestOutcome =
  | { readonly outcome: 'waiting'; readonly request: LegacyNodeRequest; readonly created: boolean }
  | { readonly outcome: 'full'; readonly retryAfterMs: number }
  | { readonly outcome: 'invalid'; readonly why: string }
  | Denied

/** What became of an approval. `token` is a secret that is told once; the store has its hash. */
export type LegacyApproveOutcome =
  | {
      readonly outcome: 'approved'
      readonly requestId: string
      readonly node: LegacyNode
      readonly token: string
    }
  | { readonly outcome: 'unknown' }
  | Denied

/** What became of a rejection. */
export type LegacyRejectOutcome =
  | { readonly outcome: 'rejected'; readonly requestId: string; readonly nodeId: string }
  | { readonly outcome: 'unknown' }
  | Denied

/** Whether a token is that of a node. */
export type LegacyVerifyOutcome =
  | { readonly outcome: 'right'; readonly node: LegacyNode }
  | { readonly outcome: 'wrong' }
  | Denied

/** What became of a new name. */
export type LegacyRenameOutcome =
  | { readonly outcome: 'done'; readonly changed: boolean; readonly node: LegacyNode }
  | { readonly outcome: 'not-known'; readonly nodeId: string }
  | Denied

/** Everything in the old store. */
export interface LegacyNodeLists {
  /** Oldest first. */
  readonly waiting: readonly LegacyNodeRequest[]
  /** Newest approval first. */
  readonly nodes: readonly LegacyNode[]
}

/** The old store of nodes, `node.pair.*`. It lets nobody in: a node connects as a device, and is paired as one. */
export interface LegacyNodes {
  /** The same node asking again while it waits gets its request back, unchanged. */
  readonly request: (actor: Actor, ask: LegacyNodeAsk) => Promise<LegacyRequestOutcome>
  readonly list: (actor: Actor) => Promise<LegacyNodeLists | Denied>
  /** Makes a token; one from before ends. */
  readonly approve: (actor: Actor, requestId: string) => Promise<LegacyApproveOutcome>
  readonly reject: (actor: Actor, requestId: string) => Promise<LegacyRejectOutcome>
  /** Compares in constant time; an unknown node takes as long as a known one. Writes nothing. */
  readonly verify: (actor: Actor, nodeId: string, token: string) => Promise<LegacyVerifyOutcome>
  /** Throws `ERR_DEVICE_LABEL_INVALID` for no name, or more than one printable line. */
  readonly rename: (actor: Actor, nodeId: string, name: string) => Promise<LegacyRenameOutcome>
  /** Takes requests off the list that are over. Call it once in a while. */
  readonly housekeeping: () => Promise<void>
}
