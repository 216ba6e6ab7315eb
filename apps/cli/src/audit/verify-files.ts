import type { StoreReport } from '@openclaw/credential-store'
import type { Call } from '../args/types.ts'
import { withProgram } from '../hints.ts'
import { safe } from '../output/safe.ts'

type DocumentState = StoreReport['documents'][number]['state']

/** What a file's state means for a person; those that are absent are in order or will be by themselves. */
const WRONG: Readonly<Partial<Record<DocumentState, string>>> = {
  damaged: 'is damaged; the journal has its content',
  missing: 'is missing; the journal has its content',
  blocked: 'cannot be read',
  'changed-outside': 'was changed by another program, and that is not taken over yet',
  behind: 'shows an older state than the journal',
}

/** True when neither the journal nor a file is damaged. */
export function isWhole(report: StoreReport): boolean {
  return report.ok && report.documents.every(({ state }) => !isDamage(state))
}

function isDamage(state: DocumentState): boolean {
  return state === 'damaged' || state === 'missing' || state === 'blocked'
}

/** Prints what a check of a state directory came to. */
export function printFiles(call: Call, report: StoreReport): void {
  const { out } = call.screen
  const { green, red, yellow } = out.style
  out.line(counts(report))
  if (report.entries > 0) out.line(out.style.dim(`head ${report.head}`))
  for (const { severity, file, line, problem } of report.findings) {
    const place = line === undefined ? file : `${file}, line ${String(line)}`
    const mark = severity === 'damage' ? red('damage:') : yellow('notice:')
    out.line(`${mark} ${safe(place)}: ${safe(problem)}`)
  }
  for (const { document, state } of report.documents) {
    const problem = WRONG[state]
    if (problem === undefined) continue
    out.line(`${isDamage(state) ? red('damage:') : yellow('notice:')} ${safe(document)} ${problem}`)
  }
  const isRepaired = report.findings.some(({ what }) => what === 'repaired')
  if (!isWhole(report)) printDamaged(call)
  else if (isRepaired)
    out.line(yellow('What the repair could not read is missing; the rest is as it was written.'))
  else out.line(green('Everything is as it was written.'))
}

/** The last line of a check that found damage. */
export function printDamaged({ screen: { out }, program }: Call): void {
  out.line(
    `${out.style.red('Something is damaged.')} ${withProgram('openclaw doctor', program)} says what can be done.`,
  )
}

function counts({ entries, segments, from, to, documents }: StoreReport): string {
  if (entries === 0 && segments === 0) return 'There is no journal yet: nothing was decided.'
  const range = entries === 0 ? '' : ` (${String(from)}–${String(to)})`
  return `${some(entries, 'record')}${range} in ${some(segments, 'segment')}, ${some(documents.length, 'file')}.`
}

/** `1 record`, `2 records`. */
export function some(count: number, what: string): string {
  return `${String(count)} ${what}${count === 1 ? '' : 's'}`
}
