import type { ReconnectConfig, RetryConfig } from './account-types.ts'

/** The port of the gateway where nobody names one. Mission: "ws://127.0.0.1:18789". */
export const DEFAULT_GATEWAY_PORT = 18_789

/** The port of the profile `dev`. Reference: 0.1. */
export const DEV_GATEWAY_PORT = 19_001

/** Pending requests of a channel account. Mission: "at most 3 pending requests per channel". */
export const DEFAULT_MAX_PENDING = 3

/** WhatsApp's Cloud API takes a free text for so long after the person wrote, in ms; a later answer would reach nobody. */
export const CLOUD_WINDOW_MS: number = 24 * 60 * 60 * 1_000

/** The most that `pairing.maxPending` may raise it to. Ours: a list that a person can still read. */
export const MAX_PENDING_LIMIT = 100

/** Bytes of one configuration file. Ours: far above any that people write. */
export const MAX_FILE_BYTES = 1_048_576

/** Bytes of all configuration files together. */
export const MAX_TOTAL_BYTES = 4_194_304

/** Files read by `$include`, in all. */
export const MAX_INCLUDES = 64

/** Files between the configuration and the deepest `$include`. Reference: 10. */
export const MAX_INCLUDE_DEPTH = 10

/** Nested objects and lists in the configuration. */
export const MAX_NESTING = 64

/** Bytes of a `tokenFile`. */
export const MAX_TOKEN_FILE_BYTES = 4096

/** Characters of a token, a password or another secret. */
export const MAX_SECRET_LENGTH = 1024

/** Shorter gateway tokens are warned about. Reference: `gateway.token_too_short`. */
export const MIN_TOKEN_LENGTH = 24

/** Accounts of one channel. */
export const MAX_ACCOUNTS = 100

/** Entries of one `allowFrom`. */
export const MAX_LIST_ENTRIES = 10_000

/** Characters of a sender id. Contract: 1–256. */
export const MAX_SENDER_LENGTH = 256

/** Characters of `pairing.replyTemplate`. Ours: it must fit a message on every channel. */
export const MAX_TEMPLATE_LENGTH = 1500

/** Proxies in `gateway.trustedProxies`. */
export const MAX_PROXIES = 100

/** Characters of a URL. */
export const MAX_URL_LENGTH = 2048

/** Addresses in one setup code. OpenClaw 2026.9: as many. */
export const MAX_SETUP_URLS = 8

/** How long `tailscale status` may take. Reference: 5 s. */
export const TAILSCALE_TIMEOUT_MS = 5000

/** Bytes that `tailscale status` may say: far more than it does about one machine. */
export const MAX_TAILSCALE_BYTES = 1_048_576

/** Characters of a `webhookPath`, without the account that may follow. Ours. */
export const MAX_WEBHOOK_PATH_LENGTH = 128

/** How long a webhook may take to answer, in ms. Ours: as for every send. */
export const DEFAULT_WEBHOOK_TIMEOUT_MS = 15_000

/** Bounds of `pairing.agent.timeoutMs`. */
export const WEBHOOK_TIMEOUT_BOUNDS_MS: readonly [min: number, max: number] = [1000, 120_000]

/** How often a webhook is tried. Ours. */
export const DEFAULT_WEBHOOK_ATTEMPTS = 3

/** The most that `pairing.agent.maxAttempts` may raise it to. */
export const MAX_WEBHOOK_ATTEMPTS = 10

/** Entries of `pairing.events.events`. */
export const MAX_EVENT_PATTERNS = 100

/** Characters of one of them. */
export const MAX_EVENT_LENGTH = 64

/** A lock file that cannot be read counts as being written for this long. Reference: 30 s. */
export const LOCK_STALE_MS = 30_000

/** Errors that are kept, and as many warnings; one broken list must not flood the terminal. */
export const MAX_PROBLEMS = 200

/** Device requests that may wait, in all. Ours: far above what an owner looks at. */
export const DEFAULT_MAX_DEVICE_REQUESTS = 50

/** The most that `pairing.devices.maxPending` may raise it to. */
export const MAX_DEVICE_REQUESTS = 1000

/** Entries of `gateway.nodes.allowCommands` and `denyCommands`. */
export const MAX_COMMANDS = 500

/** Characters of a node's command. */
export const MAX_COMMAND_LENGTH = 128

/** Entries of `gateway.controlUi.allowedOrigins`. */
export const MAX_ORIGINS = 100

/** Bytes of a certificate, a key, or a file of authorities. Ours: a whole store of authorities fits. */
export const MAX_CERTIFICATE_BYTES = 1_048_576

/** A certificate that ends sooner is warned about, in ms: 30 days, as long as authorities leave for a renewal. */
export const CERTIFICATE_SOON_MS: number = 30 * 24 * 3_600_000

/** The longest message of each channel, in UTF-16 units. Ours: what its adapter takes; a longer text comes as several. */
export const MESSAGE_UNITS = {
  telegram: 4_000,
  whatsappWeb: 4_000,
  whatsappCloud: 4_096,
  /** Longer ones would travel as a file. Reference: 4000. */
  signal: 2_000,
  imessage: 4_000,
  discord: 2_000,
  slack: 4_000,
} as const

/** Bounds of `textChunkLimit`: from 100, and above what any platform takes, which is warned of. */
export const CHUNK_BOUNDS: readonly [min: number, max: number] = [100, 1_000_000]

/** The most lines of a message on Discord. Reference: 17. */
export const DISCORD_LINES = 17

/** Bounds of `maxLinesPerMessage`. */
export const LINES_BOUNDS: readonly [min: number, max: number] = [5, 2_000]

/** How sends are tried again on Telegram. Reference: the same. */
export const TELEGRAM_RETRY: RetryConfig = {
  attempts: 3,
  minDelayMs: 400,
  maxDelayMs: 30_000,
  jitter: 0.1,
}

/** The same on Discord. */
export const DISCORD_RETRY: RetryConfig = { ...TELEGRAM_RETRY, minDelayMs: 500 }

/** Bounds of `retry.attempts`. */
export const ATTEMPTS_BOUNDS: readonly [min: number, max: number] = [1, 10]

/** Bounds of the waits of `retry`, in ms. */
export const DELAY_BOUNDS_MS: readonly [min: number, max: number] = [0, 60_000]

/** How long one request to the Bot API may take, in ms. Ours: as for every send. */
export const DEFAULT_REQUEST_MS = 15_000

/** Bounds of `timeoutSeconds`; the library's own default is the upper one. */
export const REQUEST_BOUNDS_S: readonly [min: number, max: number] = [1, 500]

/** How a linked device of WhatsApp connects again. Reference: the same. */
export const DEFAULT_RECONNECT: ReconnectConfig = {
  initialMs: 2_000,
  maxMs: 120_000,
  factor: 1.4,
  jitter: 0.2,
  maxAttempts: 0,
}

/** Bounds of the waits of `web.reconnect`, in ms. Reference: from 250. */
export const RECONNECT_BOUNDS_MS: readonly [min: number, max: number] = [250, 3_600_000]

/** Bounds of `web.reconnect.factor`. Reference: 1.1 to 10. */
export const FACTOR_BOUNDS: readonly [min: number, max: number] = [1.1, 10]

/** The most that `web.reconnect.maxAttempts` may be. */
export const MAX_RECONNECTS = 1_000

/** Characters of the schema in a database; with what is put behind it PostgreSQL's own 63 suffice. */
export const MAX_SCHEMA_LENGTH = 48
