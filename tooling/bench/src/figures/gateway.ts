import { spawn } from 'node:child_process'
import { setTimeout as wait } from 'node:timers/promises'
import { cleanEnv, ended } from '../children.ts'
import type { Figure } from '../figure.ts'
import { gatewayMain } from '../places.ts'
import { freePort, residentMb, untilListening } from '../servers.ts'
import { stateWith } from '../state.ts'
import { quantile, spreadOf } from '../stats.ts'

const RUNS = 5
const LISTENING_MS = 500
const IDLE_MB = 90
const IDLE_AFTER_MS = 5_000

/** Starts one process, measures it, and ends it. */
async function measured(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<{ ms: number; mb: number }> {
  const port = await freePort()
  const began = performance.now()
  const child = spawn(
    process.execPath,
    args.map((arg) => arg.replace('PORT', String(port))),
    {
      env: cleanEnv({ ...env, OPENCLAW_GATEWAY_PORT: String(port) }),
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  const end = ended(child)
  try {
    const ms = await untilListening(child, port, began)
    await wait(IDLE_AFTER_MS)
    return { ms, mb: residentMb(child.pid ?? 0) }
  } catch (error) {
    child.kill('SIGKILL')
    throw new Error(`${String(error)}\n${(await end).output}`)
  } finally {
    child.kill('SIGTERM')
    await end
  }
}

const bareServer = ['-e', "require('node:http').createServer().listen(PORT, '127.0.0.1')"]

/** The gateway without any configuration, beside a Node that only listens. */
export async function gatewayFigures(): Promise<readonly Figure[]> {
  const runs: { ms: number; mb: number }[] = []
  const floors: { ms: number; mb: number }[] = []
  for (let run = 0; run < RUNS; run += 1) {
    runs.push(await stateWith({ allowed: 10, pending: 0 }, (env) => measured([gatewayMain], env)))
    if (run < 2) floors.push(await measured(bareServer, {}))
  }
  const floor = (pick: 'ms' | 'mb') => ({
    name: 'bare http server',
    value: quantile(
      floors.map((each) => each[pick]),
      0.5,
    ),
  })
  return [
    {
      name: 'gateway, start to listening',
      unit: 'ms',
      measured: spreadOf(runs.map(({ ms }) => ms)),
      runs: RUNS,
      floor: floor('ms'),
      target: { sense: 'at-most', value: LISTENING_MS },
    },
    {
      name: 'gateway, memory 5 s after start',
      unit: 'MB',
      measured: spreadOf(runs.map(({ mb }) => mb)),
      runs: RUNS,
      floor: floor('mb'),
      target: { sense: 'at-most', value: IDLE_MB },
    },
  ]
}
