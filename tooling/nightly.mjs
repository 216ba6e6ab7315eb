// `npm run test:nightly`: every test with the long numbers of rounds from nightly.json. A flag that is set already stays.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const table = JSON.parse(readFileSync(join(here, 'nightly.json'), 'utf8'))
const flags = Object.fromEntries(table.map(({ flag, value }) => [flag, process.env[flag] ?? value]))

for (const { flag, what } of table) console.log(`${flag}=${flags[flag]}  ${what}`)

const vitest = join(here, '../node_modules/.bin/vitest')
const limits = ['--testTimeout=3600000', '--hookTimeout=600000']
const run = spawnSync(vitest, ['run', ...limits, ...process.argv.slice(2)], {
  cwd: dirname(here),
  env: { ...process.env, ...flags },
  stdio: ['ignore', 'inherit', 'inherit'],
  shell: process.platform === 'win32',
})
process.exit(run.status ?? 1)
