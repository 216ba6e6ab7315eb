// `npm run bench`: builds what is measured, then measures it without a loader in between. `-- --json` prints JSON only.
import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const root = dirname(dirname(here))
const turbo = join(root, 'node_modules/.bin/turbo')
const build = spawnSync(turbo, ['run', 'build', '--output-logs=errors-only'], {
  cwd: root,
  stdio: ['ignore', 2, 2],
  shell: process.platform === 'win32',
})
if (build.status !== 0) {
  process.stderr.write('The build failed; see the lines above.\n')
  process.exit(1)
}
const run = spawnSync(process.execPath, [join(here, 'dist/main.js'), ...process.argv.slice(2)], {
  stdio: 'inherit',
})
process.exit(run.status ?? 1)
