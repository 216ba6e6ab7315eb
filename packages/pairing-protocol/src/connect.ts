import type { JsonObject } from '@openclaw/pairing-contracts'

/** The program that connects, as it describes itself. Claims: nothing here is proven. */
export interface ConnectClient {
  /** `cli`, `node-host`, `openclaw-ios` …; any well-formed name. */
  readonly id: string
  readonly version: string
  /** `linux`, `darwin`, `iOS 18.4` … */
  readonly platform: string
  /** `cli`, `node`, `ui`, `backend` …; any well-formed name. */
  readonly mode: string
  readonly displayName?: string
  readonly deviceFamily?: string
  readonly modelIdentifier?: string
  readonly instanceId?: string
  readonly buildId?: string
  readonly timeZone?: string
}

/** The key that a device proves to hold. */
export interface ConnectDevice {
  /** SHA-256 of the raw public key, 64 lower-case hex digits; not compared with the key here. */
  readonly id: string
  /** Ed25519: 32 bytes as base64url, or PEM. */
  readonly publicKey: string
  /** Base64url. */
  readonly signature: string
  /** Milliseconds since 1970. */
  readonly signedAt: number
  /** The nonce of `connect.challenge`; absent in old clients. */
  readonly nonce?: string
}

/** What a client shows to be let in. Secrets. */
export interface ConnectAuth {
  readonly token?: string
  readonly deviceToken?: string
  readonly bootstrapToken?: string
  readonly password?: string
}

/** The parameters of `connect`, as far as anybody here reads them. */
export interface ConnectParams {
  readonly minProtocol: number
  readonly maxProtocol: number
  readonly client: ConnectClient
  /** What a node can do, in its own words. */
  readonly caps?: readonly string[]
  /** Commands that a node declares. */
  readonly commands?: readonly string[]
  readonly permissions?: Readonly<Record<string, boolean>>
  readonly pathEnv?: string
  /** `operator` where it is absent. */
  readonly role?: string
  /** In the order sent, which is the order signed. */
  readonly scopes?: readonly string[]
  readonly device?: ConnectDevice
  readonly auth?: ConnectAuth
  readonly locale?: string
  readonly userAgent?: string
}

/** The first event on every connection. */
export interface ConnectChallenge {
  /** To be signed. */
  readonly nonce: string
  /** The gateway's time, milliseconds since 1970; what a client signs as `signedAt`. */
  readonly ts: number
  readonly capabilities?: readonly string[]
}

/** Who the client now is, and the token that its device gets. */
export interface HelloAuth {
  readonly role: string
  readonly scopes: readonly string[]
  /** A secret. */
  readonly deviceToken?: string
  readonly issuedAtMs?: number
  /** `token`, `password`, `device-token`, `bootstrap-token` … */
  readonly method?: string
  /** Tokens for further roles of the same device. Secrets. */
  readonly deviceTokens?: readonly HelloDeviceToken[]
}

/** A token for a further role. */
export interface HelloDeviceToken {
  readonly deviceToken: string
  readonly role: string
  readonly scopes: readonly string[]
  readonly issuedAtMs: number
}

/** One client, as others see it. */
export interface PresenceEntry {
  readonly ts: number
  readonly host?: string
  readonly ip?: string
  readonly version?: string
  readonly platform?: string
  readonly deviceFamily?: string
  readonly modelIdentifier?: string
  readonly mode?: string
  readonly lastInputSeconds?: number
  readonly reason?: string
  readonly text?: string
  readonly tags?: readonly string[]
  readonly deviceId?: string
  readonly instanceId?: string
  readonly roles?: readonly string[]
  readonly scopes?: readonly string[]
}

/** What is so at the moment of connecting. */
export interface HelloSnapshot {
  readonly presence: readonly PresenceEntry[]
  readonly health: JsonObject
  readonly stateVersion: { readonly presence: number; readonly health: number }
  readonly uptimeMs: number
}

/** The answer to a `connect` that was accepted. */
export interface HelloOk {
  readonly type: 'hello-ok'
  readonly protocol: number
  readonly server: { readonly version: string; readonly connId: string; readonly host?: string }
  readonly features: {
    readonly methods: readonly string[]
    readonly events: readonly string[]
    readonly capabilities?: readonly string[]
  }
  readonly snapshot: HelloSnapshot
  /** Absent only from old gateways, for clients without a device. */
  readonly auth?: HelloAuth
  readonly policy: {
    /** Bytes of the largest message that the gateway takes. */
    readonly maxPayload: number
    readonly maxBufferedBytes: number
    readonly tickIntervalMs: number
  }
}
