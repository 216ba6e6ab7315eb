import { randomBytes } from 'node:crypto'
import type {
  AccountId,
  ChannelConnection,
  ChannelHost,
  Clock,
  CursorStore,
  EpochMs,
  InboundDm,
  InboundGroup,
  InboundIgnored,
} from '@openclaw/pairing-contracts'
import { type DiscordEmulator, startDiscordEmulator } from '@openclaw-pairing/emulators'
import { type DiscordOptions, type DiscordTiming, discordConnection } from '../src/transport.ts'

export const account = 'default' as AccountId
export const clock: Clock = { now: () => Date.now() as EpochMs }
export const random = (length: number): Uint8Array => randomBytes(length)

/** Waits of a tenth of the real ones and less. */
export const quick: Partial<DiscordTiming> = {
  requestMs: 500,
  connectMs: 2_000,
  catchUpMs: 2_000,
  backoffMs: 30,
  maxBackoffMs: 200,
  invalidMs: 20,
  ackMs: 50,
  saveMs: 100,
}

export interface MemoryCursor extends CursorStore {
  readonly saves: () => number
  readonly last: () => unknown
  readonly failWith: (error: Error | undefined) => void
}

export function memoryCursor(initial?: unknown): MemoryCursor {
  let saved = initial
  let saves = 0
  let failure: Error | undefined
  return {
    load: () => (failure ? Promise.reject(failure) : Promise.resolve(saved)),
    save: (cursor) => {
      if (failure) return Promise.reject(failure)
      saved = structuredClone(cursor)
      saves += 1
      return Promise.resolve()
    },
    saves: () => saves,
    last: () => saved,
    failWith: (error) => {
      failure = error
    },
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
  readonly ignored: (InboundGroup | InboundIgnored)[]
  readonly lines: Line[]
  readonly ended: Promise<void>
  readonly stop: () => Promise<void>
}

export interface BenchOptions {
  readonly emulator: DiscordEmulator
  readonly cursor?: CursorStore
  readonly onMessage?: (inbound: InboundDm, connection: ChannelConnection) => Promise<unknown>
  readonly options?: Partial<DiscordOptions>
}

const open: (() => Promise<unknown>)[] = []

/** An emulator that ends with the test. */
export async function emulate(
  options?: Parameters<typeof startDiscordEmulator>[0],
): Promise<DiscordEmulator> {
  const emulator = await startDiscordEmulator({ identifyMs: 0, ...options })
  open.push(emulator.close)
  return emulator
}

/** A connection to an emulator, not running. */
export function connectionTo(
  { token, url }: DiscordEmulator,
  { cursor, options }: Pick<BenchOptions, 'cursor' | 'options'> = {},
): ChannelConnection {
  return discordConnection({
    ...{ token, apiRoot: url, account, clock, random },
    cursor: cursor ?? memoryCursor(),
    ...options,
    timing: { ...quick, ...options?.timing },
  })
}

/** Runs a connection; it ends with the test. */
export function runBench({ emulator, cursor, onMessage, options }: BenchOptions): Bench {
  const connection = connectionTo(emulator, {
    ...(cursor && { cursor }),
    ...(options && { options }),
  })
  const offered: InboundDm[] = []
  const ignored: (InboundGroup | InboundIgnored)[] = []
  const lines: Line[] = []
  const host: ChannelHost = {
    onMessage: async (inbound) => {
      offered.push(inbound)
      await onMessage?.(inbound, connection)
      return undefined
    },
    onIgnored: (inbound) => void ignored.push(inbound),
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

/** A bench whose session stands. */
export async function connectedBench(options: BenchOptions): Promise<Bench> {
  const bench = runBench(options)
  await until(() => bench.connection.status().state === 'connected', 'the connection')
  return bench
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
