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
    process.stderr.write(`  pairing ${String(NODES + OPERATORS)} devices …\n`)
    const devices = await pairedDevices(env, { nodes: NODES, operators: OPERATORS })
    const nodes = devices.slice(0, NODES)
    const steps: Readonly<Record<string, () => Promise<readonly Figure[]>>> = {
      handshakes: () => handshakeFigures(env, nodes),
      'idle connections': () => idleFigures(env, nodes),
      'reconnect storm': () => stormFigures(env, nodes),
      // Last: some devices are no longer paired after it.
      revocations: () => revokeFigures(env, devices),
    }
    const figures: Figure[] = []
    for (const [name, measure] of Object.entries(steps)) {
      process.stderr.write(`  ${name} …\n`)
      figures.push(...(await measure()))
    }
    return figures
  })
  return [...list, ...live]
}
