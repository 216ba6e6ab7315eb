import type { Retry } from '@openclaw/pairing-channel-kit'

/** The longest text of one Telegram message is 4096 UTF-16 units; ours stay below it. */
export const CHUNK_UNITS = 4_000

/** More parts than this are refused: 80,000 units are no chat message. */
export const MAX_CHUNKS = 20

/** How often, and after what waits, one text is tried when the platform is known not to have taken it. Reference: the same. */
export const SEND_RETRY: Retry = { attempts: 3, minDelayMs: 400, maxDelayMs: 30_000, jitter: 0.1 }

/** Sends that are with Telegram at once; it takes about 30 in a second. 1,000 more may wait. */
export const SENDS_AT_ONCE = 16

/** How long one try of a send may take, in ms. */
export const SEND_TIMEOUT_MS = 15_000

/** A longer `retry_after` is not waited for, in ms. */
export const MAX_RETRY_AFTER_MS = 60_000

/** `getUpdates` gives at most this many; so many unhandled updates are in memory at once. */
export const WINDOW = 100

/** Message keys that are remembered to recognise a message delivered twice; in memory, and across restarts. */
export const KEYS_IN_MEMORY = 2_000
export const KEYS_KEPT = 200

/** How long each thing may take or waits, in ms. */
export interface TelegramTiming {
  /** How long `getUpdates` waits for something new; no answer in twice that is a stall. */
  readonly pollMs: number
  /** Any other request. */
  readonly requestMs: number
  /** Back-off after a failure, doubled each time up to the second. */
  readonly backoffMs: number
  readonly maxBackoffMs: number
  /** After so long without a failure the back-off begins anew. */
  readonly healthyMs: number
  /** Between tries while another process polls. */
  readonly conflictMs: number
  /** Between polls while handlers are at work. */
  readonly paceMs: number
  /** The cursor is saved at most this often, unless somebody was answered. */
  readonly saveMs: number
  /** A handler that runs longer no longer holds up other chats when the window is full. */
  readonly slowMs: number
  /** How long a stop waits for handlers, and then for the last confirmation. */
  readonly drainMs: number
}

/** What holds unless told otherwise. */
export const TELEGRAM_TIMING: TelegramTiming = {
  pollMs: 30_000,
  requestMs: 15_000,
  backoffMs: 1_000,
  maxBackoffMs: 60_000,
  healthyMs: 60_000,
  conflictMs: 30_000,
  paceMs: 1_000,
  saveMs: 1_000,
  slowMs: 30_000,
  drainMs: 400,
}
