import { CLOSES } from '@openclaw/pairing-protocol'
import { end, type Peer } from '../peer.ts'

/** The nodes that are connected, one connection each. */
export interface NodeRegistry {
  readonly get: (nodeId: string) => Peer | undefined
  /** Takes the place of an older connection of the same node, which is ended. */
  readonly enter: (nodeId: string, peer: Peer) => void
  /** Removes this connection, never the one that took its place. */
  readonly leave: (nodeId: string, peer: Peer) => void
  readonly peers: () => Iterable<Peer>
}

/** Nobody yet. */
export function nodeRegistry(): NodeRegistry {
  const byId = new Map<string, Peer>()
  return {
    get: (nodeId) => byId.get(nodeId),
    enter: (nodeId, peer) => {
      const older = byId.get(nodeId)
      byId.set(nodeId, peer)
      if (older === undefined || older === peer) return
      end(older, 'replaced', CLOSES.replaced)
    },
    leave: (nodeId, peer) => {
      if (byId.get(nodeId) === peer) byId.delete(nodeId)
    },
    peers: () => byId.values(),
  }
}
