import type { OpenClawError } from '@openclaw/pairing-contracts'
import { reason } from '../errors.ts'
import { emptyRecords } from '../state/records.ts'
import { makeDirectories, nameTemp, removeTemps, writeTemp } from './birth.ts'
import { StoreSyncFailed } from './errors.ts'
import type { Framed } from './frame.ts'
import { guardDirectory } from './guard.ts'
import { frameCheckpoint, NO_HASH } from './lines.ts'
import type { HeldLock } from './lock.ts'
import { pathOf } from './position.ts'
import { rotation } from './rotation.ts'
import { type Landing, segmentWriter } from './segment-writer.ts'
import type { Head, WritePorts, Written } from './write-ports.ts'

/** Writes the journal. All but {@link ready} only under the lock. */
export interface Writer {
  /** Makes the directories; before the lock, which lies in one of them. */
  readonly ready: () => Promise<void>
  /** Reads what others wrote and finishes what a dead writer left; false when the lock was lost. */
  readonly prepare: (lock: HeldLock) => Promise<boolean>
  /** Where the next line goes on. */
  readonly head: () => Head
  /** Appends lines; makes the first segment when there is none. */
  readonly write: (lock: HeldLock, lines: readonly Written[]) => Promise<Landing>
  /** Goes over into a new segment when it is time; what fails is a finding and tried again later. */
  readonly tidy: (lock: HeldLock) => Promise<void>
  /** Without the lock: makes transactions up to `seq` durable; answers how far they are known to be. */
  readonly confirm: (seq: number) => Promise<number>
  /** Why nothing may be written any more. */
  readonly failure: () => OpenClawError | undefined
  readonly close: () => void
}

/** A writer; opens nothing before it is needed. */
export function journalWriter(ports: WritePorts): Writer {
  const { journal, folder } = ports
  const segments = segmentWriter(ports)
  const rotating = rotation(ports, segments)
  const state: WriterState = {}
  const first = (): Framed => {
    state.first ??= firstLine(ports)
    return state.first
  }
  return {
    ready: async () => {
      if (state.failure) throw state.failure
      await makeDirectories(ports, folder)
      guardDirectory(ports, folder)
    },
    prepare: async (lock) => {
      if (state.failure) throw state.failure
      ports.assertHere()
      journal.recheck()
      clean(ports, state)
      if (!segments.cut(lock)) return false
      await poisoning(state, () => rotating.finish(lock))
      return true
    },
    head: () => {
      const chain = journal.position()?.chain
      const hash = chain?.head() ?? first().hash
      return { hash, seq: journal.seq() }
    },
    write: (lock, lines) =>
      poisoning(state, async () => {
        if (journal.position() === undefined) await begin(ports, first())
        if (journal.position()?.chain.sealed()) return { landed: 0 }
        return segments.write(lock, lines)
      }),
    tidy: (lock) => tidy(ports, () => poisoning(state, () => rotating.rotateIfFull(lock))),
    // after a sync that failed the disk confirms what it has lost
    confirm: (seq) => segments.confirm(state.failure ? 0 : seq),
    failure: () => state.failure,
    close: segments.close,
  }
}

interface WriterState {
  /** Set once the disk did not confirm; the same file is never synced again. */
  failure?: OpenClawError
  /** The first line of a journal that does not exist yet. */
  first?: Framed
  cleaned?: boolean
}

async function poisoning<R>(state: WriterState, work: () => Promise<R>): Promise<R> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof StoreSyncFailed) state.failure = error
    throw error
  }
}

/** Removes what dead writers left, once. */
function clean(ports: WritePorts, state: WriterState): void {
  if (!state.cleaned) removeTemps(ports)
  state.cleaned = true
}

async function tidy(
  { journal, folder, findings }: WritePorts,
  rotate: () => Promise<void>,
): Promise<void> {
  try {
    await rotate()
  } catch (error) {
    const file = journal.position()?.tail.file ?? folder
    const problem = `going over into a new segment failed: ${reason(error)}`
    findings.add({ what: 'rotation-failed', file, problem })
  }
}

function firstLine({ sha256, clock }: WritePorts): Framed {
  const at = { segment: 1, seq: 0 as Head['seq'], time: clock.now(), prev: NO_HASH }
  return frameCheckpoint(sha256, emptyRecords(), at)
}

/** Makes the first segment; one that another process made at the same time counts. */
async function begin(ports: WritePorts, { text }: Framed): Promise<void> {
  const file = pathOf(ports, 1)
  await nameTemp(ports, await writeTemp(ports, file, text), file)
  ports.journal.recheck()
}
