import type { Json } from '@openclaw/pairing-contracts'

/** What a client asks of a gateway. */
export interface RequestFrame {
  readonly type: 'req'
  /** Chosen by the client, answered as it is. */
  readonly id: string
  readonly method: string
  readonly params?: Json
  /** W3C trace context of newer clients. */
  readonly traceparent?: string
  /** The profile that a newer client believes to be in. */
  readonly expectedProfileId?: string
}

/** An error as it crosses the wire; `details.code` says it more exactly, see `ERRORS`. */
export interface WireError {
  /** One of `WIRE_ERROR_CODES` from a gateway of today; any other from one of tomorrow. */
  readonly code: string
  readonly message: string
  readonly details?: Json
  readonly retryable?: boolean
  readonly retryAfterMs?: number
}

/** The answer to a request that was done. */
export interface ResultFrame {
  readonly type: 'res'
  readonly id: string
  readonly ok: true
  readonly payload?: Json
}

/** The answer to a request that was refused or failed. */
export interface ErrorFrame {
  readonly type: 'res'
  readonly id: string
  readonly ok: false
  readonly error: WireError
  readonly payload?: Json
}

/** The answer to a request. */
export type ResponseFrame = ResultFrame | ErrorFrame

/** Counters that say which presence list and health report a client has seen. */
export interface StateVersion {
  readonly presence: number
  readonly health: number
}

/** What a gateway tells without being asked. */
export interface EventFrame {
  readonly type: 'event'
  readonly event: string
  readonly payload?: Json
  /** Counts broadcasts over all clients: a client that may not hear of one sees a gap. */
  readonly seq?: number
  readonly stateVersion?: StateVersion
  /** The profile that a newer gateway addresses. */
  readonly recipientProfileId?: string
}

/** Anything that crosses the wire. */
export type Frame = RequestFrame | ResponseFrame | EventFrame
