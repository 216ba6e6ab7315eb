import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'tsup'
import type { Task } from './worker/main.ts'

/** Bundles the worker into `folder`, so that starting one takes no longer than starting node. */
export async function bundleWorker(folder: string): Promise<string> {
  await build({
    entry: { worker: join(import.meta.dirname, 'worker/main.ts') },
    outDir: folder,
    format: 'esm',
    outExtension: () => ({ js: '.mjs' }),
    config: false,
    silent: true,
    splitting: false,
    noExternal: [/.*/],
    banner: { js: "import{createRequire as r}from'node:module';const require=r(import.meta.url)" },
    esbuildOptions: (options) => {
      options.conditions = ['@openclaw-pairing/source']
    },
  })
  return join(folder, 'worker.mjs')
}

/** A running worker. */
export interface Worker {
  readonly child: ChildProcess
  /** Whole lines that it wrote so far. */
  readonly lines: () => readonly string[]
  /** Resolves with its exit code, `null` when it was killed. */
  readonly ended: Promise<number | null>
  /** Resolves when it has written `count` lines or ended. */
  readonly said: (count: number) => Promise<void>
}

/** Starts a worker; errors of it go to our own stderr. */
export function startWorker(bundle: string, task: Task): Worker {
  const child = spawn(process.execPath, [bundle, JSON.stringify(task)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let text = ''
  let wake = (): void => undefined
  child.stdout?.on('data', (chunk: Buffer) => {
    text += chunk.toString()
    wake()
  })
  const ended = new Promise<number | null>((resolve) => {
    child.on('close', (code) => {
      resolve(code)
      wake()
    })
  })
  const lines = (): readonly string[] => text.split('\n').slice(0, -1)
  return {
    child,
    lines,
    ended,
    said: async (count) => {
      let over = false
      void ended.then(() => {
        over = true
      })
      while (lines().length < count && !over) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    },
  }
}

/** True once a process of ours is stopped (state `T` in /proc). */
export function isStopped(pid: number): boolean {
  return /\) T /.test(readFileSync(`/proc/${String(pid)}/stat`, 'utf8'))
}
