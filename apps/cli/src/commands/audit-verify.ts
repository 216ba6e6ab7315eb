import type { StoreReport } from '@openclaw/credential-store'
import type { Call, Command } from '../args/types.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { withProgram } from '../hints.ts'
import { safe } from '../output/safe.ts'
import { withSession } from '../people/session.ts'

/** `audit verify`. */
export const command: Command = {
  usage: ['audit verify'],
  about:
    'Checks every record of the journal (checksum, chain, numbers), that each segment goes on from the one before, and that the well-known files show what the journal says. Changes nothing. Exit 1 when something is damaged.',
  options: {},
  words: { min: 0, max: 0 },
  examples: [{ line: 'audit verify', what: 'is the journal whole?' }],
  run: verify,
}

type DocumentState = StoreReport['documents'][number]['state']

/** What a file's state means for a person; those that are absent are in order or will be by themselves. */
const WRONG: Readonly<Partial<Record<DocumentState, string>>> = {
  damaged: 'is damaged; the journal has its content',
  missing: 'is missing; the journal has its content',
  blocked: 'cannot be read',
  'changed-outside': 'was changed by another program, and that is not taken over yet',
  behind: 'shows an older state than the journal',
}

async function verify(call: Call): Promise<ExitCode> {
  const report = await withSession(call, 'read', ({ pairing }) => pairing.store.verify())
  const ok = report.ok && report.documents.every(({ state }) => !isDamage(state))
  if (call.json) call.screen.json({ ...report, ok })
  else print(call, report, ok)
  return ok ? EXIT.done : EXIT.failed
}

function isDamage(state: DocumentState): boolean {
  return state === 'damaged' || state === 'missing' || state === 'blocked'
}

function print(call: Call, report: StoreReport, ok: boolean): void {
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
  if (ok && isRepaired)
    out.line(yellow('What the repair could not read is missing; the rest is as it was written.'))
  else if (ok) out.line(green('Everything is as it was written.'))
  else
    out.line(
      `${red('Something is damaged.')} ${withProgram('openclaw doctor', call.program)} says what can be done.`,
    )
}

function counts({ entries, segments, from, to, documents }: StoreReport): string {
  if (entries === 0 && segments === 0) return 'There is no journal yet: nothing was decided.'
  const range = entries === 0 ? '' : ` (${String(from)}–${String(to)})`
  return `${some(entries, 'record')}${range} in ${some(segments, 'segment')}, ${some(documents.length, 'file')}.`
}

function some(count: number, what: string): string {
  return `${String(count)} ${what}${count === 1 ? '' : 's'}`
}
