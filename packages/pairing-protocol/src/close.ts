import { MAX_CLOSE_REASON_BYTES } from './limits.ts'
import { cutUtf8 } from './utf8.ts'

/** How a WebSocket ends: a code, and a reason of at most 120 bytes. */
export interface Close {
  readonly code: number
  readonly reason: string
}

/** The closes that follow from no error frame, as existing clients know them. */
export const CLOSES: {
  /** The handshake took too long, or the first message was not JSON. */
  readonly silent: Close
  /** The first message was JSON, but no request. */
  readonly invalidFrame: Close
  /** A binary message. */
  readonly notText: Close
  /** A message beyond the limit. */
  readonly tooLarge: Close
  /** The other side reads more slowly than is kept for it. */
  readonly slowConsumer: Close
  /** The gateway stops; clients connect again by themselves. */
  readonly serviceRestart: Close
  /** Another connection with the same key came: of two that run with one key, the newer stays. */
  readonly replaced: Close
  /** Said by a client: nothing was heard for two ticks. */
  readonly tickTimeout: Close
} = {
  silent: { code: 1000, reason: '' },
  invalidFrame: { code: 1008, reason: 'invalid request frame' },
  notText: { code: 1003, reason: 'text messages only' },
  tooLarge: { code: 1009, reason: 'message too large' },
  slowConsumer: { code: 1008, reason: 'slow consumer' },
  serviceRestart: { code: 1012, reason: 'service restart' },
  replaced: { code: 1008, reason: 'replaced by a newer connection' },
  tickTimeout: { code: 4000, reason: 'tick timeout' },
}

/** A close whose reason fits, cut between characters. */
export function closeWith(code: number, reason: string): Close {
  return { code, reason: cutUtf8(reason, MAX_CLOSE_REASON_BYTES) }
}
