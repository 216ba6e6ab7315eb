import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FileStore } from '@openclaw/credential-store'
import { nodeFileStore, nodeStorePorts } from '@openclaw/credential-store/node'
import {
  filesTransfer,
  planTransfer,
  type TransferStore,
  transferStore,
} from '@openclaw/credential-store/transfer'
import type { CredentialStore, EpochMs, JournalEntry, Seq } from '@openclaw/pairing-contracts'
import { afterEach, expect, it } from 'vitest'
import { nodePostgresPorts } from '../src/node.ts'
import { postgresTransfer } from '../src/transfer.ts'
import {
  errorOf,
  intent,
  numbers,
  put,
  type TestSchema,
  tester,
  testSchema,
} from './support-store.ts'

const clock = { now: () => Date.now() as EpochMs }
const filePorts = nodeStorePorts(clock)
const move = { actor: tester, now: clock.now, random: filePorts.random }
const cleanups: (() => unknown)[] = []

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

function folder(): string {
  const root = mkdtempSync(join(tmpdir(), 'transfer-'))
  cleanups.push(() => rmSync(root, { recursive: true, force: true }))
  return root
}

function files(root: string): TransferStore {
  return filesTransfer({ root, segmentBytes: 4_000 }, filePorts)
}

async function database(): Promise<TestSchema & { readonly transfer: TransferStore }> {
  const schema = await testSchema()
  const transfer = postgresTransfer({ url: schema.url, schema: schema.schema }, nodePostgresPorts())
  cleanups.push(schema.cleanup, transfer.close)
  return { ...schema, transfer }
}

function openFiles(root: string): Promise<FileStore> {
  return nodeFileStore({ root, mode: 'write', clock, segmentBytes: 2_000, keepBytes: 24_000 })
}

const odd = { name: 'test.odd', decode: (value: unknown) => value, encode: (value: never) => value }

/** Records that were written, changed and removed, odd ones among them; of files the oldest entries are gone. */
async function fill(store: CredentialStore, count = 40): Promise<void> {
  await put(store, 'first', 1)
  for (let n = 0; n < count; n += 1) await put(store, `k${String(n % 7)}`, n)
  await store.transact(intent('test.remove', 'other'), (tx) => {
    tx.remove(numbers, 'k3')
    tx.note({ why: 'because', list: [1, { b: null }] })
  })
  await store.transact(intent('test.odd'), (tx) => {
    const value = { z: '\u0000\ud800 ü "\n', a: [1e21, -0.5, null, true], 7: {}, ['__proto__']: 1 }
    tx.put(odd, '\u{1F600}', value as never)
    tx.put(odd, '\u{e000}', [] as never)
    tx.put(odd, 'x'.repeat(4_000), 'long' as never)
  })
}

/** What a store of files holds whose oldest entries are gone. */
async function filledFiles(root: string): Promise<Content> {
  const store = await openFiles(root)
  await fill(store, 100)
  await store.close()
  // opened again: what it wrote itself it has in memory
  const again = await openFiles(root)
  const content = await contentOf(again)
  await again.close()
  expect(content.entries.length).toBeGreaterThan(2)
  expect(content.entries[0]?.seq).toBeGreaterThan(1)
  return content
}

interface Content {
  readonly records: unknown
  readonly entries: readonly JournalEntry[]
}

async function contentOf(store: CredentialStore): Promise<Content> {
  const records = [numbers, odd].map((collection) =>
    store
      .view(collection as typeof numbers)
      .entries('')
      .map(({ key, value }) => [key, JSON.stringify(value)]),
  )
  return { records, entries: await store.history(0 as Seq, 10_000) }
}

it('brings everything from files to a database, and back into the same directory', async () => {
  const root = folder()
  const before = await filledFiles(root)
  const { transfer, open } = await database()
  const from = files(root)

  expect(await transferStore({ from, to: transfer }, move)).toMatchObject({
    step: 'move',
    taken: { entries: before.entries.length },
  })
  const there = await open()
  const moved = await contentOf(there)
  expect(moved.records).toEqual(before.records)
  expect(moved.entries.slice(0, -1)).toEqual(before.entries)
  expect(moved.entries.at(-1)).toMatchObject({ action: 'store.take', detail: { from: root } })
  expect(await there.verify()).toMatchObject({ ok: true, findings: [] })
  expect(await errorOf(openFiles(root))).toMatchObject({ code: 'ERR_STORE_MOVED' })
  expect(await transferStore({ from, to: transfer }, move)).toEqual({ step: 'nothing' })

  await put(there, 'in the database', 5)
  await there.transact(intent(), (tx) => tx.remove(numbers, 'first'))
  const later = await contentOf(there)
  expect(await transferStore({ from: transfer, to: from }, move)).toMatchObject({ step: 'move' })
  const back = await openFiles(root)
  cleanups.push(() => back.close())
  const came = await contentOf(back)
  expect(came.records).toEqual(later.records)
  expect(came.entries.slice(0, -1)).toEqual(later.entries)
  expect(await back.verify()).toMatchObject({ ok: true, findings: [] })
  await put(back, 'after', 6)
  expect(back.view(numbers).get('first')).toBeUndefined()
  expect(await errorOf(put(there, 'late', 1))).toMatchObject({ code: 'ERR_STORE_MOVED' })
  expect(await errorOf(open())).toMatchObject({ code: 'ERR_STORE_MOVED' })

  // and into the database again, where an older state of it still is
  await back.close()
  expect(await planTransfer({ from, to: transfer })).toMatchObject({ step: 'move', replaces: true })
  await transferStore({ from, to: transfer }, move)
  const again = await open()
  expect(again.view(numbers).get('after')).toBe(6)
  expect(await again.verify()).toMatchObject({ ok: true, findings: [] })
  expect(() => there.view(numbers).get('k1')).toThrow(
    expect.objectContaining({ code: expect.stringMatching(/ERR_STORE_(MOVED|REPLACED)/) }),
  )
})
