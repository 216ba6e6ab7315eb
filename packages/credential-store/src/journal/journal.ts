import {
  type Change,
  isOpenClawError,
  type JournalEntry,
  type OpenClawError,
  type Seq,
} from '@openclaw/pairing-contracts'
import { StoreClosed } from '../errors.ts'
import { emptyRecords, type Records } from '../state/records.ts'
import { JournalMissing, JournalReplaced, JournalUnreadable } from './errors.ts'
import {
  listSegments,
  openNewest,
  openNext,
  type Position,
  pathOf,
  peekSegment,
  type ReadPorts,
  readOn,
} from './position.ts'

/** The journal as this process knows it; reading takes no lock. */
export interface Journal {
  /**
   * Takes what is new; nothing but one `fstat` when nothing is.
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
  /** Tells what was taken since; called by whoever took lines past {@link refresh}. */
  readonly tell: () => void
  readonly close: () => void
}

/** What a journal needs. */
export interface JournalPorts extends ReadPorts {
  /** Told about entries in order, each once, ours and others'. */
  readonly onEntries: (entries: readonly JournalEntry[]) => void
  /** Told instead, when entries were missed because their segment is gone: one that leads from the old state to the new. */
  readonly onLeap: (standIn: JournalEntry) => void
}

/** Opens nothing yet; the first refresh does. */
export function openJournal(ports: JournalPorts): Journal {
  const none = emptyRecords()
  let at: Position | undefined
  let failure: OpenClawError | undefined
  let closed = false
  /** True after a look that failed: then nothing is taken as unchanged. */
  let doubt = false
  const tell = (): void => {
    const entries = at?.chain.drain() ?? []
    if (entries.length > 0) ports.onEntries(entries)
  }
  const move = (position: Position): void => {
    const before = at
    at = position
    if (before && before.tail !== position.tail) before.tail.close()
    if (position.failure) throw position.failure
  }
  const advance = (from: Position): void => {
    move(readOn(ports, from))
    for (;;) {
      const next = at && openNextOrLater(ports, at)
      if (next === undefined) return
      move(next)
      move(readOn(ports, next))
    }
  }
  const begin = (): void => {
    const first = openNewest(ports)
    if (first) advance(first)
  }
  const reopen = (old: Position): void => {
    const fresh = openSuccessor(ports, old, old.tail.file)
    move(fresh)
    advance(fresh)
  }
  const guarded = (work: () => void): void => {
    try {
      doubt = true
      work()
      doubt = false
    } catch (error) {
      const coded = isOpenClawError(error) ? error : new JournalUnreadable(ports.folder, error)
      if (isLasting(coded)) failure = coded
      throw coded
    } finally {
      tell()
    }
  }
  const assertUsable = (): void => {
    if (closed) throw new StoreClosed()
    if (failure) throw failure
  }
  const update = (old: Position): void => {
    advance(old)
    if (at?.tail.unlinked()) reopen(at)
  }
  const lookAround = (): void => {
    if (at) update(at)
    else begin()
    if (at && isLeft(ports, at)) update(at)
    if (at && (isLeft(ports, at) || !isNamed(ports, at))) reopen(at)
  }
  const goPast = (): void => {
    const from = at
    failure = undefined
    if (from) guarded(() => reopen(from))
  }
  return {
    refresh: () => {
      assertUsable()
      if (at && !doubt && isUnchanged(at)) return
      const from = doubt ? undefined : at
      guarded(from ? () => update(from) : lookAround)
    },
    recheck: () => {
      if (failure && !closed && isRepaired(ports, at)) goPast()
      assertUsable()
      guarded(lookAround)
    },
    records: () => at?.chain.records() ?? none,
    seq: () => at?.chain.seq() ?? (0 as Seq),
    position: () => at,
    failure: () => failure,
    tell,
    close: () => {
      if (!closed) at?.tail.close()
      closed = true
    },
  }
}

/** The next segment; when that was removed because it is old, or lost and repaired, the newest. */
function openNextOrLater(ports: JournalPorts, at: Position): Position | undefined {
  const next = openNext(ports, at)
  if (next !== undefined || !at.chain.sealed()?.opened) return next
  const missing = pathOf(ports, at.chain.segment() + 1)
  const oldest = listSegments(ports)?.[0]
  const isOld = oldest !== undefined && oldest > at.chain.segment() + 1
  if (!isOld && !isRepaired(ports, at)) throw new JournalMissing(missing)
  return openSuccessor(ports, at, missing)
}

/** The newest segment of a journal that goes on from `old`, with what was missed told. */
function openSuccessor(ports: JournalPorts, old: Position, missing: string): Position {
  const fresh = openNewest(ports)
  if (fresh === undefined) throw new JournalMissing(missing)
  if (!continues(fresh, old)) {
    fresh.tail.close()
    throw new JournalReplaced(old.tail.file)
  }
  tellMissed(ports, old, fresh)
  return fresh
}

/** True when `fresh` goes on from where `old` stands, as far as its segment shows. */
function continues(fresh: Position, old: Position): boolean {
  const same = fresh.chain.seqAt(old.chain.head())
  if (same !== undefined) return same === old.chain.seq()
  return fresh.chain.segment() > old.chain.segment() && fresh.chain.seq() >= old.chain.seq()
}

/** Tells what happened between two positions, one by one where the new segment has it. */
function tellMissed(ports: JournalPorts, old: Position, fresh: Position): void {
  const seq = fresh.chain.seq()
  const before = old.chain.seq()
  const entries = fresh.chain.drain().filter((entry) => entry.seq > before)
  if (entries.length === seq - before && fresh.chain.start.repaired === undefined) {
    if (entries.length > 0) ports.onEntries(entries)
    return
  }
  const changes = difference(old.chain.records(), fresh.chain.records())
  const actor = { kind: 'system', part: 'catch-up' } as const
  const time = entries.at(-1)?.time ?? fresh.chain.start.time
  ports.onLeap({ seq, time, actor, action: 'store.catch-up', changes })
}

function difference(before: Records, after: Records): readonly Change[] {
  const names = new Set([...before.collections(), ...after.collections()])
  return [...names].flatMap((collection) => {
    const keys = new Set([...before.of(collection).keys(''), ...after.of(collection).keys('')])
    return [...keys].flatMap((key): readonly Change[] => {
      const value = after.of(collection).get(key)
      const same = JSON.stringify(value) === JSON.stringify(before.of(collection).get(key))
      return same ? [] : [{ collection, key, value }]
    })
  })
}

/** True when a later segment exists although this one was not filled: a repair went past it. */
function isLeft(ports: JournalPorts, { chain }: Position): boolean {
  return !chain.sealed() && (listSegments(ports)?.at(-1) ?? 0) > chain.segment()
}

/** True when damage that was found is behind a repair by now. */
function isRepaired(ports: JournalPorts, at: Position | undefined): boolean {
  try {
    const newest = listSegments(ports)?.at(-1) ?? 0
    return newest > (at?.chain.segment() ?? 0) && peekSegment(ports, newest)?.isRepair === true
  } catch {
    return false
  }
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
