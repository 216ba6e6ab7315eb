import type { ChildProcess, ChildProcessByStdio } from 'node:child_process'
import type { Readable } from 'node:stream'
import type { ChildBounds } from './child.ts'
import type { ChildCommand } from './command.ts'
import { type Complaints, readComplaints } from './complaints.ts'
import { type ChildEnd, endOf, spawned } from './end.ts'
import { endGroup, holdGroup, letGroup } from './group.ts'

/** One running program that serves on its own, with all that it started. */
export interface Service {
  /** `undefined`: it never ran. */
  readonly pid: number | undefined
  /** Resolves when it has ended, and what it started with it. */
  readonly ended: Promise<ChildEnd>
  /** Asks it and all that it started to end, forces them after `endMs`; resolves when they are gone. */
  readonly stop: () => Promise<void>
}

/** What a service says; its output goes nowhere. */
export interface ServiceListener {
  /** A line of its error output, up to 2,000 UTF-16 units; of more than 256 KiB in a second only the end is read. */
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
  const stdio = ['ignore', 'ignore', 'pipe'] as const
  const child = spawned(command, { stdio: [...stdio], detached: true }, hasPipe)
  if ('kind' in child) return neverRan(child)
  const { pid, stderr } = child
  const complaints = readComplaints(stderr, onComplaint)
  if (pid === undefined) return neverRan(endOf(child))
  holdGroup(pid)
  let isOver = false
  const ended = goneOf({ child, pid, complaints }, endMs).finally(() => {
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

type Running = ChildProcessByStdio<null, null, Readable>

const hasPipe = (child: ChildProcess): child is Running =>
  child.stderr !== undefined && child.stderr !== null

const neverRan = (end: ChildEnd | Promise<ChildEnd>): Service => ({
  pid: undefined,
  ended: Promise.resolve(end),
  stop: () => Promise.resolve(),
})

interface Ending {
  readonly child: Running
  readonly pid: number
  readonly complaints: Complaints
}

/** Of a script that ended, what it ran may be left. */
async function goneOf({ child, pid, complaints }: Ending, endMs: number): Promise<ChildEnd> {
  const end = await endOf(child)
  await endGroup(pid, endMs)
  letGroup(pid)
  complaints.end()
  child.stderr.destroy()
  return end
}
