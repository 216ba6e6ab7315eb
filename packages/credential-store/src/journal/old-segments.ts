import { reason } from '../errors.ts'
import { append, cutRest, makeDurable } from './append.ts'
import { parentOf } from './birth.ts'
import { JournalDamaged, StoreWriteFailed } from './errors.ts'
import { closeQuietly } from './files.ts'
import { frameOpened } from './lines.ts'
import type { HeldLock } from './lock.ts'
import { listSegments, openSegment, type Position, pathOf } from './position.ts'
import { segmentName } from './segment-name.ts'
import { openAppender } from './segment-writer.ts'
import type { WritePorts } from './write-ports.ts'

/** Makes sure that the names of the journal survive a power loss, whoever made them. */
export async function syncNames({ files, folder }: WritePorts): Promise<void> {
  try {
    await files.syncDirectory(folder)
    await files.syncDirectory(parentOf(folder))
  } catch (cause) {
    throw new StoreWriteFailed(folder, cause)
  }
}

/** Writes into the segment before `segment` that it is there, unless that stands there or is too old to be kept. */
export async function markOpened(
  ports: WritePorts,
  lock: HeldLock,
  segment: number,
): Promise<void> {
  if (ports.files.stat(pathOf(ports, segment - 1)) === undefined) return
  const before = openSegment(ports, segment - 1)
  try {
    const sealed = before.chain.sealed()
    if (sealed === undefined) throw before.failure ?? unsealed(before)
    if (!sealed.opened && !before.failure) await appendOpened(ports, lock, before)
  } finally {
    before.tail.close()
  }
}

/** Removes the oldest segments while all together are too many bytes; never the one in use. */
export function removeOld(ports: WritePorts, inUse: number): void {
  const { files, keepBytes } = ports
  const sizes = (listSegments(ports) ?? []).map((segment) => ({
    segment,
    size: files.stat(pathOf(ports, segment))?.size ?? 0,
  }))
  let total = sizes.reduce((sum, { size }) => sum + size, 0)
  for (const { segment, size } of sizes) {
    if (total <= keepBytes || segment >= inUse) return
    removeSegment(ports, pathOf(ports, segment))
    total -= size
  }
}

function removeSegment({ files, findings }: WritePorts, file: string): void {
  try {
    files.remove(file)
  } catch (cause) {
    findings.add({
      what: 'removal-failed',
      file,
      problem: `it is too old to be kept: ${reason(cause)}`,
    })
    throw cause
  }
}

async function appendOpened(ports: WritePorts, lock: HeldLock, before: Position): Promise<void> {
  const { files, sha256 } = ports
  const { chain, tail } = before
  const next = segmentName(chain.segment() + 1)
  const { text } = frameOpened(sha256, { seq: chain.seq(), next, prev: chain.head() })
  const appender = openAppender(ports, tail.file)
  try {
    const place = { lock, offset: tail.offset() }
    const rest = tail.rest().length
    if (rest > 0) cutRest(files, appender, { place, rest })
    const appended = append(files, appender, { place, bytes: Buffer.from(text) })
    if (appended.outcome === 'failed') throw appended.error
    await makeDurable(files, appender)
  } finally {
    closeQuietly(files, appender.fd)
  }
}

function unsealed({ tail }: Position): JournalDamaged {
  return new JournalDamaged(
    { file: tail.file, line: tail.line() },
    'a later segment exists, but this one does not end with a seal',
  )
}
