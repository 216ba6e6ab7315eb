import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { bundleReplica } from './history/bundle-replica.ts'
import { check } from './history/check.ts'
import { MISTAKES } from './history/mistakes.ts'
import { runHistory } from './history/run-history.ts'
import { startServer, type TestServer } from './support-server.ts'

/** Seeds within which each has to be found. */
const SEEDS = 4
const isLong = Number(process.env['OPENCLAW_HISTORY_RUNS'] ?? 1) > 1
const DURATION_MS = isLong ? 15_000 : 3_000

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.stop())

it.each(MISTAKES.filter(({ isQuick }) => isLong || isQuick))(
  'would find within four seeds that $name',
  async ({ name, replacements, kinds, rules }) => {
    const folder = mkdtempSync(join(tmpdir(), 'openclaw-mistake-'))
    const told: string[] = []
    try {
      const bundle = await bundleReplica(folder, replacements)
      for (let seed = 1; seed <= SEEDS; seed += 1) {
        const plan = { server, bundle, seed, durationMs: DURATION_MS, kinds }
        const { run, folder: kept } = await runHistory(plan)
        rmSync(kept, { recursive: true, force: true })
        const anomalies = check(run)
        told.push(...anomalies.map(({ rule }) => rule))
        if (isLong) console.log(`${name}, seed ${String(seed)}: ${[...new Set(told)].join(', ')}`)
        if (told.some((rule) => rules.includes(rule))) return
      }
      expect(told, `nothing of ${rules.join(', ')} in ${String(SEEDS)} runs`).toEqual(rules)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
  400_000,
)

it('refuses a mistake that would not be made', async () => {
  const nowhere = { file: 'commit.ts', find: 'nothing of the source', by: '' }
  await expect(bundleReplica('unused', [nowhere])).rejects.toThrow(RangeError)
})
