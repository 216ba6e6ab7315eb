import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cleanEnv } from '../children.ts'
import { deviceClientMain } from '../places.ts'
import type { Server } from '../servers.ts'
import type { Env } from '../state.ts'
import type { BenchDevice } from './device.ts'
import type { Done, Order, Report } from './orders.ts'

const CLOSE_LIMIT_MS = 10_000

/** Many devices in a process of their own. */
export interface Crowd {
  readonly order: (order: Order) => Promise<Done>
  /** When the connection of a device ended, in ns of the clock of all processes; rejects after 10 s. */
  readonly closed: (deviceId: string) => Promise<bigint>
}

/** Lends `work` devices that connect to `server`. */
export async function withCrowd<R>(
  { server, devices, env }: CrowdOptions,
  work: (crowd: Crowd) => Promise<R>,
): Promise<R> {
  const file = join(env['HOME'] ?? '', 'devices.json')
  writeFileSync(file, JSON.stringify(devices), { mode: 0o600 })
  const url = `ws://127.0.0.1:${String(server.port)}`
  const child = spawn(process.execPath, [deviceClientMain, url, file], {
    env: cleanEnv({}),
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const end = once(child, 'exit') // `close` does not come after `disconnect`
  try {
    return await work(crowdOf(child))
  } finally {
    if (child.connected) child.disconnect()
    await end
  }
}

/** Who connects where. */
export interface CrowdOptions {
  readonly server: Server
  readonly devices: readonly BenchDevice[]
  readonly env: Env
}

function crowdOf(child: ChildProcess): Crowd {
  const ends = new Map<string, bigint>()
  const waiting = new Map<string, (at: bigint) => void>()
  child.on('message', (report: Report) => {
    if (!('closed' in report)) return
    const at = BigInt(report.at)
    ends.set(report.closed, at)
    waiting.get(report.closed)?.(at)
  })
  return {
    order: (order) => obeyed(child, order),
    closed: (deviceId) =>
      new Promise((resolve, reject) => {
        const known = ends.get(deviceId)
        if (known !== undefined) return resolve(known)
        const late = setTimeout(
          () => reject(new Error('a connection does not end')),
          CLOSE_LIMIT_MS,
        )
        waiting.set(deviceId, (at) => {
          clearTimeout(late)
          resolve(at)
        })
      }),
  }
}

function obeyed(child: ChildProcess, order: Order): Promise<Done> {
  return new Promise((resolve, reject) => {
    const over = () => reject(new Error('the client program ended'))
    const hear = (report: Report) => {
      if ('closed' in report) return
      child.off('message', hear)
      child.off('exit', over)
      if ('done' in report) resolve(report)
      else reject(new Error(report.wrong))
    }
    child.on('message', hear)
    child.once('exit', over)
    child.send(order)
  })
}
