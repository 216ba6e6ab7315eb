/** How long a stop waits for messages that are under way, in ms. */
export const DRAIN_MS = 10_000

/** How long a stop waits for channels to end after that, in ms. */
export const CHANNELS_END_MS = 3_000

/** Chats of which is remembered that their owner was offered commands, per account. */
export const OFFERED_CHATS = 1_000

/** People that could not be written to and are shown, and chats of which is known whose they are, per account. */
export const UNREACHABLE_SHOWN = 20
export const KNOWN_PLACES = 1_000

/** How often is looked whether the store can be used, for the log, in ms. */
export const HEALTH_MS = 1_000

/** How often the configuration files are looked at, in ms. Ours: a change holds within 2 s. */
export const RELOAD_MS = 1_000

/** How long a request waits while the gateway still starts, in ms. */
export const START_MS = 10_000

/** An HTTP request's headers, and all of it, must have arrived within so many ms. */
export const HEADERS_MS = 10_000
export const REQUEST_MS = 30_000

/** An idle connection is kept open for the next request for so many ms. */
export const KEEP_ALIVE_MS = 5_000

/** A TLS handshake must be done within so many ms. */
export const TLS_HANDSHAKE_MS = 10_000

/** Bytes of a request's headers at most. */
export const HEADER_BYTES: number = 16 * 1024

/** Connections at a time: in all, and from one address that is no trusted proxy; devices that were let in count only in all. */
export const CONNECTIONS = 20_000
export const CONNECTIONS_PER_ADDRESS = 256

/** Requests of one address that are being answered; together with its devices that wait to be let in, less than it may have in all. */
export const ANSWERING_PER_ADDRESS = 96

/** A connection that says nothing for so many ms makes way for a new one of its address. */
export const SILENT_GRACE_MS = 200

/** Proxies that nobody named and that are mentioned in the log. */
export const UNKNOWN_PROXIES = 20

/** Wrong secrets from one address within a minute; after that its guesses are refused unread for five minutes. */
export const WRONG_SECRETS = 10
export const WRONG_SECRETS_MS = 60_000
export const LOCKED_MS: number = 5 * 60_000

/** Addresses whose wrong secrets are remembered. */
export const GUESSERS = 10_000

/** How often other gateways are told of wrong secrets, in ms, of how many addresses at a time, and how many wait for that at most. */
export const GUESSES_TOLD_MS = 100
export const GUESSES_TOLD = 500
export const GUESSES_WAITING = 5_000

/** Bytes of what a platform posts. Mission: "refuse … bodies over 1 MiB". */
export const HOOK_BYTES: number = 1024 * 1024

/** What a platform posts must have arrived within so many ms. */
export const HOOK_BODY_MS = 5_000

/** A channel has answered a platform within so many ms. Slack waits 3 s. */
export const HOOK_ANSWER_MS = 2_500

/** Posts of platforms that are under way: for one account, and in all. */
export const HOOKS_PER_ACCOUNT = 64
export const HOOKS = 128

/** Those among them whose body one address still sends; platforms call from many, and send theirs in one piece. */
export const HOOKS_PER_CLIENT = 16

/** Bytes of them that are held at once, in all. Events are small: a crowd of long bodies is nobody's platform. */
export const HOOK_BYTES_HELD: number = 16 * HOOK_BYTES

/** Where there is no place left, a post that has been arriving for so many ms makes way. Platforms send theirs in one piece. */
export const HOOK_GRACE_MS = 200

/** A platform that is turned away comes again after so many seconds at the earliest. */
export const HOOK_AGAIN_S = 5

/** Characters of `X-Forwarded-For` that are looked at, counted from its end. */
export const FORWARDED_CHARS = 4_096

/** How long a function that is the agent may take, in ms. */
export const FUNCTION_MS: number = 5 * 60 * 1_000

/** How long the question "who are you" to whoever holds the port may take, in ms. */
export const PROBE_MS = 1_000

/** Characters of their answer that are read. */
export const PROBE_CHARS = 100_000

/** Free bytes below which the disk counts as full. */
export const FREE_BYTES: number = 1024 * 1024

/** Characters of one line that says why the gateway did not start. */
export const COMPLAINT_CHARS = 2_000

/** Characters of one value in a log line. */
export const LOG_CHARS = 1_000

/** The same complaint is logged once in so many ms. */
export const COMPLAINT_MS = 10_000

/** Requests of devices that are written down within {@link WAITS_MS}; the others when they ask again. */
export const WAITS_LOGGED = 20

/** What {@link WAITS_LOGGED} counts over, in ms. */
export const WAITS_MS = 60_000

/** Requests of devices that are remembered as written down. */
export const MAX_WAITS_REMEMBERED = 1_000

/** Requests in the web chat that one address may have waiting; one less than the list takes where that is fewer. */
export const PENDING_PER_ADDRESS = 2

/** After a failure to follow the journal, so long until the next try, in ms. */
export const FOLLOW_AGAIN_MS = 1_000

/** Bytes of one WebSocket message of an admitted client. */
export const MAX_MESSAGE_BYTES: number = 25 * 1024 * 1024

/** Bytes that a WebSocket client may send before it is admitted, framing included. */
export const UNADMITTED_BYTES: number = 64 * 1024 + 512

/** From so many bytes on a WebSocket message is long: of those a connection has so many bytes at once, then so many in a millisecond. */
export const BULK_BYTES: number = 256 * 1024
export const BULK_BURST_BYTES: number = 8 * 1024 * 1024
export const BULK_BYTES_PER_MS: number = (1.25 * 1024 * 1024) / 1_000

/** Bytes that may come at once and belong to the next message, and those around a message. */
export const AROUND_MESSAGE_BYTES: number = 64 * 1024 + 512

/** Pieces of one message, from a WebSocket client and from its network. */
export const MESSAGE_FRAGMENTS = 4_096
export const MESSAGE_CHUNKS = 65_536

/** Pings of a WebSocket client whose answers still wait. */
export const WAITING_PONGS = 60

/** How long a client that sent too much has to read so, in ms. */
export const TOO_MUCH_MS = 100

/** How often WebSocket clients are asked for a sign of life; two times without one are the end. */
export const PING_MS = 25_000

/** How long a client may take to answer the goodbye of a gateway that stops. */
export const GOODBYE_MS = 500

/** Pings that are sent before others are served. */
export const PINGS_AT_ONCE = 256

/** How long a WebSocket client may take to answer a close, in ms. */
export const CLOSE_MS = 3_000

/** How long a certificate that is made is valid, in ms. Reference: 3650 days. */
export const CERTIFICATE_MS: number = 3650 * 24 * 3_600_000

/** A certificate begins so many ms ago, for clients whose clock is slow. */
export const CLOCK_SKEW_MS = 3_600_000

/** Addresses in a certificate that is made. */
export const CERTIFICATE_NAMES = 16

/** How often a certificate that ends soon is mentioned in the log, in ms. */
export const CERTIFICATE_AGE_MS: number = 24 * 3_600_000

/** An account that failed for good here is left to the other gateways for so long, in ms; longer each time, up to the second. */
export const ACCOUNT_REST_MS = 60_000
export const ACCOUNT_REST_MAX_MS: number = 15 * 60_000

/** An account that is not connected for so long here, though this gateway has it, is left to another that may, in ms. */
export const ACCOUNT_TRY_MS = 60_000

/** How long that other one has to take it, in ms. */
export const ACCOUNT_YIELD_MS = 5_000

/** How often it is looked meanwhile, and while an account is waited for, whether another gateway has it, in ms. */
export const HOLDER_LOOK_MS = 2_000

/** Another gateway has answered a platform's call that came in here within so many ms; less than {@link HOOK_ANSWER_MS}. */
export const HOOK_FORWARD_MS = 2_300

/** Calls of platforms that are handed to other gateways at a time, and bytes of them; and calls of others that are answered at a time. */
export const HOOKS_FORWARDED = 32
export const HOOK_BYTES_FORWARDED: number = 4 * HOOK_BYTES
export const HOOKS_SERVED = 128

/** The part of those places and bytes that one account may have: whoever floods its address keeps no other account from being heard. */
export const HOOKS_SHARE = 0.5

/** A gateway that has just started learns within so many ms which accounts the others have. */
export const OTHERS_KNOWN_MS = 15_000
