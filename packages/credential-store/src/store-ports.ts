import type { Clock, DocumentFamily, RandomBytes, Sha256 } from '@openclaw/pairing-contracts'
import type { StoreFiles } from './journal/files.ts'
import type { LockProcess } from './journal/holder.ts'
import type { LockPlace } from './journal/lock.ts'
import type { WatchFolder } from './journal-watch.ts'

/** How a file store is used. */
export interface FileStoreOptions {
  /** The state directory, absolute. It may be a link; nothing inside may be one. */
  readonly root: string
  /** `read` creates nothing on disk, and `transact` rejects with `ERR_STORE_READ_ONLY`. */
  readonly mode: 'read' | 'write'
  /** The well-known JSON files to keep as views of the journal; none unless given. */
  readonly families?: readonly DocumentFamily[]
  /** Absolute places of families' folders that do not lie below {@link root}, by the folder's name (`credentials`). */
  readonly folders?: Readonly<Record<string, string>>
  /** Bytes of records after which a journal segment is full; 256 KiB unless given. */
  readonly segmentBytes?: number
  /** Bytes of journal segments to keep for audit; 64 MiB unless given. The segment in use always stays. */
  readonly keepBytes?: number
  /** How long to wait for another process's lock, in ms; 10,000 unless given. */
  readonly lockWaitMs?: number
  /**
   * In mode `read`: files that look as they did when they were checked last are not checked again, and the store looks at
   * the well-known files as it is opened and at the journal when it is asked, not by itself. For a page that is read and
   * forgotten; never where somebody is let in by what it says, for a disk may change what it holds without a trace.
   */
  readonly trustVerified?: boolean
}

/** The process that this runs in. */
export interface StoreProcess extends LockProcess {
  /** `undefined` where files have no owner (Windows). */
  readonly uid: number | undefined
}

/** The world. `nodeStorePorts` of `@openclaw/credential-store/node` fills it, but for the clock. */
export interface StorePorts {
  readonly files: StoreFiles
  /** The lock directory at a path. */
  readonly lockPlace: (path: string) => LockPlace
  readonly clock: Clock
  /** Milliseconds of a clock that only goes forward. */
  readonly monotonic: () => number
  readonly random: RandomBytes
  readonly sha256: Sha256
  readonly process: StoreProcess
  readonly sleep: (ms: number) => Promise<void>
  readonly watch: WatchFolder
}
