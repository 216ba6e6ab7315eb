import type { JournalEntry, Seq } from '@openclaw/pairing-contracts'
import {
  listSegments,
  openNewest,
  openSegment,
  peekSegment,
  type ReadPorts,
} from '../journal/position.ts'
import { verifyJournal } from '../journal/verify.ts'
import { emptyRecords, type Records } from '../state/records.ts'
import { TransferChanged, TransferDamaged } from './errors.ts'
import {
  IMAGE_FORMAT,
  type ImageHead,
  type ImageItem,
  type ImageRecord,
  type ImageWish,
  type StoreImage,
} from './types.ts'

/** What reading an image takes. */
export interface JournalImagePorts extends ReadPorts {
  readonly sleep: (ms: number) => Promise<void>
}

/** Whose journal it is, and up to which transaction it is wanted. */
export interface JournalImageWish extends ImageWish {
  readonly where: string
  /** Without what came later; everything unless given. */
  readonly upTo?: number
}

/**
 * The image of a journal as it stands now; what others write meanwhile is not in it. The whole journal is checked first.
 * The state is read into memory, the entries one segment at a time. Entries before the last repair are left out: the state
 * does not follow from them.
 *
 * @throws `ERR_STORE_TRANSFER_DAMAGED`, `ERR_STORE_TRANSFER_CHANGED` while it is read
 */
export async function journalImage(
  ports: JournalImagePorts,
  wish: JournalImageWish,
): Promise<StoreImage> {
  const report = await verifyJournal(ports, () => ports.sleep(0))
  const [damage] = report.findings.filter(({ severity }) => severity === 'damage')
  if (damage) throw new TransferDamaged(wish.where, `${damage.file}: ${damage.problem}`)
  const state = stateNow(ports)
  const seq = Math.min(state.seq, wish.upTo ?? state.seq) as Seq
  const kept = await keptEntries(ports, seq)
  const records = recordsUpTo(state.records, kept.writers, seq)
  const { floor, count: entries } = kept
  const counts = { records: records.length, entries }
  const { id, madeAt, where } = wish
  const head: ImageHead = { format: IMAGE_FORMAT, id, madeAt, seq, floor, ...counts }
  return { head, items: itemsOf(ports, { head, records, where }) }
}

interface State {
  readonly records: Records
  readonly seq: Seq
}

/** The records and the number that they are of; they do not change any more. */
function stateNow(ports: ReadPorts): State {
  const newest = openNewest(ports)
  newest?.tail.close()
  if (newest?.failure) throw newest.failure
  if (newest === undefined) return { records: emptyRecords(), seq: 0 as Seq }
  return { records: newest.chain.records(), seq: newest.chain.seq() }
}

interface Kept {
  readonly floor: number
  readonly count: number
  /** The last entry that wrote a record, by {@link nameOf}. */
  readonly writers: ReadonlyMap<string, number>
}

/** Which entries follow one another without a gap up to `seq`, and who wrote what. */
async function keptEntries(ports: JournalImagePorts, seq: Seq): Promise<Kept> {
  const writers = new Map<string, number>()
  let floor = 0
  let next = 0
  for await (const entries of segmentsOf(ports)) {
    for (const entry of entries) {
      if (entry.seq !== next) {
        floor = entry.seq
        writers.clear()
      }
      next = entry.seq + 1
      for (const { collection, key } of entry.changes)
        writers.set(nameOf(collection, key), entry.seq)
    }
  }
  const isReached = next > seq && floor <= seq
  return isReached
    ? { floor, count: seq - floor + 1, writers }
    : { floor: seq + 1, count: 0, writers: next > seq ? writers : new Map() }
}

function nameOf(collection: string, key: string): string {
  return `${collection} ${key}`
}

/**
 * The entries of the kept segments, oldest first; one segment at a time is in memory, and others have their turn between
 * two. What lies before the last repair need not be readable.
 */
async function* segmentsOf(ports: JournalImagePorts): AsyncGenerator<readonly JournalEntry[]> {
  const segments = listSegments(ports) ?? []
  const repair = segments.findLast((segment) => peekSegment(ports, segment)?.isRepair) ?? 0
  for (const segment of segments.filter((each) => each >= repair)) {
    const { chain, tail, failure } = openSegment({ ...ports, onSkipped: () => undefined }, segment)
    tail.close()
    if (failure) throw failure
    yield chain.drain()
    await ports.sleep(0)
  }
}

/** As of `seq`: what later entries added is left out. */
function recordsUpTo(
  records: Records,
  writers: ReadonlyMap<string, number>,
  seq: Seq,
): readonly ImageRecord[] {
  return records.collections().flatMap((collection) =>
    records
      .of(collection)
      .cells('')
      .flatMap(({ key, json: value }): readonly ImageRecord[] => {
        const writer = writers.get(nameOf(collection, key))
        const record = { kind: 'record', collection, key, value } as const
        if (writer === undefined) return [record]
        return writer > seq ? [] : [{ ...record, seq: writer as Seq }]
      }),
  )
}

interface Held {
  readonly head: ImageHead
  readonly records: readonly ImageRecord[]
  readonly where: string
}

async function* itemsOf(
  ports: JournalImagePorts,
  { head, records, where }: Held,
): AsyncGenerator<ImageItem> {
  for (const [index, record] of records.entries()) {
    if (index % BREATH === 0) await ports.sleep(0)
    yield record
  }
  let next = head.floor
  for await (const entries of segmentsOf(ports)) {
    for (const entry of entries) {
      if (entry.seq < head.floor || entry.seq > head.seq) continue
      if (entry.seq !== next) throw new TransferChanged(where)
      next += 1
      yield { kind: 'entry', entry }
    }
  }
  if (next !== head.seq + 1) throw new TransferChanged(where)
}

/** Records after which others have their turn. */
const BREATH = 2_000
