import type { ChildProcess, ChildProcessByStdio } from 'node:child_process'
import type { Readable } from 'node:stream'
import { type ChildBounds, MAX_COMPLAINT_UNITS } from './child.ts'
import type { ChildCommand } from './command.ts'
import { type ChildEnd, endOf, spawned } from './end.ts'
import { endGroup, holdGroup, letGroup } from './group.ts'
import { lineReader } from './lines.ts'

/** One running program that serves on its own, with all that it started. */
export interface Service {
  /** `undefined`: it never ran. */
  readonly pid: number | undefined
  /** Resolves when it has ended, and what it started with it. */
  readonly ended: Promise<ChildEnd>
  /** Asks it and all that it started to end, forces them after `endMs`; resolves when they are gone. */
  readonly stop: () => Promise<void>
}

/** What a service says; its output is not read. */
export interface ServiceListener {
  /** A line of its error output; a longer one than 2,000 UTF-16 units is left out. */
  readonly onComplaint: (line: string) => void
}

/**
 * Starts a program without an input, as the leader of a group of processes: a script that runs the real one leaves nobody
 * behind. It ends with this process, unless that is killed: then it lives on. Never throws; one that never ran has `ended`.
 */
export function startService(
  command: ChildCommand,
  { onComplaint }: ServiceListener,
  { endMs }: ChildBounds,
): Service {
  const stdio = ['ignore', 'pipe', 'pipe'] as const
  const child = spawned(command, { stdio: [...stdio], detached: true }, hasPipes)
  if ('kind' in child) return neverRan(child)
  const { pid, stdout, stderr } = child
  stdout.resume()
  stderr.on('data', lineReader({ onLine: onComplaint }, { most: MAX_COMPLAINT_UNITS }))
  for (const pipe of [stdout, stderr]) pipe.on('error', () => {})
  if (pid === undefined) return neverRan(endOf(child))
  holdGroup(pid)
  let isOver = false
  const ended = goneOf(child, pid, endMs).finally(() => {
    isOver = true
  })
  return {
    pid,
    ended,
    stop: async () => {
      // Its number may be another's by now.
      if (!isOver) await Promise.all([endGroup(pid, endMs), ended])
    },
  }
}

type Running = ChildProcessByStdio<null, Readable, Readable>

const hasPipes = (child: ChildProcess): child is Running =>
  [child.stdout, child.stderr].every((pipe) => pipe !== undefined && pipe !== null)

const neverRan = (end: ChildEnd | Promise<ChildEnd>): Service => ({
  pid: undefined,
  ended: Promise.resolve(end),
  stop: () => Promise.resolve(),
})

/** Of a script that ended, what it ran may be left. */
async function goneOf(child: Running, pid: number, endMs: number): Promise<ChildEnd> {
  const end = await endOf(child)
  await endGroup(pid, endMs)
  letGroup(pid)
  for (const pipe of [child.stdout, child.stderr]) pipe.destroy()
  return end
}
