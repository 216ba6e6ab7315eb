import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
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
  startWaEmulator,
  type WaEmulator,
  type WaEmulatorOptions,
} from '@openclaw-pairing/emulators'
import {
  type BaileysPort,
  LIBRARY_VERSION,
  type LoadedLibrary,
  nodeSession,
  type SessionPlace,
  type WebOptions,
  type WebTiming,
  webConnection,
} from '../../src/web.ts'

export const account = 'default' as AccountId
export const clock: Clock = { now: () => Date.now() as EpochMs }
export const random = (length: number): Uint8Array => randomBytes(length)

/** Waits of a tenth of the real ones and less. */
export const quick: Partial<WebTiming> = {
  connectMs: 1_000,
  sendMs: 400,
  retryMs: 30,
  backoffMs: 30,
  maxBackoffMs: 200,
  lookMs: 30,
  ackMs: 50,
  saveMs: 100,
  closeMs: 100,
  settleMs: 50,
}

const open: (() => Promise<unknown>)[] = []

/** Ends everything that a test began. */
export async function closeAll(): Promise<void> {
  for (const close of open.splice(0)) await close()
}

/** Ended with the test, before what began earlier. */
export const atEnd = (close: () => Promise<unknown>): void => void open.unshift(close)

export async function emulate(options?: WaEmulatorOptions): Promise<WaEmulator> {
  const emulator = await startWaEmulator(options)
  atEnd(emulator.close)
  return emulator
}

/** The stand-in of the library. */
export async function libraryOf({ library }: WaEmulator): Promise<LoadedLibrary> {
  const port: BaileysPort = await import(pathToFileURL(join(library, 'index.js')).href)
  return { port, version: LIBRARY_VERSION, command: 'npm install baileys' }
}

/** A folder that goes with the test. */
export async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'openclaw-wa-'))
  atEnd(() => rm(path, { recursive: true, force: true }))
  return path
}

/** A session that the phone knows. */
export async function linkedSession(emulator: WaEmulator): Promise<SessionPlace> {
  const session = nodeSession(join(await folder(), 'whatsapp', 'default'))
  const { port } = await libraryOf(emulator)
  const creds = { ...port.initAuthCreds(), me: { id: '15550000000:1@s.whatsapp.net' } }
  await session.files.change([
    { name: 'creds.json', text: JSON.stringify(creds, port.BufferJSON.replacer) },
  ])
  return session
}

export interface MemoryCursor extends CursorStore {
  readonly last: () => unknown
}

export function memoryCursor(initial?: unknown): MemoryCursor {
  let saved = initial
  return {
    load: () => Promise.resolve(saved),
    save: (cursor) => {
      saved = structuredClone(cursor)
      return Promise.resolve()
    },
    last: () => saved,
  }
}

export type Line = readonly [
  level: string,
  event: string,
  fields: Readonly<Record<string, unknown>>,
]

/** A connection, and everything its host was told. */
export interface Bench {
  readonly connection: ChannelConnection
  readonly offered: InboundDm[]
  readonly ignored: (InboundGroup | InboundIgnored)[]
  readonly lines: Line[]
  readonly ended: Promise<void>
  readonly stop: () => Promise<void>
}

export interface BenchOptions {
  readonly emulator: WaEmulator
  readonly session?: SessionPlace
  readonly cursor?: CursorStore
  readonly onMessage?: (
    inbound: InboundDm,
    connection: ChannelConnection,
  ) => ReturnType<ChannelHost['onMessage']>
  readonly options?: Partial<WebOptions>
}

export async function optionsOf({
  emulator,
  session,
  cursor,
  options,
}: BenchOptions): Promise<WebOptions> {
  return {
    ...{ account, clock, random, webSocketUrl: emulator.url },
    library: () => libraryOf(emulator),
    session: session ?? (await linkedSession(emulator)),
    cursor: cursor ?? memoryCursor(),
    ...options,
    timing: { ...quick, ...options?.timing },
  }
}

/** Runs a connection; it ends with the test. */
export async function runBench(bench: BenchOptions): Promise<Bench> {
  const connection = webConnection(await optionsOf(bench))
  const offered: InboundDm[] = []
  const ignored: (InboundGroup | InboundIgnored)[] = []
  const lines: Line[] = []
  const host: ChannelHost = {
    onMessage: (inbound) => {
      offered.push(inbound)
      return bench.onMessage?.(inbound, connection) ?? Promise.resolve(undefined)
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
  atEnd(() => stop().catch(() => {}))
  return { connection, offered, ignored, lines, ended, stop }
}

/** Waits until `ready`; fails with `what` after 10 s. */
export async function until(ready: () => unknown, what: string): Promise<void> {
  const deadline = performance.now() + 10_000
  while (!(await ready())) {
    if (performance.now() > deadline) throw new Error(`waited in vain: ${what}`)
    await pause(5)
  }
}

export const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms))

export const texts = (messages: readonly InboundDm[]): string[] => messages.map(({ text }) => text)

export const events = (lines: readonly Line[]): string[] => lines.map(([, event]) => event)
