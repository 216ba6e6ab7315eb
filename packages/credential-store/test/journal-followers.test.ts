import { setTimeout as pause } from 'node:timers/promises'
import { fixedClock } from '@openclaw/pairing-testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type FileStore, fileStore } from '../src/index.ts'
import { nodeStorePorts } from '../src/node.ts'
import { numbers, put } from './support-store.ts'
import { tempRoot } from './support-temp.ts'

const SYNC_MS = 300

let temp: ReturnType<typeof tempRoot>
beforeEach(() => {
  temp = tempRoot()
})
afterEach(() => temp.remove())

/** A store on a disk that takes its time; `failAfter` syncs it fails for good. */
async function slowStore(failAfter: number): Promise<FileStore> {
  const ports = nodeStorePorts(fixedClock())
  let left = failAfter
  const sync = async (fd: number): Promise<void> => {
    await pause(SYNC_MS)
    left -= 1
    if (left < 0) throw Object.assign(new Error('EIO: the disk'), { code: 'EIO' })
    await ports.files.sync(fd)
  }
  const files = { ...ports.files, sync }
  return fileStore({ root: temp.root, mode: 'write' }, { ...ports, files })
}

/** The numbers of what a follower is told; why it ended, when it did by itself. */
function following(store: FileStore) {
  const stop = new AbortController()
  const told: number[] = []
  const run = async (): Promise<void> => {
    for await (const { seq } of store.changes(store.view(numbers).seq(), stop.signal))
      told.push(Number(seq))
  }
  const ended = run().catch((error: unknown) => error)
  return {
    told,
    stop: (): Promise<unknown> => {
      stop.abort()
      return ended
    },
  }
}

describe('a follower of a journal that is being born', () => {
  it('goes on when a record is in the file and not durable yet', async () => {
    const store = await slowStore(Number.POSITIVE_INFINITY)
    const follower = following(store)
    await put(store, 'a', 1)
    await put(store, 'b', 2)
    await pause(SYNC_MS)
    expect(await follower.stop()).toBeUndefined()
    expect(follower.told).toEqual([1, 2])
    await store.close()
  })

  it('is not told of a record that never became durable', async () => {
    // the segment is born; the record is what fails
    const store = await slowStore(1)
    const follower = following(store)
    await expect(put(store, 'a', 1)).rejects.toMatchObject({ code: 'ERR_STORE_SYNC_FAILED' })
    expect(follower.told).toEqual([])
    await follower.stop()
    await store.close()
  })
})

describe('a follower of what another store writes', () => {
  it.each(['tells', 'does not tell'])('gets all of it where the system %s of it', async (how) => {
    const ports = nodeStorePorts(fixedClock())
    const names: (string | null)[] = []
    const watch: typeof ports.watch = (folder, changed) => {
      if (how !== 'tells') throw Object.assign(new Error('ENOSPC: watchers'), { code: 'ENOSPC' })
      return ports.watch(folder, (name) => {
        names.push(name)
        changed(name)
      })
    }
    const mine = await fileStore({ root: temp.root, mode: 'write' }, { ...ports, watch })
    const follower = following(mine)
    // the folder is not there yet, so watching begins later
    const other = await fileStore({ root: temp.root, mode: 'write' }, ports)
    for (let n = 1; n <= 20; n += 1) {
      await put(other, 'a', n)
      while (follower.told.length < n) await pause(1)
    }
    expect(follower.told).toEqual(Array.from({ length: 20 }, (_, at) => at + 1))
    expect(names.includes('00000001.jsonl')).toBe(how === 'tells')
    await follower.stop()
    await mine.close()
    await other.close()
    const before = names.length
    await (await fileStore({ root: temp.root, mode: 'write' }, ports)).close()
    expect(names.length).toBe(before)
  })
})
