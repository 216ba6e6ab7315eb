import { isLocal } from './facts.ts'
import type { Peer } from './peer.ts'
import type { ConnectionFacts } from './ports.ts'

/** The connections that were admitted. */
export interface Live {
  readonly peers: () => Iterable<Peer>
  readonly count: (role: 'operator' | 'node') => number
  /** How many its device has; those without one are counted by address. */
  readonly siblings: (owner: string) => number
  readonly enter: (peer: Peer) => void
  /** False when it was not in. */
  readonly leave: (peer: Peer) => boolean
}

/** Whose connection it is, for {@link Live.siblings}. Others of its address take no place from the owner's own programs. */
export function ownerOf(deviceId: string | undefined, facts: ConnectionFacts): string {
  if (deviceId !== undefined) return `device ${deviceId}`
  return isLocal(facts) ? 'owner' : `address ${facts.limitKey}`
}

/** Nobody yet. */
export function live(): Live {
  const peers = new Set<Peer>()
  const owners = new Map<string, number>()
  const roles = { operator: 0, node: 0 }
  const add = (peer: Peer, by: 1 | -1) => {
    const owner = ownerOf(peer.identity?.device?.deviceId, peer.connection.facts)
    const count = (owners.get(owner) ?? 0) + by
    if (count === 0) owners.delete(owner)
    else owners.set(owner, count)
    roles[peer.identity?.role ?? 'operator'] += by
  }
  return {
    peers: () => peers,
    count: (role) => roles[role],
    siblings: (owner) => owners.get(owner) ?? 0,
    enter: (peer) => {
      peers.add(peer)
      add(peer, 1)
    },
    leave: (peer) => {
      if (!peers.delete(peer)) return false
      add(peer, -1)
      return true
    },
  }
}
