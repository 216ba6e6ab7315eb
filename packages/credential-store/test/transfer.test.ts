import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { EpochMs } from '@openclaw/pairing-contracts'
import { fixedClock } from '@openclaw/pairing-testing'
import { afterEach, describe, expect, it } from 'vitest'
import { type FileStore, JournalDamaged } from '../src/index.ts'
import { nodeFileStore, nodeStorePorts } from '../src/node.ts'
import {
  exportStore,
  type FilesTransferOptions,
  filesTransfer,
  imageFile,
  importStore,
  planTransfer,
  type TransferStore,
  transferStore,
} from '../src/transfer.ts'
import { all, errorOf, intent, numbers, put, tester, texts } from './support-store.ts'
import { tempRoot } from './support-temp.ts'

const clock = fixedClock()
const ports = nodeStorePorts(clock)
const move = { actor: tester, now: (): EpochMs => clock.now(), random: ports.random }
const cleanups: (() => void)[] = []

afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup()
})

function folder(): string {
  const { root, remove } = tempRoot()
  cleanups.push(remove)
  return root
}

function endOf(root: string, options: Partial<FilesTransferOptions> = {}): TransferStore {
  return filesTransfer({ root, ...options }, ports)
}

async function onStore<R>(root: string, work: (store: FileStore) => Promise<R>): Promise<R> {
  const store = await nodeFileStore({ root, mode: 'write', clock, segmentBytes: 2_000 })
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}

/** A store with a past: records that were changed and removed, over several segments, of which the first are gone. */
async function filled(root: string, count = 60): Promise<void> {
  const store = await nodeFileStore({
    ...{ root, mode: 'write', clock },
    ...{ segmentBytes: 2_000, keepBytes: 8_000 },
  })
  await put(store, 'first', 1)
  for (let n = 0; n < count; n += 1) await put(store, `k${String(n % 17)}`, n)
  await store.transact(intent('test.remove'), (tx) => tx.remove(numbers, 'k3'))
  await store.transact(intent('test.odd'), (tx) => {
    tx.put(texts, 'odd\u{1F600}\u{e000}', '\u0000\ud800 ü "\n')
    tx.note({ why: 'because' })
  })
  await store.close()
}

describe('a store that is moved to another directory', () => {
  it('has everything there, and goes on', async () => {
    const [from, to] = [folder(), join(folder(), 'new/state')]
    await filled(from)
    const before = await onStore(from, async (store) => ({
      all: all(store),
      odd: store.view(texts).entries(''),
      history: await store.history(0 as never, 1_000),
    }))
    expect(before.history[0]?.seq).toBeGreaterThan(1)
    const outcome = await transferStore({ from: endOf(from), to: endOf(to, { segmentBytes: 2_000 }) }, move)
    expect(outcome).toMatchObject({ step: 'move', taken: { entries: before.history.length } })
    await onStore(to, async (store) => {
      expect(all(store)).toEqual(before.all)
      expect(store.view(texts).entries('')).toEqual(before.odd)
      const history = await store.history(0 as never, 1_000)
      expect(history.slice(0, -1)).toEqual(before.history)
      expect(history.at(-1)).toMatchObject({ action: 'store.take', actor: tester })
      await put(store, 'after', 1)
      const report = await store.verify()
      expect(report).toMatchObject({ ok: true, findings: [] })
      expect(report.segments).toBeGreaterThan(2)
      expect(report.to).toBe((before.history.at(-1)?.seq ?? 0) + 2)
    })
    expect(await errorOf(nodeFileStore({ root: from, mode: 'read', clock }))).toMatchObject({
      code: 'ERR_STORE_MOVED',
    })
  })
})
