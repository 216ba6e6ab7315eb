import type { PostgresReport } from '@openclaw/credential-store-postgres'
import type { Call } from '../args/types.ts'
import { safe } from '../output/safe.ts'
import { printDamaged, some } from './verify-files.ts'

/** Prints what a check of a database came to. */
export function printDatabase(call: Call, report: PostgresReport, where: string): void {
  const { out } = call.screen
  out.line(counts(report, where))
  if (report.entries > 0) out.line(out.style.dim(`head ${report.head}`))
  for (const { place, problem } of report.findings)
    out.line(`${out.style.red('damage:')} ${safe(place)}: ${safe(problem)}`)
  if (report.ok) out.line(out.style.green('Everything is as it was written.'))
  else printDamaged(call)
}

function counts({ entries, from, to, scopes, records }: PostgresReport, where: string): string {
  const place = `the database ${safe(where)}`
  if (entries === 0) return `There is no journal yet in ${place}: nothing was decided.`
  const chains = `${some(scopes, 'chain')}, ${some(records, 'row')}`
  return `${some(entries, 'record')} (${String(from)}–${String(to)}) in ${chains} of ${place}.`
}
