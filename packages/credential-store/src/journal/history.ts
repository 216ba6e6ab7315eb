import type { JournalEntry, Json, OpenClawError, Seq } from '@openclaw/pairing-contracts'
import { HistoryGap } from '../errors.ts'
import { freezeJson } from '../state/json.ts'
import type { Journal } from './journal.ts'
import type { CheckpointPeek } from './lines.ts'
import { listSegments, openSegment, pathOf, peekSegment, type ReadPorts } from './position.ts'
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
    const file = pathOf(ports, segment)
    const size = reading(file, () => ports.files.stat(file))?.size ?? 0
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
      if (
        failure === undefined ||
        starts.some((later) => later.isRepair && later.segment > segment)
      ) {
        continue
      }
      if (found.length === 0) throw failure
      break
    }
    return found.slice(0, Math.max(limit, 0))
  }
  const read = (after: Seq, limit: number): readonly JournalEntry[] => {
    const problem = refreshed(journal)
    const found = recent.after(after, limit) ?? (journal.position() ? fromDisk(after, limit) : [])
    if (problem && found.length === 0) throw problem
    // lines of this process that are not durable yet stand in the file already, and may be taken back
    const durable = problem ? found : found.filter(({ seq }) => seq <= journal.seq())
    return durable.map((entry) => freezeJson(entry as unknown as Json) as unknown as JournalEntry)
  }
  return {
    read,
    readWhole: (after, limit) => {
      const found = read(after, limit)
      const last = journal.seq()
      if (after > last) throw new HistoryGap(after, last + 1)
      const next = found[0]?.seq ?? last + 1
      if (next !== after + 1 && limit > 0) throw new HistoryGap(after, next)
      const hole = found.findIndex(({ seq }, index) => seq !== next + index)
      return hole === -1 ? found : found.slice(0, hole)
    },
  }
}

/** The entries of one segment; those before damage, if there is any. */
function readSegment(ports: ReadPorts, segment: number, size: number): SegmentEntries {
  const { tail, chain, failure } = openSegment({ ...ports, onSkipped: () => undefined }, segment)
  tail.close()
  return { segment, size, entries: chain.drain(), failure }
}

/** The kept segments, oldest first; none whose first line cannot be read. */
function segmentStarts(ports: ReadPorts): readonly CheckpointPeek[] {
  return (listSegments(ports) ?? []).flatMap((segment) => peekSegment(ports, segment) ?? [])
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
