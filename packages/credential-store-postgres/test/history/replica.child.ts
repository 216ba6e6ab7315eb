/** A replica: clients that do random things through the port, and write down what they lived through. */
import { appendFileSync } from 'node:fs'
import type { EpochMs, Seq } from '@openclaw/pairing-contracts'
import { nodePostgresPorts } from '../../src/node.ts'
import { postgresStore } from '../../src/postgres-store.ts'
import { type Line, stamp } from './lines.ts'
import { client, holdLease, watchViews } from './replica-clients.ts'

/** What a replica is told, as JSON in its first argument. */
export interface ReplicaTask {
  readonly url: string
  /** Where nothing is heard of, when it leads to another database than `url`. */
  readonly listenUrl?: string
  readonly schema: string
  readonly name: string
  readonly file: string
  readonly seed: number
  /** What its time of day is off by, in ms; told anew on stdin as `clock <ms>`. */
  readonly skewMs: number
  /** It gives up soon, so that operations fail, or end without anybody knowing how. */
  readonly isImpatient: boolean
}

const CLIENTS = 4
const IMPATIENT = { retryForMs: 400, outcomeWithinMs: 700, lockWaitMs: 800 }
const LEASES = { leaseMs: 3_000, renewMs: 600, marginMs: 800, askMs: 200 }

const task = JSON.parse(process.argv[2] ?? '{}') as ReplicaTask
const stop = new AbortController()
let skewMs = task.skewMs
process.stdin.on('data', (bytes: Buffer) => {
  for (const word of bytes.toString().split('\n')) {
    if (word.startsWith('clock ')) skewMs = Number(word.slice(6))
    if (word === 'stop') stop.abort()
  }
})
// whoever started it is gone
process.stdin.on('end', () => process.exit(1))

/** Written at once and as a whole: what is not in the file did not happen yet. */
function say(line: Line): void {
  appendFileSync(task.file, `${JSON.stringify(line)}\n`)
}

const ports = {
  ...nodePostgresPorts(),
  clock: { now: () => (Date.now() + skewMs) as EpochMs },
}
const { url, listenUrl, schema, name } = task
const store = await postgresStore(
  {
    ...{ url, schema, applicationName: name, leases: LEASES, openTimeoutMs: 30_000 },
    ...(listenUrl === undefined ? {} : { listenUrl }),
    ...(task.isImpatient ? { timing: IMPATIENT } : {}),
  },
  ports,
)
say({ k: 'open', at: stamp(), deaf: listenUrl !== undefined })
const parts = { store, say, stop: stop.signal, name, seed: task.seed }
void follow()
await Promise.all([
  ...Array.from({ length: CLIENTS }, (_, number) => client(parts, number)),
  watchViews(parts),
  holdLease(parts),
])
// it must come to itself when nothing is in its way any more
const until = stamp() + 20_000
for (;;) {
  const well = await store.refresh().then(
    () => store.health().state === 'ok',
    () => false,
  )
  if (well || stamp() > until) break
  await new Promise((resolve) => setTimeout(resolve, 100))
}
const { state, seq } = store.health()
say({ k: 'end', at: stamp(), state, seq })
await store.close()
process.exit(0)

/** Goes on behind the last entry when the store says that it cannot be read now. */
async function follow(): Promise<void> {
  let last = 0 as Seq
  while (!stop.signal.aborted) {
    try {
      for await (const { seq, detail } of store.changes(last, stop.signal)) {
        say({ k: 'change', seq, op: String(detail?.['op']) })
        last = seq
      }
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
}
