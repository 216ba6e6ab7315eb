import { isOpenClawError, type OpenClawError } from '@openclaw/pairing-contracts'
import { usageHint } from './args/way-out.ts'
import { CliError } from './errors.ts'
import { EXIT, type ExitCode } from './exit-codes.ts'
import { withPlace, withProgram } from './hints.ts'
import { safe } from './output/safe.ts'
import type { Screen } from './output/screen.ts'
import type { World } from './world.ts'

/** How a failure is shown. */
export interface ReportOptions {
  readonly world: World
  readonly screen: Screen
  readonly json: boolean
  readonly program: string
  /** The gateway elsewhere that the command was about. */
  readonly url: string | undefined
}

interface Failure {
  readonly code: string
  readonly message: string
  readonly hint: string | undefined
}

/** Prints what went wrong: one line, and a hint that mends it; with `--json` the same as an object on stdout. */
export function report(error: unknown, options: ReportOptions): ExitCode {
  const { world, screen, json, program } = options
  const { code, message, ...failure } = failureOf(error, options)
  const exit = exitOf(error, code)
  const isMistyped = exit === EXIT.usage
  const hint = isMistyped ? usageHint(error, { world, program, ...failure }) : failure.hint
  const { err } = screen
  const [first = '', ...more] = message.split('\n')
  err.prose(isAnswer(error) ? first : `${err.style.red('error:')} ${first}`)
  const lines = error instanceof CliError ? error.lines.map((line) => safe(line)) : []
  for (const line of [...more, ...lines]) err.line(`  ${line}`)
  if (hint !== undefined) err.line(`${err.style.cyan('hint:')} ${hint}`)
  if (json) {
    const detail = error instanceof CliError ? error.detail : {}
    screen.json({ error: { code, message, ...(hint === undefined ? {} : { hint }), ...detail } })
  }
  const debug = world.env['OPENCLAW_DEBUG'] === '1'
  if (debug && error instanceof Error) err.line(error.stack ?? '')
  return exit
}

/** What a person typed is not what it should be, as the packages below say it. */
const MISTYPED: ReadonlySet<string> = new Set([
  'ERR_ACCOUNT_INVALID',
  'ERR_CHANNEL_UNKNOWN',
  'ERR_DEVICE_LABEL_INVALID',
  'ERR_DM_ACCOUNT_INVALID',
  'ERR_DM_CHANNEL_UNKNOWN',
  'ERR_DM_EXPIRY_RANGE',
  'ERR_DM_SENDER_INVALID',
  'ERR_PROFILE_INVALID',
  'ERR_SENDER_INVALID',
  'ERR_WEBCHAT_ID_INVALID',
])

function exitOf(error: unknown, code: string): ExitCode {
  if (error instanceof CliError) return error.exitCode
  return MISTYPED.has(code) ? EXIT.usage : EXIT.failed
}

/** The person said no: that is no error, but nothing was done either. */
function isAnswer(error: unknown): boolean {
  return isOpenClawError(error) && error.code === 'ERR_CLI_ANSWERED_NO'
}

function failureOf(error: unknown, { program, url }: ReportOptions): Failure {
  const text = error instanceof Error ? error.message : String(error)
  const message = text
    .split('\n')
    .map((line) => safe(withProgram(line, program)))
    .join('\n')
  if (isOpenClawError(error)) {
    return { code: error.code, message, hint: hintOf(error, program, url) }
  }
  return {
    code: 'ERR_CLI_UNEXPECTED',
    message: `this should not have happened: ${message}`,
    hint: 'OPENCLAW_DEBUG=1 before the command shows where; nothing is left half done in the state',
  }
}

/** A hint for another machine names commands as they are typed there. */
function hintOf(
  error: OpenClawError,
  program: string,
  url: string | undefined,
): string | undefined {
  if (error.hint === undefined) return undefined
  if (error instanceof CliError && error.hintFor === 'another-machine') return safe(error.hint)
  return safe(withProgram(withPlace(error.hint, url), program))
}
