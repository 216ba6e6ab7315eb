import type { JournalEntry, Json, Seq } from '@openclaw/pairing-contracts'
import { emptyRecords, type Records } from '../state/records.ts'
import { BadLine } from './frame.ts'
import type { CheckpointLine, EntryLine, JournalLine, OpenedLine, SealLine } from './lines.ts'

/** What became of a line. `skipped`: its writer lost a race; it was never acknowledged. */
export type Taken = 'taken' | 'skipped'

/** A segment that is full. */
export interface Sealed {
  readonly line: SealLine
  /** True when the next segment must exist. */
  readonly opened: boolean
}

/** The state that the lines of the journal lead to. */
export interface Chain {
  /** The line that it began with, without its state. */
  readonly start: Omit<CheckpointLine, 'state'>
  /** The last line that counts. */
  readonly head: () => string
  readonly seq: () => Seq
  readonly segment: () => number
  readonly records: () => Records
  readonly sealed: () => Sealed | undefined
  /** The entries that counted since this was asked last, in order. */
  readonly drain: () => readonly JournalEntry[]
  /** The last transaction when the line with this hash was the head; `undefined` for one not seen in this segment or the one before. */
  readonly seqAt: (hash: string) => Seq | undefined
  /** Takes the next line; throws {@link BadLine} when it does not continue the chain. */
  readonly take: (line: JournalLine) => Taken
  /** Goes on in the next segment, whose first line was compared with the state already. */
  readonly follow: (segment: number, checkpointHash: string) => void
}

/** The chain that begins with a checkpoint. */
export function chainFrom(start: CheckpointLine): Chain {
  const records = recordsOf(start)
  let { hash: head, seq, segment } = start
  let sealed: Sealed | undefined
  let fresh: JournalEntry[] = []
  let seen = new Map<string, Seq>([[head, seq]])
  let seenBefore: ReadonlyMap<string, Seq> = new Map()
  const advance = (hash: string): Taken => {
    head = hash
    seen.set(hash, seq)
    return 'taken'
  }
  const takeEntry = ({ entry, hash }: EntryLine): Taken => {
    if (sealed) throw new BadLine('it follows the end of the segment')
    if (entry.seq !== seq + 1)
      throw new BadLine(`it is number ${String(entry.seq)}, not ${String(seq + 1)}`)
    seq = entry.seq
    records.apply(entry.changes)
    fresh.push(entry)
    return advance(hash)
  }
  const takeMark = (line: SealLine | OpenedLine): Taken => {
    if (line.seq !== seq) throw new BadLine('its number is wrong')
    if (line.kind === 'seal' && !sealed) sealed = { line, opened: false }
    else if (line.kind === 'opened' && sealed && !sealed.opened)
      sealed = { ...sealed, opened: true }
    else throw new BadLine('it does not belong here')
    return advance(line.hash)
  }
  const { state: _listed, ...rest } = start
  return {
    start: rest,
    head: () => head,
    seq: () => seq,
    segment: () => segment,
    records: () => records,
    sealed: () => sealed,
    drain: () => {
      const drained = fresh
      fresh = []
      return drained
    },
    seqAt: (hash) => seen.get(hash) ?? seenBefore.get(hash),
    take: (line) => {
      if (line.prev !== head && seen.has(line.prev)) return 'skipped'
      if (line.prev !== head) throw new BadLine('it does not continue the record before')
      if (line.kind === 'checkpoint') throw new BadLine('a checkpoint stands in the middle')
      return line.kind === 'entry' ? takeEntry(line) : takeMark(line)
    },
    follow: (next, checkpointHash) => {
      segment = next
      head = checkpointHash
      sealed = undefined
      seenBefore = seen
      seen = new Map([[head, seq]])
    },
  }
}

/** The records that a checkpoint lists. */
export function recordsOf({ state }: Pick<CheckpointLine, 'state'>): Records {
  const records = emptyRecords()
  for (const [collection, pairs] of state) {
    const set = records.of(collection)
    for (const [key, value] of pairs) set.put(key, value as Json)
  }
  return records
}
