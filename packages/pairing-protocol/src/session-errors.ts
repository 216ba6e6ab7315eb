import type { ErrorRule } from './error-rule.ts'

/** Why a later request is refused, or failed. */
export type SessionErrorCode =
  | 'CONNECT_REPEATED'
  | 'FRAME_INVALID'
  | 'PARAMS_INVALID'
  | 'METHOD_UNKNOWN'
  | 'ROLE_UNAUTHORIZED'
  | 'SCOPE_MISSING'
  | 'REQUEST_UNKNOWN'
  | 'REQUEST_SETTLED'
  | 'REQUEST_CHANGED'
  | 'DEVICE_UNKNOWN'
  | 'DEVICE_ROLE_UNKNOWN'
  | 'GRANT_TOO_WIDE'
  | 'NODE_UNKNOWN'
  | 'NODE_MISMATCH'
  | 'NODE_COMMAND_NOT_ALLOWED'
  | 'NOT_CONNECTED'
  | 'NODE_TIMEOUT'
  | 'NODE_FAILED'
  | 'RATE_LIMITED'
  | 'STORE_UNAVAILABLE'
  | 'SHUTTING_DOWN'

const request = { wire: 'INVALID_REQUEST', action: 'fix-request' } as const

const later = { wire: 'UNAVAILABLE', action: 'retry' } as const

/** Refusals of later requests; the connection stays. */
export const SESSION_ERRORS: Readonly<Record<SessionErrorCode, ErrorRule>> = {
  CONNECT_REPEATED: { ...request, message: 'connect is only valid as the first request' },
  FRAME_INVALID: { ...request, message: 'invalid request frame' },
  PARAMS_INVALID: { ...request, message: 'invalid params' },
  METHOD_UNKNOWN: { ...request, message: 'unknown method' },
  ROLE_UNAUTHORIZED: { ...request, message: 'unauthorized role' },
  SCOPE_MISSING: { ...request, message: 'missing scope' },
  REQUEST_UNKNOWN: { ...request, message: 'unknown requestId' },
  REQUEST_SETTLED: { ...request, message: 'request was settled before' },
  REQUEST_CHANGED: { ...request, message: 'request changed since it was shown' },
  DEVICE_UNKNOWN: { ...request, message: 'unknown deviceId' },
  DEVICE_ROLE_UNKNOWN: { ...request, message: 'unknown deviceId/role' },
  GRANT_TOO_WIDE: { ...request, message: 'more than was approved, or than the caller holds' },
  NODE_UNKNOWN: { ...request, message: 'unknown nodeId' },
  NODE_MISMATCH: { ...request, message: 'nodeId mismatch' },
  NODE_COMMAND_NOT_ALLOWED: { ...request, message: 'node command not allowed' },
  NOT_CONNECTED: { ...later, message: 'node not connected' },
  NODE_TIMEOUT: { ...later, message: 'node did not answer in time' },
  NODE_FAILED: { ...later, action: 'fix-request', message: 'node command failed' },
  RATE_LIMITED: { ...later, message: 'too many requests' },
  STORE_UNAVAILABLE: { ...later, message: 'state cannot be read or written' },
  SHUTTING_DOWN: { ...later, message: 'service restart' },
}
