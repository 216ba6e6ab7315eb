/** Single messages to one owner within {@link BURST_MS}; what is more than that is folded. Contract: "more than 3 within 10 s". */
export const SINGLES_PER_BURST = 3

/** What {@link SINGLES_PER_BURST} counts over, in ms. */
export const BURST_MS = 10_000

/** Single messages to one owner within an hour, so that a slow flood is folded as well. */
export const SINGLES_PER_HOUR = 20

/** A flood is folded when nobody new came for so long, in ms, or when it has lasted {@link BURST_MS}. */
export const SETTLE_MS = 2_000

/** The pause after a line that stands for several, in ms. */
export const FOLD_REST_MS = 60_000

/** Folded lines to one owner within an hour before the pause gets longer. */
export const FOLDS_PER_HOUR = 5

/** The longer pause, in ms. */
export const LONG_FOLD_REST_MS = 600_000

/** One hour, in ms. */
export const HOUR_MS = 3_600_000

/** How long others are not told, in ms, of a device that came with a setup code, while whoever made the code may decide. */
export const MAKER_FIRST_MS = 60_000

/** The pauses, in ms, before a message is tried again that is known not to have arrived; after the last it has failed. */
export const RETRY_AFTER_MS: readonly number[] = [5_000, 20_000, 60_000, 180_000]

/** A claim older than this, in ms, belongs to a process that died. */
export const CLAIM_MS = 120_000

/** How long what became of a message is kept, in ms, once its request is over: 30 days. */
export const KEPT_MS = 2_592_000_000

/** What is kept per owner of requests that are over, newest first. */
export const MAX_KEPT = 200

/** Owners that are told; more are no owners but a crowd. */
export const MAX_OWNERS = 50

/** Requests that are looked at for one owner, oldest first. */
export const MAX_WAITING = 500

/** Owners whose messages are sent at the same time. */
export const AT_ONCE = 8

/** How long a due message may wait when its wake-up was missed, in ms. */
export const POLL_MS = 5_000

/** How often a channel that is not connected yet is looked at, in ms. */
export const READY_MS = 250

/** How often what is over is looked for, in ms. */
export const TIDY_MS = 10_000

/** Characters of a reason that are kept. */
export const MAX_REASON = 200

/** Characters (code points) of a name that are shown. */
export const MAX_NAME = 40

/** Characters of a channel's own address for answers; a longer one is not kept. */
export const MAX_REPLY_TO = 1_024
