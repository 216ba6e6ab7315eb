import { randomBytes } from 'node:crypto'
import type {
  AccountId,
  ChannelConnection,
  Clock,
  CursorStore,
  EpochMs,
} from '@openclaw/pairing-contracts'
import {
  endings,
  memoryCursor,
  type OnMessage,
  type RunningConnection,
  runConnection,
  until,
} from '@openclaw/pairing-testing'
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

export interface BenchOptions {
  readonly emulator: DiscordEmulator
  readonly cursor?: CursorStore
  readonly onMessage?: OnMessage
  readonly options?: Partial<DiscordOptions>
}

/** What ends with the test. */
const ended = endings()
export const { closeAll } = ended

/** An emulator that ends with the test. */
export async function emulate(
  options?: Parameters<typeof startDiscordEmulator>[0],
): Promise<DiscordEmulator> {
  const emulator = await startDiscordEmulator({ identifyMs: 0, ...options })
  ended.add(emulator.close)
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
export function runBench({
  emulator,
  cursor,
  onMessage,
  options,
}: BenchOptions): RunningConnection {
  const connection = connectionTo(emulator, {
    ...(cursor && { cursor }),
    ...(options && { options }),
  })
  const running = runConnection(connection, onMessage)
  ended.add(running.stop)
  return running
}

/** A bench whose session stands. */
export async function connectedBench(options: BenchOptions): Promise<RunningConnection> {
  const bench = runBench(options)
  await until(() => bench.connection.status().state === 'connected', 'the connection')
  return bench
}

export {
  eventsOf as events,
  memoryCursor,
  pause,
  textsOf as texts,
  until,
} from '@openclaw/pairing-testing'
