import { seededRandom } from '@openclaw/pairing-testing'
import { describe, expect, it } from 'vitest'
import type { FileStore, StoreFiles } from '../src/index.ts'
import { allowed, families } from './documents-family.ts'
import { type Disk, emptyDisk, type Loss, simpleLock } from './support-disk.ts'
import { intent, openWith } from './support-store.ts'

const KEY = 'telegram/default/'
const COPY = '/state/pairing-journal/documents/credentials/telegram-allowFrom.json.base'

function open(files: StoreFiles, lockPlace = simpleLock()): Promise<FileStore> {
  const options = { root: '/state', mode: 'write', segmentBytes: 1500, families } as const
  return openWith(options, { files, lockPlace, sleep: async () => undefined })
}

const letIn = (store: FileStore, id: string): Promise<void> =>
  store.transact(intent(), (tx) => tx.put(allowed, KEY + id, { by: 'x'.repeat(100) }))

const ids = (store: FileStore): readonly string[] =>
  store
    .view(allowed)
    .entries(KEY)
    .map(({ key }) => key.slice(KEY.length))

/** Only every few calls, unless `OPENCLAW_FULL_SWEEP=1`. */
const STEP = process.env['OPENCLAW_FULL_SWEEP'] === '1' ? 1 : 7

/** Lets `count` calls through; afterwards the machine has no power. */
function powered(files: StoreFiles, count: number): { files: StoreFiles; isOff: () => boolean } {
  let left = count
  const guard =
    (work: unknown): unknown =>
    (...args: unknown[]) => {
      left -= 1
      if (left < 0) throw Object.assign(new Error('EIO: no power'), { code: 'EIO' })
      return (work as (...all: unknown[]) => unknown)(...args)
    }
  const entries = Object.entries(files).map(([name, work]) => [name, guard(work)])
  return { files: Object.fromEntries(entries) as StoreFiles, isOff: () => left < 0 }
}

/** Two processes after one another, each writing the files at its end; answers who was let in for sure. */
async function runUntil(
  disk: Disk,
  calls: number,
): Promise<{ readonly done: readonly string[]; readonly isOver: boolean }> {
  const { files, isOff } = powered(disk.files, calls)
  const done: string[] = []
  try {
    for (const round of ['a', 'b', 'c']) {
      const store = await open(files)
      for (const n of ['1', '2', '3']) {
        await letIn(store, round + n)
        done.push(round + n)
      }
      await store.close()
    }
  } catch (error) {
    expect(error).toMatchObject({ code: expect.stringMatching(/^E/) })
  }
  return { done, isOver: !isOff() }
}

describe.each(['all', 'part', 'zeros'] as const)(
  'a power loss that takes %s unsynced bytes',
  (loss: Loss) => {
    it('at any call leaves no copy that knows more than the journal', async () => {
      const random = seededRandom(7)
      for (let calls = 1, isOver = false; !isOver; calls += STEP) {
        const disk = emptyDisk()
        const ran = await runUntil(disk, calls)
        isOver = ran.isOver
        const after = disk.crash(loss, () => random(1)[0] ?? 0)
        const store = await open(after.files)
        expect(store.health()).toMatchObject({ state: 'ok', journal: expect.anything() })
        expect(ids(store)).toEqual(expect.arrayContaining([...ran.done]))
        await store.close()
      }
    })
  },
)

it('a process that sees what another one has not synced yet syncs it before it writes it down', async () => {
  const disk = emptyDisk()
  const lock = simpleLock()
  let hang = false
  const slow = {
    ...disk.files,
    sync: (fd: number) => (hang ? new Promise<void>(() => undefined) : disk.files.sync(fd)),
  }
  const writer = await open(slow, lock)
  await letIn(writer, '1')
  const other = await open(disk.files, lock)
  hang = true
  void letIn(writer, '2')
  await expect.poll(() => ids(other), { timeout: 20_000 }).toEqual(['1', '2'])
  await other.close()
  expect(disk.text(COPY)).toContain('"seq":2')
  const after = disk.crash('all', () => 255)
  const store = await open(after.files)
  expect(store.health().state).toBe('ok')
  expect(ids(store)).toEqual(['1', '2'])
  await store.close()
})
