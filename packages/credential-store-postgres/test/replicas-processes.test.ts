import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Json, ReplicaId } from '@openclaw/pairing-contracts'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { errorOf, onSchema, type TestSchema, until } from './support-store.ts'
import { bundleWorker, startWorker, type Worker } from './support-worker.ts'

const FAST = { lifeMs: 1_500, beatMs: 300, lookMs: 100 }
const LONG_MS = 20_000

const folder = mkdtempSync(join(tmpdir(), 'openclaw-postgres-replica-'))
let bundle = ''
beforeAll(async () => {
  bundle = await bundleWorker(folder)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const started: Worker[] = []
afterAll(() => {
  for (const { child } of started) child.kill('SIGKILL')
})

async function startReplica(
  { url, schema }: TestSchema,
  store: Awaited<ReturnType<TestSchema['open']>>,
  name: string,
): Promise<{ readonly worker: Worker; readonly id: ReplicaId }> {
  const worker = startWorker(bundle, { url, schema, kind: 'replica', name, operations: 0 })
  started.push(worker)
  await until(() => store.replicas.noted(name).length === 1, LONG_MS)
  const [note] = store.replicas.noted(name)
  expect(note).toMatchObject({ key: name, value: note?.replica })
  return { worker, id: note?.replica as ReplicaId }
}

it(
  'says within a life that a process is gone that was killed, and forgets what it noted',
  onSchema(async (schema) => {
    const store = await schema.open({ replicas: FAST })
    const { worker, id } = await startReplica(schema, store, 'one')
    expect(await store.replicas.ask(id, 'echo', 'first', LONG_MS)).toBe('first')
    const asked = errorOf(store.replicas.ask(id, 'never', null, 2 * LONG_MS))
    await until(() => worker.lines().includes('asked never'), LONG_MS)
    worker.child.kill('SIGKILL')
    expect(await asked).toMatchObject({ code: 'ERR_REPLICA_GONE' })
    expect([store.replicas.others(), store.replicas.noted('')]).toEqual([[], []])
    expect(await errorOf(store.replicas.ask(id, 'echo', 1, LONG_MS))).toMatchObject({
      code: 'ERR_REPLICA_GONE',
    })
  }),
  60_000,
)

it(
  'takes a process back that was stopped for longer than a life, which carries out nothing that is over',
  onSchema(async (schema) => {
    const store = await schema.open({ replicas: FAST })
    const told: Json[] = []
    store.replicas.serve('word', (body) => {
      told.push(body)
      return null
    })
    const { worker, id } = await startReplica(schema, store, 'one')
    worker.child.kill('SIGSTOP')
    const late = errorOf(store.replicas.ask(id, 'echo', 'old', 200))
    expect(await late).toMatchObject({ code: 'ERR_REPLICA_LATE' })
    await until(() => store.replicas.others().length === 0, LONG_MS)
    expect(store.replicas.noted('')).toEqual([])
    worker.child.kill('SIGCONT')
    await until(() => store.replicas.noted('one').length === 1, LONG_MS)
    expect(store.replicas.others()).toEqual([id])
    expect(await store.replicas.ask(id, 'echo', 'new', LONG_MS)).toBe('new')
    store.replicas.tell('word', 'hello')
    await until(() => told.length > 0, LONG_MS)
    expect(told).toEqual(['one heard hello'])
    expect(worker.lines()).toEqual(['asked new', 'told hello'])
  }),
  60_000,
)
