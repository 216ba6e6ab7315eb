import { type CommitQueue, commitQueue } from './journal/commit-queue.ts'
import { JournalUnreadable, OwnerRefused } from './journal/errors.ts'
import { type Findings, journalFindings } from './journal/findings.ts'
import type { FileOwner } from './journal/guard.ts'
import { type History, journalHistory } from './journal/history.ts'
import { type Journal, type JournalPorts, openJournal } from './journal/journal.ts'
import { type LockPlace, takeLock } from './journal/lock.ts'
import { recentEntries } from './journal/recent.ts'
import { reading } from './journal/tail.ts'
import type { WritePorts } from './journal/write-ports.ts'
import { journalWriter, type Writer } from './journal/writer.ts'
import { KEEP_BYTES, LOCK_PAUSE_MS, LOCK_WAIT_MS, SEGMENT_BYTES } from './limits.ts'
import { type Bell, bell } from './state/bell.ts'
import type { FileStoreOptions, StorePorts } from './store-ports.ts'

/** The journal and everything that works on it. */
export interface StoreParts {
  readonly folder: string
  readonly journal: Journal
  readonly readPorts: JournalPorts
  readonly writePorts: WritePorts
  readonly history: History
  readonly writer: Writer
  readonly queue: CommitQueue
  readonly findings: Findings
  /** Rings when there are new entries. */
  readonly news: Bell
  /** Told about every entry, after {@link news} rang. */
  readonly listeners: Set<(entries: Parameters<JournalPorts['onEntries']>[0]) => void>
  /** Runs `work` while this process holds the lock at `path` below the journal's folder. */
  readonly withLock: <R>(name: string, work: (isHeld: () => boolean) => Promise<R>) => Promise<R>
}

/** The lock that every writer of the journal takes. */
export const WRITER_LOCK = 'writer.lock'

/** Puts the parts together; reads and writes nothing yet. */
export function storeParts(options: FileStoreOptions, ports: StorePorts): StoreParts {
  const folder = `${options.root}/pairing-journal`
  const findings = journalFindings()
  const news = bell()
  const recent = recentEntries()
  const listeners: StoreParts['listeners'] = new Set()
  const owners = fileOwners(options, ports)
  const readPorts: JournalPorts = {
    ...ports,
    folder,
    owner: owners.expected,
    onSkipped: ({ file, line }) => {
      const problem = `line ${String(line)} was written by a process that had lost the lock; it does not count`
      findings.add({ what: 'skipped-record', file, problem })
    },
    onEntries: (entries) => {
      recent.add(entries)
      news.ring()
      for (const listener of listeners) listener(entries)
    },
    onLeap: (standIn) => {
      recent.clear()
      news.ring()
      for (const listener of listeners) listener([standIn])
    },
  }
  const journal = openJournal(readPorts)
  const writePorts: WritePorts = {
    ...readPorts,
    clock: ports.clock,
    random: ports.random,
    giveTo: owners.giveTo,
    journal,
    findings,
    segmentBytes: options.segmentBytes ?? SEGMENT_BYTES,
    keepBytes: options.keepBytes ?? KEEP_BYTES,
  }
  const writer = journalWriter(writePorts)
  const take = (path: string, place: LockPlace) =>
    takeLock(
      { ...ports, path, place, now: () => isoTime(ports) },
      options.lockWaitMs ?? LOCK_WAIT_MS,
    )
  const lockPath = `${folder}/${WRITER_LOCK}`
  const lock = ports.lockPlace(lockPath)
  const giveWay = async (): Promise<void> => {
    if (lock.isWanted()) await ports.sleep(LOCK_PAUSE_MS)
  }
  return {
    folder,
    journal,
    readPorts,
    writePorts,
    history: journalHistory({ ...readPorts, journal, recent }),
    writer,
    queue: commitQueue({
      ...ports,
      journal,
      writer,
      lockPath,
      takeLock: () => take(lockPath, lock),
      giveWay,
    }),
    findings,
    news,
    listeners,
    withLock: async (name, work) => {
      await writer.ready()
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

/** Looks at the state directory itself, which may be a link, and refuses one that cannot be ours. */
export function guardRoot(
  { root, mode }: Pick<FileStoreOptions, 'root' | 'mode'>,
  { files, process }: Pick<StorePorts, 'files' | 'process'>,
): void {
  const found = reading(root, () => files.statTarget(root))
  if (found === undefined) return
  if (!found.isDirectory()) throw new JournalUnreadable(root, new Error('it is not a directory'))
  const { uid } = process
  if (mode === 'read' || uid === undefined || uid === 0 || uid === found.uid) return
  throw new OwnerRefused(root, found.uid, uid)
}

/** Everything belongs to the owner of the state directory, also what root writes there. */
function fileOwners(
  { root }: Pick<FileStoreOptions, 'root'>,
  { files, process }: Pick<StorePorts, 'files' | 'process'>,
): {
  readonly expected: () => FileOwner | undefined
  readonly giveTo: () => FileOwner | undefined
} {
  let known: FileOwner | undefined
  const expected = (): FileOwner | undefined => {
    if (process.uid === undefined) return undefined
    known ??= files.statTarget(root)
    return known
  }
  return {
    expected,
    giveTo: () => {
      const owner = expected()
      return process.uid === 0 && owner !== undefined && owner.uid !== 0 ? owner : undefined
    },
  }
}

function isoTime({ clock }: StorePorts): string {
  return new Date(clock.now()).toISOString()
}
