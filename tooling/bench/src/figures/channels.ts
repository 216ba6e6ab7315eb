import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { cleanEnv, ended } from '../children.ts'
import type { Figure } from '../figure.ts'
import { gatewayMain, root } from '../places.ts'
import { residentMb, withServer } from '../servers.ts'
import { stateFor } from '../state.ts'
import { quantile, spreadOf } from '../stats.ts'
import { type MeasuredChannel, measuredChannels } from './channel-table.ts'

const RUNS = 5
/** Beside what its SDK costs alone. */
const OWN_MB = 5
const CONNECTED_LIMIT_MS = 20_000
const SETTLED_MS = 3_000

/** What an idle gateway takes more for each configured and connected channel, beside what the channel's SDK takes alone. */
export async function channelFigures(): Promise<readonly Figure[]> {
  const bare = await runsOf(() => idleMb({}))
  const nothing = await runsOf(() => sdkMb({ folder: '.', sdk: [] }))
  const figures: Figure[] = []
  for (const channel of measuredChannels) {
    const sdk = quantile(await runsOf(() => sdkMb(channel)), 0.5) - quantile(nothing, 0.5)
    const grown = await runsOf(() => connectedMb(channel))
    const idle = quantile(bare, 0.5)
    figures.push({
      name: `gateway, idle memory for ${channel.name}`,
      unit: 'MB',
      measured: spreadOf(grown.map((mb) => mb - idle)),
      runs: RUNS,
      floor: { name: 'its SDK alone', value: sdk },
      target: { sense: 'at-most', value: Math.max(0, sdk) + OWN_MB },
    })
  }
  return figures
}

async function runsOf(measure: () => Promise<number>): Promise<readonly number[]> {
  const values: number[] = []
  for (let run = 0; run < RUNS; run += 1) values.push(await measure())
  return values
}

async function connectedMb({ start }: MeasuredChannel): Promise<number> {
  const side = await start()
  try {
    return await idleMb(side.channels)
  } finally {
    await side.close()
  }
}

/** Of a gateway whose channels are all connected. */
async function idleMb(channels: object): Promise<number> {
  return stateFor({ channels }, (env) =>
    withServer(gatewayMain, env, async ({ port, residentMb: resident, collect }) => {
      await untilReady(port)
      await wait(SETTLED_MS)
      await collect()
      return resident()
    }),
  )
}

async function untilReady(port: number): Promise<void> {
  const began = performance.now()
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${String(port)}/readyz`)
    const text = await answer.text()
    if (answer.ok) return
    if (performance.now() - began > CONNECTED_LIMIT_MS) throw new Error(`not ready: ${text}`)
    await wait(50)
  }
}

/** Of a process that has loaded the SDK and does nothing. */
async function sdkMb({ folder, sdk }: Pick<MeasuredChannel, 'folder' | 'sdk'>): Promise<number> {
  const imports = sdk.map((name) => `await import('${name}');`).join('')
  const script = `${imports}globalThis.gc();setTimeout(() => {globalThis.gc();console.log('loaded');setInterval(() => {}, 9e5)}, 500)`
  const child = spawn(process.execPath, ['--expose-gc', '--input-type=module', '-e', script], {
    cwd: join(root, folder),
    env: cleanEnv({}),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const end = ended(child)
  try {
    const loaded = new Promise<string>((resolve) => child.stdout.once('data', () => resolve('')))
    const failed = await Promise.race([loaded, end.then(({ output }) => output)])
    if (failed !== '') throw new Error(failed)
    return residentMb(child.pid ?? 0)
  } finally {
    child.kill('SIGKILL')
    await end
  }
}
