/** Texts are cut into messages of at most so many UTF-16 units. */
export const CHUNK_UNITS = 4_000

/** More parts than this are refused: 80,000 units are no chat message. */
export const MAX_CHUNKS = 20

/** How often one text is tried when the Mac is known not to have taken it. */
export const SEND_TRIES = 3

/** Sends that are with the Mac at once, which types them one after another, and that wait behind them. */
export const SENDS_AT_ONCE = 2
export const SENDS_WAITING = 1_000

/** An own text that comes back within so long, in ms, is an echo: two Macs of one Apple account hear each other. */
export const ECHO_MS = 60_000

/** Own texts that are remembered for it. */
export const ECHOES_KEPT = 500

/** Shorter texts, in UTF-16 units, are no sign of an echo: two people say "yes" without meaning the same. */
export const ECHO_UNITS = 12

/** Keys of messages that are remembered to recognise one that the server tells of again; in memory, and on disk. */
export const KEYS_IN_MEMORY = 6_000
export const KEYS_KEPT = 4_000

/** After a restart the server tells of the last week again; what is older than this is history, in ms. */
export const MEMORY_MS: number = 8 * 24 * 60 * 60 * 1_000

/** At the first start, what is not older than this counts as new, in ms. */
export const BORN_GRACE_MS = 30_000

/** Messages that a look asks for at once, and how often it goes on; the next look finds the rest. */
export const LOOK_PAGE = 100
export const LOOK_PAGES = 10

/** A look goes back so far behind the one before, in ms: a Mac learns of some messages late. */
export const LOOK_OVERLAP_MS: number = 5 * 60 * 1_000

/** The longest query and secret of a webhook that are looked at, in characters. */
export const MAX_SECRET_LENGTH = 4_096

/** Wrong secrets within so many ms after which the webhook is closed until they are over. */
export const WRONG_SECRETS = 30
export const WRONG_SECRETS_MS = 60_000

/** Refused calls of the webhook are logged at most this often, in ms. */
export const REFUSED_LOG_MS = 60_000

/** Chats that are remembered by the handle that they are with. */
export const PLACES_KEPT = 1_000

/** How long each thing may take or waits, in ms. */
export interface BlueBubblesTiming {
  /** The server is asked whether it is well, and whom it tells of messages. */
  readonly roundMs: number
  /** It is asked for messages that no webhook brought: many at once do not all get through. */
  readonly lookMs: number
  /** The same where it tells nobody. */
  readonly pollMs: number
  /** Any request but a send. */
  readonly requestMs: number
  /** A send: the server answers when the message stands in the Mac's data. */
  readonly sendMs: number
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
}

/** What holds unless told otherwise. */
export const BLUEBUBBLES_TIMING: BlueBubblesTiming = {
  roundMs: 60_000,
  lookMs: 15_000,
  pollMs: 5_000,
  requestMs: 15_000,
  sendMs: 60_000,
  backoffMs: 1_000,
  maxBackoffMs: 60_000,
  healthyMs: 60_000,
  ackMs: 250,
  saveMs: 1_000,
  drainMs: 400,
}
