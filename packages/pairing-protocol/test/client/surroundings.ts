import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect } from 'vitest'
import { type ClientPorts, type GatewayClient, systemPorts } from '../../src/client.ts'
import { type Gateway, gateway } from './gateway.ts'

const ends: (() => Promise<unknown>)[] = []

/** Ends what a test began, whatever became of it; the newest first. */
export function afterwards(end: () => Promise<unknown>): void {
  ends.push(end)
}

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

/** A gateway for one test. */
export async function aGateway(): Promise<Gateway> {
  const made = await gateway()
  afterwards(made.close)
  return made
}

/** A client for one test. */
export function closing<C extends GatewayClient>(client: C): C {
  afterwards(client.close)
  return client
}

/** A folder for one test. */
export async function aFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'client-'))
  afterwards(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** The ports of this machine with waits that jitter shortens least, and that pass as `scale` says; `waits` has what was asked. */
export function hurried(
  scale: (ms: number) => number,
): ClientPorts & { readonly waits: readonly number[] } {
  const waits: number[] = []
  const { after, elapsed } = systemPorts.timers
  return {
    ...systemPorts,
    waits,
    randomBytes: (length) => new Uint8Array(length).fill(255),
    timers: {
      after: (ms, work) => {
        waits.push(ms)
        return after(scale(ms), work)
      },
      elapsed,
    },
  }
}

/** Ports with waits of a hundredth, but for those of 15 s and more: patience that a busy machine needs. */
export function fast(): ReturnType<typeof hurried> {
  return hurried((ms) => (ms >= CONNECT_TIMEOUT_MS ? ms : ms / 100))
}

/** Ports with waits of a hundredth, but for the patience of a handshake. */
export function faster(): ReturnType<typeof hurried> {
  return hurried((ms) => (ms === CONNECT_TIMEOUT_MS ? ms : ms / 100))
}

export const CONNECT_TIMEOUT_MS = 15_000

/** What a promise is rejected with; fails when it is not. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('was not rejected')
}

/** Looks until it is so, for 10 s: machines are busy at times. */
export function eventually<T>(look: () => T): ReturnType<typeof expect.poll<T>> {
  return expect.poll(look, { timeout: 10_000, interval: 10 })
}
