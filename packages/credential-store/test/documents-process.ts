import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { build } from 'tsup'
import type { DocumentReport, DocumentTask } from './documents-worker/main.ts'

/** Bundles the process into `folder` and answers its path. */
export async function bundleProcess(folder: string): Promise<string> {
  await build({
    entry: { process: join(import.meta.dirname, 'documents-worker/main.ts') },
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
  return join(folder, 'process.mjs')
}

/** A process of ours that works on a state directory. */
export interface OurProcess {
  readonly child: ChildProcess
  /** What it acknowledged so far. */
  readonly acknowledged: () => readonly string[]
  /** What it said in the end; `undefined` when it was killed before. */
  readonly report: Promise<DocumentReport | undefined>
}

/** Starts one, as another user where `uid` says so. */
export function startProcess(bundle: string, task: DocumentTask, uid?: number): OurProcess {
  const child = spawn(process.execPath, [bundle, JSON.stringify(task)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: '/',
    ...(uid === undefined ? {} : { uid, gid: uid }),
  })
  let text = ''
  child.stdout?.on('data', (chunk: Buffer) => {
    text += chunk.toString()
  })
  const lines = (): readonly string[] => text.split('\n').slice(0, -1)
  const report = once(child, 'close').then(() => {
    const last = lines().at(-1) ?? ''
    return last.startsWith('{') ? (JSON.parse(last) as DocumentReport) : undefined
  })
  return { child, acknowledged: () => lines().filter((line) => !line.startsWith('{')), report }
}
