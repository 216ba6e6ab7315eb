// Runs the gateway: builds what changed since the last start, then becomes the gateway, so that signals reach it.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const mark = join(root, 'node_modules', '.openclaw-built')
const tsup = join(
  dirname(createRequire(join(root, 'package.json')).resolve('tsup/package.json')),
  'dist/cli-default.js',
)
const programs = [
  {
    folder: 'apps/gateway',
    build: [tsup, '--config', 'tsup.app.config.ts'],
    made: 'dist/app/main.js',
  },
  { folder: 'apps/cli', build: ['build.mjs'], made: commandFile() },
]

function commandFile() {
  const manifest = JSON.parse(readFileSync(join(root, 'apps/cli/package.json'), 'utf8'))
  return manifest.bin.openclaw
}

function* filesIn(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (/^(node_modules|dist.*|test|coverage|\..*)$/.test(entry.name)) continue
    if (entry.isDirectory()) yield* filesIn(path)
    else if (/\.(ts|js|mjs|json|css|html|svg)$/.test(entry.name)) yield path
  }
}

/** Size and time of every file that a program is made of: reading 400 files would cost more than building them. */
function fingerprint() {
  const digest = createHash('sha256').update(process.version)
  const folders = ['packages', 'apps', 'tooling/tsup-config'].map((name) => join(root, name))
  const files = [...folders.flatMap((folder) => [...filesIn(folder)]), join(root, 'pnpm-lock.yaml')]
  for (const file of files.sort()) {
    const { size, mtimeMs } = statSync(file)
    digest.update(`${relative(root, file)} ${size} ${mtimeMs}\n`)
  }
  return digest.digest('hex')
}

function build({ folder, build: args }) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, {
      cwd: join(root, folder),
      stdio: ['ignore', 2, 2],
    })
    child.once('exit', (code) => resolve(code === 0))
  })
}

const wanted = fingerprint()
const isBuilt =
  programs.every(({ folder, made }) => existsSync(join(root, folder, made))) &&
  existsSync(mark) &&
  readFileSync(mark, 'utf8') === wanted

if (!isBuilt) {
  process.stderr.write('Building the gateway and the openclaw command …\n')
  const done = await Promise.all(programs.map(build))
  if (done.includes(false)) {
    process.stderr.write('Building failed; see the lines above.\n')
    process.exit(1)
  }
  writeFileSync(mark, wanted)
}

// npm passes a signal on to its shell alone, and the shell dies of it without a word to us.
const { npm_lifecycle_event: script } = process.env
if (script === 'start') {
  const parent = process.ppid
  const look = () => process.ppid === parent || process.kill(process.pid, 'SIGTERM')
  setInterval(look, 500).unref()
}

const main = join(root, 'apps/gateway/dist/app/main.js')
process.argv.splice(1, 1, main, '--program', 'npx openclaw')
await import(pathToFileURL(main).href)
