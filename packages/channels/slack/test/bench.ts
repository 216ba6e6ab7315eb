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
} from '@openclaw/pairing-testing'
import { openWebhookDoor, type WebhookDoor } from '@openclaw/pairing-testing/node'
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

export interface BenchOptions {
  readonly emulator: SlackEmulator
  readonly cursor?: CursorStore
  readonly onMessage?: OnMessage
  readonly options?: Partial<SlackOptions>
  /** Where Slack calls, for `options.http`. */
  readonly door?: WebhookDoor
}

/** What ends with the test. */
const ended = endings()
export const { closeAll } = ended

/** An emulator that ends with the test. */
export async function emulate(
  options?: Parameters<typeof startSlackEmulator>[0],
): Promise<SlackEmulator> {
  const emulator = await startSlackEmulator(options)
  ended.add(emulator.close)
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

export const PATH = '/slack/events'
export const openDoor = (): Promise<WebhookDoor> => openWebhookDoor(PATH)

/** A workspace that posts to a door, both ending with the test, and what a connection needs to answer it. */
export async function emulateHttp(options?: Parameters<typeof startSlackEmulator>[0]) {
  const door = await openDoor()
  ended.add(door.close)
  const quickly = { retryMs: Array<number>(20).fill(100) }
  const emulator = await emulate({ requestUrl: door.url, ...quickly, ...options })
  const http = { signingSecret: emulator.signingSecret, path: PATH }
  return { emulator, door, http }
}

/** Runs a connection; it ends with the test. */
export function runBench({
  emulator,
  cursor,
  onMessage,
  options,
  door,
}: BenchOptions): RunningConnection {
  const connection = connectionTo(emulator, {
    ...(cursor && { cursor }),
    ...(options && { options }),
  })
  door?.lead(connection)
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
