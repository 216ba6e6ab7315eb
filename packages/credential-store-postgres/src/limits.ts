/** How long a look at the database counts as knowing its state, in ms; after that every view throws. */
export const STALE_MS = 5_000

/** How often the head is looked at, in ms, whatever notifications say. */
export const POLL_MS = 1_000

/** How long one look may take, in ms, before its connection is given up: the next one must come before {@link STALE_MS}. */
export const LOOK_WITHIN_MS = 2_500

/** Entries that one look takes over at most; it looks again at once when there are more. */
export const LOOK_ENTRIES = 1_000

/** Rows of one page when records are loaded. */
export const LOAD_ROWS = 5_000

/** Records that are indexed at once when all of a collection are there: as long as a page takes. */
export const LOAD_INDEX = 50_000

/** How long loading all records may take before it is given up, in ms. */
export const LOAD_WITHIN_MS = 120_000

/** How long opening goes on trying where waiting may help, in ms. */
export const OPEN_TIMEOUT_MS = 10_000

/** How long making a connection may take, in ms. */
export const CONNECT_WITHIN_MS = 5_000

/** How long a transaction waits for its turn at the head, in ms. */
export const LOCK_WAIT_MS = 10_000

/** How long one statement may take under the lock, in ms. */
export const STATEMENT_WITHIN_MS = 5_000

/** How much later than the server the client gives a statement up, in ms: then the connection is not alive. */
export const GRACE_MS = 1_000

/** How long a `work` may take here, in ms: it holds up every replica. */
export const WORK_WITHIN_MS = 2_000

/** A replica that was stopped or cut off under the lock loses it after so long, in ms; longer than {@link WORK_WITHIN_MS}. */
export const IDLE_UNDER_LOCK_MS = 3_000

/** How long a transaction is tried again where the server could not be reached, in ms. */
export const RETRY_FOR_MS = 10_000

/** How long the outcome of a commit whose answer was lost is looked for, in ms. */
export const OUTCOME_WITHIN_MS = 10_000

/** The first and the longest pause between two tries, in ms. */
export const FIRST_PAUSE_MS = 50
export const LONGEST_PAUSE_MS = 1_000

/** How often a listening connection is asked whether it still hears, in ms, and how long the answer may take. */
export const PROBE_EVERY_MS = 30_000
export const PROBE_WITHIN_MS = 2_000

/** A connection for history, checks and sweeps is closed when it was idle for so long, in ms. */
export const SIDE_IDLE_MS = 10_000

/** Entries kept for `history`, `changes` and audit, unless told otherwise. */
export const KEEP_EVENTS = 200_000

/** How often old entries are swept out, in ms, and how many at once. */
export const SWEEP_EVERY_MS = 60_000
export const SWEEP_EVENTS = 1_000

/** Entries or rows of one page of a check. */
export const VERIFY_PAGE = 1_000

/** Most entries that one call of `history` answers. */
export const HISTORY_PAGE = 10_000

/** How long a lease lasts after it was given or renewed, in ms. */
export const LEASE_MS = 10_000

/** How often a lease is renewed, in ms. */
export const LEASE_RENEW_MS = 2_500

/** How long before the end of a lease its holder stops, in ms: it has to come to an end before another begins. */
export const LEASE_MARGIN_MS = 2_000

/** How often whoever waits for a lease asks, in ms. With {@link LEASE_MS}: taken over within 12 s. */
export const LEASE_ASK_MS = 2_000

/** Leases that one call of `list` answers at most. */
export const LISTED_LEASES = 10_000

/** Characters of JSON that are kept beside a lease at most. */
export const MAX_KEPT_LENGTH: number = 8 * 1024 * 1024

/** Marks of one name that are kept, and how long, in ms: platforms deliver again for up to a week. */
export const MARKS_KEPT = 5_000
export const MARKS_KEPT_MS: number = 8 * 24 * 60 * 60 * 1_000

/** Marks that one statement notes, that wait at most, and that one statement takes away. */
export const MARKS_AT_ONCE = 500
export const MARKS_WAITING = 10_000
export const SWEEP_MARKS = 1_000

/** Characters of a name of marks at most: an index row holds it beside the key. */
export const MAX_MARKS_NAME_LENGTH = 256

/** Characters of the stage of a mark at most. */
export const MAX_STAGE_LENGTH = 64

/** Characters of a scope or an action at most. */
export const MAX_NAME_LENGTH = 512

/** What a clock may drift against another within one ms, in ms (200 ppm). */
export const DRIFT: number = 200 / 1_000_000

/** How long a replica that shows no life is taken for alive, in ms, and how often it shows some. */
export const REPLICA_LIFE_MS = 10_000
export const REPLICA_BEAT_MS = 2_500

/** How often a replica looks for others, their notes and its mail where notifications wake it, in ms. */
export const REPLICA_LOOK_MS = 1_000

/** The same where none arrive, in ms: while nothing is awaited, and while a question waits. */
export const DEAF_LOOK_MS = 250
export const DEAF_ASKED_LOOK_MS = 50

/** The shortest time between two looks, in ms: what changes meanwhile is seen at once by the second. */
export const LOOK_GAP_MS = 20

/** How long what is told to all counts, in ms: a tell that is older is dropped. */
export const TELL_MS = 10_000

/** The longest time for an answer, in ms. */
export const LONGEST_ASK_MS = 600_000

/** How often the dead are swept out, in ms, and how long after their end. */
export const REPLICA_SWEEP_MS = 30_000
export const REPLICA_FORGOTTEN_MS = 60_000

/** Characters of a kind, and of the key of a note, at most. */
export const MAX_KIND_LENGTH = 128
export const MAX_NOTE_KEY_LENGTH = 512

/** Bytes of one message at most: a picture of 25 MiB and what stands around it. */
export const MAX_BODY_BYTES: number = 26 * 1024 * 1024

/** Bytes of the value of one note at most; notes of one replica, and their bytes in all. */
export const MAX_NOTE_BYTES: number = 64 * 1024
export const MAX_NOTES = 20_000
export const MAX_NOTES_BYTES: number = 32 * 1024 * 1024

/** Notes that are written or read at once, and the bytes of those that are written. */
export const NOTES_PAGE = 500
export const NOTES_PAGE_BYTES: number = 4 * 1024 * 1024

/** Questions of one replica that wait for an answer at most. */
export const MAX_ASKED = 1_000

/** Questions of others that are being answered at most, and their bytes. */
export const MAX_ANSWERING = 1_000
export const MAX_ANSWERING_BYTES: number = 128 * 1024 * 1024

/** Messages that wait here to be sent at most, and their bytes; as many wait at the database for one replica. */
export const MAX_LETTERS = 10_000
export const MAX_LETTERS_BYTES: number = 128 * 1024 * 1024

/** Messages that are sent or taken at once, and their bytes; a larger one goes alone. */
export const MAIL_PAGE = 200
export const MAIL_PAGE_BYTES: number = 1024 * 1024

/** How long a MiB may take on its way, in ms. */
export const MEBIBYTE_WITHIN_MS = 1_000

/** Senders whose last message is remembered, so that none is taken twice. */
export const MAX_SENDERS = 1_000
