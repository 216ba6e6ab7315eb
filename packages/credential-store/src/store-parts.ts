import { type CommitQueue, commitQueue } from './journal/commit-queue.ts'
import { JournalUnreadable, OwnerRefused } from './journal/errors.ts'
import { type Findings, journalFindings } from './journal/findings.ts'
import type { FileOwner } from './journal/guard.ts'
import { type History, journalHistory } from './journal/history.ts'
import { type Journal, type JournalPorts, openJournal } from './journal/journal.ts'
import { takeLock } from './journal/lock.ts'
import { recentEntries } from './journal/recent.ts'
import { journalWriter, type Writer } from './journal/writer.ts'
import { KEEP_BYTES, LOCK_WAIT_MS, SEGMENT_BYTES } from './limits.ts'
import { type Bell, bell } from './state/bell.ts'
import type { FileStoreOptions, StorePorts } from './store-ports.ts'

/** The journal and everything that works on it. */
export interface StoreParts {
  readonly folder: string
  readonly journal: Journal
  readonly reading: JournalPorts
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

/** Puts the parts together; reads and writes nothing yet. */
export function storeParts(options: FileStoreOptions, ports: StorePorts): StoreParts {
  const folder = `${options.root}/pairing-journal`
  const findings = journalFindings()
  const news = bell()
  const recent = recentEntries()
  const listeners: StoreParts['listeners'] = new Set()
  const owners = fileOwners(options, ports)
  const reading: JournalPorts = {
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
  }
  const journal = openJournal(reading)
  const writer = journalWriter({
    ...reading,
    clock: ports.clock,
    random: ports.random,
    giveTo: owners.giveTo,
    journal,
    findings,
    segmentBytes: options.segmentBytes ?? SEGMENT_BYTES,
    keepBytes: options.keepBytes ?? KEEP_BYTES,
  })
  const waitMs = options.lockWaitMs ?? LOCK_WAIT_MS
  const take = (path: string) =>
    takeLock({ ...ports, path, place: ports.lockPlace(path), now: () => isoTime(ports) }, waitMs)
  const lockPath = `${folder}/writer.lock`
  return {
    folder,
    journal,
    reading,
    history: journalHistory({ ...reading, journal, recent }),
    writer,
    queue: commitQueue({ ...ports, journal, writer, lockPath, takeLock: () => take(lockPath) }),
    findings,
    news,
    listeners,
    withLock: async (name, work) => {
      await writer.ready()
      const lock = await take(`${folder}/${name}`)
      try {
        return await work(lock.isOurs)
      } finally {
        await lock.release()
      }
    },
  }
}

/** Looks at the state directory itself, which may be a link, and refuses one that cannot be ours. */
export function guardRoot(
  { root, mode }: Pick<FileStoreOptions, 'root' | 'mode'>,
  { files, process }: Pick<StorePorts, 'files' | 'process'>,
): void {
  const found = files.statTarget(root)
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
