import type { WebReconnect } from './types.ts'

/** The library takes 65,536 characters; phones fold texts that are much longer than this. */
export const WEB_TEXT_UNITS = 4_000

/** More parts than this are refused: 80,000 units are no chat message. */
export const WEB_PARTS = 20

/** How often one text is tried while there is no connection; once it was handed over, never again. */
export const WEB_SEND_TRIES = 3

/** Unhandled messages in memory. WhatsApp brings nothing twice, so there is room for a burst. */
export const WEB_WINDOW = 5_000

/** What of them is kept to make them again, in UTF-16 units of JSON. */
export const WEB_WINDOW_UNITS: number = 8 * 1024 * 1024

/** Of one event no deeper fields and no longer texts are looked at. */
export const MAX_DEPTH = 12
export const MAX_FIELDS = 200
export const MAX_TEXT_UNITS = 65_536

/** A message that the library hands over as caught up counts as kept for that long, in ms: it does not say how long it was. */
export const CAUGHT_UP_MS: number = 60 * 60 * 1_000

/** Failures in a row after which it is said that the link itself may be broken. */
export const FAILURES_TO_RELINK = 10

/** Key files written at once. */
export const WRITES_AT_ONCE = 8

/** How long each thing may take or waits, in ms. */
export interface WebTiming {
  /** Until the connection stands. */
  readonly connectMs: number
  /** Until WhatsApp has taken a text. */
  readonly sendMs: number
  /** Between tries of a text while there is no connection. */
  readonly retryMs: number
  /** Back-off after a failure, ×1.4 each time up to the second. */
  readonly backoffMs: number
  readonly maxBackoffMs: number
  /** After so long without a failure the back-off begins anew. */
  readonly healthyMs: number
  /** How often an account that is not linked, or whose session another process holds, is looked at. */
  readonly lookMs: number
  /** A message that is not handled by then is written down. */
  readonly ackMs: number
  /** The position is saved at most this often, unless somebody was answered. */
  readonly saveMs: number
  /** How long a stop waits for handlers. */
  readonly drainMs: number
  /** How long the library may take to close, before the connection is cut. */
  readonly closeMs: number
  /** How long a new link is left alone before it is ended: the library has its first things to do. */
  readonly settleMs: number
}

/** How a link is made again. Reference: the same. */
export const WEB_RECONNECT: WebReconnect = {
  initialMs: 2_000,
  maxMs: 120_000,
  factor: 1.4,
  jitter: 0.2,
  maxAttempts: 0,
}

/** What holds unless told otherwise. */
export const WEB_TIMING: WebTiming = {
  connectMs: 20_000,
  sendMs: 15_000,
  retryMs: 1_000,
  backoffMs: WEB_RECONNECT.initialMs,
  maxBackoffMs: WEB_RECONNECT.maxMs,
  healthyMs: 60_000,
  lookMs: 2_000,
  ackMs: 250,
  saveMs: 1_000,
  drainMs: 400,
  closeMs: 400,
  settleMs: 2_000,
}
