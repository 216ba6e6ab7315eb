import { printable } from '@openclaw/dm-pairing'
import { isOpenClawError } from '@openclaw/pairing-contracts'
import { COMPLAINT_CHARS } from './limits.ts'
import { errnoOf } from './machine/private-files.ts'

/** How a {@link complaint} is written. */
export interface ComplaintOptions {
  /** How commands begin where it is read: `openclaw`, `npx openclaw`, with the place of its state. */
  readonly program: string
  readonly color: 'ansi' | 'none'
  /** With the place in the code, for whoever mends this program. */
  readonly detail: 'stack' | 'none'
}

/** Commands of ours; `openclaw gateway stop` is one of OpenClaw alone. */
const COMMAND =
  /(?<![\w./@-])(?:npx )?openclaw(?: --profile [\w-]+)?(?= (?:pairing|devices|nodes|audit|doctor|gateway)\b)(?! gateway stop\b)/g

/** Makes every command in `text` one that works where it is read. */
export function withProgram(text: string, program: string): string {
  return text.replaceAll(COMMAND, () => program)
}

/** Why the gateway did not start, as the command line says it: `error:` what, `hint:` the way out. */
export function complaint(error: unknown, options: ComplaintOptions): string {
  const { message, hint } = wordsOf(error)
  const say = (text: string): string =>
    printable(withProgram(text, options.program), COMPLAINT_CHARS)
  const paint = (code: number, word: string): string =>
    options.color === 'ansi' ? `\u001b[${String(code)}m${word}\u001b[39m` : word
  const [first = '', ...more] = message.split('\n').map(say)
  const lines = [
    `${paint(31, 'error:')} ${first}`,
    ...more.map((line) => `  ${line}`),
    ...(hint === undefined ? [] : [`${paint(36, 'hint:')} ${say(hint)}`]),
    ...(options.detail === 'stack' && error instanceof Error ? [error.stack ?? ''] : []),
  ]
  return `${lines.join('\n')}\n`
}

function wordsOf(error: unknown): { readonly message: string; readonly hint: string | undefined } {
  const message = error instanceof Error ? error.message : 'unknown'
  if (isOpenClawError(error)) return { message, hint: error.hint }
  if (errnoOf(error) !== undefined) return { message, hint: 'openclaw doctor' }
  return {
    message: `this should not have happened: ${message}`,
    hint: 'OPENCLAW_DEBUG=1 before the command shows where',
  }
}
