/** Milliseconds from the challenge to hello-ok; a connection that takes longer is closed without a word. */
export const HANDSHAKE_TIMEOUT_MS = 10_000

/** Milliseconds between two `tick` events, as hello-ok says in `policy.tickIntervalMs`. */
export const TICK_INTERVAL_MS = 30_000

/** Milliseconds that requests have to be answered when the gateway stops. */
export const SHUTDOWN_GRACE_MS = 2_000

/** Bytes that may wait for a slow reader, as hello-ok says in `policy.maxBufferedBytes`. */
export const MAX_BUFFERED_BYTES = 52_428_800

/** Bytes that may wait for a connection without device or scopes, in the same place. */
export const BARE_BUFFERED_BYTES = 262_144

/** Messages that may wait for a slow reader. */
export const MAX_WAITING_FRAMES = 4_096

/** Bytes that may wait for all readers together; beyond, those go who have most. */
export const MAX_BUFFERED_TOTAL_BYTES = 134_217_728

/** What a message that waits costs besides its bytes. */
export const FRAME_COST_BYTES = 512

/** Bytes, and messages, that wait for a connection when nothing more is read from it; until a quarter is left. */
export const PAUSE_BYTES = 1_048_576
export const PAUSE_FRAMES = 1_024

/** Bytes of one message of an operator with scopes, as hello-ok says in `policy.maxPayload`; nodes have all that a frame may have. */
export const OPERATOR_MESSAGE_BYTES = 1_048_576

/** Bytes of one message of a connection without device or scopes. */
export const BARE_MESSAGE_BYTES = 65_536

/** Connections that have not been admitted yet, in all. */
export const MAX_HALF_OPEN = 4_096

/** Connections that have not been admitted yet, from one address. */
export const MAX_HALF_OPEN_PER_ADDRESS = 128

/** Milliseconds that a connection has to say `connect` before it makes way for a new one. */
export const HALF_OPEN_GRACE_MS = 200

/** Live connections of one device, or of one address where there is no device. */
export const MAX_CONNECTIONS_PER_DEVICE = 64

/** Requests of one connection that are not answered yet. */
export const MAX_IN_FLIGHT = 64

/** Wrong secrets of one kind from one address within {@link AUTH_WINDOW_MS} that lock it. */
export const AUTH_FAILURES = 10

/** Milliseconds for which a wrong secret counts. */
export const AUTH_WINDOW_MS = 60_000

/** Milliseconds for which an address is locked. */
export const AUTH_LOCK_MS = 300_000

/** Addresses whose wrong secrets are counted one by one; beyond, as many networks of each size, and at last all others as one. */
export const MAX_WATCHED_ADDRESSES = 10_000

/** Milliseconds for which somebody who left is still listed. */
export const PRESENCE_TTL_MS = 300_000

/** Entries of the presence list, the gateway's own included. */
export const MAX_PRESENCE = 200

/** Connections that hear of an event before others are served; with thousands, all at once would hold everybody up. */
export const TOLD_AT_ONCE = 256

/** Events that may wait to be told; with more, the rest is told at once. */
export const WAITING_ROUNDS = 64

/** Milliseconds between two looks at a store that cannot say whether an admission holds, and how many of them callers wait for. */
export const STALE_LOOK_MS = 50
export const STALE_LOOKS = 20

/** Milliseconds between the looks after those. */
export const STALE_PAUSE_MS = 1_000

/** Milliseconds in which all changes of the presence list are told as one. */
export const PRESENCE_INTERVAL_MS = 1_000

/** Milliseconds that a node has for a command, unless the caller says otherwise. */
export const INVOKE_TIMEOUT_MS = 30_000

/** Commands that nodes have not answered yet, in all. */
export const MAX_PENDING_INVOKES = 2_000

/** Commands that one node has not answered yet. */
export const MAX_PENDING_INVOKES_PER_NODE = 256

/** Milliseconds for which the same idempotency key means the same call. */
export const REPLAY_TTL_MS = 600_000

/** Calls that are remembered for their idempotency keys. */
export const MAX_REPLAYS = 10_000

/** Characters of results that are remembered; beyond, the oldest are kept without what they said. */
export const MAX_REPLAY_CHARS = 33_554_432

/** Milliseconds that other gateways have to say whether they made a call, or that they have a node. */
export const INQUIRY_MS = 5_000
export const WHERE_MS = 2_000

/** Milliseconds for which it counts that no gateway had a node, and nodes of which it is remembered. */
export const NOWHERE_MS = 1_000
export const MAX_NOWHERE = 100

/** Milliseconds that the ways between gateways may take, on top of what a node has for a command. */
export const PASSING_MS = 10_000

/** Milliseconds in which what other gateways noted is looked at as one. */
export const NOTED_MS = 50

/** Characters of a node's search path that other gateways show. */
export const MAX_NOTED_PATH = 4_096

/** Devices of operators that other gateways show as connected. */
export const MAX_NOTED_OPERATORS = 2_000

/** Milliseconds in which wrong secrets are told to other gateways as one, and how many kinds and addresses at a time. */
export const GUESSES_MS = 100
export const MAX_GUESSES = 1_000

/** Wrong secrets that wait to be told; beyond, they count where they were shown. */
export const MAX_WAITING_GUESSES = 10_000

/** Locked addresses that other gateways are told of, so that one that comes later has them locked as well. */
export const MAX_NOTED_LOCKS = 1_000

/** Requests and decisions that are remembered so that none is announced twice. */
export const MAX_ANNOUNCED = 1_000

/** Requests of which it is remembered what an operator was shown. */
export const MAX_SHOWN = 4_096

/** Caps that an operator of a gateway may set; each as in this file where it is left out. */
export interface SessionCaps {
  readonly handshakeTimeoutMs: number
  readonly maxBufferedBytes: number
  readonly maxBufferedTotalBytes: number
  readonly maxHalfOpen: number
  readonly maxHalfOpenPerAddress: number
  readonly maxConnectionsPerDevice: number
}

/** The caps of this file. */
export const CAPS: SessionCaps = {
  handshakeTimeoutMs: HANDSHAKE_TIMEOUT_MS,
  maxBufferedBytes: MAX_BUFFERED_BYTES,
  maxBufferedTotalBytes: MAX_BUFFERED_TOTAL_BYTES,
  maxHalfOpen: MAX_HALF_OPEN,
  maxHalfOpenPerAddress: MAX_HALF_OPEN_PER_ADDRESS,
  maxConnectionsPerDevice: MAX_CONNECTIONS_PER_DEVICE,
}
