import type { Clock } from '@openclaw/pairing-contracts'
import type { PresenceEntry } from '@openclaw/pairing-protocol'
import { MAX_PRESENCE, PRESENCE_TTL_MS } from './limits.ts'
import type { Peer } from './peer.ts'

/** Who is here, and who left a short while ago. */
export interface Presence {
  /** Counts changes. */
  readonly version: () => number
  readonly arrived: (peer: Peer) => void
  readonly left: (peer: Peer) => void
  /** The gateway itself first, then the newest. */
  readonly list: () => readonly PresenceEntry[]
}

interface Listed {
  readonly entry: PresenceEntry
  readonly live: number
}

/** One-off commands come and go by the second: nobody needs to see them. */
const UNTRACKED_MODE = 'cli'

/** Lists clients by device, else by instance, else by connection; at most {@link MAX_PRESENCE}. */
export function presence(clock: Clock, gatewayVersion: string): Presence {
  const listed = new Map<string, Listed>()
  let version = 0

  const put = (peer: Peer, reason: 'connect' | 'disconnect', by: 1 | -1) => {
    const entry = entryOf(peer, reason, clock.now())
    if (entry === undefined) return
    const key = keyOf(peer)
    const live = Math.max(0, (listed.get(key)?.live ?? 0) + by)
    const stays = reason === 'disconnect' && live > 0
    const shown = stays ? (listed.get(key)?.entry ?? entry) : entry
    listed.delete(key)
    listed.set(key, { entry: shown, live })
    version += 1
    trim(listed, clock.now())
  }

  return {
    version: () => version,
    arrived: (peer) => put(peer, 'connect', 1),
    left: (peer) => put(peer, 'disconnect', -1),
    list: () => {
      const now = clock.now()
      trim(listed, now)
      const others = [...listed.values()].map(({ entry }) => entry).reverse()
      return [selfEntry(gatewayVersion, now), ...others]
    },
  }
}

/** Those who left go first, by age; the map is in the order of their last change. */
function trim(listed: Map<string, Listed>, now: number): void {
  for (const [key, { entry, live }] of listed) {
    if (live === 0 && Math.abs(now - entry.ts) > PRESENCE_TTL_MS) listed.delete(key)
  }
  for (const isSpare of [({ live }: Listed) => live === 0, () => true]) {
    for (const [key, each] of listed) {
      if (listed.size < MAX_PRESENCE) return
      if (isSpare(each)) listed.delete(key)
    }
  }
}

function keyOf(peer: Peer): string {
  const { identity, connId } = peer
  return (identity?.device?.deviceId ?? identity?.client.instanceId ?? connId).toLowerCase()
}

function entryOf(peer: Peer, reason: string, ts: number): PresenceEntry | undefined {
  const { identity, connection } = peer
  if (identity === undefined || identity.client.mode === UNTRACKED_MODE) return undefined
  const { client, device, role, scopes, name } = identity
  const host = name ?? client.displayName ?? client.id
  return {
    host,
    ...(connection.facts.address === undefined ? {} : { ip: connection.facts.address }),
    version: client.version,
    platform: client.platform,
    ...(client.deviceFamily === undefined ? {} : { deviceFamily: client.deviceFamily }),
    ...(client.modelIdentifier === undefined ? {} : { modelIdentifier: client.modelIdentifier }),
    mode: client.mode,
    reason,
    text: `Node: ${host} · mode ${client.mode}`,
    ts,
    ...(device === undefined ? {} : { deviceId: device.deviceId }),
    ...(client.instanceId === undefined ? {} : { instanceId: client.instanceId }),
    roles: [role],
    scopes,
  }
}

function selfEntry(version: string, ts: number): PresenceEntry {
  const text = `Gateway · app ${version} · mode gateway · reason self`
  return { version, mode: 'gateway', reason: 'self', text, ts }
}
