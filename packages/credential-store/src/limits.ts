/** Characters of a record's key at most; keys are never empty. Room for a percent-encoded sender id of 256 characters. */
export const MAX_KEY_LENGTH = 4096

/** How deep a record's JSON may nest. */
export const MAX_JSON_DEPTH = 64

/** Bytes of one transaction's journal line at most (32 MiB); a take-over of 10,000 devices needs about 5 MB. */
export const MAX_RECORD_BYTES: number = 32 * 1024 * 1024

/** How long a journal file that lost its name or became shorter may go unnoticed, in ms; a new record never does. */
export const WHOLE_LOOK_MS = 5

/** How long the `work` of a transaction may take, in ms. It does no I/O, so this is only reached by a mistake. */
export const WORK_TIMEOUT_MS = 10_000

/** Entries that a memory store keeps for `history` and `changes`, unless told otherwise. */
export const MEMORY_HISTORY = 10_000

/** Bytes of records after which a journal segment is full (256 KiB, some 700 approvals); keeps the time to open short. */
export const SEGMENT_BYTES: number = 256 * 1024

/** Bytes of journal segments kept for audit (64 MiB); the segment in use always stays. */
export const KEEP_BYTES: number = 64 * 1024 * 1024

/** Transactions that share one append and one fsync at most. */
export const MAX_BATCH = 512

/** Bytes of one append, after which further transactions wait for the next one (4 MiB). */
export const MAX_APPEND_BYTES: number = 4 * 1024 * 1024

/** How long one process may go on committing under one hold of the lock, in ms, while others wait. */
export const HOLD_MS = 100

/** Transactions that may wait in one process; the next ones are refused. */
export const MAX_QUEUED = 10_000

/** How often a batch is planned again when another process came in between. */
export const MAX_REPLANS = 5

/**
 * A lock whose holder showed no life for this long, in ms, is taken over (DESIGN: at most 3 s in all).
 * The holder renews it every {@link LOCK_RENEW_MS}; a holder known to be dead is not waited for at all.
 */
export const LOCK_STALE_MS = 2_000

/** How often the holder of a lock shows that it is alive, in ms. */
export const LOCK_RENEW_MS = 1_000

/** How long to wait for the lock before giving up, in ms. */
export const LOCK_WAIT_MS = 10_000

/** The longest pause between two tries to get the lock, in ms. */
export const LOCK_PAUSE_MS = 20

/** How often an open store looks for what others did, in ms. */
export const POLL_MS = 200

/** Bytes of files that are checked in passing, so that a process that only reads need not (1 MiB). */
export const VERIFIED_BYTES: number = 1024 * 1024

/** Longer than a tick of a local file system's clock, in ms. */
export const TICK_MS = 12

/** How often a follower of `changes` looks for new entries where the system does not tell of them, in ms. */
export const FOLLOW_MS = 100

/** Entries kept in memory for `changes` and `history`. */
export const RECENT_ENTRIES = 1_000

/**
 * Looks, {@link POLL_MS} apart, at which a well-known file must have been behind before it is written: a burst of
 * decisions shares one write, which is still made within 1 s.
 */
export const LOOKS_BEFORE_FLUSH = 3

/** Bytes of one line of an image at most: a record or an entry of the longest kind, and what stands around it (33 MiB). */
export const MAX_IMAGE_LINE_BYTES: number = MAX_RECORD_BYTES + 1024 * 1024
