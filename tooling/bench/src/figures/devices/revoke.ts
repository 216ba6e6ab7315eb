import { setTimeout as wait } from 'node:timers/promises'
import { openPairing } from '@openclaw/pairing/node'
import { type Crowd, withCrowd } from '../../devices/crowd.ts'
import type { BenchDevice } from '../../devices/device.ts'
import type { Figure } from '../../figure.ts'
import { gatewayMain } from '../../places.ts'
import { withServer } from '../../servers.ts'
import { type Env, owner } from '../../state.ts'
import { quantile, spreadOf } from '../../stats.ts'

const RUNS = 3
const REVOKES = 60
const SOCKETS = 10_000
/** An operator may have 64 at a time. */
const PER_OPERATOR = 63
const AT_ONCE = 64
const PAUSE_MS = 20
const P99_MS = 100
/** Files that a process has open besides its sockets. */
const OTHER_FILES = 200

type DevicePairing = Awaited<ReturnType<Awaited<ReturnType<typeof openPairing>>['devices']>>

/** As many as a process may have open files, but 10,000 at most. */
function socketsThatFit(): number {
  const report = process.report.getReport() as {
    readonly userLimits?: { readonly open_files?: { readonly soft: number | string } }
  }
  const soft = Number(report.userLimits?.open_files?.soft)
  return Number.isNaN(soft) ? SOCKETS : Math.min(SOCKETS, soft - OTHER_FILES)
}

/** Ms from the acknowledgement of each revoke to the end of the connection, as the device sees it. */
async function revokes(
  { pairing }: DevicePairing,
  crowd: Crowd,
  devices: readonly BenchDevice[],
): Promise<number[]> {
  const taken: number[] = []
  for (const { deviceId, role } of devices) {
    const closed = crowd.closed(deviceId)
    const { outcome } = await pairing.revoke(owner, { deviceId, role })
    const acknowledged = process.hrtime.bigint()
    if (outcome !== 'done') throw new Error(`expected done, got ${outcome}`)
    taken.push(Math.max(0, Number((await closed) - acknowledged) / 1e6))
    await wait(PAUSE_MS)
  }
  return taken
}

/** Nodes have one connection each; operators make up the rest. Revoked devices are the last nodes. */
async function fill(crowd: Crowd, nodes: number, operators: number): Promise<number> {
  const limit = socketsThatFit()
  const held = Math.min(nodes, limit)
  const more = Math.min(operators, Math.floor((limit - held) / PER_OPERATOR))
  const all = { does: 'hold', atOnce: AT_ONCE } as const
  await crowd.order({ ...all, from: nodes - held, to: nodes, times: 1 })
  await crowd.order({ ...all, from: nodes, to: nodes + more, times: PER_OPERATOR })
  return held + more * PER_OPERATOR
}

/** How long a connection outlives its revocation, which another process makes. The devices that were revoked stay so. */
export function revokeFigures(
  env: Env,
  devices: readonly BenchDevice[],
): Promise<readonly Figure[]> {
  const nodes = devices.filter(({ role }) => role === 'node')
  return withServer(gatewayMain, env, (server) =>
    withCrowd({ server, devices, env }, async (crowd) => {
      const sockets = await fill(crowd, nodes.length, devices.length - nodes.length)
      const owned = await openPairing({ env })
      try {
        const door = await owned.devices()
        const runs: number[][] = []
        for (let run = 0; run < RUNS; run += 1) {
          const from = nodes.length - (run + 1) * REVOKES
          runs.push(await revokes(door, crowd, nodes.slice(from, from + REVOKES)))
        }
        return figuresOf(runs, sockets)
      } finally {
        await owned.close()
      }
    }),
  )
}

function figuresOf(runs: readonly (readonly number[])[], sockets: number): readonly Figure[] {
  const of = `revoke to close, ${sockets.toLocaleString('en')} sockets`
  const at = (q: number) => ({
    unit: 'ms',
    measured: spreadOf(runs.map((taken) => quantile(taken, q))),
    runs: RUNS,
  })
  return [
    { name: `${of}, p50`, ...at(0.5) },
    { name: `${of}, p99`, ...at(0.99), target: { sense: 'at-most', value: P99_MS } },
  ]
}
