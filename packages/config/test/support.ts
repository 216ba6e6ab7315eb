import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, posix } from 'node:path'
import { onTestFinished } from 'vitest'
import { type Config, type ConfigFiles, loadConfig, type ProfileArgs } from '../src/index.ts'
import { nodeFiles } from '../src/node.ts'

/** What a configuration directory holds: texts, or anything else as JSON. */
export type Tree = Readonly<Record<string, unknown>>

/** A real directory with these files, mode 0600, removed after the test. */
export async function folderWith(tree: Tree): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pairing-config-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  for (const [name, content] of Object.entries(tree)) {
    const path = join(folder, name)
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content))
    await chmod(path, 0o600)
  }
  return folder
}

/** What a test may say about the environment. */
export interface Situation {
  readonly env?: Readonly<Record<string, string>>
  readonly args?: ProfileArgs
  readonly tailnetAddress?: () => string | undefined
}

/** Loads from a real directory, which is home and state directory at once. */
export function loadFrom(folder: string, situation: Situation = {}): Promise<Config> {
  const { env = {}, ...rest } = situation
  return loadConfig({
    env: { HOME: folder, OPENCLAW_STATE_DIR: folder, ...env },
    files: nodeFiles(),
    ...rest,
  })
}

/** Loads what `openclaw.json` says. */
export async function load(config: unknown, situation: Situation = {}): Promise<Config> {
  return loadFrom(await folderWith({ 'openclaw.json': config }), situation)
}

/** Severity and place of each problem. */
export function complaints(config: Pick<Config, 'problems'>): string[] {
  return config.problems.map(({ severity, path }) => `${severity} ${path}`).sort()
}

/** The address of an account. */
export function at(channel: string, account = 'default'): never {
  return { channel, account } as never
}

/** Files in memory, for rules about paths: a text is a file, `null` a directory. */
export function memoryFiles(tree: Readonly<Record<string, string | null>>): ConfigFiles {
  const { join, resolve, dirname } = posix
  return {
    cwd: '/cwd',
    osHome: () => '/home/os',
    join,
    resolve,
    dirname,
    separator: '/',
    stat: (path) => {
      const content = tree[path]
      return content === undefined
        ? undefined
        : {
            kind: content === null ? 'directory' : 'file',
            size: content?.length ?? 0,
            mtimeMs: 1,
            identity: path,
            mode: 0o600,
            uid: 1000,
          }
    },
    read: (path) => new TextEncoder().encode(tree[path] ?? ''),
    realPath: (path) => path,
  }
}
