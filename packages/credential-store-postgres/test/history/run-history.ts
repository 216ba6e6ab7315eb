import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { JournalEntry, Json } from '@openclaw/pairing-contracts'
import type { Client } from 'pg'
import { nodePostgresStore } from '../../src/node.ts'
import type { TestServer } from '../support-server.ts'
import { drawName, pause, withClient } from '../support-store.ts'
import { startCluster } from './cluster.ts'
import { type FaultKind, type Landed, type Ping, type Run, stamp } from './lines.ts'
import { carryOut, planOf } from './nemesis.ts'

/** How a run is made. */
export interface RunPlan {
  readonly server: TestServer
  readonly bundle: string
  readonly seed: number
  readonly durationMs: number
  /** Faults of these kinds only. */
  readonly kinds?: readonly FaultKind[]
}

const REPLICAS = ['a', 'b', 'c']

/** Clients on three replicas and whatever may happen to them, of which the seed decides; then all that is known of it. */
export async function runHistory(
  plan: RunPlan,
): Promise<{ readonly run: Run; readonly folder: string }> {
  const { server, seed, durationMs } = plan
  const folder = mkdtempSync(join(tmpdir(), `openclaw-history-${String(seed)}-`))
  const [schema, silent] = [drawName(), drawName()]
  await withClient(server.url, (client) => client.query(`CREATE DATABASE ${silent}`))
  const silentUrl = new URL(server.url)
  silentUrl.pathname = silent
  const heart = listenToServer(server.url)
  const cluster = await startCluster({
    ...{ server, bundle: plan.bundle, folder, schema, seed, replicas: REPLICAS },
    silentUrl: silentUrl.href,
  })
  try {
    const plans = planOf(seed, { ...plan, replicas: REPLICAS })
    const over = pause(durationMs)
    const faults = await carryOut(plans, cluster.hands)
    await over
    const histories = await cluster.finish()
    const pings = await heart.stop()
    const run = {
      histories,
      faults,
      pings,
      offset: offsetOfClocks(),
      ...(await outcomeOf(server.url, schema)),
    }
    writeFileSync(join(folder, 'run.json'), JSON.stringify({ seed, plans, ...run }))
    return { run, folder }
  } finally {
    await heart.stop()
    await cluster.dispose()
    await withClient(server.url, async (client) => {
      await client.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`)
      await client.query(`DROP DATABASE ${silent} WITH (FORCE)`)
    })
  }
}

/** The time of day minus the clock that only goes forward; the time of day is cut to whole ms. */
function offsetOfClocks(): number {
  let offset = Number.NEGATIVE_INFINITY
  const until = stamp() + 5
  while (stamp() < until) offset = Math.max(offset, Date.now() - stamp())
  return offset
}

/** What the database has at the end, read by a store that no fault touched. */
async function outcomeOf(
  url: string,
  schema: string,
): Promise<Pick<Run, 'journal' | 'rows' | 'findings'>> {
  const store = await nodePostgresStore({ url, schema })
  try {
    const entries = await store.history(0 as never, 1_000_000)
    const { findings } = await store.verify()
    return {
      journal: entries.map(landedOf),
      rows: await rowsOf(url, schema),
      findings: findings.map(({ what, place, problem }) => `${what} ${place}: ${problem}`),
    }
  } finally {
    await store.close()
  }
}

function landedOf({ seq, time, changes, detail }: JournalEntry): Landed {
  const { op, run } = detail ?? {}
  return {
    ...{ seq, time },
    op: typeof op === 'string' ? op : undefined,
    run: typeof run === 'number' ? run : undefined,
    changes: changes.map(({ collection, key, value }) => ({
      collection,
      key,
      value: value ?? null,
    })),
  }
}

async function rowsOf(url: string, schema: string): Promise<Run['rows']> {
  const text = `SELECT collection, key, value FROM ${schema}.records ORDER BY collection, key`
  const { rows } = await withClient(url, (client) => client.query(text))
  const found: Record<string, Record<string, Json>> = {}
  for (const { collection, key, value } of rows) {
    found[collection] = { ...found[collection], [key]: JSON.parse(value) as Json }
  }
  return found
}

/** Asks the server now and then how it is, past all proxies. */
function listenToServer(url: string): { readonly stop: () => Promise<readonly Ping[]> } {
  const pings: Ping[] = []
  let over = false
  const beat = async (client: Client): Promise<void> => {
    while (!over) {
      const from = stamp()
      await client.query('SELECT 1')
      await pause(40)
      pings.push({ from, to: stamp() })
    }
  }
  const running = (async () => {
    while (!over) {
      await withClient(url, beat).catch(() => pause(100))
    }
  })()
  return {
    stop: async () => {
      over = true
      await running
      return pings
    },
  }
}
