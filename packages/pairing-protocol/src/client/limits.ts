/** The first wait before a client connects again; it doubles with each try. */
export const FIRST_RETRY_MS = 1_000

/** The longest wait between two tries, as existing clients have it. */
export const MAX_RETRY_MS = 30_000

/** The longest wait that a gateway can ask for in an error. */
export const MAX_RETRY_AFTER_MS = 600_000

/** The shortest wait before a gateway that restarts is tried, or another credential shown. */
export const RESTART_RETRY_MS = 250

/**
 * The longest wait before a gateway is asked again whether its owner has approved: a person who said yes sees the device
 * connect within a second. Each time costs the gateway one handshake and no write.
 */
export const APPROVAL_RETRY_MS = 700

/** After so many tries, about ten minutes, nobody looks on any more. */
export const APPROVAL_RETRIES = 1_200

/** The longest wait then. */
export const LATE_APPROVAL_RETRY_MS = 5_000

/** A connection that lasted this long starts the waits over. */
export const STABLE_MS = 30_000

/** From dialling to `hello-ok`, the token stored: what hangs for longer is given up and tried again. */
export const CONNECT_TIMEOUT_MS = 15_000

/** From dialling to an open connection, where there are other addresses to try. */
export const DIAL_TIMEOUT_MS = 5_000

/** How long the other side may take to answer a close. */
export const CLOSE_TIMEOUT_MS = 1_000

/** A connection is given up after this many ticks without a word. */
export const SILENT_TICKS = 2

/** The longest time between ticks that is believed. */
export const MAX_TICK_MS = 600_000

/** How long a request waits for a connection and its answer together, unless it says otherwise. */
export const REQUEST_TIMEOUT_MS = 30_000

/** What a caller waits beyond the time that a node has, so that the gateway can say that it ran out. */
export const INVOKE_MARGIN_MS = 5_000

/** How long a command may take when the gateway does not say. */
export const COMMAND_TIMEOUT_MS = 30_000

/** Requests of one client that wait for a connection or an answer. */
export const MAX_REQUESTS = 64

/** Bytes that wait to be sent; existing gateways keep as much for their clients. */
export const MAX_SEND_BUFFER_BYTES = 52_428_800

/** Commands that one node runs at a time, unless it says otherwise; further ones are answered with `BUSY`. */
export const MAX_COMMANDS_RUNNING = 16

/** Events kept for a reader that is slower than the gateway. */
export const MAX_EVENTS_KEPT = 256

/** Listeners and readers of events of one client. */
export const MAX_LISTENERS = 256

/** Messages that cannot be read, on one connection, before it is given up. */
export const MAX_UNREADABLE = 100

/** Bytes of an identity or token file. */
export const MAX_FILE_BYTES = 262_144

/** Device tokens in one file; the oldest make room. */
export const MAX_CACHED_TOKENS = 64

/** Times that a file which others change meanwhile is read again before a change is given up. */
export const MAX_FILE_TRIES = 5
