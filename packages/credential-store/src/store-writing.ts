import { type CommitQueue, commitQueue, type QueuePorts } from './journal/commit-queue.ts'
import { type HeldLock, type LockPlace, takeLock } from './journal/lock.ts'
import type { WritePorts } from './journal/write-ports.ts'
import { journalWriter, type Writer } from './journal/writer.ts'
import { KEEP_BYTES, LOCK_PAUSE_MS, LOCK_WAIT_MS, SEGMENT_BYTES } from './limits.ts'
import { WRITER_LOCK } from './lock-names.ts'
import type { FileStoreOptions, StorePorts } from './store-ports.ts'

/** What writes to a store's journal. */
export interface StoreWriting {
  readonly writePorts: () => WritePorts
  readonly writer: Writer
  readonly queue: CommitQueue
  /** Runs `work` while this process holds the lock `name` in the journal's folder. */
  readonly withLock: <R>(name: string, work: (isHeld: () => boolean) => Promise<R>) => Promise<R>
}

/** Puts together what writes; writes nothing yet. */
export function storeWriting(
  options: FileStoreOptions,
  ports: StorePorts,
  known: Omit<WritePorts, 'clock' | 'random' | 'segmentBytes' | 'keepBytes'>,
): StoreWriting {
  const { clock, random } = ports
  const writePorts = { ...known, ...sizesOf(options), clock, random }
  const locks = storeLocks(options, ports, known.folder)
  const writer = journalWriter(writePorts)
  const queue = commitQueue({ ...ports, ...locks.writer, journal: known.journal, writer })
  const withLock: StoreWriting['withLock'] = async (name, work) => {
    await writer.ready()
    return locks.withLock(name, work)
  }
  return { writePorts: () => writePorts, writer, queue, withLock }
}

function sizesOf({
  segmentBytes = SEGMENT_BYTES,
  keepBytes = KEEP_BYTES,
}: FileStoreOptions): Pick<WritePorts, 'segmentBytes' | 'keepBytes'> {
  return { segmentBytes, keepBytes }
}

/** The locks below `folder`: one for writers, others by name. */
function storeLocks(
  { lockWaitMs = LOCK_WAIT_MS }: FileStoreOptions,
  ports: StorePorts,
  folder: string,
): {
  readonly writer: Pick<QueuePorts, 'takeLock' | 'giveWay' | 'lockPath'>
  readonly withLock: StoreWriting['withLock']
} {
  const now = (): string => new Date(ports.clock.now()).toISOString()
  const take = (path: string, place: LockPlace): Promise<HeldLock> =>
    takeLock({ ...ports, path, place, now }, lockWaitMs)
  const lockPath = `${folder}/${WRITER_LOCK}`
  const place = ports.lockPlace(lockPath)
  const giveWay = async (): Promise<void> => {
    if (place.isWanted()) await ports.sleep(LOCK_PAUSE_MS)
  }
  return {
    writer: { lockPath, takeLock: () => take(lockPath, place), giveWay },
    withLock: async (name, work) => {
      const path = `${folder}/${name}`
      const held = await take(path, ports.lockPlace(path))
      try {
        return await work(held.isOurs)
      } finally {
        await held.release()
      }
    },
  }
}
