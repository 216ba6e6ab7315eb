import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import { acceptsHost } from '@openclaw/channel-webchat'
import { type ConnectionFacts, isOriginAllowed } from '@openclaw/pairing-session'
import { WebSocket, WebSocketServer } from 'ws'
import type { Client, ClientOf } from '../http/client.ts'
import { turnAway } from '../http/turn-away.ts'
import {
  GOODBYE_MS,
  MAX_MESSAGE_BYTES,
  MESSAGE_CHUNKS,
  MESSAGE_FRAGMENTS,
  PING_MS,
  PINGS_AT_ONCE,
  WAITING_PONGS,
} from '../limits.ts'
import { begin, type Live, type LiveComponents } from './live.ts'

/** What {@link sockets} works with. */
export interface SocketComponents extends LiveComponents {
  readonly clientOf: ClientOf
  /** True for a request that proves that it can read this machine's state directory. */
  readonly isLocal: (request: IncomingMessage, client: Client) => boolean
}

/** Under which names clients may come, and from which pages. */
export interface SocketOptions {
  /** A proxy that is trusted decides by itself. */
  readonly hosts: readonly string[] | 'any'
  /** Besides the gateway's own. */
  readonly allowedOrigins: readonly string[]
}

/** WebSocket connections on the gateway's port. */
export interface Sockets {
  /** Takes an upgrade request, on any path. */
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void
  /** Gives goodbyes that were said {@link GOODBYE_MS} to arrive, then cuts what is still open. */
  readonly close: () => Promise<void>
}

/** What the library shall hold everybody to; nothing is left to what it does by itself. */
const SERVER_OPTIONS = {
  noServer: true,
  clientTracking: false,
  perMessageDeflate: false,
  maxPayload: MAX_MESSAGE_BYTES,
  maxFragments: MESSAGE_FRAGMENTS,
  maxBufferedChunks: MESSAGE_CHUNKS,
  maxPendingAutoPongs: WAITING_PONGS,
  skipUTF8Validation: false,
} as const

/** No connection yet. */
export function sockets(components: SocketComponents, options: SocketOptions): Sockets {
  const server = new WebSocketServer(SERVER_OPTIONS)
  const open = new Set<Live>()
  const timer = setInterval(() => void pingAll(open), PING_MS)
  timer.unref()
  return {
    upgrade: (request, socket, head) => {
      socket.on('error', () => {})
      const client = components.clientOf((socket as Socket).remoteAddress, headersOf(request))
      const facts = factsOf(components, request, client)
      const refused = refusalOf(client, facts, options)
      if (refused !== undefined) return turnAway(socket, refused)
      server.handleUpgrade(request, socket, head, (ws) => {
        const live = begin(components, { ws, socket, facts })
        open.add(live)
        ws.once('close', () => open.delete(live))
      })
    },
    close: async () => {
      clearInterval(timer)
      await untilClosed(open)
      for (const { ws } of open) ws.terminate()
      server.close()
    },
  }
}

/** What was sent last over TLS has not left the process when its socket is cut at once. */
async function untilClosed(open: ReadonlySet<Live>): Promise<void> {
  if (open.size === 0) return
  const all = [...open].map(({ ws }) => new Promise((resolve) => ws.once('close', resolve)))
  await Promise.race([Promise.all(all), sleep(GOODBYE_MS, undefined, { ref: false })])
}

/** Pages of others are turned away before they can take a place among the connections. */
function refusalOf(
  { via }: Client,
  facts: ConnectionFacts,
  { hosts, allowedOrigins }: SocketOptions,
): string | undefined {
  if (via !== 'proxy' && !acceptsHost(facts.host ?? null, hosts)) return '421 Misdirected Request'
  return isOriginAllowed(facts, allowedOrigins) ? undefined : '403 Forbidden'
}

/** A part at a time: thousands of pings at once would hold everybody up. */
async function pingAll(open: ReadonlySet<Live>): Promise<void> {
  let count = 0
  for (const live of [...open]) {
    if (live.isSilent) live.ws.terminate()
    else if (live.ws.readyState === WebSocket.OPEN) {
      live.isSilent = true
      live.ws.ping()
    }
    count += 1
    if (count % PINGS_AT_ONCE === 0) await nextTurn()
  }
}

function factsOf(
  { isLocal }: SocketComponents,
  request: IncomingMessage,
  client: Client,
): ConnectionFacts {
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
