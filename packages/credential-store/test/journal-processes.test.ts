import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { JournalEntry, Seq } from '@openclaw/pairing-contracts'
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  it,
  onTestFinished,
} from 'vitest'
import type { FileStore } from '../src/index.ts'
import { numbers, openWith, put } from './support-store.ts'
import { tempRoot } from './support-temp.ts'
import { bundleWorker, isStopped, startWorker, type Worker } from './support-worker.ts'

const ROUNDS = Number(process.env['OPENCLAW_KILL_ROUNDS'] ?? 50)
const OPERATIONS = Number(process.env['OPENCLAW_MIXED_OPERATIONS'] ?? 1000)
const PROCESSES = 8
const FULL_SWEEP = process.env['OPENCLAW_FULL_SWEEP'] === '1'
const SEGMENT = 20_000
const TINY_SEGMENT = 700
/** What a killed writer may cost the next one, in ms. */
const LONGEST_WAIT = 15_000

let bundleFolder: ReturnType<typeof tempRoot>
let bundle: string
let temp: ReturnType<typeof tempRoot>
let workers: Worker[] = []
beforeAll(async () => {
  bundleFolder = tempRoot()
  bundle = await bundleWorker(bundleFolder.root)
})
afterAll(() => bundleFolder.remove())
beforeEach(() => {
  temp = tempRoot()
})
afterEach(async () => {
  for (const { child } of workers) child.kill('SIGKILL')
  await Promise.all(workers.map(({ ended }) => ended))
  workers = []
  temp.remove()
})

function start(name: string, more: Partial<Parameters<typeof startWorker>[1]> = {}): Worker {
  const task = {
    root: temp.root,
    name,
    segmentBytes: SEGMENT,
    kind: 'mixed',
    operations: OPERATIONS,
  } as const
  const worker = startWorker(bundle, { ...task, ...more })
  workers.push(worker)
  return worker
}

const open = (segmentBytes = SEGMENT): Promise<FileStore> =>
  openWith({ root: temp.root, mode: 'write', segmentBytes, keepBytes: 1e9 })

async function everything(store: FileStore): Promise<readonly JournalEntry[]> {
  return store.history(0 as Seq, 1_000_000)
}

/** The most places that were taken at any time. */
function mostPlaces(entries: readonly JournalEntry[]): number {
  const places = new Set<string>()
  let most = 0
  for (const { changes } of entries) {
    for (const { key, value } of changes.filter((change) => change.key.startsWith('place/'))) {
      if (value === undefined) places.delete(key)
      else places.add(key)
    }
    most = Math.max(most, places.size)
  }
  return most
}

function expectFilesToParse(): void {
  const folder = join(temp.root, 'pairing-journal')
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.jsonl'))) {
    const lines = readFileSync(join(folder, name), 'utf8').split('\n')
    expect(lines.pop()).toBe('')
    for (const line of lines) expect(JSON.parse(line)).toBeTypeOf('object')
  }
}

describe('several processes on one store', () => {
  it(`lose nothing and keep every cap (${String(PROCESSES)} × ${String(OPERATIONS)} operations)`, async () => {
    const names = Array.from({ length: PROCESSES }, (_, n) => `w${String(n)}`)
    const running = names.map((name) => start(name))
    const go = `${temp.root}.go`
    onTestFinished(() => rmSync(go, { force: true }))
    await Promise.all(running.map(({ said }) => said(1)))
    writeFileSync(go, '')
    const reader = await openWith({ root: temp.root, mode: 'read' })
    const view = reader.view(numbers)
    const seen: unknown[] = []
    const watching = setInterval(() => {
      try {
        seen.push(view.get('counter') ?? 0)
      } catch (error) {
        seen.push(error)
      }
    }, 5)
    expect(await Promise.all(running.map(({ ended }) => ended))).toEqual(names.map(() => 0))
    clearInterval(watching)
    expect(seen).toEqual([...seen].map(Number).sort((a, b) => a - b))
    const done = running.map(
      ({ lines }) => JSON.parse(lines()[1] ?? '{}') as Record<string, number>,
    )
    const sum = (what: string): number => done.reduce((total, one) => total + (one[what] ?? 0), 0)
    const store = await open()
    expect(store.view(numbers).get('counter')).toBe(sum('increment'))
    expect(store.view(numbers).entries('own/')).toHaveLength(sum('own'))
    expect(sum('increment') + sum('own') + sum('took') + sum('left') + sum('full')).toBe(
      PROCESSES * OPERATIONS,
    )
    const entries = await everything(store)
    expect(entries.map(({ seq }) => Number(seq))).toEqual(entries.map((_, index) => index + 1))
    // The cap is 3; that more than one had a place shows that they raced for it.
    expect(mostPlaces(entries)).toBeLessThanOrEqual(3)
    expect(mostPlaces(entries)).toBeGreaterThan(1)
    expect(view.get('counter')).toBe(sum('increment'))
    expect(await store.verify()).toMatchObject({ ok: true, entries: entries.length })
    await Promise.all([store.close(), reader.close()])
  }, 120_000)
})

describe('a writer that is killed', () => {
  it(
    `loses nothing acknowledged and holds nobody up (${String(ROUNDS)} rounds of kill -9)`,
    async () => {
      const store = await open()
      const waits: number[] = []
      let acknowledged = 0
      const next = (round: number): Worker => start(`r${String(round)}`, { kind: 'burst' })
      let victim = next(0)
      for (let round = 0; round < ROUNDS; round += 1) {
        const follower = next(round + 1)
        await victim.said(1 + (round % 7))
        victim.child.kill('SIGKILL')
        await victim.ended
        const began = performance.now()
        await put(store, 'after', round)
        waits.push(performance.now() - began)
        const kept = store.view(numbers).entries(`own/r${String(round)}/`)
        const found = new Set(kept.map(({ value }) => value))
        const told = victim.lines().map(Number)
        acknowledged += told.length
        expect(told.filter((n) => !found.has(n))).toEqual([])
        victim = follower
        workers = [follower]
      }
      victim.child.kill('SIGKILL')
      await victim.ended
      await put(store, 'last', 1)
      expect(Math.max(...waits)).toBeLessThan(LONGEST_WAIT)
      expect(acknowledged).toBeGreaterThan(ROUNDS)
      expectFilesToParse()
      const report = await store.verify()
      expect(report).toMatchObject({ ok: true })
      expect(report.segments).toBeGreaterThan(1)
      await store.close()
    },
    60_000 + ROUNDS * 1000,
  )
})

describe('a writer that sleeps too long', () => {
  it('in the middle of its work writes nothing on what is old, and does its work again', async () => {
    const store = await open()
    await put(store, 'counter', 1)
    const sleeper = start('sleeper', { kind: 'dozing' })
    const pid = sleeper.child.pid ?? 0
    while (!isStopped(pid)) await new Promise((resolve) => setTimeout(resolve, 5))
    await put(store, 'counter', 10)
    sleeper.child.kill('SIGCONT')
    expect(await sleeper.ended).toBe(0)
    expect(sleeper.lines()).toEqual(['2'])
    expect(store.view(numbers).get('counter')).toBe(11)
    expect((await store.verify()).findings).toEqual([])
    await store.close()
  })

  /** Writes of the sleeper before which it may stop: records, seals, checkpoints and marks, as its segments are tiny. */
  const stops = FULL_SWEEP ? [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] : [1, 5]

  it.each(stops)('and wakes after another took over breaks nothing (write %i)', async (stop) => {
    const store = await open(TINY_SEGMENT)
    await put(store, 'before', 1)
    const sleeper = start('sleeper', {
      kind: 'stopped',
      operations: stop,
      segmentBytes: TINY_SEGMENT,
    })
    const pid = sleeper.child.pid ?? 0
    while (!isStopped(pid)) await new Promise((resolve) => setTimeout(resolve, 5))
    const began = performance.now()
    for (let n = 0; n < 5; n += 1) await put(store, `meanwhile/${String(n)}`, n)
    expect(performance.now() - began).toBeLessThan(LONGEST_WAIT)
    sleeper.child.kill('SIGCONT')
    expect(await sleeper.ended).toBe(0)
    expect(sleeper.lines()).toEqual(['1', '2', '3', '4', '5'])
    await put(store, 'after', 4)
    const view = store.view(numbers)
    expect(view.entries('own/sleeper/').map(({ value }) => value)).toEqual([1, 2, 3, 4, 5])
    expect(view.entries('meanwhile/')).toHaveLength(5)
    const entries = await everything(store)
    expect(entries.filter(({ action }) => action === 'own')).toHaveLength(5)
    expect(entries.map(({ seq }) => Number(seq))).toEqual(entries.map((_, index) => index + 1))
    const report = await store.verify()
    expect(report).toMatchObject({ ok: true, entries: entries.length })
    expect(store.health()).toMatchObject({ state: 'ok' })
    if (stop === 1) expect(report.findings.map(({ what }) => what)).toContain('skipped-record')
    await store.close()
  })
})
