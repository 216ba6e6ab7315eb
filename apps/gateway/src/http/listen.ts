import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { CannotListen, PortInUse } from '../errors.ts'
import {
  CONNECTIONS,
  CONNECTIONS_PER_ADDRESS,
  HEADER_BYTES,
  HEADERS_MS,
  KEEP_ALIVE_MS,
  REQUEST_MS,
} from '../limits.ts'
import { portHolder } from '../machine/port-holder.ts'
import { isErrno } from '../machine/private-files.ts'
import { trust } from './client.ts'

/** Answers one request; `peer` is the address at the other end of the connection. */
export type Answer = (request: Request, peer: string | undefined) => Response | Promise<Response>

/** Where to listen. */
export interface ListenOptions {
  readonly host: string
  /** 0: any free one. */
  readonly port: number
  readonly trustedProxies: readonly string[]
}

/** A port that is ours. */
export interface Listener {
  readonly port: number
  /** Until it is called, everything is answered with 503. */
  readonly serve: (answer: Answer) => void
  /** Takes no new connections; those that are open may finish. */
  readonly quiet: () => void
  /** Cuts what is still open. */
  readonly close: () => Promise<void>
}

const starting: Answer = () =>
  new Response('{"code":"starting"}', {
    status: 503,
    headers: {
      'content-type': 'application/json',
      'retry-after': '1',
      'cache-control': 'no-store',
    },
  })

/**
 * Takes the port, so that two gateways cannot both have it, and answers nothing yet.
 *
 * @throws {@link PortInUse} that says by whom, or {@link CannotListen}
 */
export async function listen(options: ListenOptions): Promise<Listener> {
  let answer = starting
  const handle = getRequestListener(
    (request, { incoming }) => answer(request, incoming.socket.remoteAddress),
    { overrideGlobalObjects: false, hostname: 'localhost' },
  )
  const server = limited(options, (incoming, outgoing) => void handle(incoming, outgoing))
  await bound(server, options)
  const closed = new Promise<void>((resolve) => server.once('close', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    serve: (given) => {
      answer = given
    },
    quiet: () => {
      server.close()
      server.closeIdleConnections()
    },
    close: () => {
      server.close()
      server.closeAllConnections()
      return closed
    },
  }
}

function limited(
  { trustedProxies }: ListenOptions,
  handle: (incoming: IncomingMessage, outgoing: ServerResponse) => void,
): Server {
  const server = createServer(
    {
      maxHeaderSize: HEADER_BYTES,
      headersTimeout: HEADERS_MS,
      requestTimeout: REQUEST_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connectionsCheckingInterval: 2_000,
    },
    handle,
  )
  server.maxConnections = CONNECTIONS
  limitPerAddress(server, trust(trustedProxies))
  return server
}

/** One address that is no proxy cannot take all connections. */
function limitPerAddress(server: Server, isTrusted: (address: string) => boolean): void {
  const open = new Map<string, number>()
  server.on('connection', (socket) => {
    const address = socket.remoteAddress ?? ''
    const count = (open.get(address) ?? 0) + 1
    if (count > CONNECTIONS_PER_ADDRESS && !isTrusted(address)) return socket.destroy()
    open.set(address, count)
    socket.once('close', () => {
      const left = (open.get(address) ?? 1) - 1
      if (left > 0) open.set(address, left)
      else open.delete(address)
    })
    return undefined
  })
}

async function bound(server: Server, { host, port }: ListenOptions): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, host, resolve)
    })
  } catch (error) {
    if (isErrno(error, 'EADDRINUSE')) {
      throw new PortInUse({ host, port }, await portHolder({ host, port }))
    }
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    throw new CannotListen({ host, port }, code)
  }
  server.removeAllListeners('error')
  server.on('error', () => {})
}
