/** A visitor's cookie: 32 random bytes, 256 bits. */
export const COOKIE_BYTES = 32

/** The key that marks cookies, in bytes. */
export const COOKIE_KEY_BYTES = 32

/** How long a visitor who stays away is remembered by their browser, in seconds: 180 days, renewed at each visit that writes. */
export const COOKIE_MAX_AGE_S: number = 180 * 24 * 60 * 60

/** Bytes of one posted request at most. */
export const MAX_BODY_BYTES: number = 8 * 1024

/** Characters (UTF-16 units) of one message at most. */
export const MAX_TEXT = 4_000

/** Characters of one text to a visitor at most; what is longer is cut. */
export const MAX_REPLY: number = 64 * 1024

/** Characters of the key of a text that another process tells at most. */
export const MAX_KEY = 512

/** Pending requests that one address may have at a time; the list of an account takes 3 unless configured. */
export const PENDING_PER_ADDRESS = 2

/** New requests that one address may cause in an hour; those that were approved do not count. */
export const REQUESTS_PER_ADDRESS_PER_HOUR = 10

/** An hour, in ms. */
export const HOUR_MS: number = 60 * 60 * 1_000

/** Messages that one visitor may send at once, and how often one more becomes free, in ms. */
export const VISITOR_BURST = 20
export const VISITOR_REFILL_MS = 3_000

/** Messages and sessions that one address may send at once, and how often one more becomes free, in ms. */
export const ADDRESS_BURST = 60
export const ADDRESS_REFILL_MS = 1_000

/** Visitors or addresses that a limiter remembers; the one that was silent longest is forgotten first. */
export const LIMITER_KEYS = 10_000

/** Strangers of one address that wait for their turn at the gate. */
export const STRANGERS_WAITING = 8

/** Pauses between the tries to hand a message to the gateway, in ms; after the last one the page tries again. */
export const HAND_OVER_PAUSES_MS: readonly number[] = [250, 1_000]

/** Messages of one visitor that wait for the one before them. */
export const MESSAGES_WAITING = 20

/** How long a body may take to arrive, in ms. */
export const BODY_MS = 5_000

/** Bodies that are read at a time: over all, of visitors who are not allowed now, of one address of theirs. */
export const READING = 512
export const STRANGERS_READING = 384
export const READING_PER_ADDRESS = 16

/** Messages that were read and are under way at a time: over all, of visitors who are not allowed now, of one address of theirs. */
export const MESSAGES_IN_FLIGHT = 256
export const STRANGERS_IN_FLIGHT = 128
export const IN_FLIGHT_PER_ADDRESS = 32

/** Failures that are logged at once, and how often one more may be, in ms. */
export const COMPLAINT_BURST = 5
export const COMPLAINT_REFILL_MS = 60_000

/** Messages whose outcome is remembered, so that a repeated request is one message. */
export const REMEMBERED_MESSAGES = 2_000

/** Open event streams: of one visitor (tabs), over all, of visitors who are not allowed now, of one address of theirs. */
export const STREAMS_PER_VISITOR = 6
export const STREAMS = 1_000
export const STRANGERS_STREAMS = 800
export const STREAMS_PER_ADDRESS = 50

/** Bytes that one event stream may lag behind before it is closed; the page then comes again and resumes. */
export const STREAM_LAG_BYTES: number = 256 * 1024

/** How often a stream shows that it is alive, in ms. */
export const HEARTBEAT_MS = 15_000

/** Visitors whose recent messages are kept in memory (more than {@link STREAMS}), messages of one, and characters of one. */
export const VISITORS = 2_000
export const RING_EVENTS = 50
export const RING_CHARS: number = 32 * 1024

/** How long a visitor without an open page is kept in memory, in ms. */
export const VISITOR_IDLE_MS: number = 30 * 60 * 1_000
