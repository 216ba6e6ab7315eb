/** Between the beginnings of two tries, in ms: ten events a second at most. */
export const SPACING_MS = 100

/** The longest pause between two tries, `retry-after` included, in ms. There is no last try: a receiver may be down for days. */
export const EVENT_RETRY_MAX_MS = 60_000

/** After so many entries that nobody chose, so long a rest, in ms: whoever catches up holds nobody else up. */
export const PASSED_AT_ONCE = 128
export const REST_MS = 10

/** Entries of the journal that are read at a time where it is searched. */
export const SEARCH_PAGE = 200

/** How far a position that nothing was sent for may lag behind in the file, in ms. */
export const CURSOR_LAG_MS = 10_000

/** How long a stop waits for the answer to what was sent already, and for everything to end, in ms. */
export const ANSWER_GRACE_MS = 1_000
export const EVENTS_END_MS = 1_800

/** How long the start of a gateway waits until it tells, where several share a store, in ms. */
export const EVENTS_BEGIN_MS = 3_000

/** Subjects told of one entry; a take-over may have thousands. */
export const MAX_SUBJECTS = 50

/** Characters of an id or a name in an event. */
export const MAX_TEXT = 256

/** Scopes of a device in an event. */
export const MAX_SCOPES = 32
