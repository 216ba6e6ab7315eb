import type { BlueBubblesFault } from './faults.ts'
import type { BlueBubblesMessage, BlueBubblesPerson, MessageChanges } from './messages.ts'

/** How to start an emulator. */
export interface BlueBubblesEmulatorOptions {
  /** 0 (default) takes a free one. */
  readonly port?: number
  /** The server's password; a drawn one unless given. */
  readonly password?: string
  /** True: chats are called `any;-;…`, as on macOS 26. */
  readonly anyGuids?: boolean
  /** True: sends by `private-api` work. */
  readonly privateApi?: boolean
  /** The Mac's clock, in ms since 1970; this machine's unless given. */
  readonly now?: () => number
}

/** A text that the Mac sent. */
export interface BlueBubblesSent {
  readonly chatGuid: string
  /** Whom the chat is with. */
  readonly to: string
  readonly text: string
  readonly method: string
  readonly tempGuid: string
  /** True where the text began the chat. */
  readonly isNewChat: boolean
}

/** One request, as it was answered. */
export interface BlueBubblesCall {
  /** Such as `GET /api/v1/ping`. */
  readonly route: string
  readonly body: unknown
  /** The HTTP status; 0: the connection was dropped or never answered. */
  readonly status: number
}

/** An address that is told what happens. */
export interface BlueBubblesWebhook {
  readonly id: number
  readonly url: string
  readonly events: readonly string[]
}

/** A BlueBubbles server with its Mac on 127.0.0.1, and the levers a test pulls. */
export interface BlueBubblesEmulator {
  /** For `serverUrl`, such as `http://127.0.0.1:41234`. */
  readonly url: string
  readonly password: string
  /** A person writes to the account, one to one. */
  readonly message: (
    from: BlueBubblesPerson,
    text: string,
    changes?: MessageChanges,
  ) => BlueBubblesMessage
  /** A person writes in a group that the account is in. */
  readonly group: (chat: string, from: BlueBubblesPerson, text: string) => BlueBubblesMessage
  /** A person puts a heart on a message. */
  readonly tapback: (from: BlueBubblesPerson, guid: string) => BlueBubblesMessage
  /** A person changes a message: an event `updated-message` with the same guid and without chats. */
  readonly edit: (guid: string, text: string) => void
  /** The owner writes from another device of theirs. */
  readonly ownMessage: (to: BlueBubblesPerson, text: string) => BlueBubblesMessage
  /** Any event goes to the webhooks, as it is. */
  readonly push: (event: unknown) => void
  /** Messages of the last week are told of once more, as after a restart of the server. */
  readonly replay: () => void
  readonly sent: readonly BlueBubblesSent[]
  readonly calls: readonly BlueBubblesCall[]
  readonly webhooks: () => readonly BlueBubblesWebhook[]
  /** What webhooks answered, oldest first; 0: could not be reached. */
  readonly posts: readonly { readonly url: string; readonly status: number }[]
  /** Resolves when every webhook has answered what it was told so far. */
  readonly told: () => Promise<void>
  /** The list of webhooks is lost, as after a reset of the server. */
  readonly forgetWebhooks: () => void
  readonly changePassword: (password: string) => void
  readonly fault: (fault: BlueBubblesFault) => void
  readonly clearFaults: () => void
  /** Nobody has iMessage under this handle: sends get `Message Send Error`. */
  readonly unregister: (handle: string) => void
  readonly register: (handle: string) => void
  /** Destroys every open connection. */
  readonly cut: () => void
  /** The server is off until `resume`; what people write meanwhile is on the Mac, and told of then. */
  readonly pause: () => Promise<void>
  readonly resume: () => Promise<void>
  readonly close: () => Promise<void>
}
