import type { ErrorRule } from './error-rule.ts'

/** Why a `connect` is refused. */
export type ConnectErrorCode =
  | 'CONNECT_REQUIRED'
  | 'CONNECT_PARAMS_INVALID'
  | 'PROTOCOL_MISMATCH'
  | 'ROLE_INVALID'
  | 'CONTROL_UI_ORIGIN_NOT_ALLOWED'
  | 'DEVICE_IDENTITY_REQUIRED'
  | 'DEVICE_AUTH_DEVICE_ID_MISMATCH'
  | 'DEVICE_AUTH_PUBLIC_KEY_INVALID'
  | 'DEVICE_AUTH_SIGNATURE_EXPIRED'
  | 'DEVICE_AUTH_NONCE_REQUIRED'
  | 'DEVICE_AUTH_NONCE_MISMATCH'
  | 'DEVICE_AUTH_SIGNATURE_INVALID'
  | 'AUTH_TOKEN_MISSING'
  | 'AUTH_TOKEN_MISMATCH'
  | 'AUTH_PASSWORD_MISSING'
  | 'AUTH_PASSWORD_MISMATCH'
  | 'AUTH_BOOTSTRAP_TOKEN_INVALID'
  | 'AUTH_DEVICE_TOKEN_MISMATCH'
  | 'AUTH_DEVICE_REVOKED'
  | 'AUTH_SCOPE_MISMATCH'
  | 'AUTH_RATE_LIMITED'
  | 'PAIRING_REQUIRED'
  | 'PAIRING_REJECTED'
  | 'PAIRING_LIST_FULL'

const POLICY = 1008

const request = { wire: 'INVALID_REQUEST', action: 'fix-request' } as const
const connect = { ...request, close: POLICY } as const

const proof = { wire: 'INVALID_REQUEST', close: POLICY, action: 'connect-again' } as const

const secret = {
  wire: 'INVALID_REQUEST',
  close: POLICY,
  action: 'fix-credentials',
  nextStep: 'update_auth_credentials',
} as const

const pairing = {
  wire: 'NOT_PAIRED',
  close: POLICY,
  action: 'wait-for-approval',
  nextStep: 'wait_then_retry',
} as const

/** Refusals of `connect`; the connection is closed after each. */
export const CONNECT_ERRORS: Readonly<Record<ConnectErrorCode, ErrorRule>> = {
  CONNECT_REQUIRED: { ...connect, message: 'invalid handshake: first request must be connect' },
  CONNECT_PARAMS_INVALID: { ...connect, message: 'invalid connect params' },
  PROTOCOL_MISMATCH: { ...request, close: 1002, message: 'protocol mismatch' },
  ROLE_INVALID: { ...connect, message: 'invalid role' },
  CONTROL_UI_ORIGIN_NOT_ALLOWED: { ...connect, message: 'origin not allowed' },
  DEVICE_IDENTITY_REQUIRED: { ...connect, wire: 'NOT_PAIRED', message: 'device identity required' },
  DEVICE_AUTH_DEVICE_ID_MISMATCH: { ...connect, message: 'device identity mismatch' },
  DEVICE_AUTH_PUBLIC_KEY_INVALID: { ...connect, message: 'device public key invalid' },
  DEVICE_AUTH_SIGNATURE_EXPIRED: { ...proof, message: 'device signature expired' },
  DEVICE_AUTH_NONCE_REQUIRED: { ...proof, message: 'device nonce required' },
  DEVICE_AUTH_NONCE_MISMATCH: { ...proof, message: 'device nonce mismatch' },
  DEVICE_AUTH_SIGNATURE_INVALID: { ...connect, message: 'device signature invalid' },
  AUTH_TOKEN_MISSING: {
    ...secret,
    nextStep: 'update_auth_configuration',
    message: 'unauthorized: gateway token missing (provide gateway auth token)',
  },
  AUTH_TOKEN_MISMATCH: {
    ...secret,
    message: 'unauthorized: gateway token mismatch (provide gateway auth token)',
  },
  AUTH_PASSWORD_MISSING: {
    ...secret,
    nextStep: 'update_auth_configuration',
    message: 'unauthorized: gateway password missing (enter gateway password)',
  },
  AUTH_PASSWORD_MISMATCH: {
    ...secret,
    message: 'unauthorized: gateway password mismatch (enter gateway password)',
  },
  AUTH_BOOTSTRAP_TOKEN_INVALID: {
    ...secret,
    message: 'unauthorized: setup code invalid or expired (scan a fresh one)',
  },
  AUTH_DEVICE_TOKEN_MISMATCH: {
    ...secret,
    action: 'drop-device-token',
    message: 'unauthorized: device token mismatch (rotate/reissue device token)',
  },
  // existing clients forget their token at these first words
  AUTH_DEVICE_REVOKED: {
    ...secret,
    action: 'drop-device-token',
    message:
      'unauthorized: device token mismatch (role revoked by the owner; ask to be paired again)',
  },
  AUTH_SCOPE_MISMATCH: {
    ...secret,
    nextStep: 'review_auth_configuration',
    message: 'unauthorized: device token does not cover the requested scopes',
  },
  AUTH_RATE_LIMITED: {
    ...secret,
    action: 'retry',
    nextStep: 'wait_then_retry',
    message: 'unauthorized: too many failed authentication attempts (retry later)',
  },
  PAIRING_REQUIRED: { ...pairing, message: 'pairing required' },
  PAIRING_REJECTED: { ...pairing, message: 'pairing required: rejected, may be asked again later' },
  PAIRING_LIST_FULL: { ...pairing, message: 'pairing required: too many requests are waiting' },
}
