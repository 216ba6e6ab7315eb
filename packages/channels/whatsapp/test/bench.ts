import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
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
import { startWhatsappEmulator, type WhatsappEmulator } from '@openclaw-pairing/emulators'
import { type CloudOptions, type CloudTiming, cloudConnection } from '../src/cloud.ts'

export const account = 'default' as AccountId
export const clock: Clock = { now: () => Date.now() as EpochMs }
export const random = (length: number): Uint8Array => randomBytes(length)
export const VERIFY_TOKEN = 'a-word-that-we-chose'

/** Waits of a tenth of the real ones and less. */
export const quick: Partial<CloudTiming> = {
  requestMs: 500,
  backoffMs: 30,
  maxBackoffMs: 200,
  throttledMs: 40,
  statusMs: 150,
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

/** A port at which an account is called, as a gateway would have it: 503 while none is there. */
export interface Door {
  readonly url: string
  readonly lead: (connection: ChannelConnection) => void
  readonly close: () => Promise<void>
}

export async function openDoor(): Promise<Door> {
  let led: ChannelConnection | undefined
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request as AsyncIterable<Buffer>) parts.push(part)
    const [, query = ''] = /\?(.*)$/.exec(request.url ?? '') ?? []
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    )
    const method = request.method === 'GET' ? 'GET' : 'POST'
    const answer = await led?.webhook?.answer({
      method,
      query,
      headers,
      body: Buffer.concat(parts),
    })
    response.writeHead(answer?.status ?? 503, { 'content-type': 'text/plain' })
    response.end(answer?.body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/whatsapp/webhook`,
    lead: (connection) => {
      led = connection
    },
    close: async () => {
      server.close()
      server.closeAllConnections()
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
  readonly emulator: WhatsappEmulator
  readonly door?: Door
  readonly cursor?: CursorStore
  readonly onMessage?: (inbound: InboundDm, connection: ChannelConnection) => Promise<unknown>
  readonly options?: Partial<CloudOptions>
}

const open: (() => Promise<unknown>)[] = []

/** An emulator that ends with the test, and a door that it knows. */
export async function emulate(
  options?: Parameters<typeof startWhatsappEmulator>[0],
): Promise<{ readonly emulator: WhatsappEmulator; readonly door: Door }> {
  const emulator = await startWhatsappEmulator({ retryMs: 20, maxRetryMs: 200, ...options })
  const door = await openDoor()
  emulator.callback(door.url)
  open.push(emulator.close, door.close)
  return { emulator, door }
}

/** A connection to an emulator, not running. */
export function connectionTo(
  { url, phoneNumberId, accessToken, appSecret }: WhatsappEmulator,
  { cursor, options }: Pick<BenchOptions, 'cursor' | 'options'> = {},
): ChannelConnection {
  return cloudConnection({
    ...{ phoneNumberId, accessToken, appSecret, verifyToken: VERIFY_TOKEN },
    ...{ apiRoot: url, webhookPath: '/whatsapp/webhook', account, clock, random },
    cursor: cursor ?? memoryCursor(),
    ...options,
    timing: { ...quick, ...options?.timing },
  })
}

/** Runs a connection; it ends with the test. */
export function runBench({ emulator, door, cursor, onMessage, options }: BenchOptions): Bench {
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

export const connected = ({ connection }: Bench): Promise<void> =>
  until(() => connection.status().state === 'connected', 'the connection')

export const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms))

export const texts = (messages: readonly InboundDm[]): string[] => messages.map(({ text }) => text)

export const events = (lines: readonly Line[]): string[] => lines.map(([, event]) => event)
