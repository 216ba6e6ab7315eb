import type { Server, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { CONNECTIONS_PER_ADDRESS } from '../limits.ts'
import { normalAddress, rateKey } from './address.ts'

/**
 * One customer (an IPv4 address, an IPv6 /64) that is no proxy cannot take all connections. Counted from the first packet,
 * before any TLS.
 *
 * @returns takes a connection out of the count
 */
export function limitPerAddress(
  server: Server,
  isTrusted: (address: string) => boolean,
): (socket: Duplex) => void {
  const open = new Map<string, number>()
  const keys = new WeakMap<Duplex, string>()
  const below = beneathTls(server)
  const release = (socket: Duplex): void => {
    const key = keys.get(socket)
    if (key === undefined) return
    keys.delete(socket)
    const left = (open.get(key) ?? 1) - 1
    if (left > 0) open.set(key, left)
    else open.delete(key)
  }
  server.on('connection', (socket) => {
    const address = normalAddress(socket.remoteAddress ?? '') ?? ''
    const key = rateKey(address)
    const count = (open.get(key) ?? 0) + 1
    if (count > CONNECTIONS_PER_ADDRESS && !isTrusted(address)) return socket.destroy()
    open.set(key, count)
    keys.set(socket, key)
    socket.once('close', () => release(socket))
    return undefined
  })
  return (socket) => release(below(socket))
}

/** Finds the connection that a TLS socket runs on; any other is its own. The two share nothing public but their ends. */
function beneathTls(server: Server): (socket: Duplex) => Duplex {
  const raw = new Map<string, Socket>()
  const carriers = new WeakMap<Duplex, Socket>()
  server.on('connection', (socket) => {
    const ends = endsOf(socket)
    raw.set(ends, socket)
    socket.once('close', () => {
      if (raw.get(ends) === socket) raw.delete(ends)
    })
  })
  server.on('secureConnection', (socket: Socket) => {
    const carrier = raw.get(endsOf(socket))
    if (carrier !== undefined) carriers.set(socket, carrier)
  })
  return (socket) => carriers.get(socket) ?? socket
}

const endsOf = ({ remoteAddress, remotePort, localAddress }: Socket): string =>
  [remoteAddress, remotePort, localAddress].join(' ')
