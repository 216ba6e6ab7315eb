import type { Figure } from '../../figure.ts'
import { withReplicas } from '../../postgres/replicas.ts'
import { withClient } from '../../postgres/rows.ts'
import { spreadOf } from '../../stats.ts'

const RUNS = 3
const START_MS = 5_000
const BYTES_EACH = 150

interface Started {
  readonly startMs: number
  readonly residentBytes: number
}

function startOn(url: string, schema: string): Promise<Started> {
  return withReplicas({ url, schema, count: 1 }, async ([replica]) => {
    if (replica === undefined) throw new Error('no replica')
    return { startMs: replica.startMs, residentBytes: await replica.residentBytes() }
  })
}

/** What the server alone takes to read all rows in the order of their keys, and to say how long they are. */
async function scanMs(url: string): Promise<number> {
  const began = performance.now()
  await withClient(url, (client) =>
    client.query(`SELECT sum(length(key) + length(value)) FROM
      (SELECT key, value FROM many_senders.records ORDER BY collection, key) all_rows`),
  )
  return performance.now() - began
}

/** A replica over many senders, beside one over none: processes of their own, started by turns. */
export async function startFigures(url: string, senders: number): Promise<readonly Figure[]> {
  const [starts, each, floors]: [number[], number[], number[]] = [[], [], []]
  for (let run = 0; run < RUNS; run += 1) {
    const none = await startOn(url, 'no_senders')
    const many = await startOn(url, 'many_senders')
    starts.push(many.startMs)
    each.push((many.residentBytes - none.residentBytes) / senders)
    floors.push(none.startMs + (await scanMs(url)))
  }
  return [
    {
      name: 'PostgreSQL, start of a replica, 1,000,000 senders',
      unit: 'ms',
      measured: spreadOf(starts),
      runs: RUNS,
      floor: { name: 'start over none + read by the server', value: spreadOf(floors).median },
      target: { sense: 'at-most', value: START_MS },
    },
    {
      name: 'PostgreSQL, memory for each allowed sender, 1,000,000',
      unit: 'bytes',
      measured: spreadOf(each),
      runs: RUNS,
      target: { sense: 'at-most', value: BYTES_EACH },
    },
  ]
}
