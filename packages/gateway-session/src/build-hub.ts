import { attempts } from './attempts.ts'
import { backlog } from './backlog.ts'
import { coalesced } from './coalesced.ts'
import type { Elsewhere } from './elsewhere/elsewhere.ts'
import { type OpenedElsewhere, openElsewhere } from './elsewhere/open.ts'
import { type FanOut, type FanOutParts, fanOut } from './fan-out.ts'
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
  const { timers, replicas } = given
  // What is made first tells what is made last; nothing is told before all is there.
  let elsewhere: OpenedElsewhere | undefined
  const components = { ...given, onNotice: quiet(given.onNotice) }
  const shared = sharedParts({
    components,
    options,
    elsewhere: () => elsewhere,
    onFresh: () => {
      later.soon()
      recheckAll(hub)
    },
  })
  const { presence: who, standings: stands } = shared
  const later = coalesced(timers, PRESENCE_INTERVAL_MS, () =>
    shared.events.publish('presence', () => ({ presence: who.list() })),
  )
  const onCrowd = (): void => {
    who.changed()
    later.soon()
  }
  if (replicas !== undefined) elsewhere = openElsewhere({ replicas, shared, onCrowd })
  const hub: Hub = {
    ...shared,
    elsewhere,
    entered: (peer, by) => {
      shared.counter.admitted(by)
      later.soon()
      noticeAdmitted(components, peer, by)
    },
    recheck: (deviceId) => recheck(shared.live.peers(), stands, deviceId),
  }
  elsewhere?.start(hub)
  const stopTelling = (): void => {
    later.stop()
    stands.stop()
  }
  return { hub, desk: desk(hub, later.soon), stopTelling }
}

/** The store could just say it; where it cannot again, this is made up for once more. */
function recheckAll(hub: Hub): void {
  try {
    hub.recheck()
  } catch (error) {
    hub.components.onNotice?.({ what: 'failed', connId: '', error })
  }
}

interface SharedGiven {
  readonly components: SessionComponents & { readonly onNotice: Notice }
  readonly options: SessionOptions
  readonly elsewhere: () => Elsewhere | undefined
  readonly onFresh: () => void
}

type Shared = Omit<Hub, 'elsewhere' | 'entered' | 'recheck'>

function sharedParts({ components, options, elsewhere, onFresh }: SharedGiven): Shared {
  const { clock, timers, devices, onNotice } = components
  const caps = { ...CAPS, ...options.caps }
  const counts = counter()
  const admitted = live()
  const who = presence(clock, options.version, () => elsewhere()?.listed() ?? [])
  const onStale = (error: unknown): void => onNotice({ what: 'failed', connId: '', error })
  const stands = standings({ devices, timers, onStale, onFresh })
  const told = telling({
    presenceVersion: who.version,
    parts: { peers: admitted.peers, counter: counts, standings: stands, timers },
  })
  return {
    components,
    options,
    caps,
    startedAt: clock.now(),
    attempts: attempts(clock, {
      failed: (kind, limitKey) => elsewhere()?.failed(kind, limitKey),
      locked: (kind, limitKey, at) => elsewhere()?.locked(kind, limitKey, at),
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
    ...told,
  }
}

/** Tells events, and counts the states of health that were told. */
function telling({
  presenceVersion,
  parts,
}: {
  readonly presenceVersion: () => number
  readonly parts: Omit<FanOutParts, 'stateVersion'>
}): Pick<Hub, 'events' | 'stateVersion'> {
  let healthVersion = 0
  const stateVersion = () => ({ presence: presenceVersion(), health: healthVersion })
  const { publish, finish } = fanOut({ ...parts, stateVersion })
  const events: FanOut = {
    publish: (event, payload) => {
      if (event === 'health') healthVersion += 1
      publish(event, payload)
    },
    finish,
  }
  return { events, stateVersion }
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
