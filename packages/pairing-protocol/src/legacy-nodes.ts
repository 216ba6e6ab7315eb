import type { RequestRef } from './devices.ts'
import type { NodeRef } from './nodes.ts'

/** What a node of the old pairing says about itself. Claims. */
export interface LegacyNodeClaims extends NodeRef {
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

/** Parameters of `node.pair.request`. */
export interface LegacyNodeAsk extends LegacyNodeClaims {
  /** A hint for user interfaces. */
  readonly silent?: boolean
}

/** A node that waits in the old store. */
export interface LegacyNodeRequest extends LegacyNodeAsk, RequestRef {
  readonly isRepair?: boolean
  /** Milliseconds since 1970. */
  readonly ts: number
}

/** A node that is paired in the old store. Times in milliseconds since 1970. */
export interface LegacyNode extends LegacyNodeClaims {
  /** A secret. Existing gateways put it into lists as well; ours does not. */
  readonly token?: string
  readonly permissions?: Readonly<Record<string, boolean>>
  readonly createdAtMs: number
  readonly approvedAtMs: number
  readonly lastConnectedAtMs?: number
}

/** Result of `node.pair.request`. */
export interface LegacyNodeAsked {
  readonly status: 'pending'
  readonly request: LegacyNodeRequest
  /** False when the node was waiting already. */
  readonly created: boolean
}

/** Result of `node.pair.list`. */
export interface LegacyNodeList {
  readonly pending: readonly LegacyNodeRequest[]
  readonly paired: readonly LegacyNode[]
}

/** Result of `node.pair.approve`. */
export interface LegacyNodeApproved extends RequestRef {
  readonly node: LegacyNode
}

/** Result of `node.pair.reject`. */
export interface LegacyNodeRejected extends RequestRef, NodeRef {}

/** Parameters of `node.pair.verify`. */
export interface LegacyNodeProof extends NodeRef {
  /** A secret. */
  readonly token: string
}

/** Result of `node.pair.verify`. */
export interface LegacyNodeVerified {
  readonly ok: boolean
  readonly node?: LegacyNode
}

/** Payload of `node.pair.resolved`. */
export interface LegacyNodeResolved extends RequestRef, NodeRef {
  /** `approved`, `rejected`; newer gateways say more. */
  readonly decision: string
  readonly ts: number
}
