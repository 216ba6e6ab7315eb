import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
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
import {
  type BlueBubblesEmulator,
  type BlueBubblesEmulatorOptions,
  startBlueBubblesEmulator,
} from '@openclaw-pairing/emulators'
import {
  type BlueBubblesOptions,
  type BlueBubblesTiming,
  bluebubblesConnection,
} from '../src/bluebubbles.ts'

export const account = 'default' as AccountId
export const clock: Clock = { now: () => Date.now() as EpochMs }
export const random = (length: number): Uint8Array => randomBytes(length)
export const PATH = '/bluebubbles-webhook'

/** Waits of a tenth of the real ones and less. */
export const quick: Partial<BlueBubblesTiming> = {
  roundMs: 300,
  lookMs: 150,
  pollMs: 50,
  requestMs: 400,
  sendMs: 400,
  backoffMs: 30,
  maxBackoffMs: 200,
  ackMs: 50,
  saveMs: 50,
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

const open: (() => Promise<unknown>)[] = []

/** What the gateway does for a channel that is called: it listens, and leads requests to whoever runs. */
export interface Hook {
  readonly url: string
  readonly serve: (connection: ChannelConnection | undefined) => void
  readonly close: () => Promise<void>
}

export async function hook(): Promise<Hook> {
  let serving: ChannelConnection | undefined
  const server = createServer((request, response) => {
    lead(serving, request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = async (): Promise<void> => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  open.push(close)
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}${PATH}`,
    serve: (connection) => {
      serving = connection
    },
    close,
  }
}

async function lead(
  connection: ChannelConnection | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const parts: Buffer[] = []
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part)
  const url = new URL(request.url ?? '/', 'http://127.0.0.1')
  const answer = await connection?.webhook?.answer({
    method: request.method === 'GET' ? 'GET' : 'POST',
    query: url.search.slice(1),
    headers: request.headers as Record<string, string | undefined>,
    body: Buffer.concat(parts),
  })
  response.writeHead(answer?.status ?? 503).end(answer?.body)
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
  readonly emulator: BlueBubblesEmulator
  readonly hook?: Hook
  readonly cursor?: CursorStore
  readonly onMessage?: (inbound: InboundDm, connection: ChannelConnection) => Promise<void>
  readonly options?: Partial<BlueBubblesOptions>
}

/** An emulator that ends with the test. */
export async function emulate(options?: BlueBubblesEmulatorOptions): Promise<BlueBubblesEmulator> {
  const emulator = await startBlueBubblesEmulator(options)
  open.push(emulator.close)
  return emulator
}

/** Runs a connection; it ends with the test. */
export function runBench({ emulator, hook, cursor, onMessage, options }: BenchOptions): Bench {
  const connection = bluebubblesConnection({
    ...{ serverUrl: emulator.url, password: emulator.password, account, clock, random },
    ...{ webhookPath: PATH, cursor: cursor ?? memoryCursor() },
    ...(hook && { webhookUrl: hook.url }),
    ...options,
    timing: { ...quick, ...options?.timing },
  })
  hook?.serve(connection)
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

/** A connection that is up, with its webhook registered. */
export async function connected(options: BenchOptions): Promise<Bench> {
  const bench = runBench(options)
  await until(() => bench.connection.status().state === 'connected', 'a connection')
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
