/** Bytes of one document at most (32 MiB); a larger one is not read and counts as damaged. 10,000 devices need about 5 MB. */
export const MAX_DOCUMENT_BYTES: number = 32 * 1024 * 1024

/** Bytes of our copy of a document at most: the document and a line about it. */
export const MAX_COPY_BYTES: number = MAX_DOCUMENT_BYTES + 4096

/** How deep a document's JSON may nest; deeper counts as damaged. */
export const MAX_DOCUMENT_DEPTH = 64

/** Files per folder that are taken as documents; the rest is left alone and reported. */
export const MAX_DOCUMENTS = 4096

/** Damaged copies that are kept beside one document; the oldest goes when one more is needed. */
export const KEPT_ASIDE = 5

/** Findings kept in memory; the oldest goes first. */
export const MAX_FINDINGS = 100

/** A lock file of OpenClaw 2026.2 older than this is left over, in ms (its own rule). */
export const FOREIGN_LOCK_STALE_MS = 30_000

/** How long one `flush` waits for living lock files of other programs, in ms. */
export const FOREIGN_LOCK_WAIT_MS = 2_000

/** Pause between two looks at a living lock file of another program, in ms. */
export const FOREIGN_LOCK_PAUSE_MS = 25

/** A foreign change is let pass this long, in ms, while its writer still holds the lock file: it may not have finished. */
export const FOREIGN_LOCK_PATIENCE_MS = 300

/** And for so many looks at most, should the clock stand still. */
export const FOREIGN_LOCK_LOOKS = 100

/** A file must be missing or damaged for this long, in ms: editors empty or remove a file for a moment while they save. */
export const SETTLE_MS = 250

/**
 * A file is read again on each look until it has been the same for this long, in ms: two changes within one tick of the
 * file system's clock (up to 2 s on some) look alike from outside.
 */
export const RACY_MS = 2_000

/** A temporary file of ours older than this has no writer any more, in ms; a write takes milliseconds. */
export const LEFTOVER_MS = 60_000

/** Leftover temporary files that are removed in one pass over a folder. */
export const MAX_LEFTOVERS = 100

/** Tries of one rename that is refused for the moment (`EBUSY`, `EXDEV` …); the pauses add up to 310 ms. */
export const RENAME_TRIES = 6

/** Pause before the second try of a rename, in ms; doubles each time. */
export const RENAME_PAUSE_MS = 10

/** How often one write starts again because the file changed under it. */
export const MAX_REWRITES = 5

/** After a write failed for a reason that lasts (no right, disk full), the next try comes this much later, in ms. */
export const RETRY_MS = 5_000
