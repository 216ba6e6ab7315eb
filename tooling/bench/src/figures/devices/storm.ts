import { openPairing } from '@openclaw/pairing/node'
import type { Collection, Json } from '@openclaw/pairing-contracts'
import { withCrowd } from '../../devices/crowd.ts'
import type { BenchDevice } from '../../devices/device.ts'
import { bytesBelow } from '../../disk.ts'
import type { Figure } from '../../figure.ts'
import { gatewayMain } from '../../places.ts'
import { withServer } from '../../servers.ts'
import type { Env } from '../../state.ts'
import { spreadOf } from '../../stats.ts'

const RUNS = 2
const THROUGH_S = 60
/** Last visits are written by the hundred; some more for the gateway's own records. */
const RECORDS_PER_CONNECT = 0.05

interface Storm {
  readonly seconds: number
  readonly failed: number
  readonly recordsPerConnect: number
  readonly bytesPerConnect: number
}

/** Only its position is looked at. */
const anything: Collection<Json> = {
  name: 'devices.paired',
  decode: (value) => value,
  encode: (value) => value,
}

/** Transactions so far, those that the journal no longer keeps included. */
async function records(env: Env): Promise<number> {
  const { store, close } = await openPairing({ env })
  const seq = store.view(anything).seq()
  await close()
  return seq
}

/** All devices at once, to a gateway that has just begun to listen; then it stops, so that all it had to write is written. */
async function storm(env: Env, devices: readonly BenchDevice[]): Promise<Storm> {
  const folder = env['OPENCLAW_STATE_DIR'] ?? ''
  const before = { records: await records(env), bytes: bytesBelow(folder) }
  const count = devices.length
  const { ms, failed } = await withServer(gatewayMain, env, (server) =>
    withCrowd({ server, devices, env }, (crowd) =>
      crowd.order({ does: 'hold', from: 0, to: count, times: 1, atOnce: count }),
    ),
  )
  return {
    seconds: ms / 1000,
    failed,
    recordsPerConnect: ((await records(env)) - before.records) / count,
    bytesPerConnect: Math.max(0, bytesBelow(folder) - before.bytes) / count,
  }
}

/** Every paired device comes back when the gateway was started again. */
export async function stormFigures(
  env: Env,
  devices: readonly BenchDevice[],
): Promise<readonly Figure[]> {
  const storms: Storm[] = []
  for (let run = 0; run < RUNS; run += 1) storms.push(await storm(env, devices))
  const figure = (name: string, unit: string, pick: keyof Storm): Figure => ({
    name: `reconnect storm, ${devices.length.toLocaleString('en')} devices, ${name}`,
    unit,
    measured: spreadOf(storms.map((each) => each[pick])),
    runs: RUNS,
  })
  return [
    {
      ...figure('until all are in', 's', 'seconds'),
      target: { sense: 'at-most', value: THROUGH_S },
    },
    figure('tries that had to come again', 'tries', 'failed'),
    {
      ...figure('written', 'records/connect', 'recordsPerConnect'),
      target: { sense: 'at-most', value: RECORDS_PER_CONNECT },
    },
    figure('growth of the state directory', 'bytes/connect', 'bytesPerConnect'),
  ]
}
