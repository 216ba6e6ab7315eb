import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Figure } from '../../figure.ts'
import { resultsFolder } from '../../places.ts'
import { withReplicas } from '../../postgres/replicas.ts'
import { withClient } from '../../postgres/rows.ts'
import { type Database, pgbenchPath } from '../../postgres/server.ts'
import { spreadOf } from '../../stats.ts'

const COUNTS = [1, 2, 4] as const
const FOR_MS = 3_000
/** Requests for one client in one measurement: more than it gets through. */
const EACH = 3_000
const SUM = COUNTS.reduce((sum, count) => sum + count, 0)

/** How many requests all measurements may use up. */
export const REQUESTS: number = SUM * SUM * EACH

/**
 * What an approval is to the database, by hand: the row that puts commits in order, three records looked up, one taken out,
 * two put in, an entry of the journal of the same length, a notification. One statement for each, as pgbench does it.
 */
const SCRIPT = `\\set id random(1, 1000000000000)
BEGIN;
SELECT seq FROM bench.head FOR UPDATE;
SELECT value FROM bench.records WHERE key = 'asked/' || :client_id;
SELECT value FROM bench.records WHERE key = 'known/' || :id;
SELECT value FROM bench.records WHERE key = 'other/' || :id;
UPDATE bench.records SET value = repeat('x', 300) WHERE key = 'asked/' || :client_id;
INSERT INTO bench.records VALUES ('known/' || :id, repeat('x', 150)), ('settled/' || :id, repeat('x', 250)) ON CONFLICT DO NOTHING;
INSERT INTO bench.events SELECT seq + 1, repeat('x', 900) FROM bench.head;
UPDATE bench.head SET seq = seq + 1;
NOTIFY bench, '1';
COMMIT;
`

/** Approvals of so many clients in each of so many replicas, beside pgbench's rate with as many clients in all. */
export async function rateFigures(database: Database): Promise<readonly Figure[]> {
  const script = join(resultsFolder, 'approval.sql')
  writeFileSync(script, SCRIPT)
  await withClient(database.url, (client) =>
    client.query(`CREATE SCHEMA bench;
      CREATE TABLE bench.head (seq bigint) WITH (fillfactor = 10);
      INSERT INTO bench.head VALUES (0);
      CREATE TABLE bench.records (key text PRIMARY KEY, value text);
      INSERT INTO bench.records SELECT 'asked/' || n, repeat('x', 300) FROM generate_series(0, 63) n;
      CREATE TABLE bench.events (seq bigint PRIMARY KEY, changes text)`),
  )
  const floors = new Map<number, number | undefined>()
  const figures: Figure[] = []
  let from = 0
  for (const replicas of COUNTS) {
    for (const clients of COUNTS) {
      const all = replicas * clients
      if (!floors.has(all)) floors.set(all, await pgbenchRate(database, script, all))
      const rate = await rateOf(database.url, { replicas, clients, from })
      from += all * EACH
      figures.push(figureOf({ replicas, clients, rate, floor: floors.get(all) }))
    }
  }
  return figures
}

interface Measured {
  readonly replicas: number
  readonly clients: number
  readonly rate: number
  readonly floor: number | undefined
}

function figureOf({ replicas, clients, rate, floor }: Measured): Figure {
  const name = `PostgreSQL, approvals, ${String(replicas)} × replica, ${String(clients)} × client in each`
  return {
    name,
    unit: 'approvals/s',
    measured: spreadOf([rate]),
    runs: 1,
    ...(floor === undefined
      ? {}
      : { floor: { name: 'pgbench, one transaction by hand', value: floor } }),
  }
}

function rateOf(
  url: string,
  {
    replicas: count,
    clients,
    from,
  }: { readonly replicas: number; readonly clients: number; readonly from: number },
): Promise<number> {
  return withReplicas({ url, schema: 'few_senders', count }, async (replicas) => {
    const orders = replicas.map((replica, index) =>
      replica.approve({ from: from + index * clients * EACH, each: EACH, clients, forMs: FOR_MS }),
    )
    const done = await Promise.all(orders)
    return done.reduce((sum, { approved, ms }) => sum + (approved * 1_000) / ms, 0)
  })
}

/** Transactions per second; `undefined` where pgbench is not installed. */
async function pgbenchRate(
  { port, password }: Database,
  script: string,
  clients: number,
): Promise<number | undefined> {
  const pgbench = pgbenchPath()
  if (pgbench === undefined) {
    process.stderr.write('  pgbench is not installed: no floor for the rates\n')
    return undefined
  }
  const args = ['-n', '-h', '127.0.0.1', '-p', String(port), '-U', 'postgres', '-f', script]
    .concat('-T', String(FOR_MS / 1_000), '-c', String(clients), '-j', String(Math.min(clients, 2)))
    .concat('postgres')
  const { stdout } = await promisify(execFile)(pgbench, args, {
    env: { ...process.env, PGPASSWORD: password },
  })
  const [, rate] = /^tps = ([\d.]+)/m.exec(stdout) ?? []
  if (rate === undefined) throw new Error(`pgbench said no rate:\n${stdout}`)
  return Number(rate)
}
