import { isOpenClawError, type OpenClawError, type Seq } from '@openclaw/pairing-contracts'
import { StoreClosed } from '../errors.ts'
import { emptyRecords, type Records } from '../state/records.ts'
import { JournalUnreadable } from './errors.ts'
import { openNewest, type Position, readOn } from './position.ts'
import {
  isLeft,
  isRepaired,
  type JournalPorts,
  openNextOrLater,
  openSuccessor,
} from './succession.ts'

/** The journal as this process knows it; reading takes no lock. */
export interface Journal {
  /**
   * Takes what is new; nothing but one look at the file's end when nothing is.
   * Throws a coded error when the state cannot be vouched for.
   */
  readonly refresh: () => void
  /** The same, and looks whether the file is still the one that the name leads to, and whether damage was repaired. */
  readonly recheck: () => void
  /** The state after the last refresh. */
  readonly records: () => Records
  readonly seq: () => Seq
  /** `undefined` while there is no journal. */
  readonly position: () => Position | undefined
  /** Why the state is not vouched for, for good. */
  readonly failure: () => OpenClawError | undefined
  /** Vouches for nothing any more, because of something that the journal itself does not show; until a repair. */
  readonly distrust: (error: OpenClawError) => void
  /** Tells what was taken since; called by whoever took lines past {@link refresh}. */
  readonly tell: () => void
  readonly close: () => void
}

/** What is known of the journal; all functions below work on it. */
interface Reading {
  readonly ports: JournalPorts
  at: Position | undefined
  failure: OpenClawError | undefined
  /** True after a look that failed: then nothing is taken as unchanged. */
  doubt: boolean
  closed: boolean
}

/** Opens nothing yet; the first refresh does. */
export function openJournal(ports: JournalPorts): Journal {
  const none = emptyRecords()
  const start = { at: undefined, failure: undefined, doubt: false, closed: false }
  const reading: Reading = { ports, ...start }
  return {
    refresh: () => {
      assertUsable(reading)
      const from = reading.doubt ? undefined : reading.at
      if (from && isUnchanged(from)) return
      guarded(reading, () => (from ? update(reading, from) : lookAround(reading)))
    },
    recheck: () => {
      goPastRepair(reading)
      assertUsable(reading)
      guarded(reading, () => lookAround(reading))
    },
    records: () => reading.at?.chain.records() ?? none,
    seq: () => reading.at?.chain.seq() ?? (0 as Seq),
    position: () => reading.at,
    failure: () => reading.failure,
    distrust: (error) => {
      reading.failure = error
    },
    tell: () => tell(reading),
    close: () => {
      if (!reading.closed) reading.at?.tail.close()
      reading.closed = true
    },
  }
}

function assertUsable({ closed, failure }: Reading): void {
  if (closed) throw new StoreClosed()
  if (failure) throw failure
}

/** Runs one look; what it throws is coded, and what stays wrong is remembered. */
function guarded(reading: Reading, look: () => void): void {
  try {
    reading.doubt = true
    look()
    reading.doubt = false
  } catch (error) {
    const coded = isOpenClawError(error)
      ? error
      : new JournalUnreadable(reading.ports.folder, error)
    if (isLasting(coded)) reading.failure = coded
    throw coded
  } finally {
    tell(reading)
  }
}

function tell({ ports, at }: Reading): void {
  const entries = at?.chain.drain() ?? []
  if (entries.length > 0) ports.onEntries(entries)
}

/** Reads what is new, and follows the file when it lost its name. */
function update(reading: Reading, from: Position): void {
  advance(reading, from)
  const { at } = reading
  if (at?.tail.unlinked()) reopen(reading, at)
}

/** The same, from wherever we are, and asks whether the name leads to the same file and this segment is the last. */
function lookAround(reading: Reading): void {
  const { ports } = reading
  const known = reading.at
  const first = known ?? openNewest(ports)
  if (first) update(reading, first)
  // what was just found to be the newest is left for the next look
  if (!known) return
  if (reading.at && isLeft(ports, reading.at)) update(reading, reading.at)
  const { at } = reading
  if (at && (isLeft(ports, at) || !isNamed(ports, at))) reopen(reading, at)
}

function advance(reading: Reading, from: Position): void {
  const { ports } = reading
  move(reading, readOn(ports, from))
  for (let next = openNextOrLater(ports, from); next !== undefined; ) {
    move(reading, next)
    move(reading, readOn(ports, next))
    next = openNextOrLater(ports, next)
  }
}

function reopen(reading: Reading, old: Position): void {
  const fresh = openSuccessor(reading.ports, old, old.tail.file)
  move(reading, fresh)
  advance(reading, fresh)
}

function move(reading: Reading, position: Position): void {
  const before = reading.at
  reading.at = position
  if (before && before.tail !== position.tail) before.tail.close()
  if (position.failure) throw position.failure
}

/** Damage stays a failure until a repair went past it. */
function goPastRepair(reading: Reading): void {
  const { ports, at, failure, closed } = reading
  if (!failure || closed || !isRepaired(ports, at)) return
  reading.failure = undefined
  if (at) guarded(reading, () => reopen(reading, at))
}

/** A segment that is full is no place to stay. */
function isUnchanged({ tail, chain }: Position): boolean {
  try {
    return tail.unchanged() && !chain.sealed()
  } catch {
    return false
  }
}

function isNamed({ files }: JournalPorts, { tail }: Position): boolean {
  const named = files.stat(tail.file)
  const open = tail.stat()
  return named !== undefined && named.ino === open.ino && named.dev === open.dev
}

/** True for what stays wrong until somebody mends it, as against a file that cannot be read for now. */
function isLasting({ code }: OpenClawError): boolean {
  return code === 'ERR_JOURNAL_DAMAGED' || code === 'ERR_JOURNAL_REPLACED'
}
