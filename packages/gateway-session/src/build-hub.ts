import { attempts } from './attempts.ts'
import { backlog } from './backlog.ts'
import { coalesced } from './coalesced.ts'
import { openElsewhere } from './elsewhere/open.ts'
import { type FanOut, fanOut } from './fan-out.ts'
import { counter } from './figures.ts'
import { halfOpen } from './half-open.ts'
import type { Hub } from './hub.ts'
import { CAPS, PRESENCE_INTERVAL_MS } from './limits.ts'
import { live } from './live.ts'
import { pendingInvokes } from './nodes/pending.ts'
import { nodeRegistry } from './nodes/registry.ts'
import { replays } from './nodes/replays.ts'
import { type Desk, endSlow, type Peer } from './peer.ts'
import type { Cancel, SessionComponents, SessionOptions } from './ports.ts'
import { presence } from './presence.ts'
import { recheck } from './recheck.ts'
import { shown } from './shown.ts'
import { standings } from './standings.ts'
import { work } from './work.ts'

/** What all connections share, and what each needs of it. */
export interface Gateway {
  readonly hub: Hub
  readonly desk: Desk
  /** Takes back what was to be told later. */
  readonly stopTelling: Cancel
}

/** Puts the shared part together. Starts no timer before somebody connects. */
export function buildHub(given: SessionComponents, options: SessionOptions): Gateway {
  const { clock, timers } = given
  const components = { ...given, onNotice: quiet(given.onNotice) }
  const caps = { ...CAPS, ...options.caps }
  const counts = counter()
  const admitted = live()
  const who = presence(clock, options.version, () => elsewhere?.listed() ?? [])
  let healthVersion = 0
  const stateVersion = () => ({ presence: who.version(), health: healthVersion })
  const stands = standings({
    devices: given.devices,
    timers,
    onStale: (error) => components.onNotice({ what: 'failed', connId: '', error }),
    onFresh: () => {
      later.soon()
      hub.recheck()
    },
  })
  const told = fanOut({
    peers: admitted.peers,
    counter: counts,
    stateVersion,
    standings: stands,
    timers,
  })
  const events: FanOut = {
    publish: (event, payload) => {
      if (event === 'health') healthVersion += 1
      told.publish(event, payload)
    },
    finish: told.finish,
  }
  const later = coalesced(timers, PRESENCE_INTERVAL_MS, () =>
    events.publish('presence', () => ({ presence: who.list() })),
  )
  const shared = {
    components,
    options,
    caps,
    startedAt: clock.now(),
    attempts: attempts(clock, {
      failed: (kind, limitKey) => elsewhere?.failed(kind, limitKey),
      locked: (kind, limitKey, at) => elsewhere?.locked(kind, limitKey, at),
    }),
    counter: counts,
    halfOpen: halfOpen(caps, clock),
    live: admitted,
    nodes: nodeRegistry(),
    pending: pendingInvokes(timers),
    replays: replays(clock),
    presence: who,
    shown: shown(),
    standings: stands,
    work: work(),
    events,
    stateVersion,
  }
  const { replicas } = given
  const onCrowd = (): void => {
    who.changed()
    later.soon()
  }
  const elsewhere = replicas && openElsewhere({ replicas, shared, onCrowd })
  const hub: Hub = {
    ...shared,
    elsewhere,
    entered: (peer, by) => {
      counts.admitted(by)
      later.soon()
      noticeAdmitted(shared.components, peer, by)
    },
    recheck: (deviceId) => recheck(admitted.peers(), stands, deviceId),
  }
  elsewhere?.start(hub)
  const stopTelling = (): void => {
    later.stop()
    stands.stop()
  }
  return { hub, desk: desk(hub, later.soon), stopTelling }
}

type Notice = NonNullable<SessionComponents['onNotice']>

/** A log that fails must not decide who is connected. */
function quiet(onNotice: Notice | undefined): Notice {
  return (notice) => {
    try {
      onNotice?.(notice)
    } catch {
      // There is nowhere left to say it.
    }
  }
}

function noticeAdmitted(
  { onNotice }: SessionComponents,
  { connId, connection, identity }: Peer,
  by: Parameters<Hub['entered']>[1],
): void {
  if (identity === undefined) return
  const { role, scopes, device, client } = identity
  onNotice?.({
    what: 'admitted',
    connId,
    address: connection.facts.address,
    role,
    scopes,
    deviceId: device?.deviceId,
    client: `${client.id} (${client.mode})`,
    by,
  })
}

function desk(hub: Hub, presenceChanged: () => void): Desk {
  const about = ({ connId, connection, identity, signedBy }: Peer) => ({
    connId,
    address: connection.facts.address,
    deviceId: identity?.device?.deviceId ?? signedBy,
  })
  return {
    caps: hub.caps,
    backlog: backlog(hub.caps.maxBufferedTotalBytes, endSlow),
    left: (peer) => {
      hub.halfOpen.leave(peer)
      if (!hub.live.leave(peer)) return
      const nodeId = peer.identity?.device?.deviceId
      if (nodeId !== undefined) hub.nodes.leave(nodeId, peer)
      hub.pending.dropNode(peer)
      hub.elsewhere?.left(peer)
      hub.presence.left(peer)
      presenceChanged()
    },
    refused: (peer, because) => {
      hub.counter.refused(because)
      const { setup } = peer
      hub.components.onNotice?.({ what: 'refused', ...about(peer), because, setup })
    },
    failed: ({ connId }, error) => hub.components.onNotice?.({ what: 'failed', connId, error }),
    closed: (peer, because) => {
      hub.counter.closed(because)
      hub.components.onNotice?.({ what: 'closed', ...about(peer), because })
    },
  }
}
