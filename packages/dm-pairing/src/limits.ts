/** How long a request waits, in ms, from its creation; never extended. Mission: "codes expire after 1 hour". */
export const REQUEST_TTL_MS = 3_600_000

/** Pending requests per channel account unless configured. Mission: "at most 3 pending requests per channel account". */
export const DEFAULT_MAX_PENDING = 3

/** Pending requests per channel account at most, whatever is configured: a person reads the list. */
export const MAX_PENDING_LIMIT = 100

/** How long a rejected sender's messages cause no new request, in ms: a "no" is not asked again within the hour. */
export const REJECTED_REST_MS = 3_600_000

/** On a personal account a stranger's message older than this, in ms, before connecting is history. Design: "older than 30 s before connecting". */
export const BACKLOG_GRACE_MS = 30_000

/** Messages remembered per account and kind against a second delivery. */
export const SEEN_MESSAGES = 2_000

/** How long a message is remembered against a second delivery, in ms. */
export const SEEN_MESSAGE_MS = 300_000

/** Accounts that the gate keeps memory for; more than any machine serves. */
export const MAX_ACCOUNTS_IN_MEMORY = 1_024

/** What the gate only counts (turned away, last seen) is written at most this often per account, in ms. */
export const FLUSH_INTERVAL_MS = 5_000

/** While a flood lasts the interval doubles up to this, in ms. */
export const FLUSH_INTERVAL_MAX_MS = 300_000

/** How long a figure of turned away messages is kept after the last one, in ms. */
export const COUNTER_LIFE_MS = 86_400_000

/** Outcomes kept per account, newest first, so that a used or expired code is told apart from a wrong one. */
export const MAX_SETTLED = 500

/** How long an outcome, or a notice that is done, is kept, in ms: 30 days. */
export const SETTLED_LIFE_MS = 2_592_000_000

/** Wrong codes of one actor before the first wait. */
export const WRONG_CODES_ALLOWED = 5

/** The wrong codes count together when they fall within this, in ms. */
export const WRONG_CODES_WINDOW_MS = 900_000

/** The first wait, in ms; each further wrong code doubles it. */
export const FIRST_WAIT_MS = 60_000

/** The longest wait, in ms. */
export const LONGEST_WAIT_MS = 3_600_000

/** Without a wrong code for this long, in ms, an actor starts afresh. */
export const ATTEMPT_MEMORY_MS = 86_400_000

/** Actors whose wrong codes are remembered; the one that is longest quiet goes first. */
export const MAX_ATTEMPT_RECORDS = 1_000

/** A claim of a notice older than this, in ms, belongs to a process that died. */
export const NOTICE_CLAIM_MS = 120_000

/** A notice that waited longer than this, in ms, is not sent any more: it would only puzzle. */
export const NOTICE_LIFE_MS = 86_400_000

/** Notices kept per account. */
export const MAX_NOTICES = 500

/** Owners that the store takes; people who decide are few, and each is told of every request. */
export const MAX_OWNERS = 100

/** The shortest life of a grant that ends by itself, in ms. */
export const MIN_GRANT_MS = 60_000

/** The longest life of a grant that ends by itself, in ms: ten years. */
export const MAX_GRANT_MS = 315_360_000_000

/** Characters (code points) of untrusted text that are shown. Channels rule 14: "cap at about 64 characters". */
export const MAX_SHOWN = 64

/** UTF-16 units of untrusted text that are looked at; the rest cannot be shown anyway. */
export const MAX_LOOKED_AT = 1_024

/** Facts about a sender (`username`, `firstName` …) that are kept. */
export const MAX_META_KEYS = 12

/** Characters of a sender id. */
export const MAX_SENDER_ID = 256

/** Other ids of one person that are kept. Platforms have two or three; what comes after this many is not kept. */
export const MAX_ALIASES = 8

/** Ids that are followed from one to the next when a person is looked for. */
export const MAX_PERSON_IDS = 64

/** After a failure to write that a person has another id, it is tried again after this long, in ms. */
export const ALIAS_RETRY_MS = 5_000

/** Characters of a channel's own address for answers; a longer one is not kept, and no notice is sent. */
export const MAX_REPLY_TO = 1_024

/** A platform's message id up to this length is remembered as it is; a longer one by its hash. */
export const MAX_MESSAGE_KEY = 128

/** Characters of a reply template; Telegram takes 4,096, and the code and id are added. */
export const MAX_TEMPLATE = 2_000

/** Characters of the reason why a notice failed. */
export const MAX_NOTICE_REASON = 200

/** How often, in ms, housekeeping looks through what is not urgent (old outcomes), and comes again to a grant that could not be ended. */
export const SLOW_SCAN_MS = 10_000

/** Senders that housekeeping looks at in one go: a few ms. */
export const WALK_PIECE = 500

/** Pieces of one run of housekeeping, others run in between: a million senders are looked at in about two minutes. */
export const WALK_PIECES = 20

/** Ended grants that one run of housekeeping writes down at most; what is left comes a run later, and lets nobody in meanwhile. */
export const MAX_ENDED_AT_ONCE = 200

/** Characters after `req-`; 36 symbols each, 62 bits. */
export const REQUEST_ID_LENGTH = 12

/** Draws of random bytes for one request id before the source is called broken; each gives 12 or more symbols nearly always. */
export const MAX_ID_DRAWS = 32

/** Requests that OpenClaw 2026.2 leaves in a pairing file when it prunes: "pending cap 3 per channel file". */
export const PENDING_CAP_2026_2 = 3

/** How long, in ms, after a request vanished from the pairing file an id that appears in allowFrom still belongs to it. */
export const OUTSIDE_APPROVAL_MS = 600_000

/** A record from further in the future than this, in ms, means that the clock was set back: it does not count meanwhile. */
export const CLOCK_SLACK_MS = 3_600_000
