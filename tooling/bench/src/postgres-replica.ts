/** A replica in a process of its own, driven over its IPC channel. Arguments: URL, schema. */

import type { ReplicaOrder, ReplicaReport } from './postgres/orders.ts'
import { pairingOn } from './postgres/pairing.ts'
import { accountOf, requestIdOf } from './postgres/rows.ts'
import { owner } from './state.ts'

const TIMES = 5

const [, , url = '', schema = ''] = process.argv
const { people, close, store } = await pairingOn(url, schema)
tell({ ready: store.view({ name: 'dm.senders', decode: () => 0, encode: () => 0 }).seq() })

function tell(report: ReplicaReport): void {
  if (process.connected) process.send?.(report)
}

/** Requests one after another, until the time is over or there is none left. */
async function approveAll(from: number, to: number, until: number): Promise<number[]> {
  const taken: number[] = []
  for (let n = from; n < to && performance.now() < until; n += 1) {
    const began = performance.now()
    const { outcome } = await people.approve(owner, { ...accountOf(n), typed: requestIdOf(n) })
    if (outcome !== 'approved') throw new Error(`expected approved, got ${outcome}`)
    taken.push(performance.now() - began)
  }
  return taken
}

async function obey(order: ReplicaOrder): Promise<void> {
  if (order.does === 'measure') {
    for (let time = 0; time < TIMES; time += 1) {
      globalThis.gc?.()
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    return tell({ residentBytes: process.memoryUsage.rss() })
  }
  const { from, each, clients, forMs } = order
  const began = performance.now()
  const all = Array.from({ length: clients }, (_, client) =>
    approveAll(from + client * each, from + (client + 1) * each, began + forMs),
  )
  const taken = (await Promise.all(all)).flat()
  tell({ approved: taken.length, ms: performance.now() - began })
}

process.on('message', (order: ReplicaOrder) => {
  obey(order).catch((error: unknown) => tell({ wrong: String(error) }))
})
process.once('disconnect', () => void close().finally(() => process.exit()))
