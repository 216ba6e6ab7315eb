import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { acceptsHost } from '@openclaw/channel-webchat'
import type { Connection, ConnectionFacts, Session } from '@openclaw/pairing-session'
import { WebSocket, WebSocketServer } from 'ws'
import type { Client, ClientOf } from '../http/client.ts'
import { CLOSE_MS, MAX_MESSAGE_BYTES, PING_MS, UNADMITTED_BYTES } from '../limits.ts'

/** What {@link sockets} works with. */
export interface SocketComponents {
  readonly open: (connection: Connection) => Session
  readonly clientOf: ClientOf
  /** True for a request that proves that it can read this machine's state directory. */
  readonly isLocal: (request: IncomingMessage, client: Client) => boolean
  /** The connection counts no more for its address: it is a device that the owner knows. */
  readonly release: (socket: Duplex) => void
}

/** WebSocket connections on the gateway's port. */
export interface Sockets {
  /** Takes an upgrade request, on any path. */
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void
  /** Cuts what is still open. */
  readonly close: () => void
}

/** No connection yet. `hosts`: names under which clients may come; a proxy that is trusted decides by itself. */
export function sockets(
  components: SocketComponents,
  { hosts }: { readonly hosts: readonly string[] | 'any' },
): Sockets {
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: MAX_MESSAGE_BYTES,
  })
  const open = new Set<Live>()
  const timer = setInterval(() => pingAll(open), PING_MS)
  timer.unref()
  return {
    upgrade: (request, socket, head) => {
      socket.on('error', () => {})
      const client = components.clientOf((socket as Socket).remoteAddress, headersOf(request))
      if (client.via !== 'proxy' && !acceptsHost(request.headers.host ?? null, hosts)) {
        return refuse(socket, '421 Misdirected Request')
      }
      server.handleUpgrade(request, socket, head, (ws) => {
        const live = begin(components, { ws, request, client, socket, head })
        open.add(live)
        ws.once('close', () => open.delete(live))
      })
    },
    close: () => {
      clearInterval(timer)
      for (const { ws } of open) ws.terminate()
      server.close()
    },
  }
}

interface Arrived {
  readonly ws: WebSocket
  readonly request: IncomingMessage
  readonly client: Client
  readonly socket: Duplex
  readonly head: Buffer
}

interface Live {
  readonly ws: WebSocket
  /** True when the other side gave no sign since the last ping. */
  isSilent: boolean
}

function begin(components: SocketComponents, arrived: Arrived): Live {
  const { ws, socket } = arrived
  const live: Live = { ws, isSilent: false }
  const stopCounting = countUnadmitted(arrived)
  const session = components.open({
    facts: factsOf(components, arrived),
    send: (text) => ws.send(text),
    close: (code, reason) => closeWithin(ws, code, reason),
    bufferedBytes: () => ws.bufferedAmount,
    admitted: () => {
      stopCounting()
      components.release(socket)
    },
  })
  ws.on('message', (data: Buffer, isBinary) => {
    live.isSilent = false
    session.message(isBinary ? data : data.toString())
  })
  ws.on('pong', () => {
    live.isSilent = false
  })
  // What the other side did wrong is closed by the library with the right code; nothing is to be done.
  ws.on('error', () => {})
  ws.once('close', () => session.closed())
  return live
}

/**
 * A client that was not admitted sends one small frame. The limit of the library would hold for the whole connection,
 * so bytes are counted below it, before they are kept for a message.
 */
function countUnadmitted({ ws, socket, head }: Arrived): () => void {
  let left = UNADMITTED_BYTES - head.length
  const count = (chunk: Buffer): void => {
    left -= chunk.length
    if (left < 0) closeWithin(ws, 1009, '')
  }
  socket.on('data', count)
  return () => socket.off('data', count)
}

/** Who does not answer a close in time is cut off. */
function closeWithin(ws: WebSocket, code: number, reason: string): void {
  if (ws.readyState === WebSocket.CLOSED) return
  ws.close(code, reason)
  const timer = setTimeout(() => ws.terminate(), CLOSE_MS)
  timer.unref()
  ws.once('close', () => clearTimeout(timer))
}

function pingAll(open: ReadonlySet<Live>): void {
  for (const live of open) {
    if (live.isSilent) live.ws.terminate()
    else if (live.ws.readyState === WebSocket.OPEN) {
      live.isSilent = true
      live.ws.ping()
    }
  }
}

function factsOf({ isLocal }: SocketComponents, { request, client }: Arrived): ConnectionFacts {
  const { host, origin } = request.headers
  return {
    address: client.address === 'unknown' ? undefined : client.address,
    limitKey: client.key,
    host,
    origin,
    forwarded: client.via === 'proxy' || client.unknownProxy !== undefined,
    local: isLocal(request, client),
  }
}

/** The headers that say who is at the other end. */
function headersOf({ headers }: IncomingMessage): Headers {
  const told = new Headers()
  for (const name of ['x-forwarded-for', 'x-forwarded-proto', 'forwarded', 'x-real-ip']) {
    const value = headers[name]
    if (value !== undefined) told.set(name, String(value))
  }
  return told
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`)
}
