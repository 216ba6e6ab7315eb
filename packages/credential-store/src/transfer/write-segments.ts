import type { EpochMs, JournalEntry, Seq, Sha256 } from '@openclaw/pairing-contracts'
import type { Framed } from '../journal/frame.ts'
import { frameCheckpoint, frameEntry, frameOpened, frameSeal, NO_HASH } from '../journal/lines.ts'
import { segmentName } from '../journal/segment-name.ts'
import type { Records } from '../state/records.ts'
import type { NewFile } from './new-file.ts'

/** What writing a journal from its beginning takes. */
export interface SegmentPorts {
  readonly sha256: Sha256
  /** A new file of the folder in which the journal is put together. */
  readonly create: (name: string) => NewFile
  /** Bytes of entries after which a segment is full; at least as many as its first line takes. */
  readonly segmentBytes: number
}

/** Where a journal begins. */
export interface SegmentStart {
  /** Number of its first file: 1 only where nothing came before. */
  readonly segment: number
  /** The transaction before the first entry. */
  readonly seq: Seq
  readonly time: EpochMs
  /** What held then, as far as the entries do not say it; changed by them. */
  readonly records: Records
}

/** Writes entries into segments as a store would have, each one durable when the next begins. */
export interface SegmentsWriter {
  readonly add: (entry: JournalEntry) => Promise<void>
  /** Makes the last one durable; answers the names of all, oldest first. */
  readonly end: () => Promise<readonly string[]>
  /** Gives up whatever is open. */
  readonly abandon: () => void
}

interface Progress {
  readonly start: SegmentStart
  readonly names: string[]
  segment: number
  seq: Seq
  time: EpochMs
  head: string
  file: NewFile
  /** Bytes of the first line, and of those behind it. */
  first: number
  filled: number
}

/** Begins with the checkpoint of `start`. */
export function segmentsWriter(ports: SegmentPorts, start: SegmentStart): SegmentsWriter {
  const { segment, seq, time } = start
  const at = { segment, seq, time, prev: NO_HASH }
  const line = frameCheckpoint(ports.sha256, start.records, at)
  const progress: Progress = {
    start,
    names: [],
    segment,
    seq,
    time,
    ...begun(ports, segment, line),
  }
  progress.names.push(segmentName(segment))
  return {
    add: async (entry) => {
      if (isFull(ports, progress)) await goOver(ports, progress)
      const { text, hash } = frameEntry(ports.sha256, entry, progress.head)
      start.records.apply(entry.changes)
      progress.filled += progress.file.write(text)
      progress.head = hash
      progress.seq = entry.seq
      progress.time = entry.time
    },
    end: async () => {
      await progress.file.end()
      return progress.names
    },
    abandon: () => progress.file.abandon(),
  }
}

function begun(
  { create }: SegmentPorts,
  segment: number,
  { text, hash }: Framed,
): Pick<Progress, 'file' | 'head' | 'first' | 'filled'> {
  const file = create(segmentName(segment))
  return { file, head: hash, first: file.write(text), filled: 0 }
}

function isFull({ segmentBytes }: SegmentPorts, { filled, first }: Progress): boolean {
  return filled >= Math.max(segmentBytes, first)
}

/** The old one says that it is full and that the next one must exist; the next one begins with everything that holds. */
async function goOver(ports: SegmentPorts, progress: Progress): Promise<void> {
  const { sha256 } = ports
  const { seq, time, file, start } = progress
  const segment = progress.segment + 1
  const next = segmentName(segment)
  const seal = frameSeal(sha256, { seq, time, next, prev: progress.head })
  const opened = frameOpened(sha256, { seq, next, prev: seal.hash })
  file.write(seal.text)
  file.write(opened.text)
  await file.end()
  const line = frameCheckpoint(sha256, start.records, { segment, seq, time, prev: seal.hash })
  Object.assign(progress, { segment, ...begun(ports, segment, line) })
  progress.names.push(next)
}
