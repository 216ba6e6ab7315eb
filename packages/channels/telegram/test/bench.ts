import { randomBytes } from 'node:crypto'
import type { AccountId, Clock, CursorStore, EpochMs } from '@openclaw/pairing-contracts'
import {
  endings,
  memoryCursor,
  type OnMessage,
  type RunningConnection,
  runConnection,
} from '@openclaw/pairing-testing'
import { startTelegramEmulator, type TelegramEmulator } from '@openclaw-pairing/emulators'
import { type TelegramOptions, type TelegramTiming, telegramConnection } from '../src/transport.ts'

export const account = 'default' as AccountId
export const clock: Clock = { now: () => Date.now() as EpochMs }
export const random = (length: number): Uint8Array => randomBytes(length)

/** Waits of a tenth of the real ones and less. */
export const quick: Partial<TelegramTiming> = {
  pollMs: 2_000,
  requestMs: 400,
  backoffMs: 30,
  maxBackoffMs: 200,
  conflictMs: 150,
  paceMs: 50,
  saveMs: 100,
  slowMs: 200,
}

export interface BenchOptions {
  readonly emulator: TelegramEmulator
  readonly cursor?: CursorStore
  readonly onMessage?: OnMessage
  readonly options?: Partial<TelegramOptions>
}

/** What ends with the test. */
const ended = endings()
export const { closeAll } = ended

/** An emulator that ends with the test. */
export async function emulate(
  options?: Parameters<typeof startTelegramEmulator>[0],
): Promise<TelegramEmulator> {
  const emulator = await startTelegramEmulator(options)
  ended.add(emulator.close)
  return emulator
}

/** Runs a connection; it ends with the test. */
export function runBench({
  emulator,
  cursor,
  onMessage,
  options,
}: BenchOptions): RunningConnection {
  const connection = telegramConnection({
    ...{ token: emulator.token, apiRoot: emulator.url, account, clock, random },
    cursor: cursor ?? memoryCursor(),
    ...options,
    timing: { ...quick, ...options?.timing },
  })
  const running = runConnection(connection, onMessage)
  ended.add(running.stop)
  return running
}

export {
  eventsOf as events,
  type MemoryCursor,
  memoryCursor,
  pause,
  textsOf as texts,
  until,
} from '@openclaw/pairing-testing'
