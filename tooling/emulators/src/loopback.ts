import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'

/** A server on 127.0.0.1 that can be interrupted. */
export interface LoopbackServer {
  /** Scheme, host and port. */
  readonly origin: string
  /** Breaks every connection. */
  readonly cut: () => void
  /** Closes the port and every connection. */
  readonly stop: () => Promise<void>
  /** Opens the same port again. */
  readonly listen: () => Promise<void>
}

/** What a server does. */
export interface Handlers {
  /** Where it rejects, the connection is broken. */
  readonly request: (request: IncomingMessage, response: ServerResponse) => Promise<void>
  readonly upgrade?: (request: IncomingMessage, socket: Duplex, head: Buffer) => void
}

/** Listens on 127.0.0.1, at any free port for 0. */
export async function listenOnLoopback(
  { request: handle, upgrade }: Handlers,
  port: number,
): Promise<LoopbackServer> {
  const connections = new Set<Socket>()
  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy())
  })
  server.on('connection', (socket) => {
    connections.add(socket)
    socket.on('close', () => connections.delete(socket))
  })
  if (upgrade) server.on('upgrade', upgrade)
  await listenOn(server, port)
  const bound = (server.address() as AddressInfo).port
  const cut = (): void => {
    for (const socket of connections) socket.destroy()
  }
  return {
    origin: `http://127.0.0.1:${String(bound)}`,
    cut,
    listen: () => (server.listening ? Promise.resolve() : listenOn(server, bound)),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        cut()
      }),
  }
}

const listenOn = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject)
      resolve()
    })
  })

/** Longer bodies are an error. */
const MAX_BODY = 4 * 1024 * 1024

/** Reads a request's body; longer than 4 MiB is an error. */
export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length
    if (size > MAX_BODY) throw new Error('the body is too long')
    parts.push(part)
  }
  return Buffer.concat(parts)
}

/** An answer; text in place of a body of JSON is a proxy's page. */
export interface JsonAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: unknown
}

/** Sends an answer; gives its status, 0 where nobody is there any more. */
export function reply(
  response: ServerResponse,
  { status, headers, body }: JsonAnswer,
  type = 'application/json',
): number {
  if (response.destroyed) return 0
  const isPage = typeof body === 'string'
  response.writeHead(status, { 'content-type': isPage ? 'text/html' : type, ...headers })
  response.end(isPage ? body : JSON.stringify(body))
  return status
}
