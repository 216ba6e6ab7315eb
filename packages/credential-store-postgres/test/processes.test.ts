import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { increment, numbers, onSchema, until } from './support-store.ts'
import { bundleWorker, startWorker } from './support-worker.ts'

const folder = mkdtempSync(join(tmpdir(), 'openclaw-postgres-worker-'))
let bundle = ''
beforeAll(async () => {
  bundle = await bundleWorker(folder)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const COUNT = 30

it(
  'loses nothing and keeps a cap between three processes, of which one is killed in the middle',
  onSchema(async ({ open, url, schema }) => {
    const store = await open()
    const task = { url, schema, kind: 'count', operations: COUNT } as const
    const workers = ['a', 'b', 'c'].map((name) => startWorker(bundle, { ...task, name }))
    const [killed, ...others] = workers
    await until(() => (killed?.lines().length ?? 0) >= 10, 20_000)
    killed?.child.kill('SIGKILL')
    expect(await Promise.all(others.map(({ ended }) => ended))).toEqual([0, 0])
    await killed?.ended
    await store.refresh()
    const said = workers.flatMap(({ lines }) => lines())
    const acknowledged = said
      .filter((line) => line.startsWith('n '))
      .map((line) => Number(line.slice(2)))
    expect(new Set(acknowledged).size).toBe(acknowledged.length)
    // the one that was killed may have committed one that it could not tell of any more
    const counted = store.view(numbers).get('n') ?? 0
    expect([0, 1]).toContain(counted - acknowledged.length)
    expect(acknowledged.length).toBeGreaterThan(2 * COUNT)
    const places = store
      .view(numbers)
      .entries('place/')
      .map(({ key }) => key)
    expect(places).toHaveLength(3)
    for (const line of said.filter((one) => one.startsWith('place '))) {
      expect(places).toContain(`place/${line.slice(6)}`)
    }
    expect((await store.verify()).findings).toEqual([])
  }),
)

it(
  'frees the lock of a process that was stopped under it, whose transaction then does not land twice',
  onSchema(async ({ open, url, schema }) => {
    const store = await open()
    await increment(store, 'n')
    const task = { url, schema, kind: 'stalled', name: 'stalled', operations: 1 } as const
    const worker = startWorker(bundle, task)
    await until(() => worker.lines().includes('holding'), 10_000)
    const start = performance.now()
    expect(await increment(store, 'n')).toBe(2)
    const waited = performance.now() - start
    expect(waited).toBeGreaterThan(500)
    expect(waited).toBeLessThan(15_000)
    await store.refresh()
    expect(store.view(numbers).has('stalled')).toBe(false)
    worker.child.kill('SIGCONT')
    expect(await worker.ended).toBe(0)
    await store.refresh()
    // stopped for longer than a work may take: it is run again, or refused
    const [end] = worker.lines().slice(-1)
    const count = end === 'landed' ? 1 : undefined
    expect(store.view(numbers).get('stalled')).toBe(count)
    expect(end).toMatch(/^(landed|refused ERR_STORE_\w+)$/)
    expect((await store.verify()).findings).toEqual([])
  }),
)
