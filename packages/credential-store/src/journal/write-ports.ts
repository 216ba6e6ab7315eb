import type { Clock, Seq } from '@openclaw/pairing-contracts'
import type { BirthPorts } from './birth.ts'
import type { Findings } from './findings.ts'
import type { Journal } from './journal.ts'
import type { JournalLine } from './lines.ts'
import type { ReadPorts } from './position.ts'

/** What writing a journal needs. */
export interface WritePorts extends ReadPorts, BirthPorts {
  readonly clock: Clock
  readonly journal: Journal
  readonly findings: Findings
  /** Throws when the store was moved away, or is only a part. */
  readonly assertHere: () => void
  /** Bytes of records after which a segment is full. */
  readonly segmentBytes: number
  /** Bytes of segments to keep. */
  readonly keepBytes: number
}

/** A line to be written. */
export interface Written {
  readonly line: JournalLine
  readonly text: string
}

/** What goes on from where: the hash and number of the last line that counts. */
export interface Head {
  readonly hash: string
  readonly seq: Seq
}
