import { isOpenClawError, OpenClawError } from '@openclaw/pairing-contracts'
import { reason } from '../errors.ts'
import { errnoOf } from './files.ts'

const DOCTOR =
  'run `openclaw doctor`; with `--fix` it goes on from everything that can be read and leaves the damaged file for a look'

/** A line of the journal is not what was written there. The store is read-only; nothing was changed. */
export class JournalDamaged extends OpenClawError {
  override readonly name = 'JournalDamaged'
  override readonly code = 'ERR_JOURNAL_DAMAGED'
  readonly file: string
  /** From 1. */
  readonly line: number
  readonly why: string
  constructor(at: { readonly file: string; readonly line: number }, why: string) {
    super(`the journal is damaged: ${at.file}, line ${String(at.line)}: ${why}`, { hint: DOCTOR })
    this.file = at.file
    this.line = at.line
    this.why = why
  }
}

/** A journal file that must be there is gone. The store answers nothing from it and writes nothing. */
export class JournalMissing extends OpenClawError {
  override readonly name = 'JournalMissing'
  override readonly code = 'ERR_JOURNAL_MISSING'
  readonly file: string
  constructor(file: string) {
    super(`the journal file ${file} is missing`, {
      hint: `put it back from a backup, or ${DOCTOR}`,
    })
    this.file = file
  }
}

/** A journal file is there and cannot be read. Not the same as empty: nothing is answered from it. */
export class JournalUnreadable extends OpenClawError {
  override readonly name = 'JournalUnreadable'
  override readonly code = 'ERR_JOURNAL_UNREADABLE'
  readonly file: string
  constructor(file: string, cause: unknown) {
    super(`${file} cannot be read: ${reason(cause)}`, { hint: readingFix(file, cause), cause })
    this.file = file
  }
}

/** The journal was exchanged for one that does not continue what this process has seen. */
export class JournalReplaced extends OpenClawError {
  override readonly name = 'JournalReplaced'
  override readonly code = 'ERR_JOURNAL_REPLACED'
  readonly file: string
  constructor(file: string) {
    super(`${file} was replaced by a journal that does not continue the one in use`, {
      hint: 'if you restored a backup on purpose, restart the process',
    })
    this.file = file
  }
}

/** This store may only be read. */
export class StoreReadOnly extends OpenClawError {
  override readonly name = 'StoreReadOnly'
  override readonly code = 'ERR_STORE_READ_ONLY'
  constructor(root: string) {
    super(`the store in ${root} was opened for reading only`, { hint: "open it with mode 'write'" })
  }
}

/** The journal could not be written. Nothing of the refused transaction landed; the store goes on. */
export class StoreWriteFailed extends OpenClawError {
  override readonly name = 'StoreWriteFailed'
  override readonly code = 'ERR_STORE_WRITE_FAILED'
  readonly file: string
  constructor(file: string, cause: unknown) {
    super(`${file} cannot be written, nothing was changed: ${reason(cause)}`, {
      hint: writingFix(file, cause),
      cause,
    })
    this.file = file
  }
}

/** The disk did not confirm a write; whether it is durable is unknown. The store takes no more writes until it is opened again. */
export class StoreSyncFailed extends OpenClawError {
  override readonly name = 'StoreSyncFailed'
  override readonly code = 'ERR_STORE_SYNC_FAILED'
  readonly file: string
  constructor(file: string, cause: unknown) {
    super(`the disk did not confirm a write to ${file}; the outcome is unknown: ${reason(cause)}`, {
      hint: 'check the disk, restart, and look whether the change is there',
      cause,
    })
    this.file = file
  }
}

/** Another process held the lock for too long. Nothing was changed. */
export class StoreBusy extends OpenClawError {
  override readonly name = 'StoreBusy'
  override readonly code = 'ERR_STORE_BUSY'
  readonly lock: string
  constructor(lock: string, holder: string, waitedMs: number) {
    super(`${lock} was held by ${holder} for ${String(waitedMs)} ms; nothing was changed`, {
      hint: `try again; if no OpenClaw runs any more: rmdir ${shellQuoted(lock)}`,
    })
    this.lock = lock
  }
}

/** More transactions wait than one process keeps. Nothing was changed. */
export class StoreOverloaded extends OpenClawError {
  override readonly name = 'StoreOverloaded'
  override readonly code = 'ERR_STORE_OVERLOADED'
  constructor(waiting: number) {
    super(`${String(waiting)} transactions wait already`, { hint: 'slow down and try again' })
  }
}

/** One transaction would need a longer journal line than is allowed. Nothing was written. */
export class RecordTooLarge extends OpenClawError {
  override readonly name = 'RecordTooLarge'
  override readonly code = 'ERR_STORE_TOO_LARGE'
  constructor(bytes: number, limit: number) {
    super(`a transaction of ${String(bytes)} bytes; ${String(limit)} are allowed`, {
      hint: 'split it',
    })
  }
}

/** A link where a file or directory of the store belongs; it could lead anywhere. */
export class LinkRefused extends OpenClawError {
  override readonly name = 'LinkRefused'
  override readonly code = 'ERR_STORE_LINK'
  readonly file: string
  constructor(file: string) {
    super(`${file} is a symbolic link`, {
      hint: 'put the real file there; only the state directory itself may be a link',
    })
    this.file = file
  }
}

/** A file or directory of the store belongs to somebody else. */
export class OwnerRefused extends OpenClawError {
  override readonly name = 'OwnerRefused'
  override readonly code = 'ERR_STORE_OWNER'
  readonly file: string
  constructor(file: string, found: number, expected: number) {
    super(`${file} belongs to user ${String(found)}, not to ${String(expected)}`, {
      hint: `sudo chown -R ${String(expected)} ${shellQuoted(file)}`,
    })
    this.file = file
  }
}

/** A coded error for whatever the system threw while writing; everything else as it is. */
export function asWriteFailure(file: string, error: unknown): unknown {
  return errnoOf(error) === undefined || isOpenClawError(error)
    ? error
    : new StoreWriteFailed(file, error)
}

function readingFix(file: string, cause: unknown): string {
  switch (errnoOf(cause)) {
    case 'EACCES':
    case 'EPERM':
      return `run as the user that owns it, or: sudo chmod u+rwX ${shellQuoted(file)}`
    case 'EISDIR':
    case 'ENOTDIR':
      return `move it away and put the journal back from a backup, or ${DOCTOR}`
    case 'EIO':
      return 'check the disk'
    default:
      return DOCTOR
  }
}

function writingFix(file: string, cause: unknown): string {
  switch (errnoOf(cause)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return 'free some space on this disk and try again'
    case 'EROFS':
      return 'mount the file system for writing'
    case 'EACCES':
    case 'EPERM':
      return `run as the user that owns it, or: sudo chmod u+rwX ${shellQuoted(file)}`
    default:
      return 'check the disk and try again'
  }
}

/** A path as a shell takes it literally. */
function shellQuoted(path: string): string {
  return /^[\w./@:+-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`
}
