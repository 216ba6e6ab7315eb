import type {
  Clock,
  DocumentFamily,
  DocumentRecord,
  JournalEntry,
  RandomBytes,
  Sha256,
  Transaction,
} from '@openclaw/pairing-contracts'
import type { StoreFiles } from '../journal/files.ts'
import type { FileFacts } from './file-facts.ts'

/**
 * What a {@link DocumentFinding} is about.
 *
 * - `ERR_DOCUMENT_DAMAGED`: not JSON, not the shape, empty, too large or not a file
 * - `ERR_DOCUMENT_MISSING`: gone although the journal has entries for it
 * - `ERR_DOCUMENT_REFUSED`: a change by another program was not taken over as it stands
 * - `ERR_DOCUMENT_CHANGED`: a change by another program that could not be taken over
 * - `ERR_DOCUMENT_LINK`: a symbolic link where a file or folder of ours belongs
 * - `ERR_DOCUMENT_FOLDER`: something that is no folder where a folder belongs
 * - `ERR_DOCUMENT_OWNER`: belongs to another user than the state directory
 * - `ERR_DOCUMENT_MODE`: others may read or write it and that could not be changed
 * - `ERR_DOCUMENT_UNREADABLE`, `ERR_DOCUMENT_UNWRITABLE`: the file system says no
 * - `ERR_DOCUMENT_RENAME`: the new file cannot be moved into place (bind mount, other file system)
 * - `ERR_DOCUMENT_LOCKED`: another program holds `<file>.lock`
 * - `ERR_DOCUMENT_TOO_MANY`: more files than are taken as documents
 * - `ERR_DOCUMENT_LEFTOVER`: left behind by a program that died
 * - `ERR_DOCUMENT_KEPT`: damaged bytes that were kept aside
 * - `ERR_DOCUMENT_BEHIND`: does not show the state of the journal
 */
export type DocumentFindingCode =
  | 'ERR_DOCUMENT_DAMAGED'
  | 'ERR_DOCUMENT_MISSING'
  | 'ERR_DOCUMENT_REFUSED'
  | 'ERR_DOCUMENT_CHANGED'
  | 'ERR_DOCUMENT_LINK'
  | 'ERR_DOCUMENT_FOLDER'
  | 'ERR_DOCUMENT_OWNER'
  | 'ERR_DOCUMENT_MODE'
  | 'ERR_DOCUMENT_UNREADABLE'
  | 'ERR_DOCUMENT_UNWRITABLE'
  | 'ERR_DOCUMENT_RENAME'
  | 'ERR_DOCUMENT_LOCKED'
  | 'ERR_DOCUMENT_TOO_MANY'
  | 'ERR_DOCUMENT_LEFTOVER'
  | 'ERR_DOCUMENT_KEPT'
  | 'ERR_DOCUMENT_BEHIND'

/** Something about a file that its owner should know; printable text, no secret. */
export interface DocumentFinding {
  readonly code: DocumentFindingCode
  /** Absolute path. */
  readonly file: string
  readonly problem: string
  readonly consequence: string
  /** A command or one sentence. */
  readonly fix: string
}

/** How one document compares with the journal. */
export interface DocumentVerdict {
  /** `credentials/telegram-pairing.json`. */
  readonly document: string
  /**
   * `same`: shows the journal's state · `behind`: ours, but older than the state · `changed-outside`: another program
   * wrote it since · `missing`, `damaged`, `blocked`: see the findings
   */
  readonly state: 'same' | 'behind' | 'changed-outside' | 'missing' | 'damaged' | 'blocked'
}

/** Everything that a file store needs to know about the well-known files. One per store. */
export interface DocumentSync {
  /**
   * Once, after the journal was read and before anyone uses the store: finishes interrupted writes, takes over a directory
   * without journal and changes by other programs, rebuilds what is missing or damaged. In read mode nothing is written:
   * what other programs changed holds in this process, damage is reported.
   *
   * @throws {@link TakeOverStopped} and nothing was written
   */
  readonly open: () => Promise<void>
  /** Takes over changes by other programs; one `stat` per file when there is none. Never rejects because of a file. */
  readonly poll: () => Promise<void>
  /** A transaction was committed, by whomever: remembers which documents are stale. */
  readonly committed: (entry: JournalEntry) => void
  /** Writes what is stale, in the state of that moment. What cannot be written stays stale. Never rejects because of a file. */
  readonly flush: () => Promise<void>
  /** True while a document waits to be written. Always false in read mode. */
  readonly stale: () => boolean
  /** What the owner should know, oldest first. */
  readonly findings: () => readonly DocumentFinding[]
  /** Where the documents and our copies of them are, absolute; not all of them need exist. */
  readonly copied: () => readonly { readonly path: string; readonly copy: string }[]
  /** Compares every document with the journal's state; writes nothing. */
  readonly verify: () => Promise<readonly DocumentVerdict[]>
}

/** What documents need of the journal. */
export interface DocumentHost {
  /**
   * Runs a transaction as `system: outside change`, without a poll before it. In a read-only store
   * it reaches no disk: what it changed holds in this process.
   */
  readonly reconcile: <R>(action: string, work: (tx: Transaction) => Promise<R>) => Promise<R>
  /** Current records of a collection below a prefix, after catching up with the journal. */
  readonly records: (collection: string, prefix: string) => readonly DocumentRecord[]
  /** True when the journal holds no transaction yet. */
  readonly isEmpty: () => boolean
  /** Number of the last transaction whose changes {@link records} show. */
  readonly seq: () => number
  /** Makes transactions up to `seq` durable, whoever wrote them; answers up to which it is certain, at most `seq`. */
  readonly settle: (seq: number) => Promise<number>
}

/** One writer of documents at a time among all processes of ours; `isHeld` turns false when the lock was lost. */
export type DocumentLock = <R>(work: (isHeld: () => boolean) => Promise<R>) => Promise<R>

/** The process that this runs in. */
export interface DocumentProcess {
  readonly pid: number
  /** `undefined` where files have no owner (Windows). */
  readonly uid: number | undefined
  readonly isAlive: (pid: number) => boolean
}

/** Where the documents are and what they are. */
export interface DocumentSyncOptions {
  /** The state directory, absolute. */
  readonly root: string
  /** Where our copies of what we wrote last lie, absolute and below {@link root}; made when needed. */
  readonly folder: string
  /** Absolute places of families' folders that do not lie below {@link root}, by the folder's name. */
  readonly folders?: Readonly<Record<string, string>>
  /** Foreign changes are taken over in this order: list the family that grants before the one that asks. */
  readonly families: readonly DocumentFamily[]
  readonly mode: 'read' | 'write'
}

/** The world. */
export interface DocumentPorts {
  readonly host: DocumentHost
  readonly files: StoreFiles
  readonly lock: DocumentLock
  readonly clock: Clock
  readonly random: RandomBytes
  readonly sha256: Sha256
  readonly process: DocumentProcess
  readonly sleep: (ms: number) => Promise<void>
  /**
   * True when one of our copies, or a document that says what our copy says, is known to be right as it stands; asked
   * only by stores that do not write.
   */
  readonly isVerified?: (path: string, facts: FileFacts) => boolean
}
