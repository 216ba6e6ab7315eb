import { WebSocket } from 'ws'
import { type Close, closeWith } from '../close.ts'
import { ANSWER_LIMITS } from '../limits.ts'
import { FingerprintMismatch, GatewayUnreachable } from './errors.ts'
import { CLOSE_TIMEOUT_MS, CONNECT_TIMEOUT_MS } from './limits.ts'
import { pinnedTls } from './pinned-tls.ts'
import type { Timers } from './ports.ts'
import { codeOf } from './private-file.ts'

/** How a socket ended. */
export interface SocketEnd extends Close {
  /** What went wrong, where something did. */
  readonly problem?: GatewayUnreachable | FingerprintMismatch
}

/** What a socket tells; nothing after `end`. */
export interface SocketEvents {
  readonly open: () => void
  /** Text of a text message; anything else as it came. */
  readonly message: (message: unknown) => void
  /** Something arrived, be it only a ping. */
  readonly heard: () => void
  readonly end: (end: SocketEnd) => void
}

/** An open WebSocket, or one that opens. */
export interface Socket {
  /** Hands a text over; nothing tells whether it arrives. */
  readonly send: (text: string) => void
  /** Bytes that wait to be sent. */
  readonly waiting: () => number
  /** Says goodbye; a second later the connection is cut, whatever the other side does. Tells nothing more. */
  readonly close: (close: Close) => Promise<void>
}

/** Where to dial. */
export interface SocketTarget {
  readonly href: string
  /** SHA-256 of the certificate to expect instead of one that an authority signed. */
  readonly fingerprint: string | undefined
  /** Of the upgrade request. */
  readonly headers?: Readonly<Record<string, string>>
}

/** Dials a gateway. Never throws: what goes wrong is told as `end`. */
export function openSocket(target: SocketTarget, events: SocketEvents, timers: Timers): Socket {
  const tls = target.fingerprint === undefined ? undefined : pinnedTls(target.fingerprint)
  const socket = dial(target, tls)
  let open = false
  let quiet = false
  let problem: Error | undefined
  const closed = new Promise<void>((resolve) => {
    socket.once('close', (code, reason) => {
      resolve()
      if (!quiet) events.end(endOf({ code, reason: reason.toString('utf8'), problem, open }))
    })
  })
  socket.on('open', () => {
    open = true
    if (!quiet) events.open()
  })
  socket.on('error', (error) => {
    problem ??= error
  })
  for (const sign of ['message', 'ping', 'pong'] as const) {
    socket.on(sign, () => {
      if (!quiet) events.heard()
    })
  }
  socket.on('message', (data, isBinary) => {
    if (!quiet) events.message(isBinary ? data : data.toString())
  })
  return {
    send: (text) => {
      // What cannot be sent any more is told by the end of the socket, which follows.
      socket.send(text, () => {})
    },
    waiting: () => socket.bufferedAmount,
    close: async ({ code, reason }) => {
      quiet = true
      const cut = timers.after(CLOSE_TIMEOUT_MS, () => socket.terminate())
      const said = closeWith(code, reason)
      if (open) socket.close(said.code, said.reason)
      else socket.terminate()
      tls?.abandon()
      await closed
      cut()
    },
  }
}

function dial(
  { href, headers }: SocketTarget,
  tls: ReturnType<typeof pinnedTls> | undefined,
): WebSocket {
  return new WebSocket(href, {
    perMessageDeflate: false,
    followRedirects: false,
    maxPayload: ANSWER_LIMITS.maxBytes,
    handshakeTimeout: CONNECT_TIMEOUT_MS,
    headers: { ...headers },
    // The types know only `net.createConnection`; http.request takes one that answers later as well.
    ...(tls === undefined ? {} : { createConnection: tls.createConnection as never }),
  })
}

interface RawEnd extends Close {
  readonly problem: Error | undefined
  readonly open: boolean
}

function endOf({ code, reason, problem, open }: RawEnd): SocketEnd {
  if (problem instanceof FingerprintMismatch) return { code, reason, problem }
  if (problem !== undefined || !open) {
    return { code, reason, problem: new GatewayUnreachable(whyOf(problem), problem) }
  }
  return { code, reason }
}

/** `ECONNREFUSED`, `CERT_HAS_EXPIRED`, or the words of the WebSocket library. */
function whyOf(problem: Error | undefined): string {
  const code = codeOf(problem)
  if (code === 'unknown' || code === '') return problem?.message ?? 'the connection was cut'
  return problem?.message.includes(code) === true
    ? problem.message
    : `${problem?.message} (${code})`
}
