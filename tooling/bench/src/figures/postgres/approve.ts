import type { Client } from 'pg'
import type { Figure } from '../../figure.ts'
import { pairingOn } from '../../postgres/pairing.ts'
import { withClient } from '../../postgres/rows.ts'
import { quantile, spreadOf } from '../../stats.ts'
import { approvals } from '../approve.ts'
import { tidyFigures } from './tidy.ts'

const RUNS = 5
const TRANSACTIONS = 150
const P99_MS = 50

/** The least that an approval can be: a transaction of one lock, one row and one commit on the disk. */
async function floor(client: Client): Promise<number[]> {
  const taken: number[] = []
  for (let at = 0; at < TRANSACTIONS; at += 1) {
    const began = process.hrtime.bigint()
    await client.query('BEGIN; SELECT n FROM floor FOR UPDATE')
    await client.query('UPDATE floor SET n = n + 1; COMMIT')
    taken.push(Number(process.hrtime.bigint() - began) / 1e6)
  }
  return taken
}

/** An approval that is durable when it is acknowledged, while 1,000,000 senders are allowed. */
export async function postgresApproveFigures(url: string): Promise<readonly Figure[]> {
  const pairing = await pairingOn(url, 'many_senders')
  try {
    return await withClient(url, async (client) => {
      await client.query('CREATE TABLE floor (n integer); INSERT INTO floor VALUES (0)')
      const [runs, bare]: [number[][], number[]] = [[], []]
      for (let run = 0; run < RUNS; run += 1) {
        runs.push(await approvals(pairing, run))
        bare.push(...(await floor(client)))
      }
      const at = (q: number) => ({
        measured: spreadOf(runs.map((taken) => quantile(taken, q))),
        floor: { name: 'lock + update + commit', value: quantile(bare, q) },
        unit: 'ms',
        runs: RUNS,
      })
      return [
        { name: 'PostgreSQL, durable approve, p50, 1,000,000 allowed', ...at(0.5) },
        {
          name: 'PostgreSQL, durable approve, p99, 1,000,000 allowed',
          ...at(0.99),
          target: { sense: 'at-most' as const, value: P99_MS },
        },
        ...(await tidyFigures(pairing)),
      ]
    })
  } finally {
    await pairing.close()
  }
}
