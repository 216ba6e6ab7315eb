import { randomBytes } from 'node:crypto'
import type { AccountId, Clock, CursorStore, EpochMs } from '@openclaw/pairing-contracts'
import {
  endings,
  memoryCursor,
  type OnMessage,
  type RunningConnection,
  runConnection,
  until,
} from '@openclaw/pairing-testing'
import { openWebhookDoor, type WebhookDoor } from '@openclaw/pairing-testing/node'
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

/** What ends with the test. */
const ended = endings()
export const { closeAll } = ended

/** Where the server calls; ends with the test. */
export async function hook(): Promise<WebhookDoor> {
  const door = await openWebhookDoor(PATH)
  ended.add(door.close)
  return door
}

export interface BenchOptions {
  readonly emulator: BlueBubblesEmulator
  readonly hook?: WebhookDoor
  readonly cursor?: CursorStore
  readonly onMessage?: OnMessage
  readonly options?: Partial<BlueBubblesOptions>
}

/** An emulator that ends with the test. */
export async function emulate(options?: BlueBubblesEmulatorOptions): Promise<BlueBubblesEmulator> {
  const emulator = await startBlueBubblesEmulator(options)
  ended.add(emulator.close)
  return emulator
}

/** Runs a connection; it ends with the test. */
export function runBench({
  emulator,
  hook,
  cursor,
  onMessage,
  options,
}: BenchOptions): RunningConnection {
  const connection = bluebubblesConnection({
    ...{ serverUrl: emulator.url, password: emulator.password, account, clock, random },
    ...{ webhookPath: PATH, cursor: cursor ?? memoryCursor() },
    ...(hook && { webhookUrl: hook.url }),
    ...options,
    timing: { ...quick, ...options?.timing },
  })
  hook?.lead(connection)
  const running = runConnection(connection, onMessage)
  ended.add(running.stop)
  return running
}

/** A connection that is up, with its webhook registered. */
export async function connected(options: BenchOptions): Promise<RunningConnection> {
  const bench = runBench(options)
  await until(() => bench.connection.status().state === 'connected', 'a connection')
  return bench
}

export {
  eventsOf as events,
  memoryCursor,
  pause,
  textsOf as texts,
  until,
} from '@openclaw/pairing-testing'
