import type { OpenClawError } from '@openclaw/pairing-contracts'
import { type Chain, chainFrom } from './chain.ts'
import { decodeLine } from './decode-line.ts'
import { JournalDamaged, JournalMissing } from './errors.ts'
import { closeQuietly, type FileStat } from './files.ts'
import { BadLine, checkFrame } from './frame.ts'
import { guardDirectory } from './guard.ts'
import { type CheckpointPeek, type JournalLine, PEEK_BYTES, peekCheckpoint } from './lines.ts'
import { missingIn, segmentName, segmentsIn } from './segment-name.ts'
import { openTail, reading, type Tail, type TailPorts } from './tail.ts'

const NO_FIRST = 'the file has no first record'

/** A line that its writer lost a race with; for the owner, not an error. */
export interface SkippedLine {
  readonly file: string
  readonly line: number
}

/** Where reading stands: a segment, and the state that the lines up to here lead to. */
export interface Position {
  readonly tail: Tail
  readonly chain: Chain
  /** Why reading ended before the end; the state up to there is known. */
  readonly failure?: OpenClawError
}

/** What reading a journal needs. */
export interface ReadPorts extends TailPorts {
  /** `<root>/pairing-journal`. */
  readonly folder: string
  readonly onSkipped: (line: SkippedLine) => void
  /** True when a file is known to be right as it stands; asked only by stores that do not write. */
  readonly isVerified?: (path: string, stat: FileStat) => boolean
}

/** The segments that are there, in order; `undefined` when there is no journal. */
export function listSegments(ports: ReadPorts): readonly number[] | undefined {
  const { folder, files } = ports
  if (guardDirectory(ports, folder) === undefined) return undefined
  const segments = segmentsIn(reading(folder, () => files.list(folder)))
  return segments.length === 0 ? undefined : segments
}

/** Reads the newest segment; `undefined` when there is no journal. */
export function openNewest(ports: ReadPorts): Position | undefined {
  const segments = listSegments(ports)
  const newest = segments?.at(-1)
  if (segments === undefined || newest === undefined) return undefined
  const missing = missingIn(segments.filter((segment) => segment >= lastRepair(ports, segments)))
  if (missing !== undefined) throw new JournalMissing(pathOf(ports, missing))
  return openSegment(ports, newest)
}

/** The segment of the last repair, when one is missing before it; what lies before a repair need not be whole. */
function lastRepair(ports: ReadPorts, segments: readonly number[]): number {
  if (missingIn(segments) === undefined) return 0
  return segments.findLast((segment) => peekSegment(ports, segment)?.isRepair) ?? 0
}

/** What the first line of a segment says of itself; `undefined` when it is no checkpoint. */
export function peekSegment(ports: ReadPorts, segment: number): CheckpointPeek | undefined {
  const { files } = ports
  const file = pathOf(ports, segment)
  const fd = reading(file, () => files.open(file, 'read'))
  try {
    const bytes = reading(file, () => files.read(fd, 0, PEEK_BYTES))
    return peekCheckpoint(Buffer.from(bytes).toString())
  } finally {
    closeQuietly(files, fd)
  }
}

/** Reads one segment from its checkpoint to its end. Damage behind the checkpoint ends it and stays with the position. */
export function openSegment(ports: ReadPorts, segment: number): Position {
  const tail = openTail(ports, pathOf(ports, segment))
  let chain: Chain | undefined
  try {
    const verified = verifiedEnd(ports, tail)
    tail.read((text) => {
      const sha256 = tail.offset() < verified ? undefined : ports.sha256
      if (chain) takeLine(ports, { tail, chain }, decodeLine(sha256, text))
      else chain = beginChain(decodeLine(sha256, text), segment)
    })
    if (chain) return { tail, chain }
    throw new JournalDamaged({ file: tail.file, line: 1 }, NO_FIRST)
  } catch (failure) {
    if (chain && failure instanceof JournalDamaged) return { tail, chain, failure }
    tail.close()
    throw failure
  }
}

/** How far a file need not be checked: to where it ended when it was found to be right. */
function verifiedEnd({ isVerified }: ReadPorts, tail: Tail): number {
  const stat = isVerified && tail.stat()
  return stat && isVerified(tail.file, stat) ? stat.size : 0
}

function beginChain(line: JournalLine, segment: number): Chain {
  if (line.kind === 'checkpoint' && line.segment === segment) return chainFrom(line)
  throw new BadLine(`it does not begin segment ${String(segment)}`)
}

function takeLine(
  { onSkipped }: Pick<ReadPorts, 'onSkipped'>,
  { tail, chain }: Position,
  line: JournalLine,
): void {
  if (chain.take(line) === 'taken') return
  onSkipped({ file: tail.file, line: tail.line() + 1 })
}

/** Takes every new line of the segment. Damage ends it and stays with the position. */
export function readOn(ports: ReadPorts, position: Position): Position {
  try {
    position.tail.read((text) => takeLine(ports, position, decodeLine(ports.sha256, text)))
    return position
  } catch (failure) {
    if (failure instanceof JournalDamaged) return { ...position, failure }
    throw failure
  }
}

/** Goes over into the next segment; `undefined` while it is not there. The state stays, as its first line repeats it. */
export function openNext(ports: ReadPorts, { chain }: Position): Position | undefined {
  const seal = chain.sealed()?.line
  const next = chain.segment() + 1
  if (seal === undefined || guardedMissing(ports, next)) return undefined
  const tail = openTail(ports, pathOf(ports, next))
  try {
    const hash = compareCheckpoint(ports, tail, {
      segment: next,
      seq: chain.seq(),
      prev: seal.hash,
    })
    chain.follow(next, hash)
    return { tail, chain }
  } catch (error) {
    tail.close()
    throw error
  }
}

/** The file of a segment. */
export function pathOf({ folder }: Pick<ReadPorts, 'folder'>, segment: number): string {
  return `${folder}/${segmentName(segment)}`
}

function guardedMissing(ports: ReadPorts, segment: number): boolean {
  const path = pathOf(ports, segment)
  return reading(path, () => ports.files.stat(path)) === undefined
}

function compareCheckpoint(
  { sha256 }: ReadPorts,
  tail: Tail,
  expected: { readonly segment: number; readonly seq: number; readonly prev: string },
): string {
  const text = firstLine(tail)
  const { hash, prev } = asDamage(tail, () => checkFrame(sha256, text))
  const found = peekCheckpoint(text.slice(0, PEEK_BYTES))
  const fits =
    found?.segment === expected.segment && found.seq === expected.seq && prev === expected.prev
  if (fits) return hash
  throw new JournalDamaged({ file: tail.file, line: 1 }, 'it does not continue the segment before')
}

/** A segment gets its name only when its first line is whole and durable. */
function firstLine(tail: Tail): string {
  let first: string | undefined
  tail.read((text) => {
    first = text
  }, 1)
  if (first !== undefined) return first
  throw new JournalDamaged({ file: tail.file, line: 1 }, NO_FIRST)
}

function asDamage<R>({ file }: Tail, work: () => R): R {
  try {
    return work()
  } catch (cause) {
    if (cause instanceof BadLine) throw new JournalDamaged({ file, line: 1 }, cause.message)
    throw cause
  }
}
