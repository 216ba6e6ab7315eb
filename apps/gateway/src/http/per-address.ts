import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { normalAddress, rateKey } from './address.ts'
import { type Places, places } from './places.ts'

/** What becomes of a connection in the count of its address. */
export interface PerAddress {
  /** It counts no more. */
  readonly release: (socket: Duplex) => void
  /** It is as good as over: it makes way for others. */
  readonly idle: (socket: Duplex) => void
}

/**
 * One customer (an IPv4 address, an IPv6 /64) that is no proxy cannot take all connections. Counted from the first packet,
 * before any TLS.
 *
 * @param carrierOf - the connection that a socket of a request runs on; itself unless given
 */
export function limitPerAddress(
  server: Server,
  isTrusted: (address: string) => boolean,
  carrierOf: (socket: Duplex) => Duplex = (socket) => socket,
): PerAddress {
  const open = new Map<string, Places>()
  const owners = new WeakMap<Duplex, Places>()
  const change = (socket: Duplex, how: (own: Places, socket: Socket) => void): void => {
    const carrier = carrierOf(socket)
    const own = owners.get(carrier)
    if (own !== undefined) how(own, carrier as Socket)
  }
  server.on('connection', (socket) => {
    const address = normalAddress(socket.remoteAddress ?? '') ?? ''
    if (isTrusted(address)) return
    const key = rateKey(address)
    const own = open.get(key) ?? places(() => performance.now())
    if (!own.enter(socket)) {
      socket.destroy()
      return
    }
    open.set(key, own)
    owners.set(socket, own)
    socket.once('close', () => {
      own.leave(socket)
      if (own.isEmpty() && open.get(key) === own) open.delete(key)
    })
  })
  server.prependListener('upgrade', ({ socket }: IncomingMessage) =>
    change(socket, (own, carrier) => own.taken(carrier)),
  )
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    // Who does not end what it asks is as silent as who asks nothing.
    if (hasBody(request)) return
    change(request.socket, (own, carrier) => own.answering(carrier))
    response.once('close', () => change(request.socket, (own, carrier) => own.silent(carrier)))
  })
  return {
    release: (socket) => change(socket, (own, carrier) => own.leave(carrier)),
    idle: (socket) => change(socket, (own, carrier) => own.silent(carrier)),
  }
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}
