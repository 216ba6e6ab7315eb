/** Characters (code points) of a name that a stranger chose, as an owner reads it. Ours: half a line on a telephone. */
export const MAX_QUOTED = 48

/** Characters (UTF-16 units) of such a name that are looked at. */
export const MAX_LOOKED_AT = 256

/** Characters of the lists of scopes and commands in one card; a device that asks for more is not approved in chat. */
export const MAX_LISTED = 1_500

/** Requests that are remembered as shown in one chat; the one shown first goes when one more comes. */
export const MAX_SHOWN = 100

/** How long a request is remembered as shown, in ms: as long as the longest one waits. */
export const SHOWN_LIFE_MS = 86_400_000

/** How long the number of a request that is over is kept from others, in ms: nobody approves by an old list. */
export const NUMBER_REST_MS = 3_600_000
