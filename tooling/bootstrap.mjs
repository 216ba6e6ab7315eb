// Installs the workspace when the lockfile or a manifest changed since the last install, and makes `npx openclaw` work.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const mark = join(root, 'node_modules', '.openclaw-installed')
const [major, minor] = process.versions.node.split('.').map(Number)

if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(
    `Node 20.19 or newer is needed; this is ${process.version}. See https://nodejs.org\n`,
  )
  process.exit(1)
}

function manifests() {
  const found = ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml', '.npmrc']
  for (const parent of ['packages', 'packages/channels', 'apps', 'tooling', 'examples']) {
    const folder = join(root, parent)
    if (!existsSync(folder)) continue
    for (const name of readdirSync(folder).sort()) {
      const file = join(parent, name, 'package.json')
      if (existsSync(join(root, file))) found.push(file)
    }
  }
  return found
}

const digest = createHash('sha256').update(process.version)
for (const file of manifests()) digest.update(file).update(readFileSync(join(root, file)))
const wanted = digest.digest('hex')

if (!existsSync(mark) || readFileSync(mark, 'utf8') !== wanted) {
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const pin = packageManager.split('+')[0]
  process.stderr.write(`Installing dependencies with ${pin} …\n`)
  const run = spawnSync('npx', ['-y', pin, 'install', '--frozen-lockfile'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  })
  if (run.status !== 0) {
    process.stderr.write('Installing failed; see the lines above. Is the npm registry reachable?\n')
    process.exit(1)
  }
  mkdirSync(dirname(mark), { recursive: true })
  writeFileSync(mark, wanted)
}

// pnpm links a command only when its file exists at install time, before the first build.
const cli = JSON.parse(readFileSync(join(root, 'apps/cli/package.json'), 'utf8'))
const main = `apps/cli/${cli.bin.openclaw.replace(/^\.\//, '')}`
const command = join(root, 'node_modules/.bin/openclaw')
const shell = `#!/bin/sh
main="$(dirname "$0")/../../${main}"
[ -f "$main" ] || { echo "openclaw is not built yet; run: npm run build" >&2; exit 1; }
exec node "$main" "$@"
`
if (!existsSync(command) || readFileSync(command, 'utf8') !== shell) {
  mkdirSync(dirname(command), { recursive: true })
  rmSync(command, { force: true })
  writeFileSync(command, shell, { mode: 0o755 })
  writeFileSync(`${command}.cmd`, `@node "%~dp0\\..\\..\\${main.replaceAll('/', '\\')}" %*\r\n`)
}
