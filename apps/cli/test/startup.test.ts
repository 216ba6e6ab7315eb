import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { emptyHome, type Home } from './support/cli.ts'
import { paired, waits } from './support/devices.ts'
import { asks } from './support/people.ts'

/** DESIGN: `pairing list --json` and `devices list --json` cost at most 1.6 times the CPU of `node -e 0` and 60 MB. */
const MEMORY_MB = 60
/** The figure is taken by `npm run bench` on a quiet machine; here it only guards against a heavy import. */
const RATIO = 2.5
const ROUNDS = 9

let home: Home
let probe: string
beforeAll(async () => {
  home = await emptyHome()
  for (const id of ['1', '2', '3']) await asks(home, { id, meta: { firstName: 'Ada' } })
  for (const key of ['1', '2', '3']) await waits(home, { key })
  await paired(home, { key: '4' })
  probe = join(home.folder, 'probe.cjs')
  await writeFile(
    probe,
    `process.on('exit', () => {
      const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
      require('node:fs').writeFileSync(process.env.PROBE_OUT, JSON.stringify({ cpu: userCPUTime + systemCPUTime, maxRSS }))
    })`,
  )
})
afterAll(() => home.remove())

interface Cost {
  readonly cpu: number
  readonly maxRSS: number
}

function costOf(args: readonly string[]): Cost {
  const out = join(home.folder, 'probe.json')
  const { status } = spawnSync(process.execPath, ['-r', probe, ...args], {
    env: { ...home.env, PROBE_OUT: out },
  })
  expect(status).toBe(0)
  return JSON.parse(readFileSync(out, 'utf8'))
}

describe.each(['pairing', 'devices'])('%s list --json', (group) => {
  it(`stays near a bare Node in CPU and below ${String(MEMORY_MB)} MB`, () => {
    const bare: number[] = []
    const list: Cost[] = []
    for (let round = 0; round < ROUNDS; round += 1) {
      bare.push(costOf(['-e', '0']).cpu)
      list.push(costOf([home.main, group, 'list', '--json']))
    }
    const ratio = Math.min(...list.map(({ cpu }) => cpu)) / Math.min(...bare)
    expect(ratio).toBeLessThan(RATIO)
    expect(Math.max(...list.map(({ maxRSS }) => maxRSS)) / 1024).toBeLessThan(MEMORY_MB)
  })
})

describe('the command', () => {
  it('loads neither a schema library nor a prompt nor a channel', () => {
    const bundle = readFileSync(join(home.main, '../cli.cjs'), 'utf8')
    for (const heavy of ['ZodError', 'grammy', 'clack', 'hono']) expect(bundle).not.toContain(heavy)
  })
})
