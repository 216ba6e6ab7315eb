import type { Sha256 } from '@openclaw/pairing-contracts'
import { WHOLE_LOOK_MS } from '../limits.ts'
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
  /** True when there is nothing that was not read; what a check costs on the hot path. */
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
  /** Milliseconds of a clock that only goes forward. */
  readonly monotonic: () => number
  readonly sha256: Sha256
}

interface TailState {
  readonly ports: TailPorts
  readonly file: string
  readonly fd: number
  offset: number
  line: number
  firstLine: number
  /** Bytes after {@link offset} that are ours and not durable yet. */
  held: number
  /** The file when an unfinished line was looked at last. */
  waiting: FileStat | undefined
  /** When the whole file was looked at last, not its end alone. */
  lookedAt: number
}

/** Opens a segment for reading; throws a coded error that names it when that cannot be. */
export function openTail(ports: TailPorts, file: string): Tail {
  if (guardFile(ports, file) === undefined) throw new JournalMissing(file)
  const fd = reading(file, () => ports.files.open(file, 'read'))
  const lookedAt = Number.NEGATIVE_INFINITY
  const start = { offset: 0, line: 0, firstLine: 0, held: 0, waiting: undefined, lookedAt }
  const state: TailState = { ports, file, fd, ...start }
  return {
    file,
    offset: () => state.offset,
    line: () => state.line,
    firstLine: () => state.firstLine,
    unchanged: () => isUnchanged(state),
    unlinked: () => statOf(state).nlink === 0,
    read: (take, limit = Number.POSITIVE_INFINITY) => readLines(state, take, limit),
    hold: (bytes) => {
      state.held = bytes
    },
    letGo: () => {
      const alone = state.held > 0
      state.held = 0
      return alone
    },
    skip: (bytes, lines) => {
      state.offset += bytes
      state.line += lines
    },
    rest: () => unread(state, statOf(state).size),
    stat: () => statOf(state),
    close: () => closeQuietly(ports.files, fd),
  }
}

/**
 * A new record is always at the end, so that is asked each time. A file that lost its name or became shorter takes a
 * look at the whole, which costs twice as much and may be {@link WHOLE_LOOK_MS} old.
 */
function isUnchanged(state: TailState): boolean {
  const { ports, fd, offset, held, waiting } = state
  const at = ports.monotonic()
  if (waiting === undefined && at - state.lookedAt < WHOLE_LOOK_MS) {
    return ports.files.endsAt(fd, offset + held)
  }
  const now = ports.files.statOpen(fd)
  if (now.nlink === 0) return false
  state.lookedAt = at
  return now.size === offset + held || (waiting !== undefined && isSame(now, waiting))
}

function readLines(state: TailState, take: (text: string) => void, limit: number): void {
  const now = statOf(state)
  if (now.size < state.offset) {
    throw new JournalDamaged(state, 'the file is shorter than it was')
  }
  if (state.held > 0 && now.size <= state.offset + state.held) return
  state.held = 0
  state.waiting = now
  const bytes = bufferOf(unread(state, now.size))
  for (let start = 0, count = 0; start < bytes.length && count < limit; count += 1) {
    const end = bytes.indexOf(LINE_FEED, start)
    if (end === -1 || !takeLine(state, { bytes, start, end }, take)) return
    start = end + 1
  }
  state.waiting = undefined
}

function statOf({ ports, file, fd }: TailState): FileStat {
  return reading(file, () => ports.files.statOpen(fd))
}

function unread({ ports, file, fd, offset }: TailState, size: number): Uint8Array {
  if (size <= offset) return new Uint8Array()
  return reading(file, () => ports.files.read(fd, offset, size - offset))
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

/** Where a line stands in what was read, without its line feed. */
interface Place {
  readonly bytes: Buffer
  readonly start: number
  readonly end: number
}

/** Hands over one line; false when it is the end of a write that never reached the disk. */
function takeLine(
  state: TailState,
  { bytes, start, end }: Place,
  take: (text: string) => void,
): boolean {
  const line = state.line + 1
  try {
    take(bytes.toString('utf8', start, end))
  } catch (cause) {
    if (!(cause instanceof BadLine)) throw cause
    if (isUnwritten(state.ports.sha256, bytes.subarray(start))) return false
    throw new JournalDamaged({ file: state.file, line }, cause.message)
  }
  const length = end + 1 - start
  if (line === 1) state.firstLine = length
  state.offset += length
  state.line = line
  return true
}

/**
 * After a power loss a file may have grown without its contents, which are then zeros. That can only be the end
 * of a write nobody was told of when no record follows.
 */
function isUnwritten(sha256: Sha256, bytes: Buffer): boolean {
  const end = bytes.indexOf(LINE_FEED)
  if (!bytes.subarray(0, end).includes(0)) return false
  return !bytes
    .toString('utf8', end + 1)
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

/** The same bytes, so that a part of them becomes text without an object of its own. */
function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function isSame(a: FileStat, b: FileStat): boolean {
  return a.size === b.size && a.mtimeMs === b.mtimeMs && a.ctimeMs === b.ctimeMs
}
