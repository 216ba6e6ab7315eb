/** What a frame may cost before it is looked at. */
export interface FrameLimits {
  /** Bytes of UTF-8. */
  readonly maxBytes: number
  /** Objects and arrays inside each other. */
  readonly maxDepth: number
  /** Values in the whole frame: members, elements and containers. */
  readonly maxValues: number
}

/** Before a client is known: 64 KiB, as much as `connect` of any known client needs ten times over. */
export const HANDSHAKE_LIMITS: FrameLimits = { maxBytes: 65_536, maxDepth: 16, maxValues: 4_096 }

/**
 * What a gateway takes after `hello-ok`: the 25 MiB that `policy.maxPayload` of existing gateways says, in few values. What a
 * node has much of travels as text, in `payloadJSON`.
 */
export const SESSION_LIMITS: FrameLimits = {
  maxBytes: 26_214_400,
  maxDepth: 64,
  maxValues: 10_000,
}

/** What a client takes from its gateway: lists of all devices are long. */
export const ANSWER_LIMITS: FrameLimits = { ...SESSION_LIMITS, maxValues: 200_000 }

/** Characters of an id: frames, requests, devices, nodes, methods, events. */
export const MAX_ID_LENGTH = 128

/** Characters of a name with a meaning: client id, mode, role, scope. */
export const MAX_NAME_LENGTH = 64

/** Characters of what people read: display name, platform, version. */
export const MAX_TEXT_LENGTH = 256

/** Characters of a token, password, public key or signature. */
export const MAX_SECRET_LENGTH = 1_024

/** Characters of a search path: the most that Windows allows a variable. */
export const MAX_PATH_ENV_LENGTH = 32_767

/** Scopes in one request. */
export const MAX_SCOPES = 32

/** Capabilities, commands or permissions of one node, each. */
export const MAX_CLAIMS = 512

/** Keys in one object of `connect`, those that nobody knows included. */
export const MAX_CONNECT_KEYS = 64

/** Milliseconds that a caller may give a node for one command. */
export const MAX_INVOKE_TIMEOUT_MS = 3_600_000

/** Bytes of UTF-8 in the reason of a close; the protocol has room for 123. */
export const MAX_CLOSE_REASON_BYTES = 120

/** Addresses in a setup code, `url` included or not. */
export const MAX_SETUP_URLS = 8

/** Characters of one address in a setup code. */
export const MAX_SETUP_URL_LENGTH = 512

/** Characters of a setup code, as it was pasted: more than nine addresses of the longest kind take. */
export const MAX_SETUP_CODE_LENGTH = 8_192
