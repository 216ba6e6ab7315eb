import type { Devices, NodePairing } from '@openclaw/pairing/node'
import type { GatewayConfig } from '@openclaw/pairing-config'
import type { Actor } from '@openclaw/pairing-contracts'
import type { Call } from '../args/types.ts'
import type { GatewayRuns } from '../people/gateway-runs.ts'
import { assertSameStore } from '../people/same-store.ts'
import {
  closing,
  LOOKER,
  type SessionMode,
  stateOf,
  warnPlace,
  withWaiting,
} from '../people/session.ts'
import { warnConfig } from '../people/warnings.ts'
import { remoteUrl } from '../remote/options.ts'
import type { DeviceDoor, LegacyDoor } from './door.ts'

/** Where one command about devices works: on the state directory, or with a gateway elsewhere. */
export interface DeviceSession {
  readonly devices: DeviceDoor
  readonly legacyNodes: LegacyDoor
  /** Whoever owns the state directory. */
  readonly actor: Actor
  readonly now: () => number
  /** Whether a gateway runs that lets in who was approved. */
  readonly gatewayRuns: () => Promise<GatewayRuns>
  /** Which commands nodes may be asked besides or except those of their platform; `undefined` where that is not told. */
  readonly nodePolicy: GatewayConfig['nodes'] | undefined
}

/** What a list of devices is made of. */
export interface DeviceListSession {
  readonly devices: Pick<DeviceDoor, 'list'>
  readonly legacyNodes: Pick<LegacyDoor, 'list'>
  /** Whoever looks. */
  readonly actor: Actor
}

/** Opens the state with the door for devices, or the gateway that `--url` names, works on it, and closes it. */
export async function withDevices<R>(
  call: Call,
  mode: SessionMode,
  work: (session: DeviceSession) => Promise<R>,
): Promise<R> {
  const url = remoteUrl(call)
  if (url !== undefined) return withGateway(call, url, work)
  return withWaiting(call, mode, async ({ pairing, config, actor }) =>
    work(sessionOn(call, { devices: pairing.devices(), config, actor })),
  )
}

/** As {@link withDevices}, for a list that is shown and forgotten. */
export async function withDeviceLists<R>(
  call: Call,
  work: (session: DeviceListSession) => Promise<R>,
): Promise<R> {
  const url = remoteUrl(call)
  if (url !== undefined) return withGateway(call, url, work)
  await assertSameStore(call)
  const { readDevices } = await import('./read.ts')
  const state = await readDevices(stateOf(call, 'waiting'))
  warnConfig(call, state.config())
  await warnPlace(call, state)
  const { pairing, legacyNodes } = state.devices
  return closing(call, state, () => work({ devices: pairing, legacyNodes, actor: LOOKER }))
}

async function withGateway<R>(
  call: Call,
  url: string,
  work: (session: DeviceSession) => Promise<R>,
): Promise<R> {
  const { withRemoteDevices } = await import('../remote/devices.ts')
  return withRemoteDevices(call, url, work)
}

interface Opened extends Pick<NodePairing, 'config'> {
  readonly devices: Devices
  readonly actor: Actor
}

function sessionOn(call: Call, { devices, config, actor }: Opened): DeviceSession {
  const { pairing, legacyNodes } = devices
  const gatewayRuns = async (): Promise<GatewayRuns> => {
    const gateways = await import('../people/gateway-runs.ts')
    return gateways.gatewayRuns(config())
  }
  const nodePolicy = config().gateway.nodes
  return { devices: pairing, legacyNodes, actor, now: call.world.now, gatewayRuns, nodePolicy }
}
