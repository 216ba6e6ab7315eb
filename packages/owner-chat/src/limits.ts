/** Characters (code points) of a name that a stranger chose, as an owner reads it. Ours: half a line on a telephone. */
export const MAX_QUOTED = 48

/** Characters of the lists of scopes and commands in one card; a device that asks for more is not approved in chat. */
export const MAX_LISTED = 1_500

/** Requests that are remembered as shown in one chat; the one shown first goes when one more comes. */
export const MAX_SHOWN = 100

/** How long a request is remembered as shown, in ms: as long as the longest one waits. */
export const SHOWN_LIFE_MS = 86_400_000

/** How long the number of a request that is over is kept from others, in ms: nobody approves by an old list. */
export const NUMBER_REST_MS = 3_600_000

/** Characters of a message that may be a command of ours. */
export const MAX_COMMAND = 256

/** Characters of one answer; every platform takes as many in one message. */
export const MAX_ANSWER = 3_500

/** Devices that one answer shows; of more it says how many. */
export const MAX_CARDS = 5

/** Setup codes that one owner may make within {@link CODES_MS}. */
export const CODES_AT_ONCE = 5

/** What {@link CODES_AT_ONCE} counts over, in ms. */
export const CODES_MS = 60_000

/** A group is told once in so many ms that commands are not for groups. */
export const GROUP_PAUSE_MS = 60_000

/** Groups, and owners who made codes, that are remembered for such a pause; more are told nothing. */
export const MAX_PACED = 1_000
