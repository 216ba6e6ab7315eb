/** Texts up to this many UTF-16 units travel inside a Signal message; longer ones as an attachment. */
export const CHUNK_UNITS = 2_000

/** More parts than this are refused: 80,000 units are no chat message. */
export const MAX_CHUNKS = 40

/** How often one text is tried when the daemon is known not to have taken it. */
export const SEND_TRIES = 3

/** Sends that are with the daemon at once, and that wait behind them; one more fails at once. */
export const SENDS_AT_ONCE = 4
export const SENDS_WAITING = 1_000

/** Unhandled messages in memory; the stream is not read further meanwhile. */
export const WINDOW = 100

/** Message keys that are remembered to recognise a message delivered twice; the daemon repeats at most 1,000 events. */
export const KEYS_IN_MEMORY = 2_000
export const KEYS_KEPT = 1_000

/** One event of the stream, in UTF-16 units; a longer one ends the connection. */
export const MAX_EVENT_UNITS: number = 1024 * 1024

/** What a stop leaves unhandled is kept for the next start up to this many UTF-16 units in all. */
export const MAX_PENDING_UNITS: number = 256 * 1024

/** How long each thing may take or waits, in ms. */
export interface SignalTiming {
  /** The stream says something at least every 15 s; silence for longer than this is a dead connection. */
  readonly silentMs: number
  /** Any request. */
  readonly requestMs: number
  /** Back-off after a failure, doubled each time up to the second. */
  readonly backoffMs: number
  readonly maxBackoffMs: number
  /** After so long without a failure the back-off begins anew. */
  readonly healthyMs: number
  /** The position is saved at most this often, unless somebody was answered. */
  readonly saveMs: number
  /** How long a stop waits for handlers. */
  readonly drainMs: number
  /** How long a send waits for a daemon that is just started. */
  readonly readyMs: number
}

/** What holds unless told otherwise. */
export const SIGNAL_TIMING: SignalTiming = {
  silentMs: 40_000,
  requestMs: 15_000,
  backoffMs: 1_000,
  maxBackoffMs: 60_000,
  healthyMs: 60_000,
  saveMs: 1_000,
  drainMs: 400,
  readyMs: 10_000,
}

/** How long each thing about a daemon that is started here may take or waits, in ms. */
export interface SignalDaemonTiming {
  /** Until it answers: it has to load, and Java with it. */
  readonly startMs: number
  /** The longest `startMs`. */
  readonly maxStartMs: number
  /** It is asked so often while it starts, and each time has so long to answer. */
  readonly pollMs: number
  readonly lookMs: number
  /** One that runs and answers nothing for so long is ended. */
  readonly deafMs: number
  /** After SIGTERM it is given so long, then SIGKILL: less than a gateway waits for its channels. */
  readonly endMs: number
  /** Back-off after it ended or did not start, doubled each time up to the second. */
  readonly backoffMs: number
  readonly maxBackoffMs: number
  /** After so long without a failure the back-off begins anew. */
  readonly healthyMs: number
}

/** What holds unless told otherwise. */
export const SIGNAL_DAEMON_TIMING: SignalDaemonTiming = {
  startMs: 30_000,
  maxStartMs: 120_000,
  pollMs: 200,
  lookMs: 2_000,
  deafMs: 15_000,
  endMs: 2_000,
  backoffMs: 1_000,
  maxBackoffMs: 60_000,
  healthyMs: 60_000,
}
