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
import { type SlackEmulator, startSlackEmulator } from '@openclaw-pairing/emulators'
import { type SlackOptions, type SlackTiming, slackConnection } from '../src/transport.ts'

export const account = 'default' as AccountId
export const clock: Clock = { now: () => Date.now() as EpochMs }
export const random = (length: number): Uint8Array => randomBytes(length)

/** Waits of a tenth of the real ones and less. */
export const quick: Partial<SlackTiming> = {
  requestMs: 500,
  connectMs: 2_000,
  nameMs: 300,
  backoffMs: 30,
  maxBackoffMs: 200,
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
  readonly emulator: SlackEmulator
  readonly cursor?: CursorStore
  readonly onMessage?: (inbound: InboundDm, connection: ChannelConnection) => Promise<unknown>
  readonly options?: Partial<SlackOptions>
  /** Where Slack calls, for `options.http`. */
  readonly door?: Door
}

const open: (() => Promise<unknown>)[] = []

/** An emulator that ends with the test. */
export async function emulate(
  options?: Parameters<typeof startSlackEmulator>[0],
): Promise<SlackEmulator> {
  const emulator = await startSlackEmulator(options)
  open.push(emulator.close)
  return emulator
}

/** A connection to an emulator, not running. */
export function connectionTo(
  { botToken, appToken, url }: SlackEmulator,
  { cursor, options }: Pick<BenchOptions, 'cursor' | 'options'> = {},
): ChannelConnection {
  return slackConnection({
    ...{ botToken, apiRoot: url, account, clock, random },
    ...(options?.http === undefined && { appToken }),
    cursor: cursor ?? memoryCursor(),
    ...options,
    timing: { ...quick, ...options?.timing },
  })
}

/** What stands before a connection that is called: it hands each post to the newest one. */
export interface Door {
  readonly url: string
  readonly lead: (connection: ChannelConnection) => void
  readonly close: () => Promise<void>
}

export const PATH = '/slack/events'

/** Listens on 127.0.0.1; answers 503 while nobody is there. */
export async function openDoor(): Promise<Door> {
  let current: ChannelConnection | undefined
  const server = createServer((request, response) => {
    handOn(current, request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}${PATH}`,
    lead: (connection) => {
      current = connection
    },
    close: async () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

async function handOn(
  connection: ChannelConnection | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
  )
  const method = request.method === 'GET' ? 'GET' : 'POST'
  const asked = { method, query: '', headers, body: Buffer.concat(parts) } as const
  const answered = (await connection?.webhook?.answer(asked)) ?? { status: 503 }
  response.writeHead(answered.status).end(answered.body)
}

/** A workspace that posts to a door, both ending with the test, and what a connection needs to answer it. */
export async function emulateHttp(options?: Parameters<typeof startSlackEmulator>[0]) {
  const door = await openDoor()
  open.push(door.close)
  const quickly = { retryMs: Array<number>(20).fill(100) }
  const emulator = await emulate({ requestUrl: door.url, ...quickly, ...options })
  const http = { signingSecret: emulator.signingSecret, path: PATH }
  return { emulator, door, http }
}

/** Runs a connection; it ends with the test. */
export function runBench({ emulator, cursor, onMessage, options, door }: BenchOptions): Bench {
  const connection = connectionTo(emulator, {
    ...(cursor && { cursor }),
    ...(options && { options }),
  })
  door?.lead(connection)
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
