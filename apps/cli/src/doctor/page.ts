import { withProgram } from '../hints.ts'
import { safe } from '../output/safe.ts'
import type { Page } from '../output/screen.ts'
import { wrap } from '../output/wrap.ts'
import type { Finding } from './finding.ts'

const SIGN: Readonly<Record<Finding['severity'], string>> = {
  error: '✗',
  warning: '!',
  note: '·',
}

/** Prints findings: what, what comes of it, and the command that mends it. */
export function printFindings(page: Page, findings: readonly Finding[], program: string): void {
  const { bold, dim, red, yellow, cyan } = page.style
  const paint = { error: red, warning: yellow, note: dim }
  const width = Math.min(page.width ?? 100, 100)
  for (const { severity, subject, problem, consequence, fix } of findings) {
    page.line(`${paint[severity](SIGN[severity])} ${bold(safe(subject))}`)
    indented(page, width, [safe(problem), dim(safe(consequence))])
    const [first = '', ...more] = fixLines(safe(withProgram(fix, program)), width - 6)
    page.line(`    ${cyan('→')} ${first}`)
    for (const line of more) page.line(`      ${line}`)
    page.line()
  }
}

const COMMAND = /^(?:openclaw|npx|node|chmod|chown|sudo|rm|rmdir|mv|cp)\s/

/** A command stays on one line, so that it can be copied. */
function fixLines(fix: string, width: number): readonly string[] {
  return COMMAND.test(fix) ? [fix] : wrap(fix, width)
}

function indented(page: Page, width: number, texts: readonly string[]): void {
  for (const text of texts) for (const line of wrap(text, width - 4)) page.line(`    ${line}`)
}

/** Findings for scripts. */
export function findingsJson(findings: readonly Finding[], program: string) {
  return findings.map(({ repair, fix, ...finding }) => ({
    ...finding,
    fix: withProgram(fix, program),
    fixable: repair !== undefined,
  }))
}

/** One line that says how it stands. */
export function summary(findings: readonly Finding[]): string {
  const count = (severity: Finding['severity'], one: string, many: string): string[] => {
    const { length } = findings.filter((finding) => finding.severity === severity)
    return length === 0 ? [] : [`${String(length)} ${length === 1 ? one : many}`]
  }
  const parts = [...count('error', 'error', 'errors'), ...count('warning', 'warning', 'warnings')]
  return parts.length === 0 ? 'Everything is in order.' : `${parts.join(', ')}.`
}
