import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundledCli } from './bundle.ts'

/** What a command left behind. */
export interface Ran {
  readonly stdout: string
  readonly stderr: string
  readonly exit: number | null
}

/** How a command is run. */
export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  readonly input?: string
}

/** What tests read of JSON; each says what it expects. */
export type Json = Readonly<Record<string, unknown>>

/** A home directory of its own, and the command in it. */
export interface Home {
  readonly folder: string
  readonly stateDir: string
  readonly run: (args: readonly string[], options?: RunOptions) => Promise<Ran>
  /** Runs it and reads its stdout as JSON. */
  readonly json: (args: readonly string[], options?: RunOptions) => Promise<Json>
  readonly env: Readonly<Record<string, string>>
  readonly main: string
  readonly remove: () => Promise<void>
}

/** An empty home directory, with more in its environment where that is given. */
export async function emptyHome(more: Readonly<Record<string, string>> = {}): Promise<Home> {
  const main = await bundledCli()
  const folder = await mkdtemp(join(tmpdir(), 'openclaw-cli-'))
  const env = {
    HOME: folder,
    PATH: process.env['PATH'] ?? '',
    TZ: 'UTC',
    TMPDIR: tmpdir(),
    ...more,
  }
  const run = (args: readonly string[], options: RunOptions = {}): Promise<Ran> =>
    finished(main, args, { cwd: folder, ...options, env: { ...env, ...options.env } })
  return {
    folder,
    stateDir: join(folder, '.openclaw'),
    env,
    main,
    run,
    json: async (args, options) => {
      const json: unknown = JSON.parse((await run([...args, '--json'], options)).stdout)
      return json as Json
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

function finished(main: string, args: readonly string[], options: RunOptions): Promise<Ran> {
  const child = spawn(process.execPath, [main, ...args], {
    cwd: options.cwd,
    env: { ...options.env },
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (part: string) => (stdout += part))
  child.stderr.setEncoding('utf8').on('data', (part: string) => (stderr += part))
  // A program may be done before it reads what it is told.
  child.stdin.on('error', () => {})
  child.stdin.end(options.input ?? '')
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (exit) => resolve({ stdout, stderr, exit }))
  })
}
