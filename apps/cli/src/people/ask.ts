import type { Call } from '../args/types.ts'
import { given } from '../args/values.ts'
import type { Page } from '../output/screen.ts'
import { holdWarnings } from './warnings.ts'

/** Whether somebody sits there who can be asked, and has not said `--yes`. */
export function canAsk(call: Call): boolean {
  return !given(call, 'yes') && call.world.stdinIsTerminal() && questionPage(call) !== undefined
}

/** Where a question is put: never on a stdout that a program reads. */
export function questionPage({ screen, json }: Call): Page | undefined {
  if (screen.err.isTerminal) return screen.err
  return screen.out.isTerminal && !json ? screen.out : undefined
}

/** How a question ends besides by an answer. */
export interface AskOptions {
  /** Takes the question away. */
  readonly signal?: AbortSignal
  /** Told of Ctrl-C. */
  readonly interrupt?: () => void
}

/** Asks and answers what was typed, in lower case; nothing on Ctrl-C, Ctrl-D and Enter alone. */
export async function ask(
  call: Call,
  question: string,
  { signal, interrupt }: AskOptions = {},
): Promise<string> {
  const page = questionPage(call)
  if (page === undefined) return ''
  const { createInterface } = await import('node:readline')
  const output = page === call.screen.err ? process.stderr : process.stdout
  const tell = holdWarnings(call)
  const lines = createInterface({ input: process.stdin, output })
  const typed = await new Promise<string>((resolve) => {
    lines.once('close', () => resolve(''))
    lines.once('SIGINT', () => {
      lines.close()
      interrupt?.()
    })
    signal?.addEventListener('abort', () => lines.close(), { once: true })
    if (signal?.aborted) lines.close()
    else lines.question(`${page.style.bold(question)} `, resolve)
  })
  if (typed === '') page.line()
  lines.removeAllListeners('close')
  lines.close()
  tell()
  return typed.trim().toLowerCase()
}

/** Asks a question that has two answers; no is what comes of anything but yes. */
export async function confirm(call: Call, question: string): Promise<boolean> {
  const answer = await ask(call, `${question} [y/N]`)
  return answer === 'y' || answer === 'yes'
}
