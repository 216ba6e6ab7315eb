/** A text of the Cloud API has at most 4,096 characters. */
export const CLOUD_TEXT_UNITS = 4_096

/** More parts than this are refused: 80,000 units are no chat message. */
export const MAX_PARTS = 20

/** How often one text is tried when Meta is known not to have taken it. */
export const SEND_TRIES = 3

/** A longer wait that is asked for is not waited for, in ms. */
export const MAX_RETRY_AFTER_MS = 60_000

/** Sends that are with Meta at once; it takes 80 a second from one number. */
export const SENDS_AT_ONCE = 16

/**
 * What is older when it comes, by Meta's own time, was brought before, in ms: Meta brings a message again for up to 7 days,
 * and clocks may differ by one.
 */
export const OLDEST_MS: number = 8 * 24 * 60 * 60 * 1_000

/** Messages that are remembered of that time; where there were more, the oldest of them and what is as old are refused. */
export const IDS_REMEMBERED = 5_000

/** After so many sends in a row of which no status came, none is waited for until one comes. */
export const STATUS_MISSES = 3

/** How long each thing may take or waits, in ms. */
export interface CloudTiming {
  /** One request to the Graph API; one try of a send. */
  readonly requestMs: number
  /** Back-off after a failure, doubled each time up to the second. */
  readonly backoffMs: number
  readonly maxBackoffMs: number
  /** After so long without a failure the back-off begins anew. */
  readonly healthyMs: number
  /** Wait before a text is tried again that Meta throttled without naming a time; one person gets one in 6 s. */
  readonly throttledMs: number
  /** How long a send waits for Meta to say that it was passed on: some refusals come only then. */
  readonly statusMs: number
  /** A webhook whose messages are not safe by then is to be brought again. */
  readonly answerMs: number
  /** The token is looked at so often. */
  readonly checkMs: number
  /** A message that is not handled by then is written down and acknowledged. */
  readonly ackMs: number
  /** The position is saved at most this often, unless somebody was answered. */
  readonly saveMs: number
  /** How long a stop waits for handlers. */
  readonly drainMs: number
}

/** What holds unless told otherwise. */
export const CLOUD_TIMING: CloudTiming = {
  requestMs: 15_000,
  backoffMs: 1_000,
  maxBackoffMs: 60_000,
  healthyMs: 60_000,
  throttledMs: 7_000,
  statusMs: 2_000,
  answerMs: 2_000,
  checkMs: 900_000,
  ackMs: 250,
  saveMs: 1_000,
  drainMs: 400,
}
