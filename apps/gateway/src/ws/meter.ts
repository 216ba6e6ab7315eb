import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import { AROUND_MESSAGE_BYTES, MAX_MESSAGE_BYTES, UNADMITTED_BYTES } from '../limits.ts'

/** Counts what a client sent of a message that is not complete yet. */
export interface Meter {
  /** A message was complete. */
  readonly complete: () => void
  /** From now on messages may be this long. */
  readonly allow: (bytes: number) => void
}

/** A ping or a pong has two bytes of head and four of mask. */
const CONTROL_HEAD_BYTES = 6

/**
 * The limit of the library holds for all connections and as long as they live, and it keeps what comes after a close as well.
 * So bytes are counted below it, before they are kept for a message; {@link UNADMITTED_BYTES} until more is allowed.
 *
 * @param tooMuch - called once, when a message is longer than allowed
 */
export function meter(ws: WebSocket, socket: Duplex, tooMuch: () => void): Meter {
  let limit = UNADMITTED_BYTES
  let held = 0
  const count = (chunk: Buffer): void => {
    held += chunk.length
    if (held <= limit) return
    stop()
    tooMuch()
  }
  const discount = (data: Buffer): void => {
    held -= data.length + CONTROL_HEAD_BYTES
  }
  const stop = (): void => {
    socket.off('data', count)
    ws.off('ping', discount)
    ws.off('pong', discount)
  }
  socket.prependListener('data', count)
  ws.on('ping', discount)
  ws.on('pong', discount)
  return {
    complete: () => {
      held = 0
    },
    allow: (bytes) => {
      limit = bytes + AROUND_MESSAGE_BYTES
      if (bytes >= MAX_MESSAGE_BYTES) stop()
    },
  }
}
