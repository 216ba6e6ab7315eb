import type { Retry } from '@openclaw/pairing-channel-kit'

/** Discord takes no longer messages; UTF-16 units, markup included. */
export const MESSAGE_UNITS = 2_000

/** Longer frames are left out, in UTF-16 units: a direct message has some ten thousand. */
export const MAX_FRAME_UNITS: number = 4 * 1024 * 1024

/** More parts than this are refused: 40,000 units are no chat message. */
export const MAX_PARTS = 20

/** The same where lines are counted: a list of short lines makes many. */
export const MAX_PARTS_OF_LINES = 100

/** Longer texts are refused before they are cut, in UTF-16 units. */
export const MAX_TEXT_UNITS: number = MAX_PARTS * MESSAGE_UNITS

/** The most lines of a message, unless told otherwise. Reference: the same. */
export const MESSAGE_LINES = 17

/** How often, and after what waits, one text is tried. Reference: the same. */
export const SEND_RETRY: Retry = { attempts: 3, minDelayMs: 500, maxDelayMs: 30_000, jitter: 0.1 }

/** A longer `retry_after` is not waited for, in ms. */
export const MAX_RETRY_AFTER_MS = 60_000

/** Sends that are with Discord at once; it takes about 50 requests in a second. 1,000 more may wait. */
export const SENDS_AT_ONCE = 16

/** Channels of people that were opened to be written to, and kinds of channels that were asked for. */
export const CHANNELS_REMEMBERED = 1_000

/** Messages that may be with handlers or wait for them. */
export const WINDOW = 1_000

/** Events of one socket that may wait for their turn: more, and Discord gives them again later. */
export const EVENTS_WAITING = 5_000

/** Direct messages whose newest message is remembered, to ask for what came after it when a session is lost. */
export const DIRECTS_KEPT = 200

/** Messages that are asked for at once; Discord gives no more. */
export const PAGE = 100

/** After so many tries, about an hour, a conversation that cannot be asked about goes on with what comes. */
export const MISSED_TRIES = 60

/** Older messages are not caught up, in ms. */
export const MISSED_MS: number = 24 * 60 * 60 * 1_000

/** The last session starts of a day are spread over what is left of it. */
export const STARTS_RESERVED = 20

/** Longer than this no wait for a session start is, in ms: then it is asked again. */
export const START_WAIT_MS: number = 60 * 60 * 1_000

/** How long each thing may take or waits, in ms. */
export interface DiscordTiming {
  /** One request to the REST API; one try of a send. */
  readonly requestMs: number
  /** From opening a socket to READY, and between two events of a resumed session. */
  readonly connectMs: number
  /** All requests for what was missed together. */
  readonly catchUpMs: number
  /** Back-off after a failure, doubled each time up to the second. */
  readonly backoffMs: number
  readonly maxBackoffMs: number
  /** After so long without a failure the back-off begins anew. */
  readonly healthyMs: number
  /** At least this long, and up to five times as long, nothing is asked after a session was declared invalid. */
  readonly invalidMs: number
  /** A message that is not handled by then is written down. */
  readonly ackMs: number
  /** The position is saved at most this often, unless somebody was answered. */
  readonly saveMs: number
  /** How long a stop waits for handlers. */
  readonly drainMs: number
}

/** What holds unless told otherwise. */
export const DISCORD_TIMING: DiscordTiming = {
  requestMs: 15_000,
  connectMs: 30_000,
  catchUpMs: 30_000,
  backoffMs: 1_000,
  maxBackoffMs: 60_000,
  healthyMs: 60_000,
  invalidMs: 1_000,
  ackMs: 250,
  saveMs: 1_000,
  drainMs: 400,
}
