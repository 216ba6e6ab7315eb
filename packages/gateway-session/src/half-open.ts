import type { SessionCaps } from './limits.ts'
import type { Peer } from './peer.ts'

/** The connections that were not admitted yet. */
export interface HalfOpen {
  /**
   * Makes room for one more: where there is none, the one that has been silent for longest has to go.
   *
   * @returns who has to go, `'full'` when everybody is being decided about, `undefined` when there is room
   */
  readonly room: (limitKey: string) => Peer | 'full' | undefined
  readonly enter: (peer: Peer) => void
  /** It said `connect`: it is no longer one of the silent. */
  readonly spoke: (peer: Peer) => void
  readonly leave: (peer: Peer) => void
  readonly peers: () => Iterable<Peer>
  readonly size: () => number
}

interface Address {
  readonly silent: Set<Peer>
  count: number
}

/** Counts them per address and in all. Silent sockets make way for new ones, so they keep nobody out. */
export function halfOpen(caps: SessionCaps): HalfOpen {
  const all = new Set<Peer>()
  const silent = new Set<Peer>()
  const byAddress = new Map<string, Address>()
  const keyOf = (peer: Peer) => peer.connection.facts.limitKey

  return {
    room: (limitKey) => {
      const address = byAddress.get(limitKey)
      if (address !== undefined && address.count >= caps.maxHalfOpenPerAddress) {
        return first(address.silent) ?? 'full'
      }
      return all.size >= caps.maxHalfOpen ? (first(silent) ?? 'full') : undefined
    },
    enter: (peer) => {
      const address = byAddress.get(keyOf(peer)) ?? { silent: new Set(), count: 0 }
      byAddress.set(keyOf(peer), address)
      address.count += 1
      for (const set of [all, silent, address.silent]) set.add(peer)
    },
    spoke: (peer) => {
      silent.delete(peer)
      byAddress.get(keyOf(peer))?.silent.delete(peer)
    },
    leave: (peer) => {
      if (!all.delete(peer)) return
      silent.delete(peer)
      const address = byAddress.get(keyOf(peer))
      if (address === undefined) return
      address.silent.delete(peer)
      address.count -= 1
      if (address.count === 0) byAddress.delete(keyOf(peer))
    },
    peers: () => all,
    size: () => all.size,
  }
}

function first(peers: ReadonlySet<Peer>): Peer | undefined {
  for (const peer of peers) return peer
  return undefined
}
