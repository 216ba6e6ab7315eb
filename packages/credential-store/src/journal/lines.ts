import type {
  Change,
  EpochMs,
  JournalEntry,
  JsonObject,
  Seq,
  Sha256,
} from '@openclaw/pairing-contracts'
import type { RecordList, Records } from '../state/records.ts'
import { type Framed, frame, type Linked } from './frame.ts'

/** The version of the journal's lines that this package writes. */
export const FORMAT = 1

/** The `prev` of the very first line. */
export const NO_HASH: string = '0'.repeat(64)

/** One committed transaction. */
export interface EntryLine extends Linked {
  readonly kind: 'entry'
  readonly entry: JournalEntry
}

/** The first line of a segment: everything that held after `seq`. */
export interface CheckpointLine extends Linked {
  readonly kind: 'checkpoint'
  readonly segment: number
  readonly seq: Seq
  readonly time: EpochMs
  readonly state: readonly (readonly [collection: string, records: RecordList])[]
  /** Present when a repair wrote it: what was lost, in words. Then it need not continue the segment before. */
  readonly repaired?: string
}

/** The segment is full; `next` goes on. */
export interface SealLine extends Linked {
  readonly kind: 'seal'
  readonly seq: Seq
  readonly time: EpochMs
  readonly next: string
}

/** The next segment is durable; from here on it must exist. */
export interface OpenedLine extends Linked {
  readonly kind: 'opened'
  readonly seq: Seq
  readonly next: string
}

/** A line of the journal. */
export type JournalLine = EntryLine | CheckpointLine | SealLine | OpenedLine

/** The line of a transaction. */
export function frameEntry(sha256: Sha256, entry: JournalEntry, prev: string): Framed {
  return frame(sha256, { ...encodeEntry(entry), prev })
}

/** A transaction as JSON, without its place in a chain. */
export function encodeEntry(entry: JournalEntry): object {
  const { seq, time, actor, action, changes, detail } = entry
  const said = detail === undefined ? {} : { detail }
  return { seq, time: toText(time), actor, action, changes: changes.map(encodeChange), ...said }
}

/** The first line of a segment; the same for everyone who knows the state and the line before. */
export function frameCheckpoint(
  sha256: Sha256,
  records: Records,
  at: Pick<CheckpointLine, 'segment' | 'seq' | 'time' | 'prev' | 'repaired'>,
): Framed {
  const state = records.collections().map((name) => [
    name,
    records
      .of(name)
      .cells('')
      .map(({ key, json }) => [key, json]),
  ])
  const { segment, seq, time, prev, repaired } = at
  const said = repaired === undefined ? {} : { repaired }
  return frame(sha256, { format: FORMAT, segment, seq, time: toText(time), ...said, state, prev })
}

/** The line that fills a segment. */
export function frameSeal(
  sha256: Sha256,
  { seq, time, next, prev }: Pick<SealLine, 'seq' | 'time' | 'next' | 'prev'>,
): Framed {
  return frame(sha256, { sealed: next, seq, time: toText(time), prev })
}

/** The line that says that the next segment is there. */
export function frameOpened(
  sha256: Sha256,
  { seq, next, prev }: Pick<OpenedLine, 'seq' | 'next' | 'prev'>,
): Framed {
  return frame(sha256, { opened: next, seq, prev })
}

/** What a checkpoint says of itself, without its state. */
export interface CheckpointPeek {
  readonly segment: number
  readonly seq: Seq
  readonly isRepair: boolean
}

/** Bytes of a segment's start that {@link peekCheckpoint} needs. */
export const PEEK_BYTES = 200

/** Reads the start of a checkpoint; `undefined` when it is something else. */
export function peekCheckpoint(start: string): CheckpointPeek | undefined {
  const match = /^\{"format":(\d+),"segment":(\d+),"seq":(\d+),"time":"[^"]*",("repaired":)?/.exec(
    start,
  )
  if (!match || Number(match[1]) !== FORMAT) return undefined
  return {
    segment: Number(match[2]),
    seq: Number(match[3]) as Seq,
    isRepair: match[4] !== undefined,
  }
}

function encodeChange({ collection, key, value }: Change): JsonObject {
  return value === undefined ? { collection, key, removed: true } : { collection, key, value }
}

function toText(time: EpochMs): string {
  return new Date(time).toISOString()
}
