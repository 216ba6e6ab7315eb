import type { Json } from '@openclaw/pairing-contracts'

/** A node, as `node.list` and `node.describe` show it. */
export interface NodeEntry {
  readonly nodeId: string
  readonly connected: boolean
  readonly paired?: boolean
  readonly displayName?: string
  /** What its owner calls it; ours alone. Without it, `displayName` is what the node says of itself. */
  readonly label?: string
  readonly platform?: string
  readonly version?: string
  readonly coreVersion?: string
  readonly uiVersion?: string
  readonly deviceFamily?: string
  readonly modelIdentifier?: string
  readonly remoteIp?: string
  readonly caps?: readonly string[]
  readonly commands?: readonly string[]
  readonly pathEnv?: string
  readonly permissions?: Readonly<Record<string, boolean>>
  /** Milliseconds since 1970. */
  readonly connectedAtMs?: number
}

/** Result of `node.list`. */
export interface NodeList {
  readonly ts: number
  readonly nodes: readonly NodeEntry[]
}

/** Result of `node.describe`. */
export interface NodeDescription extends NodeEntry {
  readonly ts: number
}

/** Parameters that name one node. */
export interface NodeRef {
  readonly nodeId: string
}

/** Parameters and result of `node.rename`. */
export interface NodeName extends NodeRef {
  readonly displayName: string
}

/** Parameters of `node.invoke`. */
export interface NodeInvoke extends NodeRef {
  readonly command: string
  /** The same key means the same call: it is done once. */
  readonly idempotencyKey: string
  readonly params?: Json
  /** At most one hour. */
  readonly timeoutMs?: number
}

/** Result of `node.invoke`. */
export interface NodeInvoked extends NodeRef {
  readonly ok: true
  readonly command: string
  /** `payloadJSON`, parsed. */
  readonly payload?: Json
  readonly payloadJSON?: string | null
}

/** Payload of `node.invoke.request`: what a node is asked to do. */
export interface NodeInvokeRequest extends NodeRef {
  readonly id: string
  readonly command: string
  /** The parameters as a string of JSON. */
  readonly paramsJSON?: string | null
  readonly timeoutMs?: number
  readonly idempotencyKey?: string
}

/** Why a node did not do it. */
export interface NodeFailure {
  readonly code?: string
  readonly message?: string
}

/** Parameters of `node.invoke.result`: what a node answers. */
export interface NodeInvokeResult extends NodeRef {
  /** The id of the `node.invoke.request`. */
  readonly id: string
  readonly ok: boolean
  readonly payload?: Json
  readonly payloadJSON?: string | null
  readonly error?: NodeFailure | null
}

/** Parameters of `node.event`: what a node tells. */
export interface NodeEvent {
  readonly event: string
  readonly payload?: Json
  readonly payloadJSON?: string | null
}

/** Result of a method that was done and has nothing to say. */
export interface Done {
  readonly ok: true
  /** Nobody waits for it any more. */
  readonly ignored?: boolean
}

/** Result of `skills.bins`. */
export interface SkillBins {
  readonly bins: readonly string[]
}
