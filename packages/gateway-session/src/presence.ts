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
  /** Somebody came or went at another gateway. */
  readonly changed: () => void
  /** The gateway itself first, then the newest, those at other gateways among them. */
  readonly list: () => readonly PresenceEntry[]
  /** Those of this gateway, for the others. */
  readonly own: () => readonly Listed[]
}

/** Who is here, or was. */
export interface Listed {
  /** Whose entry it is, at whichever gateway. */
  readonly key: string
  readonly entry: PresenceEntry
  /** False for who left. */
  readonly isHere: boolean
}

interface Here {
  readonly entry: PresenceEntry
  /** Connections. */
  readonly count: number
}

/** One-off commands come and go by the second: nobody needs to see them. */
const UNTRACKED_MODE = 'cli'

/**
 * Lists clients by device, else by instance, else by connection; at most {@link MAX_PRESENCE}.
 *
 * @param elsewhere - those of other gateways
 */
export function presence(
  clock: Clock,
  gatewayVersion: string,
  elsewhere: () => readonly Listed[],
): Presence {
  const lists: Lists = { here: new Map(), gone: new Map() }
  let version = 0

  const changed = () => {
    version += 1
    trim(lists, clock.now())
  }
  const own = () => {
    trim(lists, clock.now())
    return listedIn(lists)
  }

  return {
    version: () => version,
    arrived: (peer) => {
      const entry = entryOf(peer, 'connect', clock.now())
      if (entry === undefined) return
      arrive(lists, keyOf(peer), entry)
      changed()
    },
    left: (peer) => {
      const entry = entryOf(peer, 'disconnect', clock.now())
      if (entry !== undefined && leave(lists, keyOf(peer), entry)) changed()
    },
    changed: () => {
      version += 1
    },
    list: () => {
      const now = clock.now()
      const all = together([...elsewhere().filter((each) => isListed(each, now)), ...own()])
      const newest = all.sort((a, b) => b.ts - a.ts).slice(0, MAX_PRESENCE - 1)
      return [selfEntry(gatewayVersion, now), ...newest]
    },
    own,
  }
}

function listedIn({ here, gone }: Lists): readonly Listed[] {
  const left = [...gone].map(([key, entry]) => ({ key, entry, isHere: false }))
  return [...left, ...[...here].map(([key, { entry }]) => ({ key, entry, isHere: true }))]
}

function isListed({ entry, isHere }: Listed, now: number): boolean {
  return isHere || Math.abs(now - entry.ts) <= PRESENCE_TTL_MS
}

/** Whoever is at one gateway has not left, and of two entries the newer counts. */
function together(all: readonly Listed[]): PresenceEntry[] {
  const byKey = new Map<string, Listed>()
  for (const each of all) {
    const known = byKey.get(each.key)
    const isBetter = known?.isHere === each.isHere && each.entry.ts >= known.entry.ts
    if (known === undefined || isBetter || (each.isHere && !known.isHere)) byKey.set(each.key, each)
  }
  return [...byKey.values()].map(({ entry }) => entry)
}

interface Lists {
  readonly here: Map<string, Here>
  readonly gone: Map<string, PresenceEntry>
}

function arrive({ here, gone }: Lists, key: string, entry: PresenceEntry): void {
  const count = (here.get(key)?.count ?? 0) + 1
  gone.delete(key)
  here.delete(key)
  here.set(key, { entry, count })
}

/** False while another connection of the same is there. */
function leave({ here, gone }: Lists, key: string, entry: PresenceEntry): boolean {
  const known = here.get(key)
  if (known !== undefined && known.count > 1) {
    here.set(key, { ...known, count: known.count - 1 })
    return false
  }
  here.delete(key)
  gone.delete(key)
  gone.set(key, entry)
  return true
}

/** Those who left go first, by age; each map is in the order of its last changes. */
function trim({ here, gone }: Lists, now: number): void {
  for (const [key, { ts }] of gone) {
    if (Math.abs(now - ts) <= PRESENCE_TTL_MS && here.size + gone.size < MAX_PRESENCE) break
    gone.delete(key)
  }
  for (const key of here.keys()) {
    if (here.size + gone.size < MAX_PRESENCE) break
    here.delete(key)
  }
}

/** Nobody takes the entry of a device by calling themselves like it. */
function keyOf({ identity, connId }: Peer): string {
  const { device, client } = identity ?? {}
  if (device !== undefined) return `device:${device.deviceId.toLowerCase()}`
  if (client?.instanceId !== undefined) return `instance:${client.instanceId.toLowerCase()}`
  return `conn:${connId}`
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
