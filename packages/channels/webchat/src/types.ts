import type {
  AccountId,
  ChannelConnection,
  ChannelDefinition,
  Clock,
  EpochMs,
  RandomBytes,
  SenderId,
  Sha256,
} from '@openclaw/pairing-contracts'

/**
 * How a visitor stands, as their page shows it.
 *
 * - `allowed`: messages reach the agent
 * - `pending`: a request waits for the owner; `code` and `command` where strangers are told them
 * - `none`: neither; the next message may make a request
 */
export type VisitorState =
  | { readonly state: 'allowed' }
  | {
      readonly state: 'pending'
      readonly expiresAt: EpochMs
      readonly code?: string
      readonly command?: string
    }
  | { readonly state: 'none' }

/** What the web chat asks of the pairing layer. Its questions reject when the store cannot answer. */
export interface WebchatPeople {
  readonly stateOf: (senderId: SenderId) => Promise<VisitorState>
  /** How many pending requests of this account have `meta.address` equal to `address`. */
  readonly pendingFrom: (address: string) => Promise<number>
  /** A stranger's message was refused because of their address; for the owner's figures. */
  readonly turnedAway: () => void
}

/** What a {@link webchat} works with. */
export interface WebchatComponents {
  readonly clock: Clock
  readonly random: RandomBytes
  readonly sha256: Sha256
  readonly people: WebchatPeople
  /**
   * 32 secret bytes that mark the cookies this server draws; no others are accepted. Keep them as long as visitors
   * should stay who they are. Drawn anew unless given: all cookies then end with the process.
   */
  readonly cookieKey?: Uint8Array
  /**
   * Where the same chat is served by several processes: told of each text that was said here, for the pages that are open at the
   * others. Hand it to {@link Webchat.hear} there. Must not throw.
   */
  readonly tell?: (said: SaidElsewhere) => void
}

/** A text of a conversation, on its way to the pages at other processes. */
export interface SaidElsewhere {
  readonly visitor: string
  readonly from: 'bot' | 'you'
  readonly key: string
  readonly text: string
  readonly copyable?: string
  readonly preformatted?: string
  readonly at: number
}

/** How a {@link webchat} is run. */
export interface WebchatOptions {
  /** `default` unless given. */
  readonly account?: AccountId
  /** Where it is mounted; `/chat` unless given. */
  readonly mount?: string
  /**
   * Host names (no port) under which browsers may reach it, against DNS rebinding; `any` where the server checks.
   * The names of this machine's loopback (`localhost`, `127.0.0.1`, `[::1]`) unless given.
   */
  readonly hosts?: readonly string[] | 'any'
  /** Pending requests that one address may have; asked for each stranger. 2 unless given. */
  readonly pendingPerAddress?: () => number
}

/** What the server knows of a request beyond the request itself. */
export interface RequestOrigin {
  /** Whom limits are counted for: the visitor's address as the server trusts it, at most 64 characters. */
  readonly address: string
  /** How the visitor's browser came here; taken from the request's URL unless given (TLS may end at a proxy). */
  readonly scheme?: 'http' | 'https'
}

/** Figures for status pages; counts only. */
export interface WebchatFigures {
  readonly streams: number
  readonly visitors: number
  readonly messagesInFlight: number
  readonly limited: number
}

/** The web chat: a channel for the gate, and a handler that any server can mount. */
export interface Webchat {
  readonly definition: ChannelDefinition
  readonly connection: ChannelConnection
  /** Answers every request below the mount; never rejects. */
  readonly fetch: (request: Request, origin: RequestOrigin) => Promise<Response>
  /** Shows open pages how they stand now; call it when somebody was approved, revoked or rejected. */
  readonly refresh: () => Promise<void>
  readonly figures: () => WebchatFigures
  /** Shows what another process told on the visitor's open pages, each text once; what is no such text is dropped. */
  readonly hear: (said: unknown) => void
}
