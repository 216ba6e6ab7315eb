import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { nodeFileStore } from '@openclaw/credential-store/node'
import type { EpochMs } from '@openclaw/pairing-contracts'
import { build } from 'tsup'
import { afterAll, beforeAll, beforeEach, expect, it, onTestFinished } from 'vitest'
import type { OwnerNotice } from '../src/index.ts'
import type { Task } from './gateway.child.ts'
import { device, stranger, type World, world } from './world.ts'

const folder = mkdtempSync(join(tmpdir(), 'owner-notices-'))
let root: string
beforeAll(async () => {
  await build({
    entry: { gateway: join(import.meta.dirname, 'gateway.child.ts') },
    outDir: folder,
    format: 'esm',
    outExtension: () => ({ js: '.mjs' }),
    config: false,
    silent: true,
    splitting: false,
    noExternal: [/.*/],
    banner: { js: "import{createRequire as r}from'node:module';const require=r(import.meta.url)" },
    esbuildOptions: (options) => {
      options.conditions = ['@openclaw-pairing/source']
    },
  })
})
beforeEach(() => {
  root = mkdtempSync(join(folder, 'state-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const OWNERS = ['telegram:1', 'telegram:2']

function gateway(task: Omit<Task, 'root' | 'owners'>): ChildProcess {
  const what = JSON.stringify({ ...task, root, owners: OWNERS })
  const child = spawn(process.execPath, [join(folder, 'gateway.mjs'), what], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

const ended = (child: ChildProcess) =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve()
    : new Promise((resolve) => child.once('exit', resolve))

/** What the platform was given, by idempotency key. */
function platform(): readonly string[] {
  try {
    return readFileSync(join(root, 'platform.log'), 'utf8').trim().split('\n')
  } catch {
    return []
  }
}

/** Works on the store beside whatever gateways run. */
async function beside<R>(aheadMs: number, work: (here: World) => Promise<R>): Promise<R> {
  const clock = { now: () => (Date.now() + aheadMs) as EpochMs }
  const store = await nodeFileStore({ root, mode: 'write', clock })
  try {
    return await work(world({ store, clock, random: randomBytes, owners: OWNERS }))
  } finally {
    await store.close()
  }
}

async function until(aheadMs: number, check: (all: readonly OwnerNotice[]) => boolean) {
  const end = performance.now() + 20_000
  return beside(aheadMs, async (here) => {
    for (;;) {
      const all = await here.notices()
      if (check(all)) return all
      if (performance.now() > end) throw new Error(`not within 20 s: ${JSON.stringify(all)}`)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  })
}

it('a gateway that is killed between claim and record never sends twice, and says what it does not know', async () => {
  const rounds = (['before', 'after', 'never', 'before', 'after', 'never'] as const).entries()
  const requests: string[] = []
  for (const [round, dies] of rounds) {
    const aheadMs = round * 15_000
    const { requestId } = await beside(aheadMs, (here) => stranger(here, String(100_001 + round)))
    requests.push(requestId)
    const child = gateway({ aheadMs, dies })
    if (dies === 'never') {
      await until(aheadMs, (all) =>
        all.every(({ state }) => state === 'sent' || state === 'sending'),
      )
      // Whenever that is: often with a send under way.
      child.kill('SIGKILL')
    }
    await ended(child)
  }
  // Claims of the dead are given up after two minutes.
  const aheadMs = 300_000
  gateway({ aheadMs, dies: 'never' })
  const all = await until(aheadMs, (seen) =>
    seen.every(({ state }) => state !== 'due' && state !== 'sending'),
  )
  const given = platform()
  expect(new Set(given).size).toBe(given.length)
  expect(all).toHaveLength(2 * requests.length)
  expect(all.filter(({ state }) => state !== 'sent' && state !== 'unknown')).toEqual([])
  const unknown = all.filter(({ state }) => state === 'unknown')
  expect(unknown.length).toBeGreaterThanOrEqual(4)
  for (const { reason } of unknown) expect(reason).toContain('may or may not have arrived')
  const named = (requestId: string, owner: string) =>
    given.some((key) => key.includes(requestId) && key.endsWith(`/${owner}`))
  for (const { requestId, senderId, state } of all) {
    if (state === 'sent') expect(named(requestId, senderId)).toBe(true)
  }
}, 60_000)

it('two gateways on one directory never both send', async () => {
  gateway({ aheadMs: 0, dies: 'never' })
  gateway({ aheadMs: 0, dies: 'never' })
  await beside(0, async (here) => {
    await stranger(here, '100001')
    await device(here, 'phone')
  })
  await until(0, (all) => all.length === 4 && all.every(({ state }) => state === 'sent'))
  expect(platform()).toHaveLength(4)
  expect(new Set(platform()).size).toBe(4)
}, 60_000)
