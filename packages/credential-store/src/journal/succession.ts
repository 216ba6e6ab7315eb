import type { Change, JournalEntry } from '@openclaw/pairing-contracts'
import type { Records } from '../state/records.ts'
import { JournalMissing, JournalReplaced } from './errors.ts'
import {
  listSegments,
  openNewest,
  openNext,
  type Position,
  pathOf,
  peekSegment,
  type ReadPorts,
} from './position.ts'

/** What a journal needs. */
export interface JournalPorts extends ReadPorts {
  /** Told about entries in order, each once, ours and others'. */
  readonly onEntries: (entries: readonly JournalEntry[]) => void
  /** Told instead, when entries were missed because their segment is gone: one that leads from the old state to the new. */
  readonly onLeap: (standIn: JournalEntry) => void
}

/** The next segment; when that was removed because it is old, or lost and repaired, the newest. */
export function openNextOrLater(ports: JournalPorts, at: Position): Position | undefined {
  const next = openNext(ports, at)
  if (next !== undefined || !at.chain.sealed()?.opened) return next
  const missing = pathOf(ports, at.chain.segment() + 1)
  const oldest = listSegments(ports)?.[0]
  const isOld = oldest !== undefined && oldest > at.chain.segment() + 1
  if (!isOld && !isRepaired(ports, at)) throw new JournalMissing(missing)
  return openSuccessor(ports, at, missing)
}

/** The newest segment of a journal that goes on from `old`, with what was missed told. */
export function openSuccessor(ports: JournalPorts, old: Position, missing: string): Position {
  const fresh = openNewest(ports)
  if (fresh === undefined) throw new JournalMissing(missing)
  if (!continues(fresh, old)) {
    fresh.tail.close()
    throw new JournalReplaced(old.tail.file)
  }
  tell(ports, old.chain.drain())
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
    tell(ports, entries)
    return
  }
  const changes = difference(old.chain.records(), fresh.chain.records())
  const actor = { kind: 'system', part: 'catch-up' } as const
  const time = entries.at(-1)?.time ?? fresh.chain.start.time
  ports.onLeap({ seq, time, actor, action: 'store.catch-up', changes })
}

function tell({ onEntries }: JournalPorts, entries: readonly JournalEntry[]): void {
  if (entries.length > 0) onEntries(entries)
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
export function isLeft(ports: JournalPorts, { chain }: Position): boolean {
  return !chain.sealed() && (listSegments(ports)?.at(-1) ?? 0) > chain.segment()
}

/** True when damage that was found is behind a repair by now. */
export function isRepaired(ports: JournalPorts, at: Position | undefined): boolean {
  try {
    const current = at?.chain.segment() ?? 0
    const later = listSegments(ports)?.filter((segment) => segment > current) ?? []
    return later.some((segment) => peekSegment(ports, segment)?.isRepair)
  } catch {
    return false
  }
}
