import type { AccountId, ChannelAddress, ChannelName, SenderId } from './address.ts'
import type { GateOutcome } from './gate.ts'
import type { AbortSignalLike } from './store.ts'
import type { EpochMs } from './time.ts'

/** A fresh message by a person in a one-to-one chat: the only thing that can cause a pairing request. */
export interface InboundDm extends ChannelAddress {
  readonly kind: 'dm'
  readonly senderId: SenderId
  /** Other ids of the same person, each with evidence from this very event; usually empty. */
  readonly aliases: readonly SenderId[]
  /** Where an answer goes, in the channel's own terms (a chat id, a JID). */
  readonly replyTo: string
  /**
   * The platform's id of this message, unique per account; a second delivery has the same one. Where the platform lets
   * senders choose it, or counts per chat, the adapter puts the chat in front.
   */
  readonly messageKey: string
  /** By the platform's clock; many count whole seconds. */
  readonly sentAt: EpochMs
  /** When this process learned of it, by its own clock; it may have waited for its turn since. */
  readonly receivedAt?: EpochMs
  /**
   * How long the platform had it before it could deliver it, in ms: nobody was connected meanwhile. Absent: it came at
   * once, or the platform does not say.
   */
  readonly heldMs?: number
  /** What the platform says of the sender (`username`, `firstName`, `name` …). Chosen by the sender: untrusted. */
  readonly meta: Readonly<Record<string, string>>
  readonly text: string
  /** Somebody else's words that the sender passed on: never a command. */
  readonly passedOn?: true
}

/** A message in a group, channel or thread. Never pairs; groups have their own policy. */
export interface InboundGroup extends ChannelAddress {
  readonly kind: 'group'
  readonly groupId: string
  readonly senderId: SenderId | undefined
  /** A command in it that this bot is meant by, and where an answer goes; absent for everything else. */
  readonly command?: {
    /** Without the slash and the bot's name, in lower case: `pair`. */
    readonly name: string
    readonly replyTo: string
    /** As {@link InboundDm.messageKey}. */
    readonly messageKey: string
  }
}

/** Anything else, with the reason in a few words. */
export interface InboundIgnored {
  readonly kind: 'ignore'
  readonly why: string
}

/** What an adapter makes of one raw event. What is unknown is `ignore`. */
export type Inbound = InboundDm | InboundGroup | InboundIgnored

/** The platform has taken a text. */
export interface SentMessage {
  readonly outcome: 'sent'
  readonly messageId?: string
  /**
   * The platform's own time of it, of several parts the last one's: by the clock that stamps {@link InboundDm.sentAt}, and
   * as exact, so that the two say what came first. Absent where the platform says none.
   */
  readonly sentAt?: EpochMs
}

/** What became of one send. */
export type SendOutcome =
  | SentMessage
  /** The platform refused for good (blocked, no such chat): not to be tried again. */
  | { readonly outcome: 'refused'; readonly reason: string }
  /** The platform did not take it in the bounded tries; known not to have been delivered. */
  | { readonly outcome: 'failed'; readonly reason: string }
  /** Nobody knows whether it arrived (time-out after the request was written): never repeated without an idempotency key. */
  | { readonly outcome: 'unknown'; readonly reason: string }
  /** The channel cannot say this to this person. */
  | { readonly outcome: 'unsupported'; readonly reason: string }

/** What to send. */
export interface OutboundText {
  readonly to: string
  readonly text: string
  /** A part of `text` that the reader should be able to copy, such as the code. */
  readonly copyable?: string
  /** A part of `text` whose lines keep their shape, in letters of one width, without links: a table, a QR code. */
  readonly preformatted?: string
  /** Where the platform has one: the same key is delivered at most once. */
  readonly idempotencyKey?: string
}

/** A command as a platform offers it. */
export interface CommandHint {
  /** Without the slash. */
  readonly name: string
  /** One short line. */
  readonly description: string
}

/** How a running account is doing; times are absent until the thing has happened. */
export interface ChannelStatus {
  /** `standby`: another gateway on the same store has the account; this one takes it over when that ends. */
  readonly state: 'starting' | 'connected' | 'waiting' | 'failed' | 'stopped' | 'standby'
  readonly since: EpochMs
  readonly lastMessageAt?: EpochMs
  /** The last thing that went wrong, with the fix; no secret. */
  readonly lastError?: string
  /** When that was; absent where it is not known. */
  readonly lastErrorAt?: EpochMs
}

/** What a channel is, without a connection: pure rules that the CLI can use without any SDK. */
export interface ChannelDefinition {
  readonly name: ChannelName
  /** Label of a sender id in lists, such as `telegramUserId`. */
  readonly idLabel: string
  /** The line of the reply that tells the sender their own id, such as `Your Telegram user id: 123`; `undefined`: none. */
  readonly idLine: ((senderId: SenderId) => string) | undefined
  /** True where the account is a person's own (WhatsApp, iMessage): strangers are handled with more care. */
  readonly personal: boolean
  /** True where the platform drops a second send with the same {@link OutboundText.idempotencyKey}. */
  readonly idempotentSend: boolean
  /** Where a sender is written to who has not written first, in the channel's own terms; absent where none can be. */
  readonly directTo?: (senderId: SenderId) => string
  /**
   * What sort of id this is where it belongs to one person for good (`uuid`); `undefined` for one that may come to belong
   * to somebody else, such as a phone number. Each person has one of a sort: another of the same sort is another person.
   * Absent: all ids are for good.
   */
  readonly lastingKind?: (senderId: SenderId) => string | undefined
  /** Brings what a person typed or a file holds into the one spelling; throws an `OpenClawError` that says what is right. */
  readonly parseSender: (typed: string) => SenderId
}

/** One raw event becomes a decision; pure. `Raw` is the platform's own payload. */
export type Classify<Raw> = (raw: Raw, account: AccountId) => Inbound

/** What a channel needs from the gateway. */
export interface ChannelHost {
  /**
   * Handles one direct message; resolves when it is safe to forget the event (delivered, answered or refused), with
   * what the gate said where that is known; rejects when it was not handled and must be offered again.
   */
  readonly onMessage: (inbound: InboundDm) => Promise<GateOutcome['outcome'] | undefined>
  /** Told about events that are not direct messages; for figures. */
  readonly onIgnored: (inbound: InboundGroup | InboundIgnored) => void
  readonly log: ChannelLog
}

/** Structured log lines; values are data and are made safe by the logger. */
export type ChannelLog = (
  level: 'debug' | 'info' | 'warn' | 'error',
  event: string,
  fields: Readonly<Record<string, string | number | boolean>>,
) => void

/** One HTTP request of a platform, as it came. */
export interface WebhookRequest {
  readonly method: 'GET' | 'POST'
  /** What follows the `?` of the address, without it; empty for nothing. */
  readonly query: string
  /** By name in lower case; one that came several times is joined by `, `. */
  readonly headers: Readonly<Record<string, string | undefined>>
  /** The raw bytes, over which a signature is; bounded by who listens. */
  readonly body: Uint8Array
}

/** What the platform is answered. */
export interface WebhookAnswer {
  readonly status: number
  /** Plain text; empty unless given. */
  readonly body?: string
}

/** Where a platform brings what happened, for channels that are called rather than connect. */
export interface ChannelWebhook {
  /** The path of its address, such as `/slack/events`; no two accounts share one. */
  readonly path: string
  /**
   * Checks the signature before anything else, and answers as soon as the event is safe; never rejects. 401 or 403 says
   * that the signature is wrong, which whoever listens counts; 503 that the platform is to come again.
   */
  readonly answer: (request: WebhookRequest) => Promise<WebhookAnswer>
}

/** One account of one channel, connected. */
export interface ChannelConnection extends ChannelAddress {
  /** Runs until `signal` aborts; resolves after a clean stop, rejects only when this account can never work (fatal, with the fix). */
  readonly run: (host: ChannelHost, signal: AbortSignalLike) => Promise<void>
  /** Bounded: a time-out, a few tries, `retry-after` obeyed. Never rejects. */
  readonly send: (message: OutboundText) => Promise<SendOutcome>
  /** Lets one chat see these commands while somebody types there; none takes them away. Best effort: never rejects. */
  readonly offerCommands?: (to: string, commands: readonly CommandHint[]) => Promise<void>
  /** Absent where nothing is brought. */
  readonly webhook?: ChannelWebhook
  readonly status: () => ChannelStatus
}

/** A place for a small cursor of a channel (an update offset). `save` is durable when it resolves. */
export interface CursorStore {
  readonly load: () => Promise<unknown>
  readonly save: (cursor: Readonly<Record<string, string | number>>) => Promise<void>
}
