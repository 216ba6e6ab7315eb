import { randomBytes } from 'node:crypto'
import type { AccountId, Clock, CursorStore, EpochMs } from '@openclaw/pairing-contracts'
import {
  endings,
  memoryCursor,
  type OnMessage,
  type RunningConnection,
  runConnection,
} from '@openclaw/pairing-testing'
import { type SignalEmulator, startSignalEmulator } from '@openclaw-pairing/emulators'
import { type SignalOptions, type SignalTiming, signalConnection } from '../src/transport.ts'

export const account = 'default' as AccountId
export const clock: Clock = { now: () => Date.now() as EpochMs }
export const random = (length: number): Uint8Array => randomBytes(length)

/** Waits of a tenth of the real ones and less. */
export const quick: Partial<SignalTiming> = {
  silentMs: 2_000,
  requestMs: 400,
  backoffMs: 30,
  maxBackoffMs: 200,
  saveMs: 100,
}

export interface BenchOptions {
  readonly url: string
  readonly cursor?: CursorStore
  readonly onMessage?: OnMessage
  readonly options?: Partial<SignalOptions>
}

/** What ends with the test. */
export const ended: ReturnType<typeof endings> = endings()
export const { closeAll } = ended

/** An emulator that ends with the test. */
export async function emulate(
  options?: Parameters<typeof startSignalEmulator>[0],
): Promise<SignalEmulator> {
  const emulator = await startSignalEmulator(options)
  ended.add(emulator.close)
  return emulator
}

/** Runs a connection; it ends with the test. */
export function runBench({ url, cursor, onMessage, options }: BenchOptions): RunningConnection {
  const connection = signalConnection({
    ...{ httpUrl: url, account, clock, random, cursor: cursor ?? memoryCursor() },
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
  textsOf as texts,
  until,
} from '@openclaw/pairing-testing'
