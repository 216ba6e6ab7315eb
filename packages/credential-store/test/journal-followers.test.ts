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
