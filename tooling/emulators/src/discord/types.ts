import type { Fault } from '../telegram/faults.ts'
import type { DiscordMessage, DiscordObject, DiscordPerson } from './people.ts'

/** How to start a Discord emulator. */
export interface DiscordEmulatorOptions {
  /** 0 (default) takes a free one. */
  readonly port?: number
  /** The one bot token that is right; of the platform's form unless given. */
  readonly token?: string
  /** The platform's clock, in ms since 1970; this machine's unless given. */
  readonly now?: () => number
  /** What HELLO asks for, in ms; 41,250 unless given. */
  readonly heartbeatMs?: number
  /** Sessions may be started this often, in ms; an IDENTIFY that comes sooner gets op 9. 5,000 unless given. */
  readonly identifyMs?: number
  /** How long a nonce is remembered, in ms; 300,000 unless given. */
  readonly nonceMs?: number
  /** How many messages a channel takes, and in which time; without a limit unless given. */
  readonly perChannel?: { readonly limit: number; readonly windowMs: number }
}

/** A text that the bot sent and the platform took. */
export interface DiscordSent {
  readonly id: string
  readonly channel: string
  /** As the person sees it. */
  readonly text: string
  /** What of it is shown in letters of one width. */
  readonly code: readonly string[]
  /** What of it became a link with its own address. */
  readonly links: readonly string[]
  /** What else of it was read as markup: bold, mentions, headings, links with other words … */
  readonly markup: readonly string[]
  readonly body: DiscordObject
  /** ms since 1970. */
  readonly at: number
}

/** One request to the REST API, as it was answered. */
export interface DiscordCall {
  /** Such as `POST /channels/:id/messages`. */
  readonly method: string
  readonly path: string
  readonly body: DiscordObject
  /** 0: the connection was dropped or never answered. */
  readonly status: number
  readonly at: number
}

/** What goes wrong with calls of one method, such as `POST /channels/:id/messages`; `*` is all. */
export type DiscordFault = Omit<Fault, 'chatId'>

/** How many sessions may still be started. */
export interface DiscordStartLimit {
  readonly remaining: number
  /** In ms. */
  readonly resetAfter: number
}

/** What a client asked for on a socket: a fresh session, or an old one. */
export interface DiscordEntrance {
  readonly kind: 'identify' | 'resume'
  readonly intents: number
  readonly shard: readonly number[]
  readonly at: number
}

/** Discord with one bot on 127.0.0.1, and the levers a test pulls. */
export interface DiscordEmulator {
  /** For `apiRoot`, such as `http://127.0.0.1:41234/api`. */
  readonly url: string
  readonly token: string
  /** The bot's own user id. */
  readonly botUser: string
  /** A person writes to the bot in a direct message; `fields` over the message. */
  readonly message: (from: DiscordPerson, text: string, fields?: object) => DiscordMessage
  /** A person writes on a server that the bot is on. */
  readonly inGuild: (channel: string, from: DiscordPerson, text: string) => DiscordMessage
  /** A person writes in a group of direct messages. */
  readonly groupDm: (channel: string, from: DiscordPerson, text: string) => DiscordMessage
  /** Another bot writes to the bot. */
  readonly bot: (from: DiscordPerson, text: string) => DiscordMessage
  /** A person edits what they wrote. */
  readonly edit: (written: DiscordMessage, text: string) => void
  /** Dispatches any event to every session. */
  readonly push: (type: string, data: DiscordObject) => void
  /** Dispatches a message once more. */
  readonly redeliver: (messageId: string) => void
  /** Sends any text frame on every socket. */
  readonly frame: (text: string) => void
  /** The direct-message channel of a person. */
  readonly directOf: (userId: string) => string
  /** The person comes to share a server with the bot, and can be written to. */
  readonly join: (person: DiscordPerson) => void
  readonly sent: readonly DiscordSent[]
  readonly calls: readonly DiscordCall[]
  readonly entrances: readonly DiscordEntrance[]
  /** Open sockets. */
  readonly connections: () => number
  readonly fault: (fault: DiscordFault) => void
  readonly clearFaults: () => void
  /** Messages to the person are refused with this code: 50007 (closed or blocked) unless given. */
  readonly block: (userId: string, code?: number) => void
  readonly unblock: (userId: string) => void
  /** The token is wrong from now on, and every socket ends with 4004. */
  readonly revoke: () => void
  readonly startLimit: (limit: DiscordStartLimit) => void
  /** Privileged intents that the portal allows; none at first. */
  readonly allowIntents: (intents: number) => void
  /** Asks every socket to come back (op 7). */
  readonly reconnect: () => void
  /** Says that the session is invalid (op 9); `lost` ones cannot be resumed. */
  readonly invalidate: (kind: 'resumable' | 'lost') => void
  /** No session can be resumed any more, as after the minutes that Discord keeps one. */
  readonly expire: () => void
  /** Closes every socket with this code. */
  readonly disconnect: (code: number) => void
  /** Sockets stay open and say nothing any more, not even an acknowledgement. */
  readonly freeze: () => void
  /** Destroys every open connection. */
  readonly cut: () => void
  /** Refuses connections until `resume`. */
  readonly pause: () => Promise<void>
  readonly resume: () => Promise<void>
  readonly close: () => Promise<void>
}
