// `npm run bench`: builds what is measured, then measures it without a loader in between. `-- --json` prints JSON only.
import { spawnSync } from 'node:child_process'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const root = dirname(dirname(here))
// turbo looks for pnpm on the path.
const bin = join(root, 'node_modules/.bin')
const path = [bin, process.env.PATH].join(delimiter)
const build = spawnSync(join(bin, 'turbo'), ['run', 'build', '--output-logs=errors-only'], {
  cwd: root,
  env: { ...process.env, PATH: path, TURBO_TELEMETRY_DISABLED: '1' },
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
