import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FileStore } from '@openclaw/credential-store'
import { nodeFileStore, nodeStorePorts } from '@openclaw/credential-store/node'
import { filesTransfer, type TransferStore } from '@openclaw/credential-store/transfer'
import type {
  Collection,
  CredentialStore,
  EpochMs,
  JournalEntry,
  Json,
  Seq,
} from '@openclaw/pairing-contracts'
import { nodePostgresPorts } from '../src/node.ts'
import { postgresTransfer } from '../src/transfer.ts'
import { intent, numbers, put, type TestSchema, tester, testSchema } from './support-store.ts'

const clock = { now: () => Date.now() as EpochMs }

/** Ports of the files of this machine. */
export const filePorts = { ...nodeStorePorts(clock), now: clock.now }

/** Who moves. */
export const mover = { actor: tester, now: clock.now, random: filePorts.random }

/** Something that is put away at the end of a test. */
export type Cleanups = (() => unknown)[]

/** A new directory. */
export function folder(cleanups: Cleanups): string {
  const root = mkdtempSync(join(tmpdir(), 'transfer-'))
  cleanups.push(() => rmSync(root, { recursive: true, force: true }))
  return root
}

/** A state directory as an end of a move. */
export function files(root: string): TransferStore {
  return filesTransfer({ root, segmentBytes: 4_000 }, filePorts)
}

/** A schema of its own as an end of a move. */
export async function database(
  cleanups: Cleanups,
): Promise<TestSchema & { readonly transfer: TransferStore }> {
  const schema = await testSchema()
  const transfer = postgresTransfer(
    { url: schema.url, schema: schema.schema, applicationName: schema.schema },
    nodePostgresPorts(),
  )
  cleanups.push(schema.cleanup, transfer.close)
  return { ...schema, transfer }
}

/** Opens the store of a state directory. */
export function openFiles(root: string): Promise<FileStore> {
  return nodeFileStore({ root, mode: 'write', clock, segmentBytes: 2_000, keepBytes: 24_000 })
}

const odd: Collection<Json> = {
  name: 'test.odd',
  decode: (value) => value,
  encode: (value) => value,
}

/** Records that were written, changed and removed, odd ones among them. */
export async function fill(store: CredentialStore, count: number): Promise<void> {
  await put(store, 'first', 1)
  for (let n = 0; n < count; n += 1) await put(store, `k${String(n % 7)}`, n)
  await store.transact(intent('test.remove', 'other'), (tx) => {
    tx.remove(numbers, 'k3')
    tx.note({ why: 'because', list: [1, { b: null }] })
  })
  await store.transact(intent('test.odd'), (tx) => {
    const value = { z: '\u0000\ud800 ü "\n', a: [1e21, -0.5, null, true], 7: {}, ['__proto__']: 1 }
    tx.put(odd, '\u{1F600}', value)
    tx.put(odd, '\u{e000}', [])
    tx.put(odd, 'x'.repeat(4_000), 'long')
  })
}

/** What a store holds, records to the letter. */
export interface Content {
  readonly records: unknown
  readonly entries: readonly JournalEntry[]
}

export async function contentOf(store: CredentialStore): Promise<Content> {
  const records = [numbers, odd].map((collection) =>
    store
      .view(collection as Collection<unknown>)
      .entries('')
      .map(({ key, value }) => [key, JSON.stringify(value)]),
  )
  return { records, entries: await store.history(0 as Seq, 10_000) }
}

/** Fills a state directory until its oldest entries are gone; answers what it holds. */
export async function filledFiles(root: string): Promise<Content> {
  const store = await openFiles(root)
  await fill(store, 100)
  await store.close()
  // opened again: what it wrote itself it has in memory
  const again = await openFiles(root)
  const content = await contentOf(again)
  await again.close()
  return content
}
