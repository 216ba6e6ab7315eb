import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const CHILD_TIMEOUT_MS = 30_000

/** What one process took, by its own account at exit. */
export interface Usage {
  readonly cpuMs: number
  readonly peakMb: number
}

/**
 * Loaded before the measured program, in the program's own process. It costs the same everywhere, and
 * works on any system without a tool such as `time`.
 */
const preload = `
process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
  require('node:fs').writeFileSync(process.env.BENCH_USAGE, JSON.stringify({ cpuMs: (userCPUTime + systemCPUTime) / 1000, peakMb: maxRSS / 1024 }))
})`

/** The environment without what slows every Node process down or changes what it loads. */
export function cleanEnv(extra: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const { NODE_EXTRA_CA_CERTS: _, NODE_OPTIONS: __, NODE_COMPILE_CACHE: ___, ...rest } = process.env
  return { ...rest, ...extra }
}

/**
 * Runs `node` with `args` and gives back what the process took.
 *
 * @throws Error when it fails or takes longer than 30 s
 */
export async function usageOf(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Usage> {
  const folder = mkdtempSync(join(tmpdir(), 'openclaw-usage-'))
  const [script, usage] = [join(folder, 'preload.cjs'), join(folder, 'usage.json')]
  try {
    writeFileSync(script, preload)
    const child = spawn(process.execPath, ['--require', script, ...args], {
      env: cleanEnv({ ...env, BENCH_USAGE: usage }),
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: CHILD_TIMEOUT_MS,
    })
    const { code, output } = await ended(child)
    if (code !== 0 || !existsSync(usage))
      throw new Error(`node ${args.join(' ')} failed:\n${output}`)
    return JSON.parse(readFileSync(usage, 'utf8')) as Usage
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Waits for the end of a process and keeps what it said. */
export async function ended(child: ChildProcess): Promise<{ code: number | null; output: string }> {
  let output = ''
  child.stdout?.on('data', (part: Buffer) => (output += part.toString()))
  child.stderr?.on('data', (part: Buffer) => (output += part.toString()))
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  return { code, output }
}
