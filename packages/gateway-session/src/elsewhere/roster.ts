import type { Clock, Json, JsonObject, ReplicaId, Replicas } from '@openclaw/pairing-contracts'
import { CLOSES, type NodeEntry } from '@openclaw/pairing-protocol'
import { MAX_NOTED_PATH } from '../limits.ts'
import { liveEntry } from '../methods/node-view.ts'
import { end, type Peer } from '../peer.ts'
import { isObject } from './words.ts'

/** A node that another gateway has. */
export interface NodeElsewhere {
  readonly replica: ReplicaId
  readonly stamp: number
  readonly entry: NodeEntry
}

/** Which nodes are where. */
export interface Roster {
  readonly enter: (nodeId: string, peer: Peer) => void
  /** Takes back this connection, never the one that took its place. */
  readonly leave: (nodeId: string, peer: Peer) => void
  readonly all: () => ReadonlyMap<string, NodeElsewhere>
  /** Reads what others noted, and ends connections of which there is a newer one elsewhere. */
  readonly review: () => void
  readonly stop: () => void
}

interface Own {
  readonly peer: Peer
  readonly stamp: number
}

const PREFIX = 'node/'

/**
 * Each connection of a node has a stamp: the time, but later than that of any other connection of this node that is known. Of two,
 * the higher stamp stays, and of equal ones that of the greater id of a gateway: both gateways see it alike, so that exactly one is
 * ended, however their clocks go.
 */
export function roster({
  replicas,
  clock,
}: {
  readonly replicas: Replicas
  readonly clock: Clock
}): Roster {
  const own = new Map<string, Own>()
  let others: ReadonlyMap<string, NodeElsewhere> = new Map()

  return {
    enter: (nodeId, peer) => {
      const before = Math.max(own.get(nodeId)?.stamp ?? 0, others.get(nodeId)?.stamp ?? 0)
      const stamp = Math.max(clock.now(), before + 1)
      own.set(nodeId, { peer, stamp })
      replicas.note(PREFIX + nodeId, noteOf(stamp, liveEntry(nodeId, peer)))
    },
    leave: (nodeId, peer) => {
      if (own.get(nodeId)?.peer !== peer) return
      own.delete(nodeId)
      replicas.note(PREFIX + nodeId, undefined)
    },
    all: () => others,
    review: () => {
      others = read(replicas)
      for (const [nodeId, { peer, stamp }] of [...own]) {
        const other = others.get(nodeId)
        if (other !== undefined && isNewer(other, { stamp, replica: replicas.id })) {
          end(peer, 'replaced', CLOSES.replaced)
        }
      }
    },
    stop: () => {
      for (const nodeId of own.keys()) replicas.note(PREFIX + nodeId, undefined)
      own.clear()
    },
  }
}

type Stamped = Pick<NodeElsewhere, 'stamp' | 'replica'>

function isNewer(one: Stamped, other: Stamped): boolean {
  return one.stamp === other.stamp ? one.replica > other.replica : one.stamp > other.stamp
}

/** A search path may be long, and is nothing that another gateway needs. */
function noteOf(stamp: number, { pathEnv, ...entry }: NodeEntry): Json {
  const isShort = pathEnv !== undefined && pathEnv.length <= MAX_NOTED_PATH
  return { stamp, entry: { ...entry, ...(isShort ? { pathEnv } : {}) } as unknown as JsonObject }
}

function read(replicas: Replicas): ReadonlyMap<string, NodeElsewhere> {
  const found = new Map<string, NodeElsewhere>()
  for (const { replica, key, value } of replicas.noted(PREFIX)) {
    const nodeId = key.slice(PREFIX.length)
    if (!isObject(value)) continue
    const { stamp, entry } = value
    if (typeof stamp !== 'number' || !isObject(entry ?? null)) continue
    const note = {
      replica,
      stamp,
      entry: { ...(entry as unknown as NodeEntry), nodeId, connected: true },
    }
    const known = found.get(nodeId)
    if (known === undefined || isNewer(note, known)) found.set(nodeId, note)
  }
  return found
}
