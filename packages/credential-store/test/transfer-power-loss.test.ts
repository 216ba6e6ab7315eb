import type { EpochMs } from '@openclaw/pairing-contracts'
import { fixedClock, seededRandom } from '@openclaw/pairing-testing'
import { describe, expect, it } from 'vitest'
import { type FileStore, fileStore, type StoreFiles, type StorePorts } from '../src/index.ts'
import { nodeStorePorts } from '../src/node.ts'
import { filesTransfer, type TransferOutcome, transferStore } from '../src/transfer.ts'
import { type Disk, emptyDisk, type Loss, simpleLock } from './support-disk.ts'
import { all, errorOf, put, tester } from './support-store.ts'

/** Only every few calls, each loss at others, unless `OPENCLAW_FULL_SWEEP=1`. */
const STEP = process.env['OPENCLAW_FULL_SWEEP'] === '1' ? 1 : 37

const [FROM, TO] = ['/state/from', '/state/to']
const clock = fixedClock()
const move = {
  actor: tester,
  now: (): EpochMs => clock.now(),
  random: nodeStorePorts(clock).random,
}

function portsOn(files: StoreFiles): StorePorts {
  return { ...nodeStorePorts(clock), files, lockPlace: simpleLock() }
}

function openOn(files: StoreFiles, root: string): Promise<FileStore> {
  return fileStore({ root, mode: 'write', segmentBytes: 1_500 }, portsOn(files))
}

function moveOn(files: StoreFiles, [from, to] = [FROM, TO]): Promise<TransferOutcome> {
  const ports = portsOn(files)
  const end = (root: string) => filesTransfer({ root, segmentBytes: 1_500 }, ports)
  return transferStore({ from: end(from), to: end(to) }, move)
}

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

/** A disk on which a store lies in `FROM`, and with `isBack` an older state of it in `TO`, from where it came. */
async function filledDisk(isBack: boolean): Promise<Disk> {
  const disk = emptyDisk()
  disk.files.makeDirectory(FROM)
  await disk.files.syncDirectory('/state')
  const first = isBack ? TO : FROM
  if (isBack) disk.files.makeDirectory(TO)
  await disk.files.syncDirectory('/state')
  const store = await openOn(disk.files, first)
  for (let n = 0; n < 12; n += 1) await put(store, `k${String(n % 5)}`, n)
  await store.close()
  if (!isBack) return disk
  await moveOn(disk.files, [TO, FROM])
  const there = await openOn(disk.files, FROM)
  await put(there, 'k1', 100)
  await put(there, 'new', 1)
  await there.close()
  return disk
}

/** What a store of a place says; `undefined` where it is refused, and nothing where there is none. */
async function stateOf(disk: Disk, root: string): Promise<Record<string, number> | undefined> {
  try {
    const store = await openOn(disk.files, root)
    try {
      return all(store)
    } finally {
      await store.close()
    }
  } catch (error) {
    expect(error).toMatchObject({ code: expect.stringMatching(/^ERR_STORE_(MOVED|UNFINISHED)$/) })
    return undefined
  }
}

const isFilled = (state: Record<string, number> | undefined): boolean =>
  Object.keys(state ?? {}).length > 0

describe.each([
  ['all', 1, false],
  ['part', 3, false],
  ['all', 5, true],
  ['zeros', 2, true],
] as const)(
  'a power loss that takes %s unsynced bytes (first call %i, back: %s)',
  (loss: Loss, first, isBack) => {
    it('at any call of a move leaves one store at most, and the same move again ends it', async () => {
      const seen = new Set<string>()
      for (let calls = first; ; calls += STEP) {
        const disk = await filledDisk(isBack)
        const expected = await stateOf(disk, FROM)
        const { files, isOff } = powered(disk.files, calls)
        const done = await moveOn(files).catch(() => undefined)
        const off = isOff()
        const random = seededRandom(calls)
        const after = disk.crash(loss, () => random(1)[0] ?? 0)
        const [from, to] = [await stateOf(after, FROM), await stateOf(after, TO)]
        expect([from, to].filter(isFilled).length).toBeLessThanOrEqual(1)
        for (const state of [from, to].filter(isFilled)) expect(state).toEqual(expected)
        if (done) expect(to).toEqual(expected)
        seen.add(`${from ? 'usable' : 'refused'} ${isFilled(to) ? 'there' : 'not there'}`)
        const { step } = await moveOn(after.files)
        seen.add(step)
        expect(await stateOf(after, FROM)).toBeUndefined()
        const store = await openOn(after.files, TO)
        expect(all(store)).toEqual(expected)
        expect((await store.verify()).findings).toEqual([])
        await store.close()
        if (!off) break
      }
      expect([...seen]).toEqual(
        expect.arrayContaining(['usable not there', 'refused there', 'move', 'nothing']),
      )
    })
  },
)

it('is refused while a part is there, not taken for an empty store', async () => {
  const disk = await filledDisk(false)
  let renames = 0
  const files: StoreFiles = {
    ...disk.files,
    rename: (from, to) => {
      if (to.endsWith('.jsonl')) renames += 1
      if (renames === 2) throw Object.assign(new Error('EIO'), { code: 'EIO' })
      disk.files.rename(from, to)
    },
  }
  expect(await errorOf(moveOn(files))).toMatchObject({ code: 'ERR_STORE_UNFINISHED' })
  expect(renames).toBe(2)
  expect(await errorOf(openOn(disk.files, TO))).toMatchObject({ code: 'ERR_STORE_UNFINISHED' })
  expect(await errorOf(openOn(disk.files, FROM))).toMatchObject({ code: 'ERR_STORE_MOVED' })
})
