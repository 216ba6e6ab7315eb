import { nameTemp, writeTemp } from './birth.ts'
import { StoreWriteFailed } from './errors.ts'
import { frameCheckpoint, frameSeal } from './lines.ts'
import type { HeldLock } from './lock.ts'
import { markOpened, removeOld, syncNames } from './old-segments.ts'
import { type Position, pathOf } from './position.ts'
import { segmentName } from './segment-name.ts'
import type { SegmentWriter } from './segment-writer.ts'
import type { WritePorts, Written } from './write-ports.ts'

/**
 * Going over into a new segment. Each step can be the last one before a crash:
 *
 * 1. the next segment's checkpoint is durable under a temporary name: nothing happened yet
 * 2. the seal stands in the old segment: whoever comes next makes the checkpoint again, the same to the byte
 * 3. the next segment has its name: whoever comes next goes on with 4
 * 4. `opened` stands in the old segment: from here on the next one must exist, and transactions go there
 */
export interface Rotation {
  /** Steps 1 to 4 when the segment in use is full; then removes what is too old. */
  readonly rotateIfFull: (lock: HeldLock) => Promise<void>
  /** Whatever of steps 2 to 4 a dead writer left. */
  readonly finish: (lock: HeldLock) => Promise<void>
}

/** Rotation of the segments that `writer` fills. */
export function rotation(ports: WritePorts, writer: SegmentWriter): Rotation {
  const { journal } = ports
  let confirmed = 0
  const confirm = async (lock: HeldLock): Promise<void> => {
    const at = journal.position()
    const segment = at?.chain.segment()
    if (at === undefined || segment === undefined || segment === confirmed) return
    await syncNames(ports)
    if (needsMark(at)) await markOpened(ports, lock, segment)
    confirmed = segment
  }
  const nameNext = async (temp: string, segment: number): Promise<void> => {
    await nameTemp(ports, temp, pathOf(ports, segment))
    journal.recheck()
  }
  return {
    rotateIfFull: async (lock) => {
      const at = journal.position()
      if (at === undefined || !isFull(ports, at)) return
      const segment = at.chain.segment() + 1
      const { seal, first } = planned(ports, at, segment)
      const temp = await writeTemp(ports, pathOf(ports, segment), first)
      await writeSeal(writer, { lock, seal, at, temp, ports })
      await nameNext(temp, segment)
      await confirm(lock)
      removeOld(ports, segment)
    },
    finish: async (lock) => {
      const at = journal.position()
      const seal = at?.chain.sealed()?.line
      if (at && seal) {
        const segment = at.chain.segment() + 1
        const { seq, time, hash: prev } = seal
        const records = at.chain.records()
        const { text } = frameCheckpoint(ports.sha256, records, { segment, seq, time, prev })
        await nameNext(await writeTemp(ports, pathOf(ports, segment), text), segment)
      }
      await confirm(lock)
    },
  }
}

/** Transactions in a segment prove that it was marked before; a repair follows nothing. */
function needsMark({ chain, tail }: Position): boolean {
  return chain.segment() > 1 && tail.line() === 1 && chain.start.repaired === undefined
}

/** As many bytes of records as a segment may hold, and as its checkpoint takes: so that writing stays linear. */
function isFull({ segmentBytes }: WritePorts, { tail }: Position): boolean {
  return tail.offset() - tail.firstLine() >= Math.max(segmentBytes, tail.firstLine())
}

function planned(
  { sha256, clock }: WritePorts,
  { chain }: Position,
  segment: number,
): { readonly seal: Written; readonly first: string } {
  const seq = chain.seq()
  const time = clock.now()
  const next = segmentName(segment)
  const prev = chain.head()
  const { text, hash } = frameSeal(sha256, { seq, time, next, prev })
  const at = { segment, seq, time, prev: hash }
  return {
    seal: { text, line: { kind: 'seal', seq, time, next, prev, hash } },
    first: frameCheckpoint(sha256, chain.records(), at).text,
  }
}

async function writeSeal(
  writer: SegmentWriter,
  {
    lock,
    seal,
    at,
    temp,
    ports,
  }: {
    readonly lock: HeldLock
    readonly seal: Written
    readonly at: Position
    readonly temp: string
    readonly ports: WritePorts
  },
): Promise<void> {
  const { landed, error } = await writer.write(lock, [seal])
  if (landed === 1) return
  ports.files.remove(temp)
  throw error ?? new StoreWriteFailed(at.tail.file, new Error('another process came in between'))
}
