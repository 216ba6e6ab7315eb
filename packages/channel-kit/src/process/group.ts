import { pause } from '../wait.ts'

/** A group is looked at so often while it ends. */
const LOOK_MS = 20

/** Groups that run; they are asked to end when this process does. */
const running = new Set<number>()

function endAll(): void {
  for (const leader of running) signalGroup(leader, 'SIGTERM')
}

/** From now on the group ends with this process, unless that is killed. */
export function holdGroup(leader: number): void {
  if (running.size === 0) process.on('exit', endAll)
  running.add(leader)
}

/** The group has ended. */
export function letGroup(leader: number): void {
  running.delete(leader)
  if (running.size === 0) process.off('exit', endAll)
}

/** Signals every process of a group; false: nobody is there any more, or nobody of ours. */
export function signalGroup(leader: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(process.platform === 'win32' ? leader : -leader, signal)
  } catch {
    return false
  }
}

/** Asks a group to end, and forces it after `endMs`; resolves when nobody is left, soon after that at the latest. */
export async function endGroup(leader: number, endMs: number): Promise<void> {
  if (!signalGroup(leader, 'SIGTERM')) return
  if (await isGone(leader, endMs)) return
  signalGroup(leader, 'SIGKILL')
  await isGone(leader, FORCED_MS)
}

/** A forced process is gone a moment later; one that nobody asks after stays in the list for ever. */
const FORCED_MS = 300

async function isGone(leader: number, ms: number): Promise<boolean> {
  let isLate = false
  const timer = setTimeout(() => {
    isLate = true
  }, ms)
  while (!isLate && signalGroup(leader, 0)) await pause(LOOK_MS, undefined)
  clearTimeout(timer)
  return !isLate
}
