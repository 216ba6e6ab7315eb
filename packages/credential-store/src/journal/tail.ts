import type { Sha256 } from '@openclaw/pairing-contracts'
import { JournalDamaged, JournalMissing, JournalUnreadable } from './errors.ts'
import { closeQuietly, errnoOf, type FileStat, type StoreFiles } from './files.ts'
import { BadLine, checkFrame } from './frame.ts'
import { type GuardPorts, guardFile } from './guard.ts'

const LINE_FEED = 10

/** One segment, read line by line from its start, and again whenever it grew. */
export interface Tail {
  readonly file: string
  /** Bytes up to the end of the last whole line that was taken. */
  readonly offset: () => number
  /** Number of the last line that was taken. */
  readonly line: () => number
  /** Bytes of the first line, the checkpoint. */
  readonly firstLine: () => number
  /** True when there is nothing that was not read; the one call on the hot path. */
  readonly unchanged: () => boolean
  /** True when what was opened has no name any more. */
  readonly unlinked: () => boolean
  /** Hands over at most `limit` whole lines that are new. An unfinished last line waits. */
  readonly read: (take: (text: string) => void, limit?: number) => void
  /** Keeps lines from being read that this process has just written and that are not durable yet. */
  readonly hold: (bytes: number) => void
  /** Ends {@link hold}; true when nothing else was written meanwhile, so that they need not be read at all. */
  readonly letGo: () => boolean
  /** Counts lines that this process wrote itself. */
  readonly skip: (bytes: number, lines: number) => void
  /** Bytes after the last whole line: the rest of a write that is under way or was cut off. */
  readonly rest: () => Uint8Array
  readonly stat: () => FileStat
  readonly close: () => void
}

/** What a tail needs. */
export interface TailPorts extends GuardPorts {
  readonly files: StoreFiles
  readonly sha256: Sha256
}

/** Opens a segment for reading; throws a coded error that names it when that cannot be. */
export function openTail(ports: TailPorts, file: string): Tail {
  if (guardFile(ports, file) === undefined) throw new JournalMissing(file)
  const { files } = ports
  const fd = reading(file, () => files.open(file, 'read'))
  let offset = 0
  let line = 0
  let first = 0
  /** Bytes after {@link offset} that are ours and not durable yet. */
  let held = 0
  /** An unfinished line that was looked at, by size and times of the file. */
  let waiting: FileStat | undefined
  const taken = (bytes: number): void => {
    if (line === 0) first = bytes
    offset += bytes
    line += 1
  }
  const stat = (): FileStat => reading(file, () => files.statOpen(fd))
  const unread = (size: number): Uint8Array =>
    size > offset ? reading(file, () => files.read(fd, offset, size - offset)) : new Uint8Array()
  return {
    file,
    offset: () => offset,
    line: () => line,
    firstLine: () => first,
    unchanged: () => {
      const now = files.statOpen(fd)
      if (now.nlink === 0) return false
      return now.size === offset + held || (waiting !== undefined && isSame(now, waiting))
    },
    unlinked: () => stat().nlink === 0,
    read: (take, limit = Number.POSITIVE_INFINITY) => {
      const now = stat()
      if (now.size < offset) {
        throw new JournalDamaged({ file, line }, 'the file is shorter than it was')
      }
      if (held > 0 && now.size <= offset + held) return
      held = 0
      const bytes = unread(now.size)
      waiting = now
      for (let start = 0, count = 0; count < limit; count += 1) {
        const end = bytes.indexOf(LINE_FEED, start)
        if (end === -1 || !takeLine({ ports, file, line: line + 1 }, bytes.subarray(start), take)) {
          return
        }
        taken(end + 1 - start)
        start = end + 1
      }
      waiting = undefined
    },
    hold: (bytes) => {
      held = bytes
    },
    letGo: () => {
      const alone = held > 0
      held = 0
      return alone
    },
    skip: (bytes, lines) => {
      offset += bytes
      line += lines
    },
    rest: () => unread(stat().size),
    stat,
    close: () => closeQuietly(files, fd),
  }
}

/** Runs a file operation; what the system says becomes {@link JournalUnreadable}. */
export function reading<R>(file: string, work: () => R): R {
  try {
    return work()
  } catch (cause) {
    if (errnoOf(cause) === 'ENOENT') throw new JournalMissing(file)
    throw new JournalUnreadable(file, cause)
  }
}

/** Hands over the first line of `bytes`; false when it is the end of a write that never reached the disk. */
function takeLine(
  at: { readonly ports: TailPorts; readonly file: string; readonly line: number },
  bytes: Uint8Array,
  take: (text: string) => void,
): boolean {
  const end = bytes.indexOf(LINE_FEED)
  try {
    take(toText(bytes.subarray(0, end)))
    return true
  } catch (cause) {
    if (!(cause instanceof BadLine)) throw cause
    if (at.line > 1 && isUnwritten(at.ports.sha256, bytes)) return false
    throw new JournalDamaged(at, cause.message)
  }
}

/**
 * After a power loss a file may have grown without its contents, which are then zeros. That can only be the end
 * of a write nobody was told of when no record follows.
 */
function isUnwritten(sha256: Sha256, bytes: Uint8Array): boolean {
  const end = bytes.indexOf(LINE_FEED)
  if (!bytes.subarray(0, end).includes(0)) return false
  return !toText(bytes.subarray(end + 1))
    .split('\n')
    .some((text) => isRecord(sha256, text))
}

function isRecord(sha256: Sha256, text: string): boolean {
  try {
    checkFrame(sha256, text)
    return true
  } catch {
    return false
  }
}

function toText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString()
}

function isSame(a: FileStat, b: FileStat): boolean {
  return a.size === b.size && a.mtimeMs === b.mtimeMs && a.ctimeMs === b.ctimeMs
}
