import { randomBytes } from 'node:crypto'
import type { AccountId, Clock, CursorStore, EpochMs } from '@openclaw/pairing-contracts'
import {
  endings,
  memoryCursor,
  type OnMessage,
  type RunningConnection,
  runConnection,
} from '@openclaw/pairing-testing'
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

export interface BenchOptions {
  readonly cliPath?: string
  readonly cursor?: CursorStore
  readonly onMessage?: OnMessage
  readonly options?: Partial<ImsgOptions>
}

/** What ends with the test. */
const ended = endings()
export const { closeAll } = ended

/** An emulator that ends with the test. */
export async function emulate(): Promise<ImsgEmulator> {
  const emulator = await startImsgEmulator()
  ended.add(emulator.close)
  return emulator
}

/** Runs a connection; it ends with the test. */
export function runBench({ cliPath, cursor, onMessage, options }: BenchOptions): RunningConnection {
  const connection = imsgConnection({
    ...{ account, clock, random, env, cursor: cursor ?? memoryCursor() },
    ...(cliPath !== undefined && { cliPath }),
    ...options,
    timing: { ...quick, ...options?.timing },
  })
  const running = runConnection(connection, onMessage)
  ended.add(running.stop)
  return running
}

export {
  eventsOf as events,
  memoryCursor,
  pause,
  type RunningConnection as Bench,
  textsOf as texts,
  until,
} from '@openclaw/pairing-testing'
