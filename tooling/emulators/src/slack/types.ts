import type { Fault } from '../telegram/faults.ts'
import type { SlackPayload, SlackPerson } from './people.ts'

/** How to start a Slack emulator. */
export interface SlackEmulatorOptions {
  /** 0 (default) takes a free one. */
  readonly port?: number
  /** The one bot token that is right; `xoxb-…` unless given. */
  readonly botToken?: string
  /** The one app-level token that is right; `xapp-…` unless given. */
  readonly appToken?: string
  /** The workspace; `T0EMULATOR` unless given. */
  readonly team?: string
  /** The platform's clock, in ms since 1970; this machine's unless given. */
  readonly now?: () => number
  /** How long an envelope waits for its acknowledgement before it is sent again, in ms; 3,000 unless given. */
  readonly ackMs?: number
  /** What events over HTTP are signed with; random unless given. */
  readonly signingSecret?: string
  /** A Request URL that was verified before: events are posted there from the start. */
  readonly requestUrl?: string
  /**
   * `conversation`: an event over HTTP waits for the earlier ones of its conversation, as when people write slowly; `none`
   * unless given, for Slack promises none, above all when it tries again.
   */
  readonly order?: 'conversation' | 'none'
  /** When an event over HTTP that got no 200 is posted again, in ms after each failure; 0, 60,000 and 300,000 unless given. */
  readonly retryMs?: readonly number[]
  /** Between pings of the server, in ms; 10,000 unless given. */
  readonly pingMs?: number
}

/** A text that the bot posted and the platform took. */
export interface SlackSentMessage {
  readonly channel: string
  readonly ts: string
  readonly thread: string | undefined
  /** As the person sees it. */
  readonly text: string
  /** What of it is shown in letters of one width. */
  readonly code: readonly string[]
  readonly params: Readonly<Record<string, string>>
  /** ms since 1970. */
  readonly at: number
}

/** One request to the Web API, as it was answered. */
export interface SlackCall {
  readonly method: string
  readonly params: Readonly<Record<string, string>>
  /** 0: the connection was dropped or never answered. */
  readonly status: number
  readonly at: number
}

/** One envelope on a socket. */
export interface SlackEnvelope {
  readonly envelopeId: string
  readonly eventId: string
  readonly retry: number
  readonly sentAt: number
  ackedAt: number | undefined
}

/** What the app answered to a post. */
export interface SlackAnswered {
  /** 0: the connection failed; -1: nothing came in time. */
  readonly status: number
  readonly body: string
  /** False where the app said `X-Slack-No-Retry: 1`. */
  readonly retry: boolean
}

/** One post of an event over HTTP. */
export interface SlackPost extends SlackAnswered {
  readonly eventId: string
  /** As `X-Slack-Retry-Num`; 0 for the first one, which has none. */
  readonly tries: number
  /** As `X-Slack-Retry-Reason`. */
  readonly reason: string | undefined
  readonly sentAt: number
  readonly answeredAt: number
}

/** How one post differs from those of Slack. */
export interface SlackSigning {
  /** The Request URL unless given. */
  readonly url?: string
  /** The signing secret of the app unless given. */
  readonly secret?: string
  /** The time that is signed, in ms since 1970; now unless given. */
  readonly at?: number
  /** Laid over those of Slack. */
  readonly headers?: Readonly<Record<string, string>>
}

/** A message of a person, as the platform holds it. */
export interface SlackWritten {
  readonly eventId: string
  readonly channel: string
  readonly ts: string
  readonly payload: SlackPayload
}

/** What goes wrong with calls of one method; `error` with status 200 is an answer `ok: false`. */
export type SlackFault = Omit<Fault, 'chatId'>

/** Why a socket is ended; see the documentation of Socket Mode. */
export type SlackDisconnect = 'warning' | 'refresh_requested' | 'link_disabled'

/** A Slack workspace with one app on 127.0.0.1, and the levers a test pulls. */
export interface SlackEmulator {
  /** For `apiRoot`, such as `http://127.0.0.1:41234/api`. */
  readonly url: string
  readonly botToken: string
  readonly appToken: string
  readonly signingSecret: string
  readonly team: string
  /** The bot's own member id. */
  readonly botUser: string
  /** A person writes to the bot in a direct conversation. */
  readonly message: (from: SlackPerson, text: string, fields?: object) => SlackWritten
  /** A person writes in a channel that the bot is in. */
  readonly inChannel: (channel: string, from: SlackPerson, text: string) => SlackWritten
  /** A person edits what they wrote. */
  readonly edit: (written: SlackWritten, text: string) => SlackWritten
  /** Sends any payload to the app; answers its event id. */
  readonly push: (payload: SlackPayload) => string
  /**
   * Enters a Request URL in the app's settings: false when it does not answer the challenge. From then on events are
   * posted there, signed, instead of sent on sockets; again with the same event id where no 200 comes.
   */
  readonly subscribe: (url: string) => Promise<boolean>
  /** One signed post of any body, never tried again; resolves with what was answered. */
  readonly post: (body: SlackPayload | string, signing?: SlackSigning) => Promise<SlackAnswered>
  /** The signing secret is another from now on. */
  readonly sign: (secret: string) => void
  /** Posts of events over HTTP. */
  readonly posts: readonly SlackPost[]
  /** Sends an event once more, in a new envelope or post. */
  readonly redeliver: (eventId: string) => void
  /** Sends any text frame on every socket. */
  readonly frame: (text: string) => void
  /** The direct conversation of a person. */
  readonly directOf: (userId: string) => string
  readonly sent: readonly SlackSentMessage[]
  readonly calls: readonly SlackCall[]
  readonly envelopes: readonly SlackEnvelope[]
  /** Event ids that nobody acknowledged yet, oldest first; those of posts after those of sockets. */
  readonly pending: () => readonly string[]
  /** Open sockets. */
  readonly connections: () => number
  readonly fault: (fault: SlackFault) => void
  readonly clearFaults: () => void
  /** The person was deactivated: posts to them are refused. */
  readonly block: (userId: string) => void
  readonly unblock: (userId: string) => void
  /** The app loses a scope of its bot token, such as `users:read`. */
  readonly dropScope: (scope: string) => void
  /** From now on the token is wrong; open sockets stay. */
  readonly revoke: (token: 'botToken' | 'appToken') => void
  /** Asks every socket to end, as Slack does every few hours. */
  readonly disconnect: (reason: SlackDisconnect) => void
  /** Sockets stay open and say nothing any more, not even pong. */
  readonly freeze: () => void
  /** Destroys every open connection. */
  readonly cut: () => void
  /** Refuses connections until `resume`, and posts nothing. */
  readonly pause: () => Promise<void>
  readonly resume: () => Promise<void>
  readonly close: () => Promise<void>
}
