import type { AccountId, ChannelName, DmPolicy } from '@openclaw/pairing-contracts'

/** One configured account of a channel. */
export interface AccountConfig {
  readonly channel: ChannelName
  readonly account: AccountId
  readonly enabled: boolean
  readonly policy: DmPolicy
}

/** How an account's long texts are cut. */
export interface ChunksConfig {
  /** The longest message, in UTF-16 units; never longer than the platform takes. */
  readonly limit: number
  /** `length`: as late as it goes. `newline`: at the ends of paragraphs, else of lines. */
  readonly mode: 'length' | 'newline'
  /** The most lines of a message; of Discord alone. */
  readonly lines?: number
}

/** How often, and after what waits, a text is tried that is known not to have arrived. */
export interface RetryConfig {
  /** In all, the first included. */
  readonly attempts: number
  /** Before the second try, in ms; each wait is twice as long as the last, up to `maxDelayMs`. */
  readonly minDelayMs: number
  readonly maxDelayMs: number
  /** Each wait is longer by up to this share, 0 to 1. */
  readonly jitter: number
}

/** An account of a channel with messages of a limited length. */
export interface WritingAccountConfig extends AccountConfig {
  readonly chunks: ChunksConfig
}

/** An account of Telegram. */
export interface TelegramAccountConfig extends WritingAccountConfig {
  readonly retry: RetryConfig
  /** How long one request may take, in ms. */
  readonly requestMs: number
  /** A proxy that tunnels, with its user and password; `undefined`: none. Never logged. */
  readonly proxy: string | undefined
  /** Whether both families of addresses are tried at once; `undefined`: Node's own choice. */
  readonly autoSelectFamily: boolean | undefined
  /** `undefined` where none was given. Never logged. */
  readonly botToken: string | undefined
  /** Where the token came from, or where to put one. */
  readonly botTokenSource: string
  /** `https://api.telegram.org` unless configured; https or loopback only. */
  readonly apiRoot: string
}

/** How the gateway starts signal-cli. */
export interface SignalDaemonConfig {
  /** The executable: a path, or a name in the `PATH`. `~/` in front is the home directory. */
  readonly cliPath: string
  /** 1,000–120,000 ms. */
  readonly startupTimeoutMs: number
  /** With `on-start`, messages that come while nobody is connected are lost. */
  readonly receiveMode: 'on-connection' | 'on-start'
  readonly ignoreAttachments: boolean
  readonly ignoreStories: boolean
  readonly sendReadReceipts: boolean
}

/** An account of Signal. */
export interface SignalAccountConfig extends WritingAccountConfig {
  /** Its own phone number; `undefined` where a daemon of one account needs none. */
  readonly number: string | undefined
  /** Where signal-cli's daemon listens, without a slash at the end; `undefined`: no daemon is configured. https or loopback only. */
  readonly httpUrl: string | undefined
  /** The daemon at `httpUrl` is started by the gateway, unless one answers there; `undefined`: somebody else starts it. */
  readonly daemon: SignalDaemonConfig | undefined
}

/** A BlueBubbles server. */
export interface BlueBubblesConfig {
  /** As it was written: one that may not be used makes the account say so. */
  readonly serverUrl: string
  /** `undefined` where none was given. Never logged. */
  readonly password: string | undefined
  /** Where the server calls the gateway. */
  readonly webhookPath: string
  /** What it has to know there; `undefined`: the password. Never logged. */
  readonly webhookSecret: string | undefined
  /** Where the Mac reaches `webhookPath`, path included; `undefined`: nobody said. https or loopback only. */
  readonly webhookUrl: string | undefined
}

/** imsg on a Mac. */
export interface ImsgConfig {
  /** The executable; `imsg` in the path unless given. */
  readonly cliPath: string | undefined
  readonly dbPath: string | undefined
  /** The Mac, as `ssh` knows it. */
  readonly remoteHost: string | undefined
  readonly service: 'auto' | 'imessage' | 'sms'
  /** Whose numbers they are that are written without a country. */
  readonly region: string
}

/** An account of iMessage, through one of the two or, where a policy alone is written, none. */
export interface ImessageAccountConfig extends WritingAccountConfig {
  readonly bluebubbles: BlueBubblesConfig | undefined
  readonly imsg: ImsgConfig | undefined
}

/** An account of Slack: one app in one workspace. */
export interface SlackAccountConfig extends WritingAccountConfig {
  /** `undefined` where none was given. Never logged. */
  readonly botToken: string | undefined
  /** With `connections:write`; `undefined` where none was given. Never logged. */
  readonly appToken: string | undefined
  /** `socket`: the gateway connects, with the app token. `http`: Slack calls it at `webhookPath`, and signs. */
  readonly mode: 'socket' | 'http'
  /** What Slack signs with; `undefined` where none was given, or for `socket`. Never logged. */
  readonly signingSecret: string | undefined
  /** Where Slack calls; `undefined` for `socket`, and where what is written cannot be used. */
  readonly webhookPath: string | undefined
  /** Where each token came from, or where to put one. */
  readonly botTokenSource: string
  readonly appTokenSource: string
  readonly signingSecretSource: string
  /** `https://slack.com/api` unless configured; https or loopback only. */
  readonly apiRoot: string
}

/** What an account of the Cloud API needs; each is one number's own. */
export type WhatsappCloudKey = 'phoneNumberId' | 'accessToken' | 'appSecret' | 'verifyToken'

/** A business number behind Meta's Cloud API. Keys are `undefined` where none was given, and never logged. */
export interface WhatsappCloudConfig
  extends Readonly<Record<WhatsappCloudKey, string | undefined>> {
  /** Where each key came from, or where to put one. */
  readonly sourceOf: Readonly<Partial<Record<WhatsappCloudKey, string>>>
  /** Where Meta calls; `undefined` where what is written cannot be used. */
  readonly webhookPath: string | undefined
  /** `https://graph.facebook.com` unless configured; https or loopback only. */
  readonly apiRoot: string
}

/** How a linked device connects again. */
export interface ReconnectConfig {
  /** Before the first try, in ms; each wait is `factor` times the last, up to `maxMs`. */
  readonly initialMs: number
  readonly maxMs: number
  readonly factor: number
  /** Each wait is shorter by up to this share, 0 to 1. */
  readonly jitter: number
  /** After so many failures in a row the account stops; 0: never. */
  readonly maxAttempts: number
}

/** An account of WhatsApp: a linked phone (`web`), or a business number (`cloud`). */
export interface WhatsappAccountConfig extends WritingAccountConfig {
  readonly transport: 'web' | 'cloud'
  /** For `cloud`. */
  readonly cloud: WhatsappCloudConfig | undefined
  /** For `web`: where the keys of the linked device are kept, absolute. */
  readonly authDir: string | undefined
  /** For `web`: wss, or ws on this machine; `undefined`: WhatsApp itself. */
  readonly webSocketUrl: string | undefined
  /** For `web`: people who were let in see that their messages were read. */
  readonly sendReadReceipts: boolean
  /** For `web`: what the owner writes to themself is a message like any other. */
  readonly selfChatMode: boolean
  /** For `web`. */
  readonly reconnect: ReconnectConfig
}

/** An account of Discord: one bot. */
export interface DiscordAccountConfig extends WritingAccountConfig {
  readonly retry: RetryConfig
  /** `undefined` where none was given. Never logged. */
  readonly token: string | undefined
  /** Where the token came from, or where to put one. */
  readonly tokenSource: string
  /** `https://discord.com/api` unless configured, without a version; https or loopback only. */
  readonly apiRoot: string
}
