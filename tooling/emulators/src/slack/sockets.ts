import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import type { EventQueue } from './events.ts'
import type { SlackDisconnect } from './types.ts'

/** The sockets of Socket Mode. */
export interface Sockets {
  /** An address that opens one socket, once. */
  readonly ticket: (origin: string) => string
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void
  readonly count: () => number
  readonly frame: (text: string) => void
  readonly disconnect: (reason: SlackDisconnect) => void
  readonly freeze: () => void
}

/** No socket yet; each that opens gets its hello and then events. */
export function sockets(events: EventQueue, pingMs: number): Sockets {
  const server = new WebSocketServer({ noServer: true, autoPong: false })
  const tickets = new Set<string>()
  const open = new Set<WebSocket>()
  const frozen = new WeakSet<WebSocket>()
  const greet = (socket: WebSocket): void => {
    open.add(socket)
    socket.on('ping', (data) => {
      if (!frozen.has(socket)) socket.pong(data)
    })
    const pings = setInterval(() => {
      if (!frozen.has(socket)) socket.ping()
    }, pingMs)
    socket.on('close', () => {
      clearInterval(pings)
      open.delete(socket)
    })
    socket.on('error', () => socket.terminate())
    socket.send(hello(open.size))
    events.open(socket)
  }
  return {
    ticket: (origin) => {
      const ticket = randomBytes(12).toString('hex')
      tickets.add(ticket)
      return `${origin.replace(/^http/, 'ws')}/link/?ticket=${ticket}&app_id=A0EMULATED`
    },
    upgrade: (request, socket, head) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1')
      if (pathname !== '/link/' || !tickets.delete(searchParams.get('ticket') ?? '')) {
        socket.end('HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n')
        return
      }
      server.handleUpgrade(request, socket, head, greet)
    },
    count: () => open.size,
    frame: (text) => {
      for (const socket of open) socket.send(text)
    },
    disconnect: (reason) => {
      for (const socket of open) socket.send(JSON.stringify({ type: 'disconnect', reason }))
    },
    freeze: () => {
      for (const socket of open) frozen.add(socket)
    },
  }
}

const hello = (connections: number): string =>
  JSON.stringify({
    type: 'hello',
    num_connections: connections,
    connection_info: { app_id: 'A0EMULATED' },
    debug_info: { host: 'emulated', approximate_connection_time: 18_060 },
  })
