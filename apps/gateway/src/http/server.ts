import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Server as NetServer, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { SecureContextOptions, TLSSocket } from 'node:tls'
import type { Certificate } from '@openclaw/pairing-config/node'
import {
  CONNECTIONS,
  HEADER_BYTES,
  HEADERS_MS,
  KEEP_ALIVE_MS,
  REQUEST_MS,
  TLS_HANDSHAKE_MS,
} from '../limits.ts'

/** A server with our limits, in clear or with TLS. */
export interface LimitedServer {
  readonly server: Server
  /** New connections see this certificate; in clear nobody does. */
  readonly renew: (certificate: Certificate) => void
  /** Calls back for each TLS handshake that fails, with a word for why. */
  readonly onHandshakeFailed: (told: HandshakeFailed) => void
  /** The connection below TLS that a socket of this server runs on; in clear the socket itself. */
  readonly carrierOf: (socket: Duplex) => Duplex
  /** Ends every connection, those included whose handshake is not done. */
  readonly cut: () => void
}

/** Told of a connection that was cut before it spoke TLS with us. */
export type HandshakeFailed = (code: string, peer: string | undefined) => void

type Handle = (incoming: IncomingMessage, outgoing: ServerResponse) => void

const LIMITS = {
  maxHeaderSize: HEADER_BYTES,
  headersTimeout: HEADERS_MS,
  requestTimeout: REQUEST_MS,
  keepAliveTimeout: KEEP_ALIVE_MS,
  connectionsCheckingInterval: 2_000,
} as const

/** Not listening yet. TLS is loaded only where it is spoken. */
export async function limitedServer(
  certificate: Certificate | undefined,
  handle: Handle,
): Promise<LimitedServer> {
  const limited =
    certificate === undefined ? plainServer(handle) : await secureServer(certificate, handle)
  limited.server.maxConnections = CONNECTIONS
  return limited
}

function plainServer(handle: Handle): LimitedServer {
  const server = createServer(LIMITS, handle)
  const cut = (): void => server.closeAllConnections()
  const carrierOf = (socket: Duplex): Duplex => socket
  return { server, renew: () => {}, onHandshakeFailed: () => {}, carrierOf, cut }
}

async function secureServer(certificate: Certificate, handle: Handle): Promise<LimitedServer> {
  const https = await import('node:https')
  const server = https.createServer(
    { ...LIMITS, ...contextOf(certificate), handshakeTimeout: TLS_HANDSHAKE_MS },
    handle,
  )
  const { carrierOf, carriers } = beneathTls(server)
  return {
    // The same server, with TLS below; the types have no name for what both share.
    server: server as unknown as Server,
    renew: (next) => server.setSecureContext(contextOf(next)),
    onHandshakeFailed: (told) => {
      server.on('tlsClientError', (error: NodeJS.ErrnoException, socket: TLSSocket) => {
        // Who looks whether the port is open says nothing and goes.
        if (error.code !== 'ECONNRESET') told(error.code ?? 'unknown', socket.remoteAddress)
      })
    },
    carrierOf,
    cut: () => {
      for (const socket of carriers()) socket.destroy()
    },
  }
}

/** The connections that TLS sockets run on: the server itself knows one only when its handshake is done. The two share nothing public but their ends. */
function beneathTls(server: NetServer): {
  readonly carriers: () => readonly Socket[]
  readonly carrierOf: (socket: Duplex) => Duplex
} {
  const open = new Map<string, Socket>()
  const known = new WeakMap<Duplex, Socket>()
  server.on('connection', (socket) => {
    const ends = endsOf(socket)
    open.set(ends, socket)
    socket.once('close', () => {
      if (open.get(ends) === socket) open.delete(ends)
    })
  })
  server.on('secureConnection', (socket: Socket) => {
    const carrier = open.get(endsOf(socket))
    if (carrier !== undefined) known.set(socket, carrier)
  })
  return {
    carriers: () => [...open.values()],
    carrierOf: (socket) => known.get(socket) ?? socket,
  }
}

const endsOf = ({ remoteAddress, remotePort, localAddress }: Socket): string =>
  [remoteAddress, remotePort, localAddress].join(' ')

/** Reference: TLS 1.3 at least. */
function contextOf({ cert, key, ca }: Certificate): SecureContextOptions {
  return { cert, key, ...(ca !== undefined && { ca }), minVersion: 'TLSv1.3' }
}
