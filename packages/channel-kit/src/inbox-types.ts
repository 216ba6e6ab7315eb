import type {
  AbortSignalLike,
  ChannelHost,
  Clock,
  CursorStore,
  Inbound,
  InboundDm,
} from '@openclaw/pairing-contracts'
import type { BooksLimits } from './books.ts'
import type { StatusBoard } from './status.ts'

/** One event as the platform brought it. */
export interface Arrival {
  readonly payload: unknown
  /** Tells the platform that it need not bring it again; must not throw. Absent where nothing is told. */
  readonly ack?: () => void
  /** How long the platform is known to have kept it, in ms; see {@link InboundDm.heldMs}. */
  readonly heldMs?: number
}

/**
 * What became of an event: `taken` now; `known` from before; `ignored`, for it is no direct message; `full`, so that the
 * platform is to bring it again later: it is not acknowledged.
 */
export type Reception = 'taken' | 'known' | 'ignored' | 'full'

/** The receiving side of one account. */
export interface Inbox {
  readonly receive: (arrival: Arrival) => Reception
  /** Somebody was written to; who is answered while their message is handled must not be answered again after a crash. */
  readonly sentTo: (to: string) => void
  /** The mark is saved with the position; one that is costly to make is made when it is saved. */
  readonly mark: (mark: string | (() => string)) => void
  /** Saves the position now; resolves with whether it is durable. */
  readonly save: () => Promise<boolean>
  /** Gives handlers a moment, and writes down what is handled and what is not. */
  readonly finish: () => Promise<void>
  /** Messages that nobody handled yet. */
  readonly open: () => number
  /** Whether the one with this key is among them. */
  readonly holds: (messageKey: string) => boolean
}

/** What an inbox works with. */
export interface InboxComponents {
  readonly host: ChannelHost
  readonly board: StatusBoard
  readonly clock: Clock
  readonly cursor: CursorStore
  readonly redact: (text: string) => string
  /** How long to wait before the n-th next try, in ms. */
  readonly backoff: (failures: number) => number
  readonly signal: AbortSignalLike
}

/** What is particular to a channel. */
export interface InboxOptions {
  /** Whose messages they are: keys mean nothing to another bot or number. */
  readonly owner: string
  readonly classify: (payload: unknown) => Inbound
  /** Further keys by which the same message is recognised, besides its `messageKey`. */
  readonly keysOf?: (payload: unknown, inbound: InboundDm) => readonly string[]
  /** What of the payload is needed to make the message again; the whole of it unless given. */
  readonly keep?: (payload: unknown) => object
  /** A message that is not handled by then is written down and acknowledged, in ms. */
  readonly ackMs: number
  /** The position is saved at most this often, unless somebody was answered, in ms. */
  readonly saveMs: number
  /** How long a stop waits for handlers, in ms. */
  readonly drainMs: number
  readonly limits?: Partial<BooksLimits>
}
