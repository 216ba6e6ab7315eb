import { setTimeout as wait } from 'node:timers/promises'
import { withCrowd } from '../../devices/crowd.ts'
import type { BenchDevice } from '../../devices/device.ts'
import type { Figure } from '../../figure.ts'
import { bareServerMain, gatewayMain } from '../../places.ts'
import { withServer } from '../../servers.ts'
import type { Env } from '../../state.ts'
import { quantile, spreadOf } from '../../stats.ts'

const RUNS = 3
const FIRST = 1_000
const CONNECTIONS = 3_000
const COLLECTIONS = 3
const AT_ONCE = 32
const PAUSE_MS = 1_000
const RATIO = 1.5

/**
 * KB that one admitted connection adds to what `main` has resident: between some connections and many, since what the first
 * ones grow is not given back to the system at once.
 */
function keptBy(main: string, env: Env, devices: readonly BenchDevice[]): Promise<number> {
  return withServer(main, env, (server) =>
    withCrowd({ server, devices, env }, async (crowd) => {
      const residentWith = async (from: number, to: number): Promise<number> => {
        await crowd.order({ does: 'hold', from, to, times: 1, atOnce: AT_ONCE })
        for (let round = 0; round < COLLECTIONS; round += 1) {
          await wait(PAUSE_MS)
          await server.collect()
        }
        return server.residentMb()
      }
      const before = await residentWith(0, FIRST)
      const after = await residentWith(FIRST, FIRST + CONNECTIONS)
      return ((after - before) * 1024) / CONNECTIONS
    }),
  )
}

/** What a connected device that says nothing keeps in memory. */
export async function idleFigures(
  env: Env,
  devices: readonly BenchDevice[],
): Promise<readonly Figure[]> {
  const [gateway, bare]: [number[], number[]] = [[], []]
  for (let run = 0; run < RUNS; run += 1) {
    bare.push(await keptBy(bareServerMain, env, devices))
    gateway.push(await keptBy(gatewayMain, env, devices))
  }
  const floor = quantile(bare, 0.5)
  const name = 'bare ws server'
  return [
    {
      name: 'idle device connection, memory',
      unit: 'KB',
      measured: spreadOf(gateway),
      runs: RUNS,
      floor: { name, value: floor },
    },
    {
      name: 'idle device connection, beside the floor',
      unit: '× bare ws',
      measured: spreadOf(gateway.map((each) => each / floor)),
      runs: RUNS,
      floor: { name, value: 1 },
      target: { sense: 'at-most', value: RATIO },
    },
  ]
}
