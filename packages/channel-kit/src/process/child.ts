import type { ChildProcess, ChildProcessWithoutNullStreams } from 'node:child_process'
import type { ChildCommand } from './command.ts'
import { readComplaints } from './complaints.ts'
import { type ChildEnd, endOf, spawned } from './end.ts'
import { lineReader } from './lines.ts'

/** One running program that is spoken with in lines. */
export interface Child {
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
  /** A line of its output was left out: it was longer than any may be. */
  readonly onTooLong: () => void
  /** A line of its error output, up to 2,000 UTF-16 units; of more than 256 KiB in a second only the end is read. */
  readonly onComplaint: (line: string) => void
}

/** The longest line, in UTF-16 units; a longer one is left out. */
const MAX_LINE_UNITS: number = 1024 * 1024

/** What is written and not taken, in bytes. */
const MAX_UNWRITTEN_BYTES: number = 1024 * 1024

/** How a child is ended. */
export interface ChildBounds {
  /** Each step of a stop, in ms. */
  readonly endMs: number
}

/**
 * Starts a program that ends when its input does: so it ends with this process, however that ends. Never throws; one
 * that never ran has `ended`.
 */
export function startChild(
  command: ChildCommand,
  listener: ChildListener,
  { endMs }: ChildBounds,
): Child {
  const child = spawned(command, { stdio: 'pipe' }, hasPipes)
  if ('kind' in child) return neverRan(child)
  const end = endOf(child)
  child.stdout.on('data', lineReader(listener, { most: MAX_LINE_UNITS }))
  const complaints = readComplaints(child.stderr, listener.onComplaint)
  // A pipe that broke is told by the end of the child.
  for (const pipe of [child.stdin, child.stdout]) pipe.on('error', () => {})
  // What it left running may hold them open for ever.
  void end.then(() => {
    complaints.end()
    for (const pipe of [child.stdin, child.stdout, child.stderr]) pipe.destroy()
  })
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

const hasPipes = (child: ChildProcess): child is ChildProcessWithoutNullStreams =>
  [child.stdin, child.stdout, child.stderr].every((pipe) => pipe !== undefined && pipe !== null)

const neverRan = (end: ChildEnd): Child => ({
  write: () => false,
  ended: Promise.resolve(end),
  stop: () => Promise.resolve(),
})

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
