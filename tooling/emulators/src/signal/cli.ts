import { readFileSync } from 'node:fs'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type SignalCliPlan, signalCliScript, wrapperScript } from './cli-script.ts'
import { startSignalEmulator } from './emulator.ts'
import type { SignalEmulator, SignalEmulatorOptions } from './types.ts'

/** One run of the stand-in. */
export interface SignalCliStart {
  readonly pid: number
  readonly args: readonly string[]
  /** Names of its environment. */
  readonly env: readonly string[]
}

/** How to make a stand-in. */
export interface SignalCliOptions extends SignalEmulatorOptions {
  /** True: `cliPath` is a script that runs the program and stays its parent. */
  readonly wrapped?: boolean
}

/** An executable that is started as signal-cli is, and the daemon that it serves. */
export interface SignalCli {
  /** The executable: `signal-cli` in a folder of its own. */
  readonly cliPath: string
  readonly folder: string
  /** A port that was free a moment ago, for `--http`. */
  readonly httpPort: number
  /** What stands behind `--http`, with the levers of a test. */
  readonly daemon: SignalEmulator
  /** What it does from its next start on; what is left out stays. */
  readonly plan: (changes: Partial<Omit<SignalCliPlan, 'port'>>) => Promise<void>
  /** Every start so far. */
  readonly started: () => readonly SignalCliStart[]
  /** Those that run. */
  readonly running: () => readonly SignalCliStart[]
  /** Ends those that run at once, as `kill -9` does. */
  readonly kill: () => void
  readonly close: () => Promise<void>
}

/**
 * Makes what `signal-cli` is to who starts it: an executable that takes `-a <number> daemon --http host:port …`, and serves
 * the HTTP daemon of {@link startSignalEmulator} there.
 */
export async function startSignalCli({
  wrapped = false,
  ...options
}: SignalCliOptions = {}): Promise<SignalCli> {
  const daemon = await startSignalEmulator(options)
  const folder = await mkdtemp(join(tmpdir(), 'signal-cli-emulator-'))
  const cliPath = await writePrograms(folder, wrapped)
  let current: SignalCliPlan = {
    ...{ port: Number(new URL(daemon.url).port), startMs: 0, noise: 0, exit: undefined },
    ...{ numbers: [daemon.number, ...(options.otherNumbers ?? [])], hangs: false, deaf: false },
  }
  const plan: SignalCli['plan'] = (changes) => {
    current = { ...current, ...changes }
    return writeFile(join(folder, 'plan.json'), JSON.stringify(current))
  }
  await plan({})
  const started = () => startsIn(folder)
  const running = () => started().filter(({ pid }) => isRunning(pid, folder))
  const kill = (): void => {
    for (const { pid } of running()) process.kill(pid, 'SIGKILL')
  }
  return {
    ...{ cliPath, folder, daemon, plan, started, running, kill },
    httpPort: await freePort(),
    close: async () => {
      kill()
      await daemon.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function writePrograms(folder: string, wrapped: boolean): Promise<string> {
  const cliPath = join(folder, 'signal-cli')
  const program = wrapped ? join(folder, 'signal-cli-program') : cliPath
  await writeFile(program, signalCliScript(process.execPath, folder))
  if (wrapped) await writeFile(cliPath, wrapperScript(program))
  for (const file of [program, cliPath]) await chmod(file, 0o755)
  return cliPath
}

function startsIn(folder: string): readonly SignalCliStart[] {
  try {
    const lines = readFileSync(join(folder, 'started.jsonl'), 'utf8').split('\n')
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as SignalCliStart)
  } catch {
    return []
  }
}

/**
 * Whether it runs still: its number may be another program's by now, which must not be ended in its place. One that has
 * ended and that nobody asked after has no command line any more.
 */
function isRunning(pid: number, folder: string): boolean {
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  try {
    return readFileSync(`/proc/${String(pid)}/cmdline`, 'utf8').includes(folder)
  } catch {
    return process.platform !== 'linux'
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
