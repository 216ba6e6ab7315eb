import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import { imageTally, type TransferStore, transferStore } from '@openclaw/credential-store/transfer'
import type { EpochMs, Seq } from '@openclaw/pairing-contracts'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { errorOf, numbers } from './support-store.ts'
import {
  type Cleanups,
  contentOf,
  database,
  filePorts,
  files,
  fill,
  filledFiles,
  folder,
  mover,
  openFiles,
} from './support-transfer.ts'
import { bundleWorker, startWorker } from './support-worker.ts'
import type { TransferTask } from './worker/transfer.ts'

const cleanups: Cleanups = []
let bundle = ''

beforeAll(async () => {
  bundle = await bundleWorker(folder([]), 'transfer')
})

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

const POINTS = ['copying', 'before-mark', 'after-mark', 'after-commit'] as const

describe('a process that is killed while it moves a store', () => {
  it.each(POINTS)(
    'to a database (%s) leaves one at most, and the same move again ends it',
    async (dies) => {
      const root = folder(cleanups)
      const before = await filledFiles(root)
      const { url, schema, transfer: to, open } = await database(cleanups)
      const task: TransferTask = { url, schema, path: root, kind: 'there', dies }
      expect(await startWorker(bundle, task).ended).toBeNull()
      const isMarked = dies === 'after-mark' || dies === 'after-commit'
      const source = await openFiles(root).catch((error: unknown) => error)
      if (isMarked) expect(source).toMatchObject({ code: 'ERR_STORE_MOVED' })
      else await (source as Awaited<ReturnType<typeof openFiles>>).close()
      expect((await to.look()).state).toBe(dies === 'after-commit' ? 'filled' : 'empty')
      const { step } = await transferStore({ from: files(root), to }, mover)
      expect(step).toBe(dies === 'after-commit' ? 'finish' : 'move')
      const store = await open()
      const after = await contentOf(store)
      expect({ ...after, entries: after.entries.slice(0, -1) }).toEqual(before)
      expect(await store.verify()).toMatchObject({ ok: true, findings: [] })
    },
  )

  it.each(POINTS)(
    'from a database (%s) leaves one at most, and the same move again ends it',
    async (dies) => {
      const { url, schema, transfer: from, open } = await database(cleanups)
      const store = await open()
      await fill(store, 30)
      const before = await contentOf(store)
      await store.close()
      const root = folder(cleanups)
      const task: TransferTask = { url, schema, path: root, kind: 'back', dies }
      expect(await startWorker(bundle, task).ended).toBeNull()
      const isMarked = dies === 'after-mark' || dies === 'after-commit'
      const source = await open().catch((error: unknown) => error)
      if (isMarked) expect(source).toMatchObject({ code: 'ERR_STORE_MOVED' })
      else await (source as typeof store).close()
      expect((await files(root).look()).state).toBe(dies === 'after-commit' ? 'filled' : 'empty')
      await transferStore({ from, to: files(root) }, mover)
      const there = await openFiles(root)
      cleanups.push(() => there.close())
      const after = await contentOf(there)
      expect({ ...after, entries: after.entries.slice(0, -1) }).toEqual(before)
      expect(await there.verify()).toMatchObject({ ok: true, findings: [] })
    },
  )
})

/** Ends every connection of this test's move at the server, which other tests use at the same time. */
const CUT = `SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity
  WHERE application_name = '$s' AND pid <> pg_catalog.pg_backend_pid()`

describe('a connection that is lost', () => {
  it('right before the commit leaves both out of use, and the same move again ends it', async () => {
    const root = folder(cleanups)
    await filledFiles(root)
    const { transfer: to, open, sql } = await database(cleanups)
    const from = files(root)
    const cut: TransferStore = {
      ...from,
      leave: async (mark, seq) => {
        await from.leave(mark, seq)
        if (!mark.isDone) await sql(CUT)
      },
    }
    expect(await errorOf(transferStore({ from: cut, to }, mover))).toMatchObject({
      code: 'ERR_STORE_UNREACHABLE',
    })
    expect(await errorOf(openFiles(root))).toMatchObject({ code: 'ERR_STORE_MOVED' })
    expect((await to.look()).state).toBe('empty')
    expect(await transferStore({ from, to }, mover)).toMatchObject({ step: 'move' })
    expect((await open()).view(numbers).get('k1')).toBeDefined()
  })

  it('while it copies leaves the source in use', async () => {
    const root = folder(cleanups)
    await filledFiles(root)
    const { transfer: to, sql } = await database(cleanups)
    const from = files(root)
    const cut: TransferStore = {
      ...from,
      withImage: (wish, use) =>
        from.withImage(wish, async (image) => {
          async function* items() {
            for await (const item of image.items) yield item
            await sql(CUT)
          }
          return use({ ...image, items: items() })
        }),
    }
    expect(await errorOf(transferStore({ from: cut, to }, mover))).toMatchObject({
      code: 'ERR_STORE_UNREACHABLE',
    })
    await (await openFiles(root)).close()
    expect((await to.look()).state).toBe('empty')
  })
})

const COUNT = 100_000
const ENTRIES = 2_000

/** Writes an image of many senders by hand, of whom a few were decided lately; its format is part of what is promised. */
async function writeMany(path: string): Promise<void> {
  const { sha256 } = filePorts
  const tally = imageTally(sha256)
  const at = { seq: 5_000 + ENTRIES, floor: 5_001, records: COUNT, entries: ENTRIES }
  const head = lineOf({
    ...{ kind: 'openclaw-store', format: 1, id: 'ab'.repeat(16) },
    ...{ made: '2026-01-01T00:00:00.000Z', ...at },
  })
  const file = createWriteStream(path)
  const collection = 'dm.senders'
  const sender = (n: number) => {
    const value = { state: 'allowed', since: n, meta: { username: `user${String(n)}` } }
    return { collection, key: `telegram/default/${String(n)}`, value }
  }
  file.write(head)
  for (let n = 0; n < COUNT; n += 1) {
    const seq = n < ENTRIES ? [at.floor + n] : []
    const { key, value } = sender(n)
    tally.add({ kind: 'record', ...sender(n), ...(seq[0] && { seq: seq[0] as Seq }) })
    file.write(lineOf({ record: [collection, key, value, ...seq] }))
  }
  const time = '2026-01-01T00:00:00.000Z'
  for (let n = 0; n < ENTRIES; n += 1) {
    const by = { actor: { kind: 'root', user: 'a' }, action: 'dm.allow' } as const
    const entry = { seq: (at.floor + n) as Seq, time, ...by, changes: [sender(n)] }
    tally.add({ kind: 'entry', entry: { ...entry, time: Date.parse(time) as EpochMs } })
    file.write(lineOf({ entry }))
  }
  const digest = tally.digest({ seq: at.seq as Seq, floor: at.floor })
  file.end(lineOf({ end: sha256(head + digest) }))
  await finished(file)
}

const lineOf = (json: object): string => `${JSON.stringify(json)}\n`

it('100,000 senders go through a file and a database within 48 MB of heap', async () => {
  const root = folder(cleanups)
  const [path, copy] = [join(root, 'many.jsonl'), join(root, 'copy.jsonl')]
  await writeMany(path)
  const { url, schema, sql } = await database(cleanups)
  const run = async (kind: 'import' | 'export', file: string): Promise<unknown> => {
    const task = { url, schema, path: file, kind }
    const worker = startWorker(bundle, task, ['--max-old-space-size=48'])
    expect(await worker.ended).toBe(0)
    return JSON.parse(worker.lines()[0] ?? '')
  }
  expect(await run('import', path)).toMatchObject({ step: 'take', taken: { records: COUNT } })
  expect(await run('import', path)).toMatchObject({ step: 'nothing' })
  const written = { records: COUNT + 1, entries: ENTRIES + 1, floor: 5_001 }
  expect(await run('export', copy)).toMatchObject({ head: written })
  expect(await sql('SELECT count(*)::int AS count FROM $s.records')).toEqual([{ count: COUNT + 1 }])
}, 120_000)
