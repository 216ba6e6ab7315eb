import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const script = fileURLToPath(new URL('openclaw-2026.2-cli.mjs', import.meta.url))

/** Starts the stand-in for the command line of OpenClaw 2026.2, as a process of its own. */
export function startCli(...args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
}

/** Runs it to its end; answers the exit code. */
export async function runCli(...args: readonly string[]): Promise<number> {
  const child = startCli(...args)
  const [code] = (await once(child, 'exit')) as [number]
  return code
}

/** Starts it and waits until it holds the lock of `file`; it lets go after `ms`. */
export async function holdLock(file: string, ms: number): Promise<ChildProcess> {
  const child = startCli('hold', file, String(ms))
  if (child.stdout) await once(child.stdout, 'data')
  return child
}
