import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { AccountId, Clock, CursorStore, EpochMs } from '@openclaw/pairing-contracts'
import {
  endings,
  memoryCursor,
  type OnMessage,
  type RunningConnection,
  runConnection,
} from '@openclaw/pairing-testing'
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

/** What ends with the test. */
const ended = endings()
export const { closeAll } = ended

/** Ended with the test, before what began earlier. */
export const atEnd = ended.add

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

export interface BenchOptions {
  readonly emulator: WaEmulator
  readonly session?: SessionPlace
  readonly cursor?: CursorStore
  readonly onMessage?: OnMessage
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
export async function runBench(bench: BenchOptions): Promise<RunningConnection> {
  const connection = webConnection(await optionsOf(bench))
  const running = runConnection(connection, bench.onMessage)
  ended.add(running.stop)
  return running
}

export {
  eventsOf as events,
  memoryCursor,
  pause,
  textsOf as texts,
  until,
} from '@openclaw/pairing-testing'
