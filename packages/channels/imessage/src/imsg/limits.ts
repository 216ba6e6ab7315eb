/** What imsg says in words: so many lines a minute reach the log. */
export const COMPLAINTS_PER_MINUTE = 20

/** Requests that wait for an answer at once; imsg takes 128. */
export const MAX_PENDING = 64

/** So many requests without an answer in a row, and imsg is started anew. */
export const MAX_UNANSWERED = 2

/** Ids of own messages that are remembered to recognise them when they come back. */
export const OWN_GUIDS = 500

/** What Messages learns of so long after it was sent is history, such as an iCloud account that is filled up, in ms. */
export const HISTORY_MS: number = 7 * 24 * 60 * 60 * 1_000

/** A message that comes live, so long after it was sent: the Mac was away meanwhile, in ms. */
export const LATE_MS: number = 2 * 60 * 1_000

/** In another database at the same path so many of its newest rows are looked at. */
export const ROWS_LOOKED_BACK = 500

/** How long each thing may take or waits, in ms. */
export interface ImsgTiming {
  /** Any request but a send. */
  readonly callMs: number
  /** A look at what is there, which not every imsg allows. */
  readonly lookMs: number
  /** A send: Messages may have to be started. */
  readonly sendMs: number
  /** How long a send waits for imsg while that is started anew. */
  readonly readyMs: number
  /** imsg is asked so often whether it lives. */
  readonly beatMs: number
  /** Back-off after a failure, doubled each time up to the second. */
  readonly backoffMs: number
  readonly maxBackoffMs: number
  /** After so long without a failure the back-off begins anew. */
  readonly healthyMs: number
  /** A message that is not handled by then is written down. */
  readonly ackMs: number
  /** The position is saved at most this often, unless somebody was answered. */
  readonly saveMs: number
  /** How long a stop waits for handlers. */
  readonly drainMs: number
  /** imsg ends by itself when its input does; after so long it gets SIGTERM, after as long again SIGKILL. */
  readonly endMs: number
}

/** What holds unless told otherwise. */
export const IMSG_TIMING: ImsgTiming = {
  callMs: 10_000,
  lookMs: 5_000,
  sendMs: 15_000,
  readyMs: 10_000,
  beatMs: 60_000,
  backoffMs: 1_000,
  maxBackoffMs: 60_000,
  healthyMs: 60_000,
  ackMs: 250,
  saveMs: 1_000,
  drainMs: 400,
  endMs: 150,
}
