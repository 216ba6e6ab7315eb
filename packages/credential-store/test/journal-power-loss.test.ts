import { seededRandom } from '@openclaw/pairing-testing'
import { describe, expect, it } from 'vitest'
import type { FileStore, StoreFiles } from '../src/index.ts'
import { type Disk, emptyDisk, type Loss, simpleLock } from './support-disk.ts'
import { intent, numbers, openWith, texts } from './support-store.ts'

/** Only every few calls, each loss at others, unless `OPENCLAW_FULL_SWEEP=1`. */
const STEP = process.env['OPENCLAW_FULL_SWEEP'] === '1' ? 1 : 3

const options = { root: '/state', mode: 'write', segmentBytes: 1500, keepBytes: 1e9 } as const

/** Lets `count` calls through; afterwards the machine has no power. */
function powered(files: StoreFiles, count: number): { files: StoreFiles; isOff: () => boolean } {
  let left = count
  const off = Object.assign(new Error('EIO: no power'), { code: 'EIO' })
  const guard =
    (work: unknown): unknown =>
    (...args: unknown[]) => {
      left -= 1
      if (left < 0) throw off
      return (work as (...all: unknown[]) => unknown)(...args)
    }
  const guarded = Object.fromEntries(
    Object.entries(files).map(([name, work]) => [name, guard(work)]),
  )
  return { files: guarded as unknown as StoreFiles, isOff: () => left < 0 }
}

const open = (files: StoreFiles): Promise<FileStore> =>
  openWith(options, { files, lockPlace: simpleLock() })

/** Transactions over two collections; answers the numbers of those that were acknowledged. */
async function work(store: FileStore, from: number, batches: number): Promise<readonly number[]> {
  const acknowledged: number[] = []
  const one = async (n: number): Promise<void> => {
    await store.transact(intent(), (tx) => {
      tx.put(numbers, `n/${String(n)}`, n)
      tx.put(texts, `t/${String(n)}`, String(n).repeat(20))
    })
    acknowledged.push(n)
  }
  for (let batch = 0; batch < batches; batch += 1) {
    await Promise.allSettled([0, 1, 2].map((k) => one(from + batch * 3 + k)))
  }
  return acknowledged
}

/** Both halves of every transaction or none, without a hole. */
function landed(store: FileStore): readonly number[] {
  const found = store
    .view(numbers)
    .entries('')
    .map(({ value }) => value)
  const halves = store
    .view(texts)
    .entries('')
    .map(({ value }) => Number(value.slice(0, value.length / 20)))
  expect([...halves].sort()).toEqual([...found].sort())
  return found
}

async function runUntil(
  disk: Disk,
  calls: number,
): Promise<{ done: readonly number[]; off: boolean }> {
  const { files, isOff } = powered(disk.files, calls)
  try {
    const store = await open(files)
    const done = await work(store, 0, 4)
    await store.close().catch(() => undefined)
    return { done, off: isOff() }
  } catch (error) {
    expect(error).toMatchObject({ code: expect.stringMatching(/^ERR_/) })
    return { done: [], off: true }
  }
}

describe.each([
  ['all', 1],
  ['part', 2],
  ['zeros', 3],
] as const)('a power loss that takes %s unsynced bytes', (loss: Loss, first) => {
  it('at any call loses nothing acknowledged, and the next start needs no hand', async () => {
    let dropped = 0
    for (let calls = STEP === 1 ? 1 : first; ; calls += STEP) {
      const disk = emptyDisk()
      const { done, off } = await runUntil(disk, calls)
      const random = seededRandom(calls)
      const after = disk.crash(loss, () => random(1)[0] ?? 0)
      dropped += disk.dropped()
      const store = await open(after.files)
      expect(landed(store)).toEqual(expect.arrayContaining([...done]))
      await store.transact(intent(), (tx) => tx.put(numbers, 'after', 1))
      await store.transact(intent(), (tx) => tx.remove(numbers, 'after'))
      const more = await work(store, 100, 2)
      expect(more).toHaveLength(6)
      expect(landed(store)).toEqual(expect.arrayContaining([...done, ...more]))
      const report = await store.verify()
      expect(report.findings.filter(({ severity }) => severity === 'damage')).toEqual([])
      expect(report.segments).toBeGreaterThan(1)
      await store.close()
      if (!off) break
    }
    expect(dropped).toBeGreaterThan(0)
  })
})

describe('the disk that forgets', () => {
  it('bites: without syncs, acknowledged transactions are gone', async () => {
    const disk = emptyDisk()
    const files = {
      ...disk.files,
      sync: async () => undefined,
      syncDirectory: async () => undefined,
    }
    const store = await open(files)
    expect(await work(store, 0, 4)).toHaveLength(12)
    await store.close()
    const after = await open(disk.crash('all', () => 255).files)
    expect(landed(after)).toEqual([])
    await after.close()
  })

  it.each([
    ['of the journal', (files: StoreFiles) => ({ ...files, sync: async () => undefined })],
    [
      'of the directory',
      (files: StoreFiles) => ({ ...files, syncDirectory: async () => undefined }),
    ],
  ])('bites when the sync %s is left out', async (_name, without) => {
    const disk = emptyDisk()
    const store = await open(without(disk.files))
    const done = await work(store, 0, 4)
    await store.close()
    const after = await open(disk.crash('all', () => 255).files).catch(() => undefined)
    const found = after?.health().state === 'ok' ? landed(after) : []
    expect(found).not.toEqual(expect.arrayContaining([...done]))
    await after?.close()
  })
})
