import type { EpochMs, Seq } from '@openclaw/pairing-contracts'
import { reason } from '../errors.ts'
import { emptyRecords } from '../state/records.ts'
import type { Chain } from './chain.ts'
import { JournalDamaged } from './errors.ts'
import { frameCheckpoint, NO_HASH } from './lines.ts'
import {
  listSegments,
  openSegment,
  type Position,
  pathOf,
  type ReadPorts,
  type SkippedLine,
} from './position.ts'

/** Something that the check of the journal found. */
export interface VerifyFinding {
  /** `damage`: the journal does not say any more what was written there. `notice`: worth knowing. */
  readonly severity: 'damage' | 'notice'
  readonly what:
    | 'damaged-record'
    | 'missing-segment'
    | 'unreadable'
    | 'broken-chain'
    | 'unfinished-rotation'
    | 'unfinished-write'
    | 'skipped-record'
    | 'repaired'
  readonly file: string
  readonly line?: number
  /** One sentence. */
  readonly problem: string
}

/** What a check of all kept segments came to. */
export interface JournalReport {
  /** True when nothing is damaged. */
  readonly ok: boolean
  readonly segments: number
  /** Transactions that were checked. */
  readonly entries: number
  /** Numbers of the first and the last of them; 0 when there is none. */
  readonly from: number
  readonly to: number
  /** Hash of the last line that counts: who notes it elsewhere can prove later that nothing before it was rewritten. */
  readonly head: string
  readonly findings: readonly VerifyFinding[]
}

/** What is carried from one segment to the next. */
interface Walk {
  readonly findings: VerifyFinding[]
  entries: number
  from: number
  to: number
  head: string
  /** The segment before, when it was whole. */
  before: Chain | undefined
}

/**
 * Walks all kept segments: checksums, chain, numbers, and that each checkpoint is what the transactions before it come to.
 * Takes no lock. `pause` is awaited between two segments.
 */
export async function verifyJournal(
  ports: ReadPorts,
  pause: () => Promise<void>,
): Promise<JournalReport> {
  const walk: Walk = { findings: [], entries: 0, from: 0, to: 0, head: NO_HASH, before: undefined }
  const segments = attempt(walk, ports.folder, () => listSegments(ports)) ?? []
  let expected = segments[0] ?? 1
  for (const segment of segments) {
    if (segment > expected) addMissing(ports, walk, expected)
    const isLast = segment === segments.at(-1)
    attempt(walk, pathOf(ports, segment), () => walkSegment(ports, walk, { segment, isLast }))
    expected = segment + 1
    await pause()
  }
  const { findings, entries, from, to, head } = walk
  const ok = findings.every(({ severity }) => severity === 'notice')
  return { ok, segments: segments.length, entries, from, to, head, findings }
}

function walkSegment(
  ports: ReadPorts,
  walk: Walk,
  { segment, isLast }: { readonly segment: number; readonly isLast: boolean },
): void {
  const { before } = walk
  walk.before = undefined
  const position = openSegment({ ...ports, onSkipped: (at) => addSkipped(walk, at) }, segment)
  const { chain, tail, failure } = position
  try {
    compareStart(ports, walk, { before, chain, file: tail.file })
    count(walk, chain)
    if (failure) walk.findings.push(damage(tail.file, failure))
    else if (isLast) lookAtEnd(ports, walk, position)
    walk.before = failure ? undefined : chain
  } finally {
    tail.close()
  }
}

/** The first line must be the one that the segment before leads to, to the byte. */
function compareStart(
  { sha256 }: ReadPorts,
  walk: Walk,
  {
    before,
    chain,
    file,
  }: { readonly before: Chain | undefined; readonly chain: Chain; readonly file: string },
): void {
  const { repaired } = chain.start
  if (repaired !== undefined) {
    walk.findings.push({ severity: 'notice', what: 'repaired', file, line: 1, problem: repaired })
    return
  }
  const problem = breakOf(sha256, before, chain.start)
  if (problem === undefined) return
  walk.findings.push({ severity: 'damage', what: 'broken-chain', file, line: 1, problem })
}

function breakOf(
  sha256: ReadPorts['sha256'],
  before: Chain | undefined,
  { segment, time, hash }: Chain['start'],
): string | undefined {
  if (segment === 1 && hash !== firstHash(sha256, time)) return 'the journal does not begin empty'
  if (before === undefined) return undefined
  const prev = before.sealed()?.line.hash
  if (prev === undefined) return 'the segment before does not end with a seal'
  const at = { segment, seq: before.seq(), time, prev }
  const replayed = frameCheckpoint(sha256, before.records(), at)
  return replayed.hash === hash
    ? undefined
    : 'it does not hold what the transactions before it come to'
}

function firstHash(sha256: ReadPorts['sha256'], time: EpochMs): string {
  const at = { segment: 1, seq: 0 as Seq, time, prev: NO_HASH }
  return frameCheckpoint(sha256, emptyRecords(), at).hash
}

function count(walk: Walk, chain: Chain): void {
  const entries = chain.drain()
  walk.entries += entries.length
  if (walk.from === 0) walk.from = entries[0]?.seq ?? 0
  walk.to = entries.at(-1)?.seq ?? walk.to
  walk.head = chain.head()
}

function lookAtEnd(ports: ReadPorts, walk: Walk, { chain, tail }: Position): void {
  const { file } = tail
  const sealed = chain.sealed()
  if (sealed?.opened) addMissing(ports, walk, chain.segment() + 1)
  else if (sealed) {
    const problem = 'the next segment is not there yet; the next writer makes it'
    walk.findings.push({ severity: 'notice', what: 'unfinished-rotation', file, problem })
  }
  const rest = tail.rest().length
  if (rest === 0) return
  const problem = `${String(rest)} bytes of a write that is under way or was cut off stand at its end`
  walk.findings.push({ severity: 'notice', what: 'unfinished-write', file, problem })
}

function addMissing(ports: ReadPorts, walk: Walk, segment: number): void {
  const file = pathOf(ports, segment)
  walk.before = undefined
  walk.findings.push({
    severity: 'damage',
    what: 'missing-segment',
    file,
    problem: 'it is missing',
  })
}

function addSkipped(walk: Walk, { file, line }: SkippedLine): void {
  const problem = 'its writer had lost the lock; it was never acknowledged and does not count'
  walk.findings.push({ severity: 'notice', what: 'skipped-record', file, line, problem })
}

function damage(file: string, failure: unknown): VerifyFinding {
  if (failure instanceof JournalDamaged) {
    const { line, why } = failure
    return { severity: 'damage', what: 'damaged-record', file, line, problem: why }
  }
  return { severity: 'damage', what: 'unreadable', file, problem: reason(failure) }
}

/** What cannot be read is a finding, and the check goes on behind it. */
function attempt<R>(walk: Walk, file: string, work: () => R): R | undefined {
  try {
    return work()
  } catch (failure) {
    walk.findings.push(damage(file, failure))
    return undefined
  }
}
