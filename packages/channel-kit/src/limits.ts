/** Handlers that run at once. */
export const HANDLERS = 32

/** After so many tries, about half a minute, a message is given up when others were handled meanwhile. */
export const HANDLE_TRIES = 6

/** A message that nobody could handle for that long is given up, in ms. */
export const HOLD_MS: number = 24 * 60 * 60 * 1_000

/** Messages that may be with handlers or wait for them. */
export const WINDOW = 200

/** What of all of them is kept to make them again, in UTF-16 units of JSON; one alone may be larger. */
export const WINDOW_UNITS: number = 1024 * 1024

/** Ids that are remembered to recognise a message delivered twice; in memory, and across restarts. */
export const KEYS_IN_MEMORY = 6_000
export const KEYS_KEPT = 600
