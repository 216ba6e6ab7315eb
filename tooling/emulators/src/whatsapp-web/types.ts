/** A message as baileys gives it (`WAMessage`). */
export type WaMessage = Readonly<Record<string, unknown>>

/** A text that an adapter sent. */
export interface WaSent {
  readonly jid: string
  readonly text: string
  readonly id: string
  /** What the library was given besides. */
  readonly content: Readonly<Record<string, unknown>>
}

/** How WhatsApp answers for what is sent. */
export type WaSendMode =
  | { readonly kind: 'take' }
  /** An acknowledgement with this error. */
  | { readonly kind: 'error'; readonly code: string }
  /** Taken, and nothing is said. */
  | { readonly kind: 'lose-answer' }
  /** The connection is cut before anything is said. */
  | { readonly kind: 'cut' }

/** What is settled before it starts. */
export interface WaEmulatorOptions {
  /** 0, any free one, unless given. */
  readonly port?: number
  /** In ms; the system's unless given. */
  readonly now?: () => number
}

/** How somebody writes. */
export interface WaWriting {
  /** By which id the chat is named; the number unless given. `hidden`: and nothing says the number. */
  readonly by?: 'phone' | 'lid' | 'hidden'
  /** When, in ms; now unless given. */
  readonly at?: number
}

/** WhatsApp as the stand-in of baileys meets it. */
export interface WaEmulator {
  /** For `webSocketUrl`. */
  readonly url: string
  /** The stand-in, a package folder named as it is installed: `node_modules/baileys`. */
  readonly library: string
  /** Connections that stand. */
  readonly connections: () => number
  /** Connections so far. */
  readonly logins: () => number
  /** What the library was told at the newest connection. */
  readonly config: () => Readonly<Record<string, unknown>> | undefined
  readonly sent: readonly WaSent[]
  /** Keys of messages that were shown as read. */
  readonly read: readonly unknown[]
  /** Devices that were logged out by themselves. */
  readonly loggedOut: () => number
  /** Person `who` writes; what nobody is there for waits and comes as caught up. */
  readonly message: (who: number, text: string, writing?: WaWriting) => WaMessage
  /** Anything arrives at once; nothing waits. */
  readonly upsert: (type: string, messages: readonly WaMessage[]) => void
  readonly sends: (mode: WaSendMode) => void
  /** Whoever connects is turned away with this code; `undefined`: nobody is. */
  readonly turnAway: (code: number | undefined) => void
  /** Ends the open connections with a code, as WhatsApp does. */
  readonly end: (code: number) => void
  /** Says a line to the library that stands in, such as `{kind: 'fall', how: 'reject'}`. */
  readonly say: (line: Readonly<Record<string, unknown>>) => void
  /** A new code for those who wait to be scanned. */
  readonly nextQr: () => void
  /** The phone scans the code that was shown last. */
  readonly scan: () => void
  /** Closes the port and every connection, and opens the port again. */
  readonly pause: () => Promise<void>
  readonly resume: () => Promise<void>
  readonly close: () => Promise<void>
}
