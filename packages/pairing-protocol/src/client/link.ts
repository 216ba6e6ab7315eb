import type { AbortSignalLike } from '@openclaw/pairing-contracts'
import type { HelloOk } from '../connect.ts'
import { encodeFrame } from '../encode-frame.ts'
import type { RequestFrame } from '../frame.ts'
import { exceedsUtf8 } from '../utf8.ts'
import { MAX_SEND_BUFFER_BYTES } from './limits.ts'
import { RequestNotSent } from './request-errors.ts'
import type { RequestTable } from './request-table.ts'
import type { Socket } from './socket.ts'

/** What is asked on a connection. */
export interface LinkRequest {
  readonly method: string
  readonly params: unknown
  readonly timeoutMs: number
  readonly signal?: AbortSignalLike | undefined
}

/** One connection that was welcomed. */
export interface Link {
  readonly hello: HelloOk
  /**
   * Sends at once, or rejects with `RequestNotSent` or `FrameNotEncodable` and sends nothing. Later rejects with
   * `GatewayRefused` or `NoAnswer`.
   */
  readonly request: (request: LinkRequest) => Promise<unknown>
}

interface LinkParts {
  readonly socket: Socket
  readonly table: RequestTable
  readonly alive: () => boolean
}

/** The link over an open socket. */
export function linkOf(hello: HelloOk, { socket, table, alive }: LinkParts): Link {
  let sent = 0
  return {
    hello,
    request: async ({ method, params, timeoutMs, signal }) => {
      sent += 1
      const id = String(sent)
      const text = encodeFrame({ type: 'req', id, method, params } as RequestFrame)
      if (!alive()) throw new RequestNotSent(method, 'not-connected')
      if (exceedsUtf8(text, hello.policy.maxPayload)) throw new RequestNotSent(method, 'too-large')
      if (socket.waiting() > MAX_SEND_BUFFER_BYTES) throw new RequestNotSent(method, 'buffer-full')
      const answer = table.wait({ id, method, timeoutMs, signal })
      socket.send(text)
      return await answer
    },
  }
}
