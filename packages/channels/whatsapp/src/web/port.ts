/** What of baileys is used, and nothing else of it; it is found and loaded where it was installed. */
export interface BaileysPort {
  readonly makeWASocket: (config: SocketConfig) => BaileysSocket
  /** Keys of a device that is not linked yet. */
  readonly initAuthCreds: () => WebCreds
  /** How its files write bytes. */
  readonly BufferJSON: {
    readonly replacer: (key: string, value: unknown) => unknown
    readonly reviver: (key: string, value: unknown) => unknown
  }
  readonly proto: {
    readonly Message: {
      readonly AppStateSyncKeyData: { readonly fromObject: (value: object) => unknown }
    }
  }
}

/** The keys of one linked device. The library changes it in place, and says so. */
export interface WebCreds {
  readonly [field: string]: unknown
  /** Whose device it is, once it is linked. */
  readonly me?: unknown
}

/** Keys by kind and id; `null` takes one away. */
export type KeyChanges = Readonly<Record<string, Readonly<Record<string, unknown>>>>

/** Keeps the keys of conversations. */
export interface KeyStore {
  readonly get: (kind: string, ids: readonly string[]) => Promise<Record<string, unknown>>
  readonly set: (changes: KeyChanges) => Promise<void>
}

/** Takes the library's own log lines. */
export interface LibraryLogger {
  readonly level: string
  readonly child: () => LibraryLogger
  readonly trace: (...line: readonly unknown[]) => void
  readonly debug: (...line: readonly unknown[]) => void
  readonly info: (...line: readonly unknown[]) => void
  readonly warn: (...line: readonly unknown[]) => void
  readonly error: (...line: readonly unknown[]) => void
}

/** What a connection is told; all else is as the library has it. */
export interface SocketConfig {
  readonly auth: { readonly creds: WebCreds; readonly keys: KeyStore }
  readonly logger: LibraryLogger
  /** What the phone shows under its linked devices: name, browser, version. */
  readonly browser: readonly [string, string, string]
  readonly markOnlineOnConnect: boolean
  readonly syncFullHistory: boolean
  readonly emitOwnEvents: boolean
  readonly generateHighQualityLinkPreview: boolean
  readonly connectTimeoutMs: number
  readonly defaultQueryTimeoutMs: number
  readonly shouldIgnoreJid: (jid: string) => boolean
  readonly waWebSocketUrl?: string
}

/** One connection of the library. */
export interface BaileysSocket {
  readonly ev: { readonly on: (event: string, listener: (data: unknown) => void) => unknown }
  /** Frames of the protocol by name, such as `CB:ack,class:message`. */
  readonly ws: FrameEmitter
  readonly sendMessage: (
    jid: string,
    content: { readonly text: string; readonly linkPreview: null },
    options: { readonly messageId: string },
  ) => Promise<unknown>
  readonly readMessages: (keys: readonly unknown[]) => Promise<unknown>
  readonly logout: (reason?: string) => Promise<unknown>
  readonly end: (error: Error | undefined) => unknown
  readonly signalRepository: {
    readonly lidMapping: { readonly getPNForLID: (lid: string) => Promise<unknown> }
  }
}

/** An `EventEmitter`, as far as it is needed. */
export interface FrameEmitter {
  readonly on: (event: string | symbol, listener: Listener) => unknown
  readonly eventNames?: () => readonly (string | symbol)[]
  readonly rawListeners?: (event: string | symbol) => readonly unknown[]
  readonly removeAllListeners?: (event: string | symbol) => unknown
  /** The WebSocket below. */
  readonly socket?: { readonly terminate?: () => void } | null
}

/** Takes what an event brings. */
export type Listener = (...data: readonly unknown[]) => unknown
