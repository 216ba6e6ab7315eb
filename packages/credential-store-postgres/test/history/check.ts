import {
  checkCap,
  checkEntries,
  checkOutcomes,
  checkReads,
  checkRealTime,
  checkRows,
  checkSets,
} from './check-journal.ts'
import { checkClocks, checkEnds, checkFencing, checkLeases } from './check-time.ts'
import { checkChanges, checkFreshness, checkOwnWrites, checkStates } from './check-views.ts'
import type { Anomaly, Line, Run } from './lines.ts'
import { operationsOf } from './operations.ts'

/** Everything that is wrong with a run. */
export function check(run: Run): readonly Anomaly[] {
  const operations = operationsOf(run)
  const all = [...operations.values()]
  return [
    ...checkOutcomes(all),
    ...checkEntries(run, operations),
    ...checkRealTime(all),
    ...checkReads(run, all),
    ...checkCap(run),
    ...checkSets(run),
    ...checkRows(run),
    ...checkStates(run),
    ...checkOwnWrites(run, operations),
    ...checkFreshness(run, all),
    ...checkChanges(run),
    ...checkClocks(run, all),
    ...checkLeases(run),
    ...checkFencing(run),
    ...checkEnds(run, all),
  ]
}

/** For a person: what is wrong, and the lines of the operations that it is about. */
export function explain(run: Run, anomalies: readonly Anomaly[]): string {
  const lines = run.histories.flatMap(({ lines: all }) => all)
  return anomalies
    .slice(0, 10)
    .map(({ rule, what, ops }) => {
      const about = lines.filter((line) => 'op' in line && ops.includes(line.op))
      return [`[${rule}] ${what}`, ...about.map((line) => `    ${JSON.stringify(line)}`)].join('\n')
    })
    .concat(anomalies.length > 10 ? [`… and ${String(anomalies.length - 10)} more`] : [])
    .join('\n')
}

/** One line: what a run consisted of. */
export function summary({ histories, faults, journal }: Run): string {
  const lines = histories.flatMap(({ lines: all }) => all)
  const count = (...kinds: readonly Line['k'][]): string =>
    `${String(lines.filter(({ k }) => kinds.includes(k)).length)} ${kinds.join('/')}`
  const kinds = new Map<string, number>()
  for (const { kind } of faults) kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
  const faultText = [...kinds].map(([kind, times]) => `${kind} ${String(times)}`).join(', ')
  const parts = [count('invoke'), count('ok'), count('failed'), `${String(journal.length)} landed`]
  return `${[...parts, count('view'), count('blind')].join(', ')}; faults: ${faultText}`
}
