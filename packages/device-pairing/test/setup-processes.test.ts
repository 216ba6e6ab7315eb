import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { nodeFileStore } from '@openclaw/credential-store/node'
import { build } from 'tsup'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { deviceDocumentFamilies, devicePairing, type SetupCode } from '../src/index.ts'
import type { SetupTask } from './setup.child.ts'
import { cryptoPorts, keyOf, newCode, ROOT } from './world.ts'

const bundle = mkdtempSync(join(tmpdir(), 'device-pairing-child-'))
const KEYS = ['first', 'second', 'third'].map((name) => keyOf(name).deviceId)

beforeAll(async () => {
  await build({
    entry: { child: join(import.meta.dirname, 'setup.child.ts') },
    outDir: bundle,
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
}, 60_000)

afterAll(() => rmSync(bundle, { recursive: true, force: true }))

/** A process that shows setup codes, and what it was answered. */
function show(task: SetupTask) {
  const child: ChildProcess = spawn(
    process.execPath,
    [join(bundle, 'child.mjs'), JSON.stringify(task)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  onTestFinished(() => void child.kill('SIGKILL'))
  let text = ''
  let heard: () => void = () => undefined
  child.stdout?.on('data', (part: Buffer) => {
    text += part.toString()
    heard()
  })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const answers = () =>
    text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as { index: number; outcome: string })
  const said = async (count: number): Promise<void> => {
    while (answers().length < count) {
      await new Promise<void>((resolve) => {
        heard = resolve
      })
    }
  }
  return { child, ended, answers, said }
}

/** A store with codes that nobody has yet, as many as fit. */
async function withCodes(count: number) {
  const root = mkdtempSync(join(tmpdir(), 'device-pairing-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  const clock = { now: () => Date.now() as never }
  const families = deviceDocumentFamilies(cryptoPorts)
  const opened = async () => {
    const store = await nodeFileStore({ root, mode: 'write', families, clock })
    const door = devicePairing({ store, clock, random: randomBytes, ...cryptoPorts })
    return { store, door }
  }
  const { store, door } = await opened()
  const secrets: string[] = []
  for (let index = 0; index < count; index += 1) {
    const actor = { kind: 'library', name: `bot ${String(index % 4)}` } as const
    secrets.push((await newCode(door, actor)).secret)
  }
  await store.close()
  const codes = async () => {
    const again = await opened()
    const list = (await again.door.setup.list(ROOT)) as readonly SetupCode[]
    await again.store.close()
    return list
  }
  return { root, secrets, codes }
}

it('of three processes that race for each code one wins, and all agree on whom', async () => {
  const { root, secrets, codes } = await withCodes(40)
  const at = Date.now() + 1_500
  const racers = KEYS.map((deviceId) => show({ root, deviceId, secrets, at }))
  await Promise.all(racers.map(({ ended }) => ended))
  const winners = secrets.map((_, index) => {
    const outcomes = racers.map((racer) => racer.answers()[index]?.outcome)
    expect(outcomes.toSorted()).toEqual(['bound', 'bound', 'redeemed'])
    return KEYS[outcomes.indexOf('redeemed')]
  })
  const bound = (await codes()).map(({ deviceId }) => deviceId)
  expect(bound.toSorted()).toEqual(winners.toSorted())
}, 30_000)

it('what was acknowledged survives a kill -9, and nobody else gets it', async () => {
  const { root, secrets, codes } = await withCodes(64)
  const [first = '', second = ''] = KEYS
  const victim = show({ root, deviceId: first, secrets, at: 0 })
  await victim.said(5)
  victim.child.kill('SIGKILL')
  await victim.ended
  const acknowledged = victim.answers()
  expect(acknowledged.length).toBeLessThan(64)
  const heir = show({ root, deviceId: second, secrets, at: 0 })
  await heir.ended
  const after = heir.answers().map(({ outcome }) => outcome)
  expect(after).toHaveLength(64)
  for (const { index, outcome } of acknowledged) {
    expect(outcome).toBe('redeemed')
    expect(after[index]).toBe('bound')
  }
  // at most the one that was under way when it was killed was bound without a word
  const taken = after.filter((outcome) => outcome === 'bound').length
  expect(taken - acknowledged.length).toBeLessThanOrEqual(1)
  const kept = await codes()
  expect(kept.filter(({ deviceId }) => deviceId === first)).toHaveLength(taken)
  expect(kept.filter(({ deviceId }) => deviceId === second)).toHaveLength(64 - taken)
}, 30_000)
