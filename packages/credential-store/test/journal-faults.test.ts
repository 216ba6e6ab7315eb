import { statSync } from 'node:fs'
import { isOpenClawError } from '@openclaw/pairing-contracts'
import { describe, expect, it } from 'vitest'
import type { FileStore, StoreFiles, StorePorts } from '../src/index.ts'
import { nodeStoreFiles } from '../src/node.ts'
import { emptyDisk, simpleLock } from './support-disk.ts'
import { errorOf, intent, numbers, openWith, put, texts } from './support-store.ts'
import { tempRoot } from './support-temp.ts'

const options = { mode: 'write', segmentBytes: 600, keepBytes: 1e9, lockWaitMs: 500 } as const
/** Three turns of two transactions; each turn fills a segment. */
const BATCHES = 3
/** Only every few calls, unless `OPENCLAW_FULL_SWEEP=1`; no multiple of 2, so that each code has its turn. */
const isFull = process.env['OPENCLAW_FULL_SWEEP'] === '1'
const STEP = isFull ? 1 : 3
const REAL_STEP = isFull ? 1 : 13
const codes = ['EIO', 'ENOSPC', 'EACCES', 'EROFS']
const failing = (code: string): Error => Object.assign(new Error(`${code}: by the test`), { code })

/** Fails the `nth` call of the port: only that one, or all from there on. */
function failNth(
  files: StoreFiles,
  nth: number,
  how: 'once' | 'sticky',
): { files: StoreFiles; failed: () => boolean } {
  let calls = 0
  const error = failing(codes[nth % codes.length] ?? 'EIO')
  const guard =
    (work: (...args: unknown[]) => unknown) =>
    (...args: unknown[]): unknown => {
      calls += 1
      if (how === 'once' ? calls === nth : calls >= nth) throw error
      return work(...args)
    }
  const guarded = Object.entries(files).map(([name, work]) => [name, guard(work)])
  return { files: Object.fromEntries(guarded) as StoreFiles, failed: () => calls >= nth }
}

/** A place for a store, and its ports when nothing fails. */
interface Ground {
  readonly root: string
  readonly ports: Partial<StorePorts> & { readonly files: StoreFiles }
  readonly remove: () => void
}

function realGround(): Ground {
  return { ...tempRoot(), ports: { files: nodeStoreFiles() } }
}

function memoryGround(): Ground {
  const ports = { files: emptyDisk().files, lockPlace: simpleLock() }
  return { root: '/state', ports, remove: () => undefined }
}

interface Told {
  readonly acknowledged: number[]
  readonly refused: number[]
  readonly unknown: number[]
}

/** Transactions in batches, each of two records; sorts them by what the store said. */
async function work(store: FileStore, told: Told): Promise<void> {
  for (let batch = 0; batch < BATCHES; batch += 1) {
    const numbersOfBatch = [batch * 2, batch * 2 + 1]
    await Promise.all(numbersOfBatch.map((n) => one(store, told, n)))
  }
}

async function one(store: FileStore, told: Told, n: number): Promise<void> {
  try {
    await store.transact(intent(), (tx) => {
      tx.put(numbers, `n/${String(n)}`, n)
      tx.put(texts, `t/${String(n)}`, String(n).repeat(30))
    })
    told.acknowledged.push(n)
  } catch (error) {
    if (!isOpenClawError(error)) throw error
    const outcomeUnknown = error.code === 'ERR_STORE_SYNC_FAILED'
    told[outcomeUnknown ? 'unknown' : 'refused'].push(n)
  }
}

async function openQuietly(
  { root, ports }: Ground,
  files: StoreFiles,
): Promise<FileStore | undefined> {
  try {
    return await openWith({ root, ...options }, { ...ports, files })
  } catch (error) {
    expect(error).toSatisfy(isOpenClawError)
    return undefined
  }
}

/** Opened on a sound disk, without any repair. */
async function expectSound(
  { root, ports }: Ground,
  { acknowledged, unknown }: Told,
): Promise<void> {
  const store = await openWith({ root, ...options }, ports)
  await put(store, 'after', 1)
  const found = store
    .view(numbers)
    .entries('n/')
    .map(({ value }) => value)
  expect(store.view(texts).entries('t/')).toHaveLength(found.length)
  expect(found).toEqual(expect.arrayContaining(acknowledged))
  expect([...acknowledged, ...unknown]).toEqual(expect.arrayContaining(found))
  const report = await store.verify()
  expect(report.findings.filter(({ severity }) => severity === 'damage')).toEqual([])
  await store.close()
}

describe.each([
  ['a disk in memory', 'once', memoryGround, STEP],
  ['a disk in memory', 'sticky', memoryGround, STEP],
  ['real files', 'once', realGround, REAL_STEP],
  ['real files', 'sticky', realGround, REAL_STEP],
] as const)('%s whose n-th call fails (%s)', (_name, how, ground, step) => {
  it('loses nothing acknowledged, lands nothing refused, and goes on by itself', async () => {
    for (let nth = 1; ; nth += step) {
      const place = ground()
      const { files, failed } = failNth(place.ports.files, nth, how)
      const told: Told = { acknowledged: [], refused: [], unknown: [] }
      const store = await openQuietly(place, files)
      if (store) await work(store, told)
      await store?.close().catch((error: unknown) => expect(error).toSatisfy(isOpenClawError))
      await expectSound(place, told)
      place.remove()
      if (failed()) continue
      expect(told.acknowledged).toHaveLength(BATCHES * 2)
      break
    }
  })
})

describe('a full disk', () => {
  it('takes half a record, which is cut off again; freed, the store goes on', async () => {
    const { root, remove } = tempRoot()
    const disk = { full: false }
    const real = nodeStoreFiles()
    const write: StoreFiles['write'] = (fd, bytes) =>
      disk.full ? real.write(fd, bytes.subarray(0, bytes.length >> 1)) : real.write(fd, bytes)
    const store = await openWith({ root, mode: 'write' }, { files: { ...real, write } })
    await put(store, 'a', 1)
    const size = statSync(`${root}/pairing-journal/00000001.jsonl`).size
    disk.full = true
    expect(await errorOf(put(store, 'b', 2))).toMatchObject({
      code: 'ERR_STORE_WRITE_FAILED',
      hint: expect.stringContaining('free some space'),
    })
    expect(statSync(`${root}/pairing-journal/00000001.jsonl`).size).toBe(size)
    expect(
      store
        .view(numbers)
        .entries('')
        .map(({ key }) => key),
    ).toEqual(['a'])
    disk.full = false
    await put(store, 'c', 3)
    expect(await store.verify()).toMatchObject({ ok: true, entries: 2, findings: [] })
    await store.close()
    remove()
  })

  it('that takes some of several records acknowledges exactly those', async () => {
    const { root, remove } = tempRoot()
    const real = nodeStoreFiles()
    const state = { full: false }
    const write: StoreFiles['write'] = (fd, bytes) => {
      const second = Buffer.from(bytes).indexOf('\n') + 40
      return state.full ? real.write(fd, bytes.subarray(0, second)) : real.write(fd, bytes)
    }
    const store = await openWith({ root, mode: 'write' }, { files: { ...real, write } })
    await put(store, 'a', 0)
    state.full = true
    const told = await Promise.allSettled(['b', 'c', 'd'].map((key) => put(store, key, 1)))
    expect(told.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected'])
    expect(
      store
        .view(numbers)
        .entries('')
        .map(({ key }) => key),
    ).toEqual(['a', 'b'])
    await store.close()
    const again = await openWith({ root, mode: 'read' })
    expect(
      again
        .view(numbers)
        .entries('')
        .map(({ key }) => key),
    ).toEqual(['a', 'b'])
    await again.close()
    remove()
  })
})

describe('a sync that fails', () => {
  it('is never tried again: the store takes no more writes, says so, and still answers', async () => {
    const { root, remove } = tempRoot()
    const real = nodeStoreFiles()
    const state = { broken: false, syncs: 0 }
    const sync: StoreFiles['sync'] = async (fd) => {
      state.syncs += 1
      if (state.broken) throw failing('EIO')
      await real.sync(fd)
    }
    const store = await openWith({ root, mode: 'write' }, { files: { ...real, sync } })
    await put(store, 'a', 1)
    state.broken = true
    await expect(put(store, 'b', 2)).rejects.toMatchObject({ code: 'ERR_STORE_SYNC_FAILED' })
    state.broken = false
    const { syncs } = state
    await expect(put(store, 'c', 3)).rejects.toMatchObject({ code: 'ERR_STORE_SYNC_FAILED' })
    expect(state.syncs).toBe(syncs)
    expect(store.health()).toMatchObject({
      state: 'read-only',
      error: { code: 'ERR_STORE_SYNC_FAILED' },
    })
    expect(store.view(numbers).get('a')).toBe(1)
    await store.close()
    const again = await openWith({ root, mode: 'write' })
    await put(again, 'c', 3)
    expect(again.view(numbers).get('a')).toBe(1)
    await again.close()
    remove()
  })
})
