import type { ChannelName, PolicyOf } from '@openclaw/pairing-contracts'
import type {
  AccountConfig,
  DiscordAccountConfig,
  ImessageAccountConfig,
  SignalAccountConfig,
  SlackAccountConfig,
  TelegramAccountConfig,
  WhatsappAccountConfig,
} from './account-types.ts'

/** Where everything of one OpenClaw is. All absolute. */
export interface Paths {
  readonly home: string
  readonly stateDir: string
  /** `openclaw.json`, shared with OpenClaw itself. */
  readonly configPath: string
  /** `pairing.json5` beside it: keys that are only ours, laid over it. */
  readonly pairingConfigPath: string
  /** `<stateDir>/credentials`, or `OPENCLAW_OAUTH_DIR`. */
  readonly credentialsDir: string
  /** The active profile, for hints; `undefined`: none. */
  readonly profile: string | undefined
}

/** One thing wrong in the configuration: where, what, and what to write instead. */
export interface ConfigProblem {
  readonly severity: 'error' | 'warning'
  readonly file: string
  /** Such as `channels.telegram.dmPolicy`. */
  readonly path: string
  readonly problem: string
  readonly fix: string
  /** `variable`: the environment of this process lacks one; that of a gateway may have it. */
  readonly missing?: 'variable'
}

/** A key of the configuration, and the file it stands in. */
export interface ConfigKey {
  readonly file: string
  readonly path: string
}

/** Who answers approved messages. */
export type AgentConfig =
  | { readonly kind: 'echo' }
  | {
      readonly kind: 'webhook'
      readonly url: string
      /** Standard Webhooks secret, `whsec_…` base64. Never logged. */
      readonly secret: string
      readonly timeoutMs: number
      readonly maxAttempts: number
    }

/** Where the events of the journal go. */
export interface EventsConfig {
  /** https, or http on this machine. */
  readonly url: string
  /** Standard Webhooks secret, `whsec_…` base64. Never logged. */
  readonly secret: string
  /** Which entries are sent: `*`, `dm.*`, `device.approve`. See `isChosenEvent`. */
  readonly events: readonly string[]
  /** For each try. */
  readonly timeoutMs: number
}

/** The files of the gateway's own TLS. All absolute. */
export interface GatewayTls {
  /** PEM, the gateway's certificate first, those of authorities in between after it. */
  readonly certPath: string
  readonly keyPath: string
  /** Certificates of authorities that are sent along; `undefined`: none. */
  readonly caPath: string | undefined
  /** `own`: the operator's files; `generated`: made by the gateway where there are none. */
  readonly origin: 'own' | 'generated'
}

/** `gateway.remote`. */
export interface RemoteGatewayConfig {
  readonly url: string
  /** SHA-256 of its certificate, 64 hex digits in lower case. */
  readonly tlsFingerprint: string | undefined
}

/** The plugin `device-pair`: setup codes for devices. */
export interface DevicePairConfig {
  /** Whether setup codes are made, in chat and at the terminal, and taken from devices. */
  readonly enabled: boolean
  /** The address at which devices reach the gateway, as it was written: `setupUrlsOf` reads it. */
  readonly publicUrl: string | undefined
}

/** The gateway's own part. */
export interface GatewayConfig {
  readonly port: number
  readonly bind: 'loopback' | 'lan' | 'tailnet' | 'auto' | 'custom'
  readonly host: string
  /** Which secret lets a device ask for pairing: the one of this kind, drawn at the first start where none is written. */
  readonly auth: 'token' | 'password'
  /** Never logged. */
  readonly token: string | undefined
  /** Never logged. */
  readonly password: string | undefined
  readonly trustedProxies: readonly string[]
  /** Commands that nodes may be asked besides those of their platform, and those that no node may be asked. */
  readonly nodes: {
    readonly allowCommands: readonly string[]
    readonly denyCommands: readonly string[]
  }
  /** Origins of pages elsewhere that may connect. */
  readonly allowedOrigins: readonly string[]
  /** `undefined`: the port speaks in clear. */
  readonly tls: GatewayTls | undefined
  /** How Tailscale passes this gateway on, as the operator says; nothing is started for it. */
  readonly tailscale: 'off' | 'serve' | 'funnel'
  /** Where the gateway is as seen from elsewhere; not checked yet. Its secrets are left alone. */
  readonly remote: RemoteGatewayConfig | undefined
  readonly logFormat: 'auto' | 'json' | 'pretty'
}

/** Where pairing is kept. */
export type StoreConfig =
  /** In the state directory. */
  | { readonly kind: 'files' }
  /** In a database that several gateways may share. */
  | {
      readonly kind: 'postgres'
      /** `postgres://…`. May hold a password: never logged. */
      readonly url: string
      /** Past a pooler, for notifications; `undefined`: the same. Never logged. */
      readonly listenUrl: string | undefined
      readonly schema: string
    }
  /** It is named and cannot be used; `problems` says why. Nothing may be read from files instead. */
  | { readonly kind: 'unusable' }

/** How devices are paired. */
export interface DevicesConfig {
  /** True: who can read this machine's state directory is paired as a node without scopes and without being asked. */
  readonly autoApproveLocal: boolean
  /** Requests that may wait, in all. */
  readonly maxPending: number
}

/** The configuration in force. With an error among `problems` nothing should be started on it: `requireValid`. */
export interface Config {
  readonly paths: Paths
  readonly store: StoreConfig
  readonly gateway: GatewayConfig
  readonly devices: DevicesConfig
  readonly devicePair: DevicePairConfig
  readonly agent: AgentConfig
  /** `undefined`: events are sent nowhere. */
  readonly events: EventsConfig | undefined
  readonly signal: readonly SignalAccountConfig[]
  readonly imessage: readonly ImessageAccountConfig[]
  readonly telegram: readonly TelegramAccountConfig[]
  readonly slack: readonly SlackAccountConfig[]
  readonly whatsapp: readonly WhatsappAccountConfig[]
  readonly discord: readonly DiscordAccountConfig[]
  /** The built-in web chat; on by default, one account `default`. */
  readonly webchat: readonly AccountConfig[]
  /** Every configured account of every channel, those of channels that this product does not know included (the CLI works on their lists). */
  readonly accounts: readonly AccountConfig[]
  /** The policy of any account, configured or not; an account of a channel without a section gets the defaults, fail closed. */
  readonly policyOf: PolicyOf
  /** The channels on which `commands.ownerAllowFrom` names somebody, with or without an account that is seen here. */
  readonly ownerChannels: readonly ChannelName[]
  readonly problems: readonly ConfigProblem[]
  /** Keys that only this product knows, in files that OpenClaw 2026.2 would refuse for them. */
  readonly ownKeys: readonly ConfigKey[]
  /** Identity, size and mtime of the files read, to notice a change: `isCurrent`. */
  readonly fingerprint: string
}
