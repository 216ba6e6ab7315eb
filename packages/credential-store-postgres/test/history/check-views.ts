import { seqOf } from './check-journal.ts'
import type { Anomaly, Fault, History, Line, Ping, Run, Viewed } from './lines.ts'
import { anomaly, type Operation } from './operations.ts'
import { type States, statesOf } from './states.ts'

/** Views show one state of the journal, the one that they name, never an earlier one than before. */
export function checkStates({ histories, journal }: Run): Anomaly[] {
  const states = statesOf(journal)
  return histories.flatMap((history) => {
    let last: Viewed | undefined
    return viewsOf(history).flatMap((view) => {
      const before = last
      last = view
      const where = `a view of ${history.name} at ${String(view.seq)}`
      if (before !== undefined && view.seq < before.seq)
        return [anomaly('view', `${where} after one at ${String(before.seq)}`)]
      if (before?.seq === view.seq && JSON.stringify(before.seen) === JSON.stringify(view.seen))
        return []
      return wrongPart(states, view).map((name) =>
        anomaly(
          'view',
          `${where} shows ${name} as ${JSON.stringify(view.seen[name])}, there it is ${JSON.stringify(states.of(name, view.seq))}`,
        ),
      )
    })
  })
}

function wrongPart(states: States, { seen, seq }: Viewed): readonly string[] {
  return Object.entries(seen)
    .filter(([name, records]) => JSON.stringify(records) !== JSON.stringify(states.of(name, seq)))
    .map(([name]) => name)
}

function viewsOf({ lines }: History): readonly Viewed[] {
  return lines.filter((line): line is Viewed => line.k === 'view')
}

/** No view answers without what its own process was told is durable. */
export function checkOwnWrites(
  { histories }: Run,
  operations: ReadonlyMap<string, Operation>,
): Anomaly[] {
  return histories.flatMap(({ lines, name }) => {
    let [needed, because] = [0, '']
    return lines.flatMap((line) => {
      const own = line.k === 'ok' ? operations.get(line.op) : undefined
      if (own !== undefined && seqOf(own) > needed) [needed, because] = [seqOf(own), own.op]
      if (line.k !== 'view' || line.seq >= needed) return []
      return [
        anomaly(
          'own',
          `a view of ${name} is at ${String(line.seq)} after ${because} at ${String(needed)} was acknowledged`,
          [because],
        ),
      ]
    })
  })
}

/** Fault or not: views answer no longer than so after they were last known to be right, in ms. */
export const WITH_FAULTS_MS = 5_000
/** Where nobody is told of commits, in ms. */
export const BY_POLLING_MS = 2_000
/** Where notifications arrive and nothing was broken, in ms. */
export const BY_NOTIFY_MS = 1_000

/** How long after a fault a replica's connections may still be broken, in ms: a look that is lost, a pause, a look. */
const MENDING_MS = 4_500

/**
 * What was acknowledged (a revocation above all) holds on every replica within its bound. The one of 5 s needs no allowance:
 * a view that answers compares its age at that very moment. The shorter ones do: whoever was not given a processor hears
 * nothing. That time is measured, and taken off.
 */
export function checkFreshness(run: Run, operations: readonly Operation[]): Anomaly[] {
  const acknowledged = firstAcknowledgedAfter(run.journal.length, operations)
  return run.histories.flatMap((history) => {
    const found: Anomaly[] = []
    const idle = gapsOf(history)
    for (const view of viewsOf(history)) {
      const missed = acknowledged[view.seq]
      if (missed === undefined) continue
      const age = view.from - missed.ended
      if (age <= BY_NOTIFY_MS) continue
      const bound = boundFor(run, history, { from: missed.ended, to: view.from })
      const lost =
        bound === WITH_FAULTS_MS
          ? 0
          : lostTime(idle, run.pings, { from: missed.ended, to: view.from })
      if (age <= bound + lost) continue
      const what = `a view of ${history.name} is at ${String(view.seq)} ${age.toFixed(0)} ms after ${missed.op} at ${String(seqOf(missed))} was acknowledged; ${String(bound)} ms and ${lost.toFixed(0)} ms without a processor are allowed`
      found.push(anomaly('stale', what, [missed.op]))
    }
    // one stretch of staleness is one anomaly
    return found.slice(0, 1)
  })
}

/** For each place of the journal: what was acknowledged first of all that stands behind it. */
function firstAcknowledgedAfter(
  last: number,
  operations: readonly Operation[],
): readonly (Operation | undefined)[] {
  const bySeq = new Map(
    operations.filter(({ outcome }) => outcome === 'ok').map((each) => [seqOf(each), each]),
  )
  const found: (Operation | undefined)[] = []
  let first: Operation | undefined
  for (let seq = last; seq >= 0; seq -= 1) {
    found[seq] = first
    const here = bySeq.get(seq)
    if (here !== undefined && (first === undefined || here.ended < first.ended)) first = here
  }
  return found
}

interface Span {
  readonly from: number
  readonly to: number
}

function boundFor({ faults }: Run, { replica, lines }: History, span: Span): number {
  const opened = lines.find((line) => line.k === 'open')
  if (opened === undefined) return WITH_FAULTS_MS
  const isNear = ({ target, kind, from }: Fault): boolean =>
    (target === replica || target === 'server') && kind !== 'clock' && from < span.to
  const near = faults.filter(isNear)
  if (near.some(({ to }) => to + MENDING_MS > span.from)) return WITH_FAULTS_MS
  const mayBeDeaf = opened.deaf || near.some(({ to }) => to > opened.at)
  return mayBeDeaf || span.from < opened.at + BY_NOTIFY_MS ? BY_POLLING_MS : BY_NOTIFY_MS
}

/** How much longer than usual a process took to come round. */
const USUAL_MS = 100

function gapsOf(history: History): readonly Span[] {
  const turns = history.lines.filter(
    (line): line is Extract<Line, { from: number }> => 'from' in line,
  )
  return turns.slice(1).map((line, index) => ({ from: turns[index]?.from ?? 0, to: line.from }))
}

function lostTime(gaps: readonly Span[], pings: readonly Ping[], span: Span): number {
  const lost = (each: Span): number => {
    const within = Math.min(each.to, span.to) - Math.max(each.from, span.from)
    return Math.max(0, within - USUAL_MS)
  }
  return [...gaps, ...pings].reduce((sum, each) => sum + lost(each), 0)
}

/** Whoever follows the changes is told of each entry once, in order. */
export function checkChanges({ histories, journal }: Run): Anomaly[] {
  return histories.flatMap(({ name, lines }) => {
    const told = lines.filter((line) => line.k === 'change')
    const wrong = told.findIndex(
      ({ seq, op }, index) => seq !== index + 1 || journal[index]?.op !== op,
    )
    if (wrong < 0) return []
    return [
      anomaly(
        'changes',
        `${name} was told ${JSON.stringify(told[wrong])} as number ${String(wrong + 1)}`,
      ),
    ]
  })
}
