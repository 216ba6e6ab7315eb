import { seqOf } from './check-journal.ts'
import type { Anomaly, Line, Run } from './lines.ts'
import { anomaly, decisiveRun, type Operation } from './operations.ts'

/** Stamps are cut to whole ms at the database and by the clock's users, and clocks of one machine drift a little. */
const CUT_MS = 3

/** Replicas whose own clocks are wrong agree with the database within the error that they admit. */
export function checkClocks(run: Run, operations: readonly Operation[]): Anomaly[] {
  const { offset, histories } = run
  const views = histories.flatMap(({ name, lines }) =>
    lines.flatMap((line) => {
      if (line.k !== 'clock') return []
      const [early, late] = [
        line.from + offset - CUT_MS,
        line.to + offset + 2 * line.error + CUT_MS,
      ]
      if (line.now >= early && line.now <= late) return []
      return [
        anomaly(
          'clock',
          `the clock of ${name} said ${line.now.toFixed(0)}, it was ${(line.from + offset).toFixed(0)}–${(line.to + offset).toFixed(0)}, error ${line.error.toFixed(1)}`,
        ),
      ]
    }),
  )
  const transactions = operations.flatMap((operation) => {
    const { invoked, ended, op } = operation
    const now = decisiveRun(operation)?.now
    if (now === undefined) return []
    if (now >= invoked + offset - CUT_MS && now <= ended + offset + CUT_MS) return []
    return [
      anomaly(
        'clock',
        `${op} was at ${String(now)}, and took from ${(invoked + offset).toFixed(0)} to ${(ended + offset).toFixed(0)}`,
        [op],
      ),
    ]
  })
  // one clock that is wrong is wrong at each look
  return [...views.slice(0, 1), ...transactions]
}

/** Nobody holds a lease at a moment at which another was given it already, and epochs only grow. */
export function checkLeases({ histories }: Run): Anomaly[] {
  const lines = histories.flatMap(({ name, lines: all }) =>
    all
      .filter((line): line is Extract<Line, { k: 'lease' }> => line.k === 'lease')
      .map((line) => ({ ...line, name })),
  )
  const taken = lines
    .filter(({ what }) => what === 'taken')
    .sort((one, other) => one.epoch - other.epoch)
  return taken.flatMap((lease, index) => {
    const earlier = lines.filter(({ epoch }) => epoch < lease.epoch)
    const overlap = earlier.find(({ at }) => at > lease.at)
    const found = overlap
      ? [
          anomaly(
            'lease',
            `${overlap.name} held epoch ${String(overlap.epoch)} ${(overlap.at - lease.at).toFixed(0)} ms after ${lease.name} had ${String(lease.epoch)}`,
          ),
        ]
      : []
    if (taken[index - 1]?.epoch === lease.epoch)
      found.push(anomaly('lease', `epoch ${String(lease.epoch)} was given twice`))
    return found
  })
}

/** What was written under a lease: never an older epoch after a newer one. */
export function checkFencing({ journal }: Run): Anomaly[] {
  let highest = 0
  return journal.flatMap(({ seq, changes, op = '' }) =>
    changes.flatMap(({ collection, value }) => {
      if (collection !== 'history.leased') return []
      const { epoch } = value as { readonly epoch: number }
      const before = highest
      highest = Math.max(highest, epoch)
      if (epoch >= before) return []
      return [
        anomaly(
          'fencing',
          `epoch ${String(epoch)} wrote at ${String(seq)} after ${String(before)}`,
          [op],
        ),
      ]
    }),
  )
}

/** Replicas that were left alone at last are well and know the last entry that was acknowledged. */
export function checkEnds({ histories }: Run, operations: readonly Operation[]): Anomaly[] {
  const last = Math.max(0, ...operations.filter(({ outcome }) => outcome === 'ok').map(seqOf))
  const newest = new Map(histories.map((history) => [history.replica, history]))
  return [...newest.values()].flatMap(({ name, lines }) => {
    const end = lines.find((line) => line.k === 'end')
    if (end === undefined) return [anomaly('end', `${name} did not come to an end`)]
    const begun = Math.max(
      0,
      ...operations
        .filter(({ ended, outcome }) => outcome === 'ok' && ended < end.at - 5_000)
        .map(seqOf),
    )
    if (end.state === 'ok' && end.seq >= begun) return []
    return [anomaly('end', `${name} ended ${end.state} at ${String(end.seq)} of ${String(last)}`)]
  })
}
