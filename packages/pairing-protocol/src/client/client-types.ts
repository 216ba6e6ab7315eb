import type { AbortSignalLike, ChannelLog, Json, OpenClawError } from '@openclaw/pairing-contracts'
import type { ConnectClient, HelloOk } from '../connect.ts'
import type { MethodName, ParamsOf, ResultOf } from '../methods.ts'
import type { ClientAuth } from './credentials.ts'
import type { EventSource } from './event-hub.ts'
import type { DeviceIdentity } from './identity.ts'
import type { Patience } from './readiness.ts'
import type { TokenCache } from './token-cache.ts'

/** A request waits for an owner. */
export interface PairingNeeded {
  /** `PAIRING_REQUIRED`, `PAIRING_REJECTED` or `PAIRING_LIST_FULL`. */
  readonly code: string
  readonly deviceId: string
  /** Absent where the gateway made no request. */
  readonly requestId?: string
  /** `not-paired`, `role-upgrade`, `scope-upgrade` or `metadata-upgrade`; absent from gateways of 2026.2. */
  readonly reason?: string
  /** The command that the owner runs on the gateway's machine. */
  readonly approveCommand: string
}

/**
 * How a client is doing.
 *
 * - `connecting`: a try is under way, or an ended connection is being put away
 * - `ready`: requests are answered at `url`; `hello` is without its tokens
 * - `waiting`: the next try is `delayMs` milliseconds away; `problem` says what became of the one at `url`
 * - `stopped`: there will be no further try; `problem` is absent when the client was closed
 */
export type ClientStatus =
  | { readonly state: 'connecting' }
  | { readonly state: 'ready'; readonly url: string; readonly hello: HelloOk }
  | {
      readonly state: 'waiting'
      readonly url: string
      readonly delayMs: number
      readonly problem: OpenClawError
    }
  | { readonly state: 'stopped'; readonly problem: OpenClawError | undefined }

/** What operators and nodes have in common. */
export interface ClientOptions {
  /** `wss://host:18789`, or `ws://` to a private address or a `.local` name. */
  readonly url: string
  /** Where else it is: tried in this order, again and again, where the one before was not reached. At most 8. */
  readonly urls?: readonly string[]
  /** `await loadIdentity(file)`, or `createIdentity()` for one that is not kept. */
  readonly identity: DeviceIdentity
  /** The gateway's secret, or a setup code's; not needed once the device is paired. A setup code's is forgotten then. */
  readonly auth?: ClientAuth
  /** Where device tokens are kept: `fileTokenCache(file, identity.deviceId)`; as long as the client lives without one. */
  readonly tokens?: TokenCache
  /** SHA-256 of the gateway's certificate; then that certificate is trusted, and no other. For `wss://` only. */
  readonly tlsFingerprint?: string
  /** True allows `ws://` to any host: whoever is on the way can read and change everything. */
  readonly allowInsecure?: boolean
  /** How the program describes itself; a display name helps the owner who decides. `version` is `unknown` unless given. */
  readonly client?: Partial<ConnectClient>
  readonly onStatus?: (status: ClientStatus) => void
  /** Called when an owner has to decide, once for each request; the client keeps trying meanwhile. */
  readonly onPairingRequired?: (needed: PairingNeeded) => void
  readonly log?: ChannelLog
  /** Closes the client when it is aborted. */
  readonly signal?: AbortSignalLike
}

/** The parameters of a method: checked where the method is known here. */
export type RequestParams<M extends string> = M extends MethodName ? ParamsOf<M> : Json
/** The result of a method: checked where the method is known here, as it came where it is not. */
export type RequestResult<M extends string> = M extends MethodName ? ResultOf<M> : Json | undefined

/** How long to wait for an answer. */
export interface RequestOptions {
  /** Milliseconds for connection and answer together; 30 s, for `node.invoke` 5 s more than the node has. */
  readonly timeoutMs?: number
  readonly signal?: AbortSignalLike
}

/** A connection to a gateway that is made again whenever it is lost. */
export interface GatewayClient extends EventSource {
  /** The id that the owner sees. */
  readonly deviceId: string
  /**
   * Resolves with `hello-ok`, without its tokens, as soon as a connection is ready. Rejects with `NotReady` when the time
   * is over, and with what stopped the client when there will be none.
   */
  readonly ready: (patience?: Patience) => Promise<HelloOk>
  /**
   * Asks the gateway, as soon as there is a connection. Never sent twice: what was under way when a connection was lost
   * is `NoAnswer`.
   *
   * Rejects with `GatewayRefused`, `RequestNotSent`, `NotReady`, `NoAnswer`, `FrameNotEncodable`, or what stopped the client.
   */
  readonly request: <M extends string>(
    method: M,
    params: RequestParams<M>,
    options?: RequestOptions,
  ) => Promise<RequestResult<M>>
  readonly status: () => ClientStatus
  /** Resolves when there will be no further try: with the reason, or `undefined` when the client was closed. */
  readonly stopped: Promise<OpenClawError | undefined>
  /** Ends the connection and every timer. Safe to call twice. */
  readonly close: () => Promise<void>
}
