import { MAX_PENDING, pairedDevices } from '../devices/paired.ts'
import type { Figure } from '../figure.ts'
import { stateFor } from '../state.ts'
import { deviceListFigures } from './cli.ts'
import { handshakeFigures } from './devices/handshakes.ts'
import { idleFigures } from './devices/idle.ts'
import { revokeFigures } from './devices/revoke.ts'
import { stormFigures } from './devices/storm.ts'

const NODES = 5_000
const OPERATORS = 80
const FEW = 10

/** Each device has an address of its own, which the gateway learns as it does behind a proxy. */
const config = {
  gateway: { trustedProxies: ['127.0.0.1'] },
  pairing: { devices: { maxPending: MAX_PENDING } },
}

/** Devices on the gateway's WebSocket, and their list. */
export async function deviceFigures(): Promise<readonly Figure[]> {
  const list = await stateFor(config, async (env) => {
    await pairedDevices(env, { nodes: FEW, operators: 0 })
    return deviceListFigures(env)
  })
  const live = await stateFor(config, async (env) => {
    const devices = await pairedDevices(env, { nodes: NODES, operators: OPERATORS })
    const nodes = devices.slice(0, NODES)
    return [
      ...(await handshakeFigures(env, nodes)),
      ...(await idleFigures(env, nodes)),
      ...(await stormFigures(env, nodes)),
      // Last: it makes devices less.
      ...(await revokeFigures(env, devices)),
    ]
  })
  return [...list, ...live]
}
