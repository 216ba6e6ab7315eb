import type { Replicas } from '@openclaw/pairing-contracts'
import { coalesced } from '../coalesced.ts'
import type { Hub } from '../hub.ts'
import { NOTED_MS, PRESENCE_INTERVAL_MS } from '../limits.ts'
import type { Peer } from '../peer.ts'
import type { Cancel } from '../ports.ts'
import { crowd } from './crowd.ts'
import type { Elsewhere } from './elsewhere.ts'
import { guesses } from './guesses.ts'
import { passOn } from './pass-on.ts'
import { inquire, passing } from './passing.ts'
import { roster } from './roster.ts'
import { serve } from './serve.ts'
import { where } from './where.ts'

/** What {@link openElsewhere} needs. */
export interface ElsewhereParts {
  readonly replicas: Replicas
  readonly shared: Pick<
    Hub,
    'components' | 'options' | 'attempts' | 'live' | 'presence' | 'replays'
  >
  /** Somebody came or went at another gateway. */
  readonly onCrowd: () => void
}

/** The other gateways, and what begins to answer them once the rest is built. */
export interface OpenedElsewhere extends Elsewhere {
  readonly start: (hub: Hub) => void
}

/** Notes who is here, and looks at what others note. */
export function openElsewhere({ replicas, shared, onCrowd }: ElsewhereParts): OpenedElsewhere {
  const { clock, timers } = shared.components
  const nodes = roster({ replicas, clock })
  const people = crowd({ ...shared, replicas })
  const told = guesses({ ...shared, replicas, timers })
  const asked = where({ replicas, timers })
  const passed = passing(replicas)
  const noting = coalesced(timers, PRESENCE_INTERVAL_MS, people.note)
  const looking = coalesced(timers, NOTED_MS, () => {
    nodes.review()
    told.review()
    if (people.review()) onCrowd()
  })
  const ends: Cancel[] = [noting.stop, looking.stop, nodes.stop, people.stop, told.stop]
  return {
    start: (hub) => {
      ends.push(serve(hub, replicas), replicas.onNoted(looking.soon))
      looking.soon()
    },
    nodes: () => new Map([...nodes.all()].map(([nodeId, { entry }]) => [nodeId, entry])),
    devices: () => [...people.devices(), ...nodes.all().keys()],
    listed: people.listed,
    arrived: (peer) => {
      const nodeId = nodeOf(peer)
      if (nodeId !== undefined) nodes.enter(nodeId, peer)
      noting.soon()
    },
    left: (peer) => {
      const nodeId = nodeOf(peer)
      if (nodeId !== undefined) nodes.leave(nodeId, peer)
      noting.soon()
    },
    failed: told.failed,
    locked: told.locked,
    find: async (nodeId) => nodes.all().get(nodeId)?.replica ?? asked(nodeId),
    invoke: (order, to) => passOn({ shared, nodes, passed, asked }, order, to),
    inquire: (order) => inquire(replicas, order),
    drop: passed.drop,
    stop: () => {
      for (const stop of ends) stop()
    },
  }
}

function nodeOf({ identity }: Peer): string | undefined {
  return identity?.role === 'node' ? identity.device?.deviceId : undefined
}
