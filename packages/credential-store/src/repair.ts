import {
  type Change,
  isOpenClawError,
  type OpenClawError,
  type RecoverableFamily,
  type Seq,
} from '@openclaw/pairing-contracts'
import { changesAfterLoss } from './documents/after-loss.ts'
import { placeKeeper } from './documents/places.ts'
import { lastWitness, type Witness } from './documents/witness.ts'
import { nameTemp, writeTemp } from './journal/birth.ts'
import { JournalMissing, StoreBusy } from './journal/errors.ts'
import { frameCheckpoint } from './journal/lines.ts'
import { pathOf } from './journal/position.ts'
import { type LostRange, type Salvage, salvage, type UnreadableLine } from './journal/salvage.ts'
import { WRITER_LOCK } from './lock-names.ts'
import { assertEnd } from './lost-end.ts'
import { guardRoot, type StoreParts, storeParts } from './store-parts.ts'
import type { FileStoreOptions, StorePorts } from './store-ports.ts'

/** What a repair would do, or did. */
export interface RepairPlan {
  /** Why the journal does not open. */
  readonly problem: OpenClawError
  /** The new segment that goes on from everything that can be read. Damaged files stay as they are, for a look. */
  readonly file: string
  /** The number of the last transaction, lost ones included. */
  readonly seq: number
  /** Records that are kept. */
  readonly records: number
  /** Transactions that nobody can read any more. */
  readonly lost: readonly LostRange[]
  /** False when a whole segment is gone: nobody can say how many more came after {@link seq}, and were lost. */
  readonly isEndKnown: boolean
  /**
   * What the well-known JSON files still show of them, and is put into effect. It lets nobody in: whom only the journal or
   * only the files let in stays out until the owner decides. Blocks of people who were not let in before, and notes, are not
   * to be seen there.
   */
  readonly fromFiles: readonly Change[]
  /** Files of an older version among them: whoever is missing there stays out, also when they were let in after it was written. */
  readonly undated: readonly string[]
  readonly unreadable: readonly UnreadableLine[]
}

/** Where to repair; without `families` the well-known files are not asked. */
export interface RepairOptions extends Pick<FileStoreOptions, 'root' | 'lockWaitMs' | 'folders'> {
  readonly families?: readonly RecoverableFamily[]
}

/**
 * Says what {@link repairJournal} would do; writes nothing. `undefined` when the journal opens as it is.
 *
 * @throws what keeps it from being read at all, such as `ERR_JOURNAL_UNREADABLE`
 */
export async function planRepair(
  options: RepairOptions,
  ports: StorePorts,
): Promise<RepairPlan | undefined> {
  return withParts(options, ports, async (parts) => (await examine(parts, options, ports))?.plan)
}

/**
 * Goes on from everything that can be read of a damaged journal, in a new segment. It changes and removes nothing else,
 * and happens as a whole or not at all. Processes that have the journal open notice within a second.
 */
export async function repairJournal(
  options: RepairOptions,
  ports: StorePorts,
): Promise<RepairPlan | undefined> {
  return withParts(options, ports, (parts) =>
    parts.withLock(WRITER_LOCK, async (isHeld) => {
      const examined = await examine(parts, options, ports)
      if (examined) await write(parts, examined, isHeld)
      return examined?.plan
    }),
  )
}

interface Examined {
  readonly plan: RepairPlan
  readonly saved: Salvage
  readonly segment: number
}

async function withParts<R>(
  options: RepairOptions,
  ports: StorePorts,
  work: (parts: StoreParts) => Promise<R>,
): Promise<R> {
  const full = { ...options, mode: 'write' } as const
  guardRoot(full, ports)
  const { root, families = [], folders = {} } = options
  placeKeeper({ root, families, folders }, ports).check()
  const parts = storeParts(full, ports)
  try {
    parts.assertHere()
    return await work(parts)
  } finally {
    parts.journal.close()
  }
}

async function examine(
  parts: StoreParts,
  { root, folders = {}, families = [] }: RepairOptions,
  ports: StorePorts,
): Promise<Examined | undefined> {
  const { readPorts } = parts
  const problem = problemOf(parts)
  if (problem === undefined) return undefined
  const saved = upToWitness(salvage(readPorts), lastWitness(root, readPorts))
  const isGone = isMissing(problem, pathOf(readPorts, saved.newest + 1))
  const segment = saved.newest + (isGone ? 2 : 1)
  const { records, seq, lost, unreadable, changedAt } = saved
  const isEndKnown = saved.isEndKnown && !isGone
  const end = isEndKnown ? [] : [{ from: seq + 1, to: Number.POSITIVE_INFINITY }]
  const loss = { records, changedAt, lost: [...lost, ...end] }
  const told = await changesAfterLoss({ root, folders, families }, ports, loss)
  const { changes: fromFiles, undated } = told
  records.apply(fromFiles)
  const count = records.collections().reduce((sum, name) => sum + records.of(name).size(), 0)
  const file = pathOf(readPorts, segment)
  const plan = {
    problem,
    file,
    seq,
    records: count,
    lost,
    isEndKnown,
    unreadable,
    fromFiles,
    undated,
  }
  return { plan, saved, segment }
}

/** What is known to have been there is lost: the journal goes on behind it. */
function upToWitness(saved: Salvage, witness: Witness | undefined): Salvage {
  if (witness === undefined || witness.seq <= saved.seq) return saved
  const lost = [...saved.lost, { from: saved.seq + 1, to: witness.seq }]
  return { ...saved, lost, seq: witness.seq as Seq, isEndKnown: false }
}

/** Damage and loss can be repaired here; everything else says itself what to do, and is thrown. */
function problemOf(parts: StoreParts): OpenClawError | undefined {
  try {
    parts.journal.refresh()
    assertEnd(parts)
    return undefined
  } catch (error) {
    const repairable = ['ERR_JOURNAL_DAMAGED', 'ERR_JOURNAL_MISSING']
    if (isOpenClawError(error) && repairable.includes(error.code)) return error
    throw error
  }
}

function isMissing(problem: OpenClawError, file: string): boolean {
  return problem instanceof JournalMissing && problem.file === file
}

async function write(
  parts: StoreParts,
  { plan, saved, segment }: Examined,
  isHeld: () => boolean,
): Promise<void> {
  const { records, seq, head: prev } = saved
  const writePorts = parts.writePorts()
  const time = writePorts.clock.now()
  const at = { segment, seq, time, prev, repaired: describe(plan) }
  const { text } = frameCheckpoint(writePorts.sha256, records, at)
  const temp = await writeTemp(writePorts, plan.file, text)
  if (!isHeld()) throw new StoreBusy(writePorts.folder, 'a process that took it over', 0)
  await nameTemp(writePorts, temp, plan.file)
}

function describe({ problem, seq, lost, isEndKnown }: RepairPlan): string {
  const ranges = lost.map(({ from, to }) =>
    from === to ? String(from) : `${String(from)}–${String(to)}`,
  )
  if (!isEndKnown) ranges.push(`all after ${String(seq)}`)
  const gone = ranges.length === 0 ? 'none' : ranges.join(', ')
  return `repaired after: ${problem.message}; transactions lost: ${gone}`
}
