import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { build } from 'tsup'
import type { Task } from './worker/main.ts'
import type { TransferTask } from './worker/transfer.ts'

/** Bundles a worker into `folder`, so that starting one takes no longer than starting node. */
export async function bundleWorker(
  folder: string,
  name: 'main' | 'transfer' = 'main',
): Promise<string> {
  await build({
    entry: { [name]: join(import.meta.dirname, `worker/${name}.ts`) },
    outDir: folder,
    format: 'esm',
    outExtension: () => ({ js: '.mjs' }),
    config: false,
    silent: true,
    splitting: false,
    noExternal: [/.*/],
    external: ['pg-native'],
    banner: { js: "import{createRequire as r}from'node:module';const require=r(import.meta.url)" },
    esbuildOptions: (options) => {
      options.conditions = ['@openclaw-pairing/source']
    },
  })
  return join(folder, `${name}.mjs`)
}

/** A running worker. */
export interface Worker {
  readonly child: ChildProcess
  /** Whole lines that it wrote so far. */
  readonly lines: () => readonly string[]
  /** Resolves with its exit code, `null` when it was killed. */
  readonly ended: Promise<number | null>
}

/** Starts a worker; errors of it go to our own stderr. */
export function startWorker(
  bundle: string,
  task: Task | TransferTask,
  flags: readonly string[] = [],
): Worker {
  const child = spawn(process.execPath, [...flags, bundle, JSON.stringify(task)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let text = ''
  child.stdout?.on('data', (chunk: Buffer) => {
    text += chunk.toString()
  })
  const ended = new Promise<number | null>((resolve) => {
    child.on('close', (code) => resolve(code))
  })
  return { child, ended, lines: () => text.split('\n').slice(0, -1) }
}
