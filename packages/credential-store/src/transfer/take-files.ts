import type { EpochMs, JournalEntry, Seq } from '@openclaw/pairing-contracts'
import { asWriteFailure, StoreBusy } from '../journal/errors.ts'
import { listSegments, pathOf } from '../journal/position.ts'
import { SEGMENT_BYTES } from '../limits.ts'
import { WRITER_LOCK } from '../lock-names.ts'
import { emptyRecords } from '../state/records.ts'
import type { StoreParts } from '../store-parts.ts'
import type { StorePorts } from '../store-ports.ts'
import { forgetVerified } from '../verified.ts'
import { imageTally } from './digest.ts'
import { StoreUnfinished, TransferChanged, TransferDiffers } from './errors.ts'
import { removeMark, writeMark } from './mark-file.ts'
import { newFile } from './new-file.ts'
import { journalImage } from './read-journal.ts'
import { takenEntry } from './taken-entry.ts'
import type { ImageHead, StoreImage, Taken, TakeOptions } from './types.ts'
import { type SegmentStart, type SegmentsWriter, segmentsWriter } from './write-segments.ts'

/** What taking an image into a state directory works with. */
export interface TakeFiles {
  readonly root: string
  readonly parts: StoreParts
  readonly ports: StorePorts
  readonly segmentBytes?: number | undefined
}

/** How the folder begins in which a journal is put together. */
const STAGING = 'incoming-'

/**
 * Puts a journal together beside the place where it will count, reads it back, and moves it there under the lock. While the
 * files are moved the directory is marked as unfinished, and nobody opens it.
 */
export async function takeIntoFiles(
  target: TakeFiles,
  image: StoreImage,
  options: TakeOptions,
): Promise<Taken> {
  const { parts, ports } = target
  await parts.writer.ready()
  const newest = listSegments(parts.readPorts)?.at(-1) ?? 0
  const staging = `${parts.folder}/${STAGING}${Buffer.from(ports.random(8)).toString('hex')}`
  try {
    makeStaging(target, staging)
    const written = await writeStaged({ ...target, staging, newest }, image, options)
    await verifyStaged({ ...target, staging }, image.head, written.digest)
    await parts.withLock(WRITER_LOCK, async (isHeld) => {
      const place = { ...target, staging, newest, names: written.names, isHeld }
      await placeStaged(place, image.head, options)
    })
    const { digest } = written
    const { records, entries, seq } = image.head
    return { digest, records, entries, seq: seq + 1 }
  } catch (error) {
    throw asWriteFailure(parts.folder, error)
  } finally {
    removeStaging(ports, staging)
  }
}

function makeStaging({ parts, ports }: TakeFiles, staging: string): void {
  ports.files.makeDirectory(staging)
  const owner = parts.writePorts().giveTo()
  if (owner) ports.files.chown(staging, owner.uid, owner.gid)
}

function removeStaging({ files }: Pick<StorePorts, 'files'>, staging: string): void {
  try {
    for (const name of files.list(staging)) files.remove(`${staging}/${name}`)
    files.removeDirectory(staging)
  } catch {
    // nothing in it counts; the next run removes it
  }
}

/** What dead runs left; one that lives finds its own missing and gives up. */
function removeLeftovers({ parts: { folder }, ports }: Staged): void {
  for (const name of ports.files.list(folder)) {
    if (name.startsWith(STAGING)) removeStaging(ports, `${folder}/${name}`)
  }
}

interface Staged extends TakeFiles {
  readonly staging: string
  readonly newest: number
}

interface WrittenStage {
  readonly names: readonly string[]
  readonly digest: string
}

async function writeStaged(
  stage: Staged,
  image: StoreImage,
  options: TakeOptions,
): Promise<WrittenStage> {
  const { head } = image
  const tally = imageTally(stage.ports.sha256)
  const records = emptyRecords()
  let writer: SegmentsWriter | undefined
  let last: JournalEntry | undefined
  try {
    for await (const item of image.items) {
      tally.add(item)
      if (item.kind === 'record') {
        // what the entries say is made by them
        if (item.seq === undefined) records.apply([item])
      } else {
        writer ??= segmentsWriter(segmentPorts(stage), startOf(stage, head, records))
        assertNext(stage, item.entry, last?.seq ?? head.floor - 1)
        last = item.entry
        await writer.add(last)
      }
    }
    assertWhole(stage, head, tally)
    const digest = tally.digest(head)
    writer ??= segmentsWriter(segmentPorts(stage), startOf(stage, head, records))
    const now = Math.max(stage.ports.clock.now(), last?.time ?? 0) as EpochMs
    await writer.add(takenEntry(head, options, { digest, now }))
    return { names: await writer.end(), digest }
  } finally {
    writer?.abandon()
  }
}

function segmentPorts(stage: Staged): Parameters<typeof segmentsWriter>[0] {
  const { ports, parts, staging, segmentBytes = SEGMENT_BYTES } = stage
  const owner = parts.writePorts().giveTo()
  const create = (name: string) => newFile(ports.files, `${staging}/${name}`, owner)
  return { sha256: ports.sha256, create, segmentBytes }
}

/** Only a journal that begins with its first transaction has a first file. */
function startOf(
  { newest, ports }: Staged,
  { floor }: ImageHead,
  records: SegmentStart['records'],
): SegmentStart {
  const isWhole = floor === 1 && records.collections().length === 0
  const segment = newest > 0 ? newest + 1 : isWhole ? 1 : 2
  return { segment, seq: (floor - 1) as Seq, time: ports.clock.now(), records }
}

function assertNext({ root }: TakeFiles, { seq }: JournalEntry, before: number): void {
  if (seq !== before + 1) throw new TransferDiffers(root, `entry ${String(before + 1)} is missing`)
}

function assertWhole(
  { root }: TakeFiles,
  head: ImageHead,
  tally: ReturnType<typeof imageTally>,
): void {
  if (tally.records() !== head.records) throw new TransferDiffers(root, 'records are missing')
  if (tally.entries() !== head.entries) throw new TransferDiffers(root, 'entries are missing')
}

/** Reads it all back: checksums, chain, and that it comes to the same content. */
async function verifyStaged(
  { root, parts, ports, staging }: TakeFiles & { readonly staging: string },
  head: ImageHead,
  digest: string,
): Promise<void> {
  const reading = { ...parts.readPorts, folder: staging, sleep: ports.sleep }
  const { id, madeAt, seq } = head
  const image = await journalImage(reading, { id, madeAt, where: root, upTo: seq })
  const tally = imageTally(ports.sha256)
  for await (const item of image.items) tally.add(item)
  if (tally.digest(image.head) === digest) return
  throw new TransferDiffers(root, 'its content is another one')
}

interface Placing extends Staged {
  readonly names: readonly string[]
  readonly isHeld: () => boolean
}

async function placeStaged(place: Placing, head: ImageHead, options: TakeOptions): Promise<void> {
  const { root, ports, parts, newest } = place
  const before = listSegments(parts.readPorts) ?? []
  if ((before.at(-1) ?? 0) !== newest) throw new TransferChanged(root)
  await options.settle()
  if (!place.isHeld()) throw new StoreBusy(parts.folder, 'a process that took it over', 0)
  const { id } = head
  const { from } = options
  await writeMark(root, ports, { kind: 'arriving', id, at: ports.clock.now(), from })
  try {
    await exchange(place, before)
    await removeMark(root, ports)
  } catch (cause) {
    throw new StoreUnfinished(root, from, cause)
  }
  removeLeftovers(place)
}

/** From the first step on there is a part of a store, which the mark says. */
async function exchange(
  { ports: { files }, parts: { folder }, staging, names }: Placing,
  before: readonly number[],
): Promise<void> {
  for (const segment of before) files.remove(pathOf({ folder }, segment))
  forgetVerified(files, folder)
  for (const name of names) files.rename(`${staging}/${name}`, `${folder}/${name}`)
  await files.syncDirectory(folder)
}
