import { factsOf } from './documents/file-facts.ts'
import { documentFiles } from './documents/files.ts'
import type { MovedFolders } from './documents/places.ts'
import { JournalUnreadable, OwnerRefused } from './journal/errors.ts'
import { type Findings, type JournalFinding, journalFindings } from './journal/findings.ts'
import type { FileOwner } from './journal/guard.ts'
import { type History, journalHistory } from './journal/history.ts'
import { type Journal, openJournal } from './journal/journal.ts'
import type { SkippedLine } from './journal/position.ts'
import { recentEntries } from './journal/recent.ts'
import type { JournalPorts } from './journal/succession.ts'
import { reading } from './journal/tail.ts'
import { type JournalWatch, journalWatch } from './journal-watch.ts'
import { noWriting } from './no-writing.ts'
import { type Bell, bell } from './state/bell.ts'
import type { FileStoreOptions, StorePorts } from './store-ports.ts'
import { type StoreWriting, storeWriting } from './store-writing.ts'
import { assertHere } from './transfer/mark-file.ts'
import { noteVerified, readVerified, type Times, type ToVerify } from './verified.ts'

/** The journal and everything that works on it. */
export interface StoreParts extends StoreWriting {
  readonly root: string
  readonly folder: string
  readonly journal: Journal
  readonly readPorts: JournalPorts
  /** Throws when the store was moved away, or is only a part. */
  readonly assertHere: () => void
  readonly history: History
  readonly findings: Findings
  /** Rings when there are new entries. */
  readonly news: Bell
  /** Rings {@link news} for what other processes write. */
  readonly watch: JournalWatch
  /** Told about every entry, after {@link news} rang. */
  readonly listeners: Set<(entries: Parameters<JournalPorts['onEntries']>[0]) => void>
  /** True for a file that need not be checked; not in a store that writes. */
  readonly isVerified: ((path: string, facts: Times) => boolean) | undefined
  /** Where the well-known files lay when they were checked last; not in a store that writes. */
  readonly verifiedPlaces: (() => MovedFolders | undefined) | undefined
  /** Checks files and notes it, see `verified.ts`. */
  readonly noteVerified: (what: ToVerify) => Promise<void>
}

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
  const here = { assertHere: () => assertHere(options.root, ports) }
  const journal = openJournal({
    ...readPorts,
    ...(isVerified && { isVerified: (path, stat) => isVerified(path, factsOf(stat)) }),
  })
  const history = journalHistory({ ...readPorts, journal, recent })
  const writing =
    options.mode === 'read'
      ? noWriting(options.root)
      : storeWriting(options, ports, { ...readPorts, ...here, giveTo, journal, findings })
  const watch = journalWatch(ports.watch, readPorts.folder, news.ring)
  const { root } = options
  const { folder } = readPorts
  return {
    ...{ root, folder, journal, readPorts, history, news, watch, listeners, findings },
    ...here,
    ...checks,
    ...writing,
  }
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

function skippedFinding({ file, line }: SkippedLine): JournalFinding {
  const problem = `line ${String(line)} was written by a process that had lost the lock; it does not count`
  return { what: 'skipped-record', file, problem }
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
