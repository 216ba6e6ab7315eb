import type { SetupAnswer } from './arrival.ts'
import type { AdmittedBy, ClosedBecause, RefusedBecause } from './notice.ts'

/** Counts since the start. The keys are those of the types: as many as there are, never more. */
export interface Counts {
  readonly admitted: Readonly<Partial<Record<AdmittedBy, number>>>
  readonly refused: Readonly<Partial<Record<RefusedBecause, number>>>
  readonly closed: Readonly<Partial<Record<ClosedBecause, number>>>
  /** Setup codes that were shown where one was needed, by what they were worth. */
  readonly setupCodes: Readonly<Partial<Record<SetupAnswer, number>>>
  /** Events that a slow reader did not get. */
  readonly droppedEvents: number
}

/** Keeps {@link Counts}. */
export interface Counter {
  readonly admitted: (by: AdmittedBy) => void
  readonly refused: (because: RefusedBecause) => void
  readonly closed: (because: ClosedBecause) => void
  readonly setupCode: (answer: SetupAnswer) => void
  readonly dropped: () => void
  readonly read: () => Counts
}

/** Counts from zero. */
export function counter(): Counter {
  const admitted = tally<AdmittedBy>()
  const refused = tally<RefusedBecause>()
  const closed = tally<ClosedBecause>()
  const setupCodes = tally<SetupAnswer>()
  let droppedEvents = 0
  return {
    admitted: admitted.add,
    refused: refused.add,
    closed: closed.add,
    setupCode: setupCodes.add,
    dropped: () => {
      droppedEvents += 1
    },
    read: () => ({
      admitted: admitted.read(),
      refused: refused.read(),
      closed: closed.read(),
      setupCodes: setupCodes.read(),
      droppedEvents,
    }),
  }
}

function tally<K extends string>(): {
  readonly add: (key: K) => void
  readonly read: () => Partial<Record<K, number>>
} {
  const counts = new Map<K, number>()
  return {
    add: (key) => void counts.set(key, (counts.get(key) ?? 0) + 1),
    read: () => Object.fromEntries(counts) as Partial<Record<K, number>>,
  }
}
