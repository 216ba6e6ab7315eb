import type { EpochMs, JournalEntry, Seq } from '@openclaw/pairing-contracts'
import { reason } from '../errors.ts'
import { emptyRecords } from '../state/records.ts'
import type { Chain } from './chain.ts'
import { JournalDamaged } from './errors.ts'
import { frameCheckpoint, NO_HASH } from './lines.ts'
import { listSegments, openSegment, pathOf, type ReadPorts, type SkippedLine } from './position.ts'

/** Something that the check of the journal found. */
export interface VerifyFinding {
  /** `damage`: the journal does not say any more what was written there. `notice`: worth knowing. */
  readonly severity: 'damage' | 'notice'
  readonly what:
    | 'damaged-record'
    | 'missing-segment'
    | 'missing-end'
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

/** What one segment came to. */
interface Walked {
  /** False for a segment that is not there. */
  readonly found: boolean
  readonly findings: VerifyFinding[]
  readonly entries: readonly JournalEntry[]
  /** `undefined` when its end could not be reached. */
  readonly end: End | undefined
}

interface End {
  readonly chain: Chain
  readonly file: string
  /** Bytes after the last whole line. */
  readonly rest: number
}

/**
 * Walks all kept segments: checksums, chain, numbers, and that each checkpoint is what the transactions before it come to.
 * Takes no lock; others may go on writing. `pause` is awaited between two segments.
 */
export async function verifyJournal(
  ports: ReadPorts,
  pause: () => Promise<void>,
): Promise<JournalReport> {
  const walked: Walked[] = []
  const reading: VerifyFinding[] = []
  let next = 0
  for (let at = following(ports, reading, next); at !== undefined; ) {
    if (at > next && next > 0) walked.push(gap(ports, next))
    const before = at === next ? walked.at(-1)?.end : undefined
    walked.push(await walkWhole(ports, { before, segment: at, pause }))
    next = at + 1
    at = following(ports, reading, next)
  }
  const end = walked.at(-1)?.end
  return toReport(walked, [...reading, ...(end ? endOf(ports, end) : [])])
}

/** What is wrong before a repair is known, and does not count any more. */
function toReport(walked: readonly Walked[], others: readonly VerifyFinding[]): JournalReport {
  const repair = walked.findLastIndex(({ end }) => end?.chain.start.repaired !== undefined)
  const findings = walked.flatMap((one, index) =>
    index < repair ? one.findings.map(asNotice) : one.findings,
  )
  findings.push(...others)
  const filled = walked.filter(({ entries }) => entries.length > 0)
  return {
    ok: findings.every(({ severity }) => severity === 'notice'),
    segments: walked.filter(({ found }) => found).length,
    entries: filled.reduce((sum, { entries }) => sum + entries.length, 0),
    from: filled[0]?.entries[0]?.seq ?? 0,
    to: filled.at(-1)?.entries.at(-1)?.seq ?? 0,
    head: walked.findLast(({ end }) => end !== undefined)?.end?.chain.head() ?? NO_HASH,
    findings,
  }
}

function asNotice(finding: VerifyFinding): VerifyFinding {
  return { ...finding, severity: 'notice' }
}

function gap(ports: ReadPorts, segment: number): Walked {
  return { found: false, findings: [missing(ports, segment)], entries: [], end: undefined }
}

/** The first segment from `next` on; asked each time, as some are added and removed meanwhile. */
function following(ports: ReadPorts, findings: VerifyFinding[], next: number): number | undefined {
  const segments = attempt(findings, ports.folder, () => listSegments(ports))
  return segments?.find((segment) => segment >= next)
}

/** A segment that was filled up while it was read is read again. */
async function walkWhole(
  ports: ReadPorts,
  {
    before,
    segment,
    pause,
  }: {
    readonly before: End | undefined
    readonly segment: number
    readonly pause: () => Promise<void>
  },
): Promise<Walked> {
  const walked = walkSegment(ports, before, segment)
  await pause()
  if (walked.end === undefined && isRemoved(ports, segment)) {
    return { found: false, findings: [], entries: [], end: undefined }
  }
  const filled = following(ports, [], segment + 1) !== undefined
  if (!filled || walked.end?.chain.sealed()) return walked
  return walkSegment(ports, before, segment)
}

/** True when it was removed meanwhile, because it is too old to be kept. */
function isRemoved(ports: ReadPorts, segment: number): boolean {
  return (following(ports, [], 0) ?? segment) > segment
}

function walkSegment(ports: ReadPorts, before: End | undefined, segment: number): Walked {
  const findings: VerifyFinding[] = []
  const file = pathOf(ports, segment)
  const reading = { ...ports, onSkipped: (at: SkippedLine) => findings.push(skipped(at)) }
  const position = attempt(findings, file, () => openSegment(reading, segment))
  if (position === undefined) return { found: true, findings, entries: [], end: undefined }
  const { chain, tail, failure } = position
  compareStart(ports, findings, { before: before?.chain, chain, file })
  const rest = attempt(findings, file, () => tail.rest().length) ?? 0
  tail.close()
  if (failure) findings.push(damage(file, failure))
  const end = failure ? undefined : { chain, file, rest }
  return { found: true, findings, entries: chain.drain(), end }
}

/** The first line must be the one that the segment before leads to, to the byte. */
function compareStart(
  { sha256 }: ReadPorts,
  findings: VerifyFinding[],
  {
    before,
    chain,
    file,
  }: { readonly before: Chain | undefined; readonly chain: Chain; readonly file: string },
): void {
  const { repaired } = chain.start
  if (repaired !== undefined) {
    findings.push({ severity: 'notice', what: 'repaired', file, line: 1, problem: repaired })
    return
  }
  const problem = breakOf(sha256, before, chain.start)
  if (problem === undefined) return
  findings.push({ severity: 'damage', what: 'broken-chain', file, line: 1, problem })
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

function endOf(ports: ReadPorts, { file, chain, rest }: End): readonly VerifyFinding[] {
  const sealed = chain.sealed()
  const findings: VerifyFinding[] = []
  if (sealed?.opened) findings.push(missing(ports, chain.segment() + 1))
  if (sealed && !sealed.opened) {
    const problem = 'the next segment is not there yet; the next writer makes it'
    findings.push({ severity: 'notice', what: 'unfinished-rotation', file, problem })
  }
  if (rest > 0) {
    const problem = `${String(rest)} bytes of a write that is under way or was cut off stand at its end`
    findings.push({ severity: 'notice', what: 'unfinished-write', file, problem })
  }
  return findings
}

function missing(ports: ReadPorts, segment: number): VerifyFinding {
  const file = pathOf(ports, segment)
  return { severity: 'damage', what: 'missing-segment', file, problem: 'it is missing' }
}

function skipped({ file, line }: SkippedLine): VerifyFinding {
  const problem = 'its writer had lost the lock; it was never acknowledged and does not count'
  return { severity: 'notice', what: 'skipped-record', file, line, problem }
}

function damage(file: string, failure: unknown): VerifyFinding {
  if (failure instanceof JournalDamaged) {
    const { line, why } = failure
    return { severity: 'damage', what: 'damaged-record', file, line, problem: why }
  }
  return { severity: 'damage', what: 'unreadable', file, problem: reason(failure) }
}

/** What cannot be read is a finding, and the check goes on behind it. */
function attempt<R>(findings: VerifyFinding[], file: string, work: () => R): R | undefined {
  try {
    return work()
  } catch (failure) {
    findings.push(damage(file, failure))
    return undefined
  }
}
