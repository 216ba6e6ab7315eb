import type { KnownDevice } from '@openclaw/device-pairing'
import type { NodeEntry } from '@openclaw/pairing-protocol'
import type { Peer } from '../peer.ts'

/** Every node: those that are connected first, then by name. */
export function nodeEntries(
  known: readonly KnownDevice[],
  connected: ReadonlyMap<string, NodeEntry>,
): readonly NodeEntry[] {
  const nodes = known.filter(({ grants }) =>
    grants.some(({ role, revokedAt }) => role === 'node' && revokedAt === undefined),
  )
  const paired = new Set(nodes.map(({ deviceId }) => deviceId))
  const others = [...connected].filter(([nodeId]) => !paired.has(nodeId))
  return [
    ...nodes.map((device) => pairedEntry(device, connected.get(device.deviceId))),
    ...others.map(([, live]) => ({ ...live, paired: false })),
  ].sort(byPresence)
}

function byPresence(one: NodeEntry, other: NodeEntry): number {
  if (one.connected !== other.connected) return one.connected ? -1 : 1
  const name = ({ displayName, nodeId }: NodeEntry) => (displayName ?? nodeId).toLowerCase()
  return name(one).localeCompare(name(other)) || one.nodeId.localeCompare(other.nodeId)
}

function pairedEntry(device: KnownDevice, live: NodeEntry | undefined): NodeEntry {
  const { deviceId, description, address, label } = device
  const { displayName, platform, version, deviceFamily, modelIdentifier } = description
  const name = label ?? displayName
  return {
    nodeId: deviceId,
    ...(platform === undefined ? {} : { platform }),
    ...(version === undefined ? {} : { version }),
    ...(deviceFamily === undefined ? {} : { deviceFamily }),
    ...(modelIdentifier === undefined ? {} : { modelIdentifier }),
    ...(address === undefined ? {} : { remoteIp: address }),
    caps: [],
    commands: [],
    ...(live ?? { connected: false }),
    ...(name === undefined ? {} : { displayName: name }),
    ...(label === undefined ? {} : { label }),
    paired: true,
  }
}

/** A node that is connected, as it says of itself. */
export function liveEntry(nodeId: string, { identity, connection }: Peer): NodeEntry {
  const { address } = connection.facts
  if (identity === undefined) return { nodeId, connected: true }
  const { client, node, connectedAt } = identity
  const name = identity.name ?? client.displayName
  return {
    nodeId,
    ...(name === undefined ? {} : { displayName: name }),
    platform: client.platform,
    version: client.version,
    ...(client.deviceFamily === undefined ? {} : { deviceFamily: client.deviceFamily }),
    ...(client.modelIdentifier === undefined ? {} : { modelIdentifier: client.modelIdentifier }),
    ...(address === undefined ? {} : { remoteIp: address }),
    caps: node?.caps ?? [],
    commands: node?.commands ?? [],
    ...(node?.pathEnv === undefined ? {} : { pathEnv: node.pathEnv }),
    ...(node?.permissions === undefined ? {} : { permissions: node.permissions }),
    connectedAtMs: connectedAt,
    connected: true,
  }
}
