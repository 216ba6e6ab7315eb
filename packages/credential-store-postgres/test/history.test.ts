import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { bundleReplica } from './history/bundle-replica.ts'
import { check, explain, summary } from './history/check.ts'
import { runHistory } from './history/run-history.ts'
import { startServer, type TestServer } from './support-server.ts'

/** More with OPENCLAW_HISTORY_RUNS, and then longer ones. */
const RUNS = Number(process.env['OPENCLAW_HISTORY_RUNS'] ?? 1)
const DURATION_MS = RUNS > 1 ? 20_000 : 6_000
/** Of the first run; the next ones count on from it. */
const FIRST_SEED = Number(process.env['OPENCLAW_HISTORY_SEED'] ?? Date.now() % 1_000_000)

const folder = mkdtempSync(join(tmpdir(), 'openclaw-history-'))
let server: TestServer
let bundle = ''
beforeAll(async () => {
  server = await startServer()
  bundle = await bundleReplica(folder)
})
afterAll(async () => {
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
})

it.each(Array.from({ length: RUNS }, (_, number) => FIRST_SEED + number))(
  'is one journal for clients on three replicas, whatever is killed, cut off or wrong about the time: seed %i',
  async (seed) => {
    const { run, folder: kept } = await runHistory({
      server,
      bundle,
      seed,
      durationMs: DURATION_MS,
    })
    const anomalies = check(run)
    console.log(`seed ${String(seed)}: ${summary(run)}`)
    const said = `seed ${String(seed)}, histories in ${kept}\n${explain(run, anomalies)}`
    expect(anomalies.length, said).toBe(0)
    // else nothing was tried
    expect(run.journal.length).toBeGreaterThan(10)
    rmSync(kept, { recursive: true, force: true })
  },
  150_000,
)
