import type { Clock } from '@openclaw/pairing-contracts'
import { HALF_OPEN_GRACE_MS, type SessionCaps } from './limits.ts'
import type { Peer } from './peer.ts'

/** The connections that were not admitted yet. */
export interface HalfOpen {
  /**
   * Makes room for one more: where there is none, the one that has been silent for longest has to go.
   *
   * @returns who has to go, `'full'` when everybody is being decided about or has only just come, `undefined` when there is
   * room
   */
  readonly room: (limitKey: string) => Peer | 'full' | undefined
  readonly enter: (peer: Peer) => void
  /** It said `connect`: it is no longer one of the silent. */
  readonly spoke: (peer: Peer) => void
  readonly leave: (peer: Peer) => void
  readonly peers: () => Iterable<Peer>
  readonly size: () => number
}

/** Who is silent, and since when. */
type Silent = Map<Peer, number>

interface Address {
  readonly silent: Silent
  count: number
}

/** Counts them per address and in all. Silent sockets make way for new ones, so they keep nobody out. */
export function halfOpen(caps: SessionCaps, clock: Clock): HalfOpen {
  const all = new Set<Peer>()
  const silent: Silent = new Map()
  const byAddress = new Map<string, Address>()
  const keyOf = (peer: Peer) => peer.connection.facts.limitKey
  const longest = (among: Silent): Peer | 'full' => {
    const [peer, since = 0] = first(among) ?? []
    if (peer === undefined) return 'full'
    // Whoever has just come may be about to speak: a crowd must not push out itself. The clock may go back a little.
    return Math.abs(clock.now() - since) < HALF_OPEN_GRACE_MS ? 'full' : peer
  }

  return {
    room: (limitKey) => {
      const address = byAddress.get(limitKey)
      if (address !== undefined && address.count >= caps.maxHalfOpenPerAddress) {
        return longest(address.silent)
      }
      return all.size >= caps.maxHalfOpen ? longest(silent) : undefined
    },
    enter: (peer) => {
      const address = byAddress.get(keyOf(peer)) ?? { silent: new Map(), count: 0 }
      byAddress.set(keyOf(peer), address)
      address.count += 1
      all.add(peer)
      for (const each of [silent, address.silent]) each.set(peer, clock.now())
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

function first<T>(each: Iterable<T>): T | undefined {
  for (const one of each) return one
  return undefined
}
