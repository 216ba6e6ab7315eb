import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import type { ChildCommand } from './command.ts'

/** How a child ended. `missing`: it never ran, for it is not there or may not be run. */
export type ChildEnd =
  | { readonly kind: 'missing' }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'exited'; readonly code: number | null; readonly signal: string | null }

/** Words that go on the name of a program: `ended with 1`, `ended by SIGKILL`. */
export function howEnded(end: ChildEnd): string {
  if (end.kind === 'missing') return 'cannot be run'
  if (end.kind === 'failed') return `cannot be started: ${end.reason}`
  return end.signal === null ? `ended with ${String(end.code)}` : `ended by ${end.signal}`
}

/** The child, or why there is none: some reasons are thrown, and without files left there are no pipes. */
export function spawned<Running extends ChildProcess>(
  { file, args, env }: ChildCommand,
  options: Pick<SpawnOptions, 'stdio' | 'detached'>,
  hasPipes: (child: ChildProcess) => child is Running,
): Running | ChildEnd {
  try {
    const child = spawn(file, args, { ...options, env, shell: false, windowsHide: true })
    if (hasPipes(child)) return child
    child.once('error', () => {})
    return { kind: 'failed', reason: 'too many files are open' }
  } catch (error) {
    return endBy(error as NodeJS.ErrnoException)
  }
}

function endBy({ code, message }: NodeJS.ErrnoException): ChildEnd {
  const isMissing = code === 'ENOENT' || code === 'EACCES' || code === 'ENOTDIR'
  return isMissing ? { kind: 'missing' } : { kind: 'failed', reason: code ?? message }
}

/** What stands in its pipes when it ends is read first. */
const LAST_WORDS_MS = 100

/** Resolves when it has ended, or never ran. */
export function endOf(child: ChildProcess): Promise<ChildEnd> {
  return new Promise((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      const end = endBy(error)
      if (end.kind === 'missing' || child.pid === undefined) resolve(end)
    })
    // Its streams may be held open by a child of its own: `close` could be late.
    child.once('exit', (code, signal) => {
      setTimeout(() => resolve({ kind: 'exited', code, signal }), LAST_WORDS_MS)
    })
    child.once('close', (code, signal) => resolve({ kind: 'exited', code, signal }))
  })
}
