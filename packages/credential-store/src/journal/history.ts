import type { JournalEntry, Json, OpenClawError, Seq } from '@openclaw/pairing-contracts'
import { HistoryGap } from '../errors.ts'
import { freezeJson } from '../state/json.ts'
import type { Journal } from './journal.ts'
import { peekCheckpoint } from './lines.ts'
import { listSegments, openSegment, pathOf, type ReadPorts } from './position.ts'
import type { Recent } from './recent.ts'
import { reading } from './tail.ts'

/** What happened, from memory or from the segments that are kept. */
export interface History {
  /** Up to `limit` entries after `after`, as far back as they are kept. Before damage: what is there; at it: throws. */
  readonly read: (after: Seq, limit: number) => readonly JournalEntry[]
  /** The same, but throws {@link HistoryGap} when an entry after `after` is not kept any more or `after` is not reached. */
  readonly readWhole: (after: Seq, limit: number) => readonly JournalEntry[]
}

/** What history needs. */
export interface HistoryPorts extends ReadPorts {
  readonly journal: Journal
  readonly recent: Recent
}

interface SegmentStart {
  readonly segment: number
  /** The last transaction before it. */
  readonly seq: Seq
}

/** One segment's entries, and why there are no more. */
interface SegmentEntries {
  readonly segment: number
  readonly size: number
  readonly entries: readonly JournalEntry[]
  readonly failure: OpenClawError | undefined
}

/** Keeps the segment that was read last, as followers read one in several pages. */
export function journalHistory(ports: HistoryPorts): History {
  const { journal, recent } = ports
  let last: SegmentEntries | undefined
  const entriesOf = (segment: number): SegmentEntries => {
    const size = ports.files.stat(pathOf(ports, segment))?.size ?? 0
    if (last?.segment !== segment || last.size !== size) last = readSegment(ports, segment, size)
    return last
  }
  const fromDisk = (after: Seq, limit: number): readonly JournalEntry[] => {
    const starts = segmentStarts(ports)
    const found: JournalEntry[] = []
    const begin = starts.findLastIndex(({ seq }) => seq <= after)
    for (const { segment } of starts.slice(Math.max(begin, 0))) {
      if (found.length >= limit) break
      const { entries, failure } = entriesOf(segment)
      found.push(...entries.filter(({ seq }) => seq > after))
      if (failure && found.length === 0) throw failure
      if (failure) break
    }
    return found.slice(0, Math.max(limit, 0))
  }
  const read = (after: Seq, limit: number): readonly JournalEntry[] => {
    const problem = refreshed(journal)
    const found = recent.after(after, limit) ?? (journal.position() ? fromDisk(after, limit) : [])
    if (problem && found.length === 0) throw problem
    return found.map((entry) => freezeJson(entry as unknown as Json) as unknown as JournalEntry)
  }
  return {
    read,
    readWhole: (after, limit) => {
      refreshed(journal)
      const kept = recent.after(after, 1) !== undefined
      const oldest = kept ? 0 : (segmentStarts(ports)[0]?.seq ?? 0)
      if (after < oldest || after > journal.seq()) throw new HistoryGap(after, oldest + 1)
      return read(after, limit)
    },
  }
}

/** The entries of one segment; those before damage, if there is any. */
function readSegment(ports: ReadPorts, segment: number, size: number): SegmentEntries {
  const { tail, chain, failure } = openSegment({ ...ports, onSkipped: () => undefined }, segment)
  tail.close()
  return { segment, size, entries: chain.drain(), failure }
}

function segmentStarts(ports: ReadPorts): readonly SegmentStart[] {
  return (listSegments(ports) ?? []).flatMap((segment) => {
    const start = peekStart(ports, pathOf(ports, segment))
    return start === undefined ? [] : [{ segment, seq: start }]
  })
}

function peekStart({ files }: ReadPorts, file: string): Seq | undefined {
  const fd = reading(file, () => files.open(file, 'read'))
  try {
    const bytes = reading(file, () => files.read(fd, 0, 200))
    return peekCheckpoint(Buffer.from(bytes).toString())?.seq
  } finally {
    files.close(fd)
  }
}

/** Why nothing newer than what is known can be read; `undefined` when it can. */
function refreshed(journal: Journal): unknown {
  try {
    journal.refresh()
    return undefined
  } catch (problem) {
    return problem
  }
}
