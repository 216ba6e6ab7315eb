import { randomBytes } from 'node:crypto'
import type {
  AccountId,
  ChannelConnection,
  ChannelHost,
  Clock,
  CursorStore,
  EpochMs,
  InboundDm,
} from '@openclaw/pairing-contracts'
import { type ImsgEmulator, startImsgEmulator } from '@openclaw-pairing/emulators'
import { type ImsgOptions, type ImsgTiming, imsgConnection } from '../src/imsg.ts'

export const account = 'default' as AccountId
export const clock: Clock = { now: () => Date.now() as EpochMs }
export const random = (length: number): Uint8Array => randomBytes(length)
export const env = { PATH: process.env['PATH'], HOME: process.env['HOME'] }

/** Waits of a tenth of the real ones and less; a child takes a while to start. */
export const quick: Partial<ImsgTiming> = {
  callMs: 2_000,
  lookMs: 5_000,
  sendMs: 500,
  readyMs: 2_000,
  backoffMs: 30,
  maxBackoffMs: 200,
  ackMs: 50,
  saveMs: 100,
}

export interface MemoryCursor extends CursorStore {
  readonly saves: () => number
  readonly last: () => Readonly<Record<string, string | number>> | undefined
}

export function memoryCursor(): MemoryCursor {
  let saved: Readonly<Record<string, string | number>> | undefined
  let saves = 0
  return {
    load: () => Promise.resolve(saved),
    save: (cursor) => {
      saved = structuredClone(cursor)
      saves += 1
      return Promise.resolve()
    },
    saves: () => saves,
    last: () => saved,
  }
}

export type Line = readonly [
  level: string,
  event: string,
  fields: Readonly<Record<string, unknown>>,
]

/** A connection to an emulator, and everything its host was told. */
export interface Bench {
  readonly connection: ChannelConnection
  readonly offered: InboundDm[]
  readonly ignored: string[]
  readonly lines: Line[]
  readonly ended: Promise<void>
  readonly stop: () => Promise<void>
}

export interface BenchOptions {
  readonly cliPath?: string
  readonly cursor?: CursorStore
  readonly onMessage?: (inbound: InboundDm, connection: ChannelConnection) => Promise<void>
  readonly options?: Partial<ImsgOptions>
}

const open: (() => Promise<unknown>)[] = []

/** An emulator that ends with the test. */
export async function emulate(): Promise<ImsgEmulator> {
  const emulator = await startImsgEmulator()
  open.push(emulator.close)
  return emulator
}

/** Runs a connection; it ends with the test. */
export function runBench({ cliPath, cursor, onMessage, options }: BenchOptions): Bench {
  const connection = imsgConnection({
    ...{ account, clock, random, env, cursor: cursor ?? memoryCursor() },
    ...(cliPath !== undefined && { cliPath }),
    ...options,
    timing: { ...quick, ...options?.timing },
  })
  const offered: InboundDm[] = []
  const ignored: string[] = []
  const lines: Line[] = []
  const host: ChannelHost = {
    onMessage: async (inbound) => {
      offered.push(inbound)
      await onMessage?.(inbound, connection)
      return undefined
    },
    onIgnored: (inbound) => void ignored.push(inbound.kind === 'group' ? 'a group' : inbound.why),
    log: (...line) => void lines.push(line),
  }
  const abort = new AbortController()
  const ended = connection.run(host, abort.signal)
  ended.catch(() => {})
  const stop = (): Promise<void> => {
    abort.abort()
    return ended
  }
  open.unshift(() => stop().catch(() => {}))
  return { connection, offered, ignored, lines, ended, stop }
}

/** Ends everything that a test began. */
export async function closeAll(): Promise<void> {
  for (const close of open.splice(0)) await close()
}

/** Waits until `ready`; fails with `what` after 20 s: processes start slowly on a busy machine. */
export async function until(ready: () => boolean, what: string): Promise<void> {
  const deadline = performance.now() + 20_000
  while (!ready()) {
    if (performance.now() > deadline) throw new Error(`waited in vain: ${what}`)
    await pause(5)
  }
}

export const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms))

export const texts = (messages: readonly InboundDm[]): string[] => messages.map(({ text }) => text)

export const events = (lines: readonly Line[]): string[] => lines.map(([, event]) => event)
