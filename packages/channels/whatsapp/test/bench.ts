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
import { openWebhookDoor, type WebhookDoor } from '@openclaw/pairing-testing/node'
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

/** Where Meta calls. */
export const openDoor = (): Promise<WebhookDoor> => openWebhookDoor('/whatsapp/webhook')

export interface BenchOptions {
  readonly emulator: WhatsappEmulator
  readonly door?: WebhookDoor
  readonly cursor?: CursorStore
  readonly onMessage?: OnMessage
  readonly options?: Partial<CloudOptions>
}

/** What ends with the test. */
const ended = endings()
export const { closeAll } = ended

/** An emulator that ends with the test, and a door that it knows. */
export async function emulate(
  options?: Parameters<typeof startWhatsappEmulator>[0],
): Promise<{ readonly emulator: WhatsappEmulator; readonly door: WebhookDoor }> {
  const emulator = await startWhatsappEmulator({ retryMs: 20, maxRetryMs: 200, ...options })
  const door = await openDoor()
  emulator.callback(door.url)
  ended.add(door.close)
  ended.add(emulator.close)
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
export function runBench({
  emulator,
  door,
  cursor,
  onMessage,
  options,
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

export const connected = ({ connection }: RunningConnection): Promise<void> =>
  until(() => connection.status().state === 'connected', 'the connection')

export {
  eventsOf as events,
  memoryCursor,
  pause,
  type RunningConnection as Bench,
  textsOf as texts,
  until,
} from '@openclaw/pairing-testing'
