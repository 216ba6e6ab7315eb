import { SESSION_LIMITS } from '@openclaw/pairing-protocol'
import {
  BARE_BUFFERED_BYTES,
  BARE_MESSAGE_BYTES,
  OPERATOR_MESSAGE_BYTES,
  type SessionCaps,
} from './limits.ts'
import type { Identity } from './peer.ts'

/** What one connection may cost. */
export interface Allowance {
  /** Bytes of one message from it, as hello-ok says in `policy.maxPayload`. */
  readonly maxMessageBytes: number
  /** Bytes that may wait for it, as hello-ok says in `policy.maxBufferedBytes`. */
  readonly maxBufferedBytes: number
}

/**
 * By who it is: nodes answer with pictures and recordings, operators ask; who has no scope can do nothing with either,
 * and has shown no more than the shared secret, or nothing yet.
 */
export function allowanceOf(
  identity: Pick<Identity, 'role' | 'scopes'> | undefined,
  { maxBufferedBytes }: SessionCaps,
): Allowance {
  if (identity?.role === 'node') {
    return { maxMessageBytes: SESSION_LIMITS.maxBytes, maxBufferedBytes }
  }
  if (identity !== undefined && identity.scopes.length > 0) {
    return { maxMessageBytes: OPERATOR_MESSAGE_BYTES, maxBufferedBytes }
  }
  const least = Math.min(BARE_BUFFERED_BYTES, maxBufferedBytes)
  return { maxMessageBytes: BARE_MESSAGE_BYTES, maxBufferedBytes: least }
}
