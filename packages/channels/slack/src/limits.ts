/** The longest answer of the Web API that is read, and the longest frame of a socket, in bytes. */
export const MAX_ANSWER_BYTES: number = 1024 * 1024
export const MAX_FRAME_BYTES: number = 4 * 1024 * 1024

/** Slack cuts texts above 40,000 characters and asks for at most 4,000; ours stay there before they are escaped. */
export const CHUNK_UNITS = 4_000

/** More parts than this are refused: 80,000 units are no chat message. */
export const MAX_CHUNKS = 20

/** Sends that are with Slack at once; it takes about one message a second in a conversation. 1,000 more may wait. */
export const SENDS_AT_ONCE = 16

/** How often one text is tried when the platform is known not to have taken it. */
export const SEND_TRIES = 3

/** A longer `Retry-After` is not waited for, in ms. */
export const MAX_RETRY_AFTER_MS = 60_000

/** An event that came about so long after its message is no fresh message, in ms. */
export const HISTORY_MS = 600_000

/** A signature that is older, or newer, is refused, in ms. Mission: "refuse stale timestamps"; Slack advises five minutes. */
export const SIGNED_FOR_MS = 300_000

/** Messages that may wait for handlers: a crowd that writes in one moment, for Slack tries only three times more. */
export const WINDOW = 2_000

/** Keys of messages that are remembered, three for each: those that wait, and as many again. */
export const KEYS_IN_MEMORY = 12_000

/** Names that are remembered, and for how long, in ms. */
export const NAMES_KEPT = 1_000
export const NAME_MS = 3_600_000

/** How long each thing may take or waits, in ms. */
export interface SlackTiming {
  /** One request to the Web API; one try of a send. */
  readonly requestMs: number
  /** From `apps.connections.open` to the socket's hello. */
  readonly connectMs: number
  /** A name that is not told by then is left out. */
  readonly nameMs: number
  /** Back-off after a failure, doubled each time up to the second. */
  readonly backoffMs: number
  readonly maxBackoffMs: number
  /** After so long without a failure the back-off begins anew. */
  readonly healthyMs: number
  /** A message that is not handled by then is written down and acknowledged; Slack waits 3 s. */
  readonly ackMs: number
  /** An event over HTTP that could not be made safe by then is left to Slack, which posts it again; it waits 3 s. */
  readonly answerMs: number
  /** Over HTTP: how often the bot token is tried. */
  readonly checkMs: number
  /** No pong from Slack for so long, or no ping for the second: the socket is dead. */
  readonly pongMs: number
  readonly pingMs: number
  /** The position is saved at most this often, unless somebody was answered. */
  readonly saveMs: number
  /** How long a stop waits for handlers. */
  readonly drainMs: number
}

/** What holds unless told otherwise. */
export const SLACK_TIMING: SlackTiming = {
  requestMs: 15_000,
  connectMs: 30_000,
  nameMs: 2_000,
  backoffMs: 1_000,
  maxBackoffMs: 60_000,
  healthyMs: 60_000,
  ackMs: 250,
  answerMs: 2_000,
  checkMs: 300_000,
  pongMs: 5_000,
  pingMs: 30_000,
  saveMs: 1_000,
  drainMs: 400,
}
