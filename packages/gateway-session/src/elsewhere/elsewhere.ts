import type { ReplicaId } from '@openclaw/pairing-contracts'
import type { NodeEntry } from '@openclaw/pairing-protocol'
import type { Order } from '../nodes/order.ts'
import type { Called } from '../nodes/replays.ts'
import type { Peer } from '../peer.ts'
import type { Cancel } from '../ports.ts'
import type { Listed } from '../presence.ts'
import type { CredentialClass } from '../watched.ts'

/** The other gateways of the same store, as far as sessions need them. */
export interface Elsewhere {
  /** The nodes that others have. */
  readonly nodes: () => ReadonlyMap<string, NodeEntry>
  /** The devices that are connected to others. */
  readonly devices: () => Iterable<string>
  /** Who is at others, or was. */
  readonly listed: () => readonly Listed[]
  /** Somebody was admitted. */
  readonly arrived: (peer: Peer) => void
  /** Somebody left. */
  readonly left: (peer: Peer) => void
  /** A wrong secret was shown. */
  readonly failed: (kind: CredentialClass, limitKey: string) => void
  /** An address is locked. */
  readonly locked: (kind: CredentialClass, limitKey: string, at: number) => void
  /** Which one has a node: as it is noted, else all are asked. */
  readonly find: (nodeId: string) => Promise<ReplicaId | undefined>
  /** Has another gateway make a call. */
  readonly invoke: (order: Order, to: ReplicaId) => Promise<Called>
  /** What became of a call that another gateway made; `undefined` when none knows it. Never rejects. */
  readonly inquire: (order: Order) => Promise<Called | undefined>
  /** Ends the waiting for others; they go on. */
  readonly drop: Cancel
  /** Takes back what was noted, and answers nobody any more. */
  readonly stop: Cancel
}
