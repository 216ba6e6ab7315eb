/** How often counted things are written and expired ones ended, in ms. */
export const HOUSEKEEPING_MS = 1_000

/** How long a command goes on trying to reach a database, in ms: somebody sits before it. */
export const COMMAND_WAIT_MS = 3_000

/** How long a due notice may wait when its wake-up was missed, in ms. */
export const NOTICE_POLL_MS = 5_000

/** How often a channel that is not connected yet is looked at, in ms; the notices that wait go out within that time. */
export const NOTICE_READY_MS = 250

/** Notices sent to one account in one pass. */
export const NOTICES_PER_PASS = 20

/** Keys of handled messages that one account remembers across restarts. */
export const WORK_KEYS = 5_000

/** How long a handled message is remembered, in ms: Telegram keeps undelivered updates for 24 h. */
export const WORK_KEPT_MS: number = 25 * 60 * 60 * 1_000

/** How long a message that another gateway is at waits here for its end, in ms: longer than a death is noticed. */
export const WORK_ELSEWHERE_MS = 15_000

/** How often it is looked at meanwhile, in ms. */
export const WORK_LOOK_MS = 1_000
