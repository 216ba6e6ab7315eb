import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Fault } from './faults.ts'
import type { Person, RawUpdate } from './people.ts'

/** How to start an emulator. */
export interface EmulatorOptions {
  /** The one token that is right; `1234567890:` and 35 letters unless given. */
  readonly token?: string
  /** 0 (default) takes a free one. */
  readonly port?: number
  readonly username?: string
  /** The platform's clock, in ms since 1970; this machine's unless given. */
  readonly now?: () => number
  /** The first update id; Telegram begins anywhere. */
  readonly firstUpdateId?: number
  /** Asked first about each HTTP request; true when it answered. */
  readonly other?: (request: IncomingMessage, response: ServerResponse) => Promise<boolean>
}

/** A text that the bot sent and the platform took. */
export interface SentMessage {
  readonly chatId: number
  readonly messageId: number
  readonly text: string
  readonly entities: readonly { type: string; offset: number; length: number }[]
  readonly linkPreviewDisabled: boolean
  /** ms since 1970. */
  readonly at: number
}

/** One request to the Bot API, as it was answered. */
export interface ApiCall {
  readonly method: string
  readonly params: Readonly<Record<string, unknown>>
  /** 0: the connection was dropped or never answered. */
  readonly status: number
  readonly at: number
}

/** A message of a person, as the platform holds it. */
export interface WrittenMessage {
  /** `undefined` when the bot did not subscribe to this kind of update. */
  readonly updateId: number | undefined
  readonly messageId: number
  readonly update: RawUpdate
}

/** A Bot API server on 127.0.0.1 with one bot, and the levers a test pulls. */
export interface TelegramEmulator {
  /** For `apiRoot`, such as `http://127.0.0.1:41234`. */
  readonly url: string
  readonly token: string
  readonly botId: number
  /** A person writes to the bot in a private chat. */
  readonly message: (from: Person, text: string) => WrittenMessage
  /** A person writes in a group that the bot is in; `chatId` is negative. */
  readonly group: (chatId: number, from: Person, text: string) => WrittenMessage
  /** A person edits what they wrote. */
  readonly edit: (written: WrittenMessage, text: string) => WrittenMessage
  /** Queues any update; gets an `update_id` of its own unless it has one. */
  readonly push: (update: RawUpdate) => number | undefined
  /** Gives an update out once more, under its old id and whatever the offset says. */
  readonly redeliver: (updateId: number) => void
  /** Later updates get ids from here on; Telegram does that after a week of silence, and a moved API server too. */
  readonly restartIds: (firstUpdateId: number) => void
  readonly sent: readonly SentMessage[]
  readonly calls: readonly ApiCall[]
  /** Ids of updates that are not confirmed, oldest first. */
  readonly pending: () => readonly number[]
  /** True while a long poll waits. */
  readonly polled: () => boolean
  readonly fault: (fault: Fault) => void
  readonly clearFaults: () => void
  /** The person blocked the bot: sends get 403. */
  readonly block: (chatId: number) => void
  readonly unblock: (chatId: number) => void
  /** From now on the token is wrong: 401. */
  readonly revokeToken: () => void
  readonly setWebhook: (url: string) => void
  readonly webhook: () => string
  /** The commands that are offered in a chat. */
  readonly commandsIn: (chatId: number) => readonly { command: string; description: string }[]
  /** Destroys every open connection. */
  readonly cut: () => void
  /** Refuses connections until `resume`. */
  readonly pause: () => Promise<void>
  readonly resume: () => Promise<void>
  readonly close: () => Promise<void>
}
