/** The client program: many devices in one process, driven over its IPC channel. Arguments: URL, file of devices. */
import { readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { connected, type Dialer, dialers } from './devices/connection.ts'
import type { BenchDevice } from './devices/device.ts'
import type { Order, Report } from './devices/orders.ts'

const TRIES = 20
const [, , url = '', file = ''] = process.argv
const all = dialers(JSON.parse(readFileSync(file, 'utf8')) as readonly BenchDevice[])
let failed = 0

/** Runs `work` for each of `items`, at most `atOnce` at a time. */
async function eachOf<T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const left = items.values()
  const worker = async () => {
    for (const item of left) await work(item)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}

async function handshake(dialer: Dialer): Promise<void> {
  const socket = await patiently(dialer)
  await new Promise<void>((resolve) => {
    socket.once('close', () => resolve())
    socket.close(1000)
  })
}

async function hold(dialer: Dialer): Promise<void> {
  const socket = await patiently(dialer)
  socket.once('close', () => {
    tell({ closed: dialer.device.deviceId, at: String(process.hrtime.bigint()) })
  })
}

/** Comes again after about a second, as devices do. */
async function patiently(dialer: Dialer) {
  for (let left = TRIES; ; left -= 1) {
    try {
      return await connected(url, dialer)
    } catch (error) {
      failed += 1
      if (left <= 1) throw error
      await wait(500 + 1000 * Math.random())
    }
  }
}

async function obey(order: Order): Promise<void> {
  if (order.does === 'hold') {
    const some = all.slice(order.from, order.to)
    const dials = Array.from({ length: order.times }, () => some).flat()
    return eachOf(dials, order.atOnce, hold)
  }
  const dials = Array.from({ length: order.count }, (_, at) => all[at % all.length])
  return eachOf(dials, order.atOnce, async (dialer) => {
    if (dialer !== undefined) await handshake(dialer)
  })
}

function tell(report: Report): void {
  if (process.connected) process.send?.(report)
}

process.on('message', (order: Order) => {
  failed = 0
  const began = performance.now()
  obey(order).then(
    () => tell({ done: true, ms: performance.now() - began, failed }),
    (error: unknown) => tell({ wrong: String(error) }),
  )
})
// The bench is gone, or wants no more.
process.once('disconnect', () => process.exit())
