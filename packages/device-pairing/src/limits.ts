/** How long a request waits after it was asked last, in ms. Design: "a request lives 5 minutes after its last retry". */
export const REQUEST_TTL_MS = 300_000

/** How long a connected node's request for more commands waits after it was made or repeated, in ms: it is not kept out, so it does not retry. */
export const COMMANDS_TTL_MS = 86_400_000

/** Requests that wait in all, unless configured. Ours: a person reads the list. */
export const DEFAULT_MAX_WAITING = 50

/** Requests that wait in all, whatever is configured; also as many of connected nodes, which are counted by themselves. */
export const MAX_WAITING_LIMIT = 500

/** Requests that wait from one address, unless configured. */
export const DEFAULT_MAX_PER_ADDRESS = 5

/** How long a rejected key may not ask again, in ms: long enough that a "no" is not asked again while somebody reads the next line. */
export const REJECTED_REST_MS = 600_000

/** How often one request may be widened before it has to end: bounds what one key can write. */
export const MAX_WIDENED = 10

/** A device and role is handed a fresh token at most this often, in ms. Design: "at most once per about 10 s". */
export const TOKEN_PAUSE_MS = 10_000

/** Bytes of a token; as base64url 43 characters. 256 bits cannot be guessed. */
export const TOKEN_BYTES = 32

/** How far `signedAt` may be from the clock, in ms: a sanity check alone, the nonce gives the freshness. As in 2026.2. */
export const CLOCK_SKEW_MS = 600_000

/** Bytes of an Ed25519 public key. */
export const KEY_BYTES = 32

/** Bytes of an Ed25519 signature. */
export const SIGNATURE_BYTES = 64

/** Words of a fingerprint; 256 words, so 8 bits each, 48 bits in all. */
export const FINGERPRINT_WORDS = 6

/** Characters of a client id, mode, role or scope. */
export const MAX_NAME = 64

/** Characters of a claim (display name, platform, version) that are looked at. */
export const MAX_CLAIM = 256

/** Characters (code points) of a claim or label that are kept and shown. */
export const MAX_SHOWN = 64

/** Characters of a token or shared secret that is part of what was signed. */
export const MAX_SECRET = 1_024

/** Characters of a nonce. */
export const MAX_NONCE = 128

/** Characters of a public key in either form. */
export const MAX_PUBLIC_KEY = 1_024

/** Characters of an address. */
export const MAX_ADDRESS = 64

/** Scopes of one ask or grant. */
export const MAX_SCOPES = 32

/** Commands of one ask or grant. */
export const MAX_COMMANDS = 512

/** Characters of one command. */
export const MAX_COMMAND = 128

/** Outcomes kept, newest first, so that an old id still says what became of it. */
export const MAX_SETTLED = 500

/** How long an outcome is kept, in ms: 30 days. */
export const SETTLED_LIFE_MS = 2_592_000_000

/** Removed devices that are remembered, newest first, so that no file brings them back. */
export const MAX_REMOVED = 10_000

/** What is only counted about requests (retries, turned away) is written at most this often, in ms. */
export const FLUSH_INTERVAL_MS = 5_000

/** While it goes on the interval doubles up to this, in ms; well below the life of a request, which other processes read in the store. */
export const FLUSH_INTERVAL_MAX_MS = 30_000

/** When devices were seen last is written at most this often, in ms. */
export const SEEN_INTERVAL_MS = 60_000

/** Devices whose last visit is kept in memory until it is written; the first goes when one more comes. */
export const MAX_SEEN = 20_000

/** Devices whose last visit is written in one transaction. */
export const SEEN_BATCH = 100

/** How long a figure of those turned away is kept after the last one, in ms. */
export const COUNTER_LIFE_MS = 86_400_000

/** A stored time from further in the future than this, in ms, means that the clock was set back. */
export const CLOCK_SLACK_MS = 3_600_000

/** How far, in ms, clocks of one store may be apart, or one may go back, without having been set back. */
export const CLOCK_JITTER_MS = 5_000

/** How often, in ms, housekeeping looks through what is not urgent. */
export const SLOW_SCAN_MS = 10_000

/** Characters after the prefix of a request id; 36 symbols each, 62 bits. */
export const REQUEST_ID_LENGTH = 12

/** Draws of random bytes for one request id before the source is called broken. */
export const MAX_ID_DRAWS = 32

/** How long a setup code waits for the first key that shows it, in ms. */
export const SETUP_UNBOUND_MS = 600_000

/** How long it lets that key ask afterwards, in ms: the owner may be away from the chat for a while. */
export const SETUP_BOUND_MS = 3_600_000

/** Setup codes that live in all. */
export const MAX_LIVE_SETUP_CODES = 64

/** Setup codes that live of one actor, so that no device takes all places. */
export const MAX_LIVE_SETUP_CODES_OF_ONE = 16

/** Setup codes that ended and are kept, newest first, to say what became of them. */
export const MAX_ENDED_SETUP_CODES = 200

/** How long such a one is kept, in ms: 7 days. */
export const SETUP_KEPT_MS = 604_800_000

/** Nodes that are paired in the old store. */
export const MAX_LEGACY_NODES = 1_000

/** Requests that wait in the old store. */
export const MAX_LEGACY_WAITING = 50

/** Capabilities or commands of one node of the old store, each. */
export const MAX_LEGACY_CLAIMS = 512

/** Kinds of clients of which it is remembered what they sign. */
export const MAX_CLIENT_KINDS = 256
