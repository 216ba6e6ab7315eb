/** `error.code` of every error: coarse, and known to all clients. */
export type WireErrorCode =
  | 'NOT_LINKED'
  | 'NOT_PAIRED'
  | 'AGENT_TIMEOUT'
  | 'INVALID_REQUEST'
  | 'UNAVAILABLE'

/** Every `error.code`. */
export const WIRE_ERROR_CODES: readonly WireErrorCode[] = [
  'NOT_LINKED',
  'NOT_PAIRED',
  'AGENT_TIMEOUT',
  'INVALID_REQUEST',
  'UNAVAILABLE',
]

/** What newer clients are told to do next, in their words. */
export type NextStep =
  | 'retry_with_device_token'
  | 'update_auth_configuration'
  | 'update_auth_credentials'
  | 'wait_then_retry'
  | 'review_auth_configuration'

/**
 * What a client does about an error.
 *
 * - `retry`: the same again, after a while; back off
 * - `wait-for-approval`: the same again while an owner decides; back off, never give up
 * - `drop-device-token`: forget the stored token of this role, then connect again
 * - `connect-again`: a new connection, so a new nonce and a new signature
 * - `fix-credentials`: stop; a person has to give another secret
 * - `fix-request`: stop; the same again is refused again
 */
export type ClientAction =
  | 'retry'
  | 'wait-for-approval'
  | 'drop-device-token'
  | 'connect-again'
  | 'fix-credentials'
  | 'fix-request'

/** One error: how it is said, and what follows. */
export interface ErrorRule {
  /** `error.code`. */
  readonly wire: WireErrorCode
  /** `error.message`, or its beginning; existing clients look for these words. */
  readonly message: string
  /** The code that the connection is closed with afterwards; absent where it stays. */
  readonly close?: number
  readonly action: ClientAction
  readonly nextStep?: NextStep
}
