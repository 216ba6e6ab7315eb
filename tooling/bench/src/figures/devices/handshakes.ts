import { type Crowd, withCrowd } from '../../devices/crowd.ts'
import type { BenchDevice } from '../../devices/device.ts'
import type { Figure } from '../../figure.ts'
import { bareServerMain, gatewayMain } from '../../places.ts'
import { type Server, withServer } from '../../servers.ts'
import type { Env } from '../../state.ts'
import { quantile, spreadOf } from '../../stats.ts'

const RUNS = 5
const COUNT = 1_000
const WARM_UP = 500
const AT_ONCE = 32
const RATIO = 0.5

interface Round {
  readonly perSecond: number
  /** CPU of the server for one handshake. */
  readonly cpuMs: number | undefined
}

async function round(server: Server, crowd: Crowd, count: number): Promise<Round> {
  const before = server.cpuMs()
  const { ms, failed } = await crowd.order({ does: 'handshakes', count, atOnce: AT_ONCE })
  const after = server.cpuMs()
  if (failed > 0 && count === COUNT) throw new Error(`${String(failed)} handshakes failed`)
  const cpuMs = before === undefined || after === undefined ? undefined : (after - before) / count
  return { perSecond: (count * 1000) / ms, cpuMs }
}

/** Handshakes of paired devices with their tokens; the two servers by turns, driven by the same program. */
export async function handshakeFigures(
  env: Env,
  devices: readonly BenchDevice[],
): Promise<readonly Figure[]> {
  const [gateway, bare]: [Round[], Round[]] = [[], []]
  await withServer(gatewayMain, env, (server) =>
    withCrowd({ server, devices, env }, (crowd) =>
      withServer(bareServerMain, env, (floor) =>
        withCrowd({ server: floor, devices, env }, async (bareCrowd) => {
          await round(server, crowd, WARM_UP)
          await round(floor, bareCrowd, WARM_UP)
          for (let run = 0; run < RUNS; run += 1) {
            bare.push(await round(floor, bareCrowd, COUNT))
            gateway.push(await round(server, crowd, COUNT))
          }
        }),
      ),
    ),
  )
  return figuresOf(gateway, bare)
}

function figuresOf(gateway: readonly Round[], bare: readonly Round[]): readonly Figure[] {
  const name = 'bare ws server, one signature each'
  const floor = quantile(
    bare.map(({ perSecond }) => perSecond),
    0.5,
  )
  return [
    {
      name: 'device handshakes',
      unit: 'handshakes/s',
      measured: spreadOf(gateway.map(({ perSecond }) => perSecond)),
      runs: RUNS,
      floor: { name, value: floor },
    },
    {
      name: 'device handshakes, beside the floor',
      unit: '× bare ws',
      measured: spreadOf(
        gateway.map(({ perSecond }, at) => perSecond / (bare[at]?.perSecond ?? 0)),
      ),
      runs: RUNS,
      floor: { name, value: 1 },
      target: { sense: 'at-least', value: RATIO },
    },
    ...cpuFigure(gateway, bare),
  ]
}

/** The client program takes its part of the machine; what the servers take by themselves says more. */
function cpuFigure(gateway: readonly Round[], bare: readonly Round[]): readonly Figure[] {
  const ratios = gateway.flatMap(({ cpuMs }, at) => {
    const floor = bare[at]?.cpuMs
    return cpuMs === undefined || floor === undefined ? [] : [cpuMs / floor]
  })
  if (ratios.length === 0) return []
  return [
    {
      name: 'device handshakes, CPU of the server',
      unit: '× bare ws',
      measured: spreadOf(ratios),
      runs: ratios.length,
      floor: { name: 'bare ws server, one signature each', value: 1 },
      target: { sense: 'at-most', value: 1 / RATIO },
    },
  ]
}
