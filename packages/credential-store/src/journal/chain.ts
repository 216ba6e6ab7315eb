import type { JournalEntry, Seq } from '@openclaw/pairing-contracts'
import { type Records, recordsFrom } from '../state/records.ts'
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

interface ChainState {
  readonly records: Records
  head: string
  seq: Seq
  segment: number
  sealed: Sealed | undefined
  fresh: JournalEntry[]
  /** Hashes of this segment and of the one before, with the last transaction at that place. */
  seen: Map<string, Seq>
  seenBefore: ReadonlyMap<string, Seq>
}

/** The chain that begins with a checkpoint. */
export function chainFrom(checkpoint: CheckpointLine): Chain {
  const { state: listed, ...start } = checkpoint
  const { hash: head, seq, segment } = start
  const state: ChainState = {
    records: recordsFrom(listed),
    ...{ head, seq, segment },
    sealed: undefined,
    fresh: [],
    seen: new Map([[head, seq]]),
    seenBefore: new Map(),
  }
  return {
    start,
    head: () => state.head,
    seq: () => state.seq,
    segment: () => state.segment,
    records: () => state.records,
    sealed: () => state.sealed,
    drain: () => {
      const drained = state.fresh
      state.fresh = []
      return drained
    },
    seqAt: (hash) => state.seen.get(hash) ?? state.seenBefore.get(hash),
    take: (line) => takeLine(state, line),
    follow: (next, checkpointHash) => {
      state.segment = next
      state.head = checkpointHash
      state.sealed = undefined
      state.seenBefore = state.seen
      state.seen = new Map([[checkpointHash, state.seq]])
    },
  }
}

function takeLine(state: ChainState, line: JournalLine): Taken {
  if (line.prev !== state.head && state.seen.has(line.prev)) return 'skipped'
  if (line.prev !== state.head) throw new BadLine('it does not continue the record before')
  if (line.kind === 'checkpoint') throw new BadLine('a checkpoint stands in the middle')
  if (line.kind === 'entry') takeEntry(state, line)
  else takeMark(state, line)
  state.head = line.hash
  state.seen.set(line.hash, state.seq)
  return 'taken'
}

function takeEntry(state: ChainState, { entry }: EntryLine): void {
  if (state.sealed) throw new BadLine('it follows the end of the segment')
  if (entry.seq !== state.seq + 1) {
    throw new BadLine(`it is number ${String(entry.seq)}, not ${String(state.seq + 1)}`)
  }
  state.seq = entry.seq
  state.records.apply(entry.changes)
  state.fresh.push(entry)
}

function takeMark(state: ChainState, line: SealLine | OpenedLine): void {
  const { sealed } = state
  if (line.seq !== state.seq) throw new BadLine('its number is wrong')
  if (line.kind === 'seal' && !sealed) state.sealed = { line, opened: false }
  else if (line.kind === 'opened' && sealed?.opened === false) {
    state.sealed = { ...sealed, opened: true }
  } else throw new BadLine('it does not belong here')
}
