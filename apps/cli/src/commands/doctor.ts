import { existsSync } from 'node:fs'
import type { Call, Command } from '../args/types.ts'
import { given } from '../args/values.ts'
import { eventsLine } from '../doctor/events.ts'
import { type Exam, examine } from '../doctor/exam.ts'
import type { Finding, Repair } from '../doctor/finding.ts'
import { findingsJson, printFindings, summary } from '../doctor/page.ts'
import { setupWords } from '../doctor/setup-codes.ts'
import { RefusedError } from '../errors.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { withProgram } from '../hints.ts'
import { safe } from '../output/safe.ts'
import { canAsk, confirm, questionPage } from '../people/ask.ts'
import { type Fact, printFacts } from '../people/facts.ts'

/** `doctor`. */
export const command: Command = {
  usage: ['doctor [--fix [--yes]]'],
  about:
    'Looks for what is wrong here: rights of files, damaged files and journal, unknown keys and mistakes in the configuration, policies that let everybody or nobody in, another OpenClaw on the same directory, a full disk. Says what comes of each and the command that mends it. Exit 1 when there are errors.',
  options: {
    fix: { type: 'boolean', summary: 'show what could be mended by itself, ask, and do it' },
    yes: { type: 'boolean', summary: 'with --fix: do not ask' },
  },
  words: { min: 0, max: 0 },
  examples: [
    { line: 'doctor', what: 'look' },
    { line: 'doctor --fix', what: 'look, and mend after asking' },
  ],
  run: doctor,
}

async function doctor(call: Call): Promise<ExitCode> {
  const exam = await examine(call)
  if (!given(call, 'fix')) return finish(call, exam, [])
  const repairs = repairsOf(exam.findings)
  if (repairs.length === 0) return finish(call, exam, [])
  if (!(await agreed(call, repairs))) throw notConfirmed(call, repairs)
  for (const { run } of repairs) await run()
  return finish(call, await examine(call), repairs)
}

/** Each once; several findings may have the same way out. */
function repairsOf(findings: readonly Finding[]): readonly Repair[] {
  const found = findings.flatMap(({ repair }) => (repair === undefined ? [] : [repair]))
  return [...new Map(found.map((repair) => [repair.what, repair])).values()]
}

async function agreed(call: Call, repairs: readonly Repair[]): Promise<boolean> {
  if (given(call, 'yes')) return true
  const page = questionPage(call) ?? call.screen.err
  page.line('This would be done:')
  for (const { what } of repairs) page.line(`  ${safe(what)}`)
  if (!canAsk(call)) return false
  page.line()
  return confirm(call, 'Do it?')
}

function notConfirmed(call: Call, repairs: readonly Repair[]): RefusedError {
  const detail = { planned: repairs.map(({ what }) => what) }
  return canAsk(call)
    ? new RefusedError('ERR_CLI_ANSWERED_NO', 'Nothing was changed.', { detail })
    : new RefusedError('ERR_CLI_NOT_CONFIRMED', 'nothing was changed: nobody could be asked', {
        hint: 'openclaw doctor --fix --yes',
        detail,
      })
}

function finish(call: Call, exam: Exam, done: readonly Repair[]): ExitCode {
  const { findings } = exam
  const ok = !findings.some(({ severity }) => severity === 'error')
  if (call.json) {
    call.screen.json({
      ok,
      stateDir: exam.paths.stateDir,
      configPath: exam.paths.configPath,
      store: exam.store,
      gateway: exam.gateway ?? null,
      ...(exam.certificate && { certificate: exam.certificate }),
      ...(exam.events && { events: exam.events }),
      setupCodes: setupJson(exam.setup),
      findings: findingsJson(findings, call.program),
      fixed: done.map(({ what }) => what),
    })
  } else print(call, exam, done)
  return ok ? EXIT.done : EXIT.failed
}

function print(
  call: Call,
  { paths, gateway, certificate, setup, entries, store, events, findings }: Exam,
  done: readonly Repair[],
): void {
  const { out } = call.screen
  printFacts(out, [
    ['State', paths.stateDir],
    [
      'Config',
      `${paths.configPath}${existsSync(paths.configPath) ? '' : ' (not there: defaults)'}`,
    ],
    ['Gateway', gateway ? `running, process ${String(gateway.pid)}` : notRunning(store)],
    ...tlsFacts(gateway?.tlsFingerprint, certificate?.fingerprint),
    ...(setup === undefined ? [] : [['Setup codes', safe(setupWords(setup))] as const]),
    ...storeFacts(store),
    [
      'Journal',
      entries === undefined ? 'not read' : `${String(entries)} record${entries === 1 ? '' : 's'}`,
    ],
    ...(events === undefined ? [] : [['Events', safe(eventsLine(events))] as const]),
  ])
  out.line()
  for (const { what } of done) {
    out.line(`${out.style.green('Done:')} ${safe(withProgram(what, call.program))}`)
  }
  if (done.length > 0) out.line()
  printFindings(out, findings, call.program)
  out.line(summary(findings))
  if (done.length === 0 && findings.some(({ repair }) => repair !== undefined)) {
    out.line(`Some of it can be mended by itself: ${call.program} doctor --fix`)
  }
}

/** Of a database others may run elsewhere. */
const notRunning = ({ kind }: Exam['store']): string =>
  kind === 'postgres' ? 'not running on this machine' : 'not running'

/** Nothing for a state directory, which is named already. */
function storeFacts({ kind, where, schema = '' }: Exam['store']): readonly Fact[] {
  if (kind !== 'postgres') return []
  return [['Store', where === undefined ? 'a database' : `${safe(where)}, schema ${schema}`]]
}

/** Where a setup code would lead a device. */
function setupJson(setup: Exam['setup']) {
  if (setup === undefined) return null
  const { url, urlSource, problem } = setup.ok
    ? { url: setup.url, urlSource: setup.source, problem: null }
    : { url: null, urlSource: null, problem: setup.problem }
  return { url, urlSource, problem }
}

/** What clients see: a gateway that runs shows what it began with, whatever has become of the file. */
function tlsFacts(served: string | undefined, onDisk: string | undefined): readonly Fact[] {
  const fingerprint = served ?? onDisk
  if (fingerprint === undefined) return []
  const isOther = onDisk !== undefined && onDisk !== fingerprint
  const other = isOther ? `; after its next start ${onDisk}` : ''
  return [['TLS', `SHA-256 fingerprint ${safe(fingerprint)}${other}`]]
}
