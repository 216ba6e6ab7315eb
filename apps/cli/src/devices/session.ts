import type { GatewayConfig } from '@openclaw/pairing-config'
import type { Actor } from '@openclaw/pairing-contracts'
import type { Call } from '../args/types.ts'
import { type SessionMode, withSession } from '../people/session.ts'
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
  readonly gatewayRuns: () => Promise<boolean>
  /** Which commands nodes may be asked besides or except those of their platform; `undefined` where that is not told. */
  readonly nodePolicy: GatewayConfig['nodes'] | undefined
}

/** Opens the state with the door for devices, or the gateway that `--url` names, works on it, and closes it. */
export async function withDevices<R>(
  call: Call,
  mode: Exclude<SessionMode, 'glance-people'>,
  work: (session: DeviceSession) => Promise<R>,
): Promise<R> {
  const url = remoteUrl(call)
  if (url !== undefined) {
    const { withRemoteDevices } = await import('../remote/devices.ts')
    return withRemoteDevices(call, url, work)
  }
  return withSession(call, mode, async ({ pairing, actor, now }) => {
    const { pairing: devices, legacyNodes } = await pairing.devices()
    const gatewayRuns = async (): Promise<boolean> => {
      const { runningGateway } = await import('../people/gateway-runs.ts')
      return (await runningGateway(pairing.config().paths.stateDir)) !== undefined
    }
    const nodePolicy = pairing.config().gateway.nodes
    return work({ devices, legacyNodes, actor, now, gatewayRuns, nodePolicy })
  })
}
