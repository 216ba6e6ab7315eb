import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import type { ImsgCommand } from './command.ts'
import { MAX_COMPLAINT_UNITS, MAX_LINE_UNITS, MAX_UNWRITTEN_BYTES } from './limits.ts'
import { lineReader } from './lines.ts'

/** How a child ended. `missing`: it never ran. */
export type ChildEnd =
  | { readonly kind: 'missing' }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'exited'; readonly code: number | null; readonly signal: string | null }

/** One running imsg. */
export interface ImsgChild {
  /** False: there is no room, nothing was written. `onFailed`: nobody was there any more to read it. */
  readonly write: (line: string, onFailed: () => void) => boolean
  /** Resolves when it has ended. */
  readonly ended: Promise<ChildEnd>
  /** Ends its input, then asks, then forces it; resolves when it is gone. */
  readonly stop: () => Promise<void>
}

/** What a child says. */
export interface ChildListener {
  readonly onLine: (line: string) => void
  readonly onTooLong: () => void
  /** A line of its error output. */
  readonly onComplaint: (line: string) => void
}

/** Starts it, without a shell. It ends with this process, however that ends: its input does. */
export function startChild(
  { file, args, env }: ImsgCommand,
  listener: ChildListener,
  endMs: number,
): ImsgChild {
  const child = spawned(file, args, env)
  if ('kind' in child) return neverRan(child)
  const end = endOf(child)
  child.stdout.on('data', lineReader(listener, { most: MAX_LINE_UNITS }))
  const onComplaint = { onLine: listener.onComplaint }
  child.stderr.on('data', lineReader(onComplaint, { most: MAX_COMPLAINT_UNITS }))
  // A pipe that broke is told by the end of the child.
  const pipes = [child.stdin, child.stdout, child.stderr]
  for (const pipe of pipes) pipe.on('error', () => {})
  // What it left running may hold them open for ever.
  void end.then(() => pipes.map((pipe) => pipe.destroy()))
  return {
    ended: end,
    write: (line, onFailed) => {
      const { stdin } = child
      if (!stdin.writable || stdin.writableLength > MAX_UNWRITTEN_BYTES) return false
      stdin.write(line, (error) => error && onFailed())
      return true
    },
    stop: () => stop(child, end, endMs),
  }
}

/** The child, or why there is none: some reasons are thrown, and without files left there are no pipes. */
function spawned(
  file: string,
  args: readonly string[],
  env: Record<string, string>,
): ChildProcessWithoutNullStreams | ChildEnd {
  try {
    const child = spawn(file, args, { env, stdio: 'pipe', shell: false, windowsHide: true })
    if (hasPipes(child)) return child
    child.once('error', () => {})
    return { kind: 'failed', reason: 'too many files are open' }
  } catch (error) {
    return endBy(error as NodeJS.ErrnoException)
  }
}

const hasPipes = ({ stdin, stdout, stderr }: Partial<ChildProcessWithoutNullStreams>): boolean =>
  [stdin, stdout, stderr].every((pipe) => pipe !== undefined && pipe !== null)

const neverRan = (end: ChildEnd): ImsgChild => ({
  write: () => false,
  ended: Promise.resolve(end),
  stop: () => Promise.resolve(),
})

function endBy({ code, message }: NodeJS.ErrnoException): ChildEnd {
  const isMissing = code === 'ENOENT' || code === 'EACCES' || code === 'ENOTDIR'
  return isMissing ? { kind: 'missing' } : { kind: 'failed', reason: code ?? message }
}

function endOf(child: ChildProcessWithoutNullStreams): Promise<ChildEnd> {
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

/** What stands in its pipes when it ends is read first. */
const LAST_WORDS_MS = 100

async function stop(
  child: ChildProcessWithoutNullStreams,
  ended: Promise<ChildEnd>,
  endMs: number,
): Promise<void> {
  const timers = (['SIGTERM', 'SIGKILL'] as const).map((signal, index) =>
    setTimeout(() => child.kill(signal), endMs * (index + 1)),
  )
  child.stdin.end()
  await ended
  for (const timer of timers) clearTimeout(timer)
}
