import { factsOf } from './documents/file-facts.ts'
import { documentFiles } from './documents/files.ts'
import type { MovedFolders } from './documents/places.ts'
import { type CommitQueue, commitQueue, type QueuePorts } from './journal/commit-queue.ts'
import { JournalUnreadable, OwnerRefused } from './journal/errors.ts'
import { type Findings, type JournalFinding, journalFindings } from './journal/findings.ts'
import type { FileOwner } from './journal/guard.ts'
import { type History, journalHistory } from './journal/history.ts'
import { type Journal, openJournal } from './journal/journal.ts'
import { type HeldLock, type LockPlace, takeLock } from './journal/lock.ts'
import type { SkippedLine } from './journal/position.ts'
import { recentEntries } from './journal/recent.ts'
import type { JournalPorts } from './journal/succession.ts'
import { reading } from './journal/tail.ts'
import type { WritePorts } from './journal/write-ports.ts'
import { journalWriter, type Writer } from './journal/writer.ts'
import { type JournalWatch, journalWatch } from './journal-watch.ts'
import { KEEP_BYTES, LOCK_PAUSE_MS, LOCK_WAIT_MS, SEGMENT_BYTES } from './limits.ts'
import { type Bell, bell } from './state/bell.ts'
import type { FileStoreOptions, StorePorts } from './store-ports.ts'
import { noteVerified, readVerified, type Times, type ToVerify } from './verified.ts'

/** The journal and everything that works on it. */
export interface StoreParts {
  readonly root: string
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
  /** Rings {@link news} for what other processes write. */
  readonly watch: JournalWatch
  /** Told about every entry, after {@link news} rang. */
  readonly listeners: Set<(entries: Parameters<JournalPorts['onEntries']>[0]) => void>
  /** Runs `work` while this process holds the lock at `path` below the journal's folder. */
  readonly withLock: <R>(name: string, work: (isHeld: () => boolean) => Promise<R>) => Promise<R>
  /** True for a file that need not be checked; not in a store that writes. */
  readonly isVerified: ((path: string, facts: Times) => boolean) | undefined
  /** Where the well-known files lay when they were checked last; not in a store that writes. */
  readonly verifiedPlaces: (() => MovedFolders | undefined) | undefined
  /** Checks files and notes it, see `verified.ts`. */
  readonly noteVerified: (what: ToVerify) => Promise<void>
}

/** The lock that every writer of the journal takes. */
export const WRITER_LOCK = 'writer.lock'

/** The lock that every writer of the well-known files takes. */
export const DOCUMENTS_LOCK = 'documents.lock'

/** Puts the parts together; reads and writes nothing yet. */
export function storeParts(options: FileStoreOptions, ports: StorePorts): StoreParts {
  const news = bell()
  const recent = recentEntries()
  const listeners: StoreParts['listeners'] = new Set()
  const findings = journalFindings()
  const { expected, giveTo } = fileOwners(options, ports)
  const tellAll: JournalPorts['onEntries'] = (entries) => {
    news.ring()
    for (const listener of listeners) listener(entries)
  }
  const readPorts: JournalPorts = {
    ...ports,
    folder: `${options.root}/pairing-journal`,
    owner: expected,
    onSkipped: (line) => findings.add(skippedFinding(line)),
    onEntries: (entries) => {
      recent.add(entries)
      tellAll(entries)
    },
    onLeap: (standIn) => {
      recent.clear()
      tellAll([standIn])
    },
  }
  const checks = storeChecks(options, ports, { folder: readPorts.folder, giveTo })
  const { isVerified } = checks
  const journal = openJournal({
    ...readPorts,
    ...(isVerified && { isVerified: (path, stat) => isVerified(path, factsOf(stat)) }),
  })
  const history = journalHistory({ ...readPorts, journal, recent })
  const sizes = sizesOf(options)
  const { clock, random } = ports
  const writePorts = { ...readPorts, ...sizes, clock, random, giveTo, journal, findings }
  const locks = storeLocks(options, ports, readPorts.folder)
  const writer = journalWriter(writePorts)
  const queue = commitQueue({ ...ports, ...locks.writer, journal, writer })
  const withLock: StoreParts['withLock'] = async (name, work) => {
    await writer.ready()
    return locks.withLock(name, work)
  }
  const watch = journalWatch(ports.watch, readPorts.folder, news.ring)
  const views = { journal, readPorts, history, news, watch, listeners, findings, ...checks }
  const { root } = options
  return { ...views, root, folder: readPorts.folder, writePorts, writer, queue, withLock }
}

/** What is known to be right, and how that is noted. */
function storeChecks(
  { mode, trustVerified }: FileStoreOptions,
  ports: StorePorts,
  { folder, giveTo }: { readonly folder: string; readonly giveTo: () => FileOwner | undefined },
): Pick<StoreParts, 'isVerified' | 'verifiedPlaces' | 'noteVerified'> {
  const files = documentFiles(ports.files, { owner: giveTo, places: new Set() })
  const verified = readVerified(files, folder)
  const trusts = mode === 'read' && trustVerified === true
  return {
    isVerified: trusts ? (path, facts) => verified.covers(path, facts) : undefined,
    verifiedPlaces: trusts ? () => verified.places() : undefined,
    noteVerified: (what) => noteVerified({ ...ports, files, folder }, what),
  }
}

function sizesOf({
  segmentBytes = SEGMENT_BYTES,
  keepBytes = KEEP_BYTES,
}: FileStoreOptions): Pick<WritePorts, 'segmentBytes' | 'keepBytes'> {
  return { segmentBytes, keepBytes }
}

function skippedFinding({ file, line }: SkippedLine): JournalFinding {
  const problem = `line ${String(line)} was written by a process that had lost the lock; it does not count`
  return { what: 'skipped-record', file, problem }
}

/** The locks below `folder`: one for writers, others by name. */
function storeLocks(
  { lockWaitMs = LOCK_WAIT_MS }: FileStoreOptions,
  ports: StorePorts,
  folder: string,
): {
  readonly writer: Pick<QueuePorts, 'takeLock' | 'giveWay' | 'lockPath'>
  readonly withLock: StoreParts['withLock']
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

/**
 * Looks at the state directory itself, which may be a link, and refuses one that cannot be ours. Whoever could write in
 * it could let anybody in, so that right is taken from others.
 */
export function guardRoot(
  { root, mode }: Pick<FileStoreOptions, 'root' | 'mode'>,
  { files, process }: Pick<StorePorts, 'files' | 'process'>,
): void {
  const found = reading(root, () => files.statTarget(root))
  if (found === undefined) return
  if (!found.isDirectory()) throw new JournalUnreadable(root, new Error('it is not a directory'))
  const { uid } = process
  if (mode === 'read' || uid === undefined) return
  if (uid !== 0 && uid !== found.uid) throw new OwnerRefused(root, found.uid, uid)
  if ((found.mode & OTHERS_WRITE) === 0 || (found.mode & STICKY) !== 0) return
  // a folder that we have not written in may be anything that somebody mistyped
  if (files.stat(`${root}/pairing-journal`)?.isDirectory()) closeToOthers(files, root, found.mode)
}

const OTHERS_WRITE = 0o022
const STICKY = 0o1000

function closeToOthers(files: StorePorts['files'], root: string, mode: number): void {
  try {
    files.chmod(root, mode & 0o7777 & ~OTHERS_WRITE)
  } catch {
    // `doctor` reports what is too open
  }
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
