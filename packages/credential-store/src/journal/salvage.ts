import type { Seq } from '@openclaw/pairing-contracts'
import { emptyRecords, type Records, recordsFrom } from '../state/records.ts'
import { decodeLine } from './decode-line.ts'
import { closeQuietly } from './files.ts'
import { type JournalLine, NO_HASH } from './lines.ts'
import { listSegments, pathOf, type ReadPorts } from './position.ts'

/** Transactions whose records cannot be read any more. */
export interface LostRange {
  readonly from: number
  readonly to: number
}

/** A line, or with line 1 a whole file, that cannot be read. */
export interface UnreadableLine {
  readonly file: string
  readonly line: number
}

/** Everything that can be read of a damaged journal. */
export interface Salvage {
  readonly records: Records
  /** The last transaction, lost ones included. */
  readonly seq: Seq
  /** Hash of the last record that could be read. */
  readonly head: string
  readonly newest: number
  readonly lost: readonly LostRange[]
  /** False when nothing of the newest segment can be read: nobody can say what came after {@link seq}. */
  readonly isEndKnown: boolean
  readonly unreadable: readonly UnreadableLine[]
  /** Number of the last transaction that can be read and changed a record; the one before the first that was read otherwise. */
  readonly changedAt: (collection: string, key: string) => number
}

interface Progress {
  records: Records
  /** The last transaction of the checkpoint that reading began with. */
  since: number
  readonly changed: Map<string, number>
  seq: number
  head: string
  /** Unreadable lines since the last record. */
  pending: number
  /** A line of the segment that was read last could be read. */
  isSeen: boolean
  readonly lost: LostRange[]
  readonly unreadable: UnreadableLine[]
}

/**
 * Reads past damage: begins with the last checkpoint that is whole, and takes every record behind it that is.
 * Writes nothing. Nothing at all where there is no journal.
 */
export function salvage(ports: ReadPorts): Salvage {
  const segments = listSegments(ports) ?? []
  const newest = segments.at(-1) ?? 0
  const start = { records: emptyRecords(), seq: 0, since: 0, head: NO_HASH, pending: 0 }
  const empty = { changed: new Map<string, number>(), lost: [], unreadable: [] }
  const progress: Progress = { ...start, ...empty, isSeen: false }
  const first = segments.findLast((segment) => beginsWhole(ports, segment)) ?? segments[0] ?? 1
  for (let segment = first; segment <= newest; segment += 1) takeSegment(ports, progress, segment)
  if (progress.pending > 0) skipTo(progress, progress.seq + progress.pending + 1)
  const { records, head, lost, unreadable, changed, since, isSeen: isEndKnown } = progress
  const changedAt = (...at: [string, string]): number => changed.get(at.join('\0')) ?? since
  const seq = progress.seq as Seq
  return { records, seq, head, newest, lost, isEndKnown, unreadable, changedAt }
}

function takeSegment(ports: ReadPorts, progress: Progress, segment: number): void {
  const file = pathOf(ports, segment)
  const lines = linesOf(ports, segment) ?? ['']
  progress.isSeen = false
  for (const [index, text] of lines.entries()) {
    const line = decoded(ports, text)
    if (line) {
      progress.isSeen = true
      takeLine(progress, line)
    } else {
      progress.unreadable.push({ file, line: index + 1 })
      progress.pending += index === 0 ? 0 : 1
    }
  }
}

/** A record with a number that was there before is that of a writer that had lost a race. */
function takeLine(progress: Progress, line: JournalLine): void {
  if (line.kind === 'checkpoint') {
    progress.records = recordsFrom(line.state)
    progress.seq = line.seq
    progress.since = line.seq
    progress.changed.clear()
  } else if (line.kind === 'entry' && line.entry.seq > progress.seq) {
    skipTo(progress, line.entry.seq)
    const { seq, changes } = line.entry
    progress.records.apply(changes)
    for (const { collection, key } of changes) progress.changed.set(`${collection}\0${key}`, seq)
    progress.seq = seq
  } else return
  progress.head = line.hash
  progress.pending = 0
}

/** Notes what is missing before transaction `next`. */
function skipTo(progress: Progress, next: number): void {
  const from = progress.seq + 1
  if (next > from) progress.lost.push({ from, to: next - 1 })
  progress.seq = Math.max(progress.seq, next - 1)
}

function beginsWhole(ports: ReadPorts, segment: number): boolean {
  const text = linesOf(ports, segment)?.[0] ?? ''
  return decoded(ports, text)?.kind === 'checkpoint'
}

/** The whole lines of a segment; `undefined` when it cannot be read. */
function linesOf(ports: ReadPorts, segment: number): readonly string[] | undefined {
  const { files } = ports
  const file = pathOf(ports, segment)
  try {
    const fd = files.open(file, 'read')
    try {
      const bytes = files.read(fd, 0, files.statOpen(fd).size)
      return Buffer.from(bytes).toString().split('\n').slice(0, -1)
    } finally {
      closeQuietly(files, fd)
    }
  } catch {
    return undefined
  }
}

function decoded({ sha256 }: ReadPorts, text: string): JournalLine | undefined {
  try {
    return decodeLine(sha256, text)
  } catch {
    return undefined
  }
}
