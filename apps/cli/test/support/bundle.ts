import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { cp, mkdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const app = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const root = dirname(dirname(app))
const bundle = promisify(execFile)
/** No run lasts this long, in ms. */
const PRUNED_MS = 3_600_000

let bundled: Promise<string> | undefined

/** Bundles the command as it is published, once for each state of the sources; answers the file to run. */
export function bundledCli(): Promise<string> {
  bundled ??= current()
  return bundled
}

async function current(): Promise<string> {
  const folder = join(app, 'node_modules/.cache/openclaw-cli', fingerprint())
  const main = join(folder, 'dist/main.cjs')
  if (existsSync(main)) return main
  const temporary = `${folder}.${String(process.pid)}`
  await mkdir(temporary, { recursive: true })
  await bundle(process.execPath, [join(app, 'build.mjs'), join(temporary, 'dist')])
  await cp(join(app, 'package.json'), join(temporary, 'package.json'))
  await place(temporary, folder)
  await prune()
  return main
}

/** Bundles of sources that are gone. */
async function prune(): Promise<void> {
  const folder = join(app, 'node_modules/.cache/openclaw-cli')
  for (const name of readdirSync(folder)) {
    const path = join(folder, name)
    const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now())
    if (age > PRUNED_MS) await rm(path, { recursive: true, force: true })
  }
}

/** Another test file may have been first. */
async function place(temporary: string, folder: string): Promise<void> {
  try {
    await rename(temporary, folder)
  } catch (error) {
    if (!existsSync(join(folder, 'dist/main.cjs'))) throw error
    await rm(temporary, { recursive: true, force: true })
  }
}

function fingerprint(): string {
  const hash = createHash('sha256')
  for (const folder of ['packages', 'packages/channels', 'apps']) {
    for (const name of readdirSync(join(root, folder))) {
      const source = join(root, folder, name, 'src')
      if (existsSync(source)) addFiles(hash, source)
    }
  }
  addFiles(hash, join(app, 'build.mjs'))
  return hash.digest('hex').slice(0, 16)
}

function addFiles(hash: ReturnType<typeof createHash>, path: string): void {
  const stat = statSync(path)
  if (!stat.isDirectory()) hash.update(`${path} ${String(stat.mtimeMs)} ${String(stat.size)}\n`)
  else for (const name of readdirSync(path).sort()) addFiles(hash, join(path, name))
}
