import type { IncomingMessage, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { getRequestListener } from '@hono/node-server'
import type { Certificate } from '@openclaw/pairing-config/node'
import { CannotListen, PortInUse } from '../errors.ts'
import { START_MS } from '../limits.ts'
import { portHolder } from '../machine/port-holder.ts'
import { isErrno } from '../machine/private-files.ts'
import { trust } from './client.ts'
import { limitPerAddress } from './per-address.ts'
import { type HandshakeFailed, limitedServer } from './server.ts'
import { turnAway } from './turn-away.ts'

/** Answers one request; `peer` is the address at the other end of the connection. */
export type Answer = (request: Request, peer: string | undefined) => Response | Promise<Response>

/** Takes a request to speak WebSocket on a connection. */
export type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void

/** Where to listen. */
export interface ListenOptions {
  readonly host: string
  /** 0: any free one. */
  readonly port: number
  readonly trustedProxies: readonly string[]
  /** What the port speaks TLS with; in clear without. */
  readonly certificate?: Certificate | undefined
}

/** A port that is ours. */
export interface Listener {
  readonly port: number
  /** Until it is called, requests wait; after {@link START_MS} they are answered with 503. */
  readonly serve: (answer: Answer) => void
  /** Until it is called, WebSocket clients are told to come again. */
  readonly upgrade: (take: Upgrade) => void
  /** The connection counts no more for its address. */
  readonly release: (socket: Duplex) => void
  /** The connection is as good as over: it makes way for others of its address. */
  readonly idle: (socket: Duplex) => void
  /** New connections see this certificate. */
  readonly renew: (certificate: Certificate) => void
  /** Calls back for each TLS handshake that fails. */
  readonly onHandshakeFailed: (told: HandshakeFailed) => void
  /** Takes no new connections; those that are open may finish. */
  readonly quiet: () => void
  /** Cuts what is still open. */
  readonly close: () => Promise<void>
}

function notYet(): Response {
  const headers = { 'retry-after': '1', 'cache-control': 'no-store' }
  return Response.json({ code: 'starting' }, { status: 503, headers })
}

interface Waiting {
  readonly answer: Answer
  readonly serve: (answer: Answer) => void
}

/** Holds requests back until there is somebody to answer them. */
function waiting(): Waiting {
  let serve: (answer: Answer) => void = () => {}
  const served = new Promise<Answer>((resolve) => {
    serve = resolve
  })
  const answer: Answer = async (request, peer) => {
    const late = new AbortController()
    const given = await Promise.race([
      served,
      sleep(START_MS, undefined, { signal: late.signal, ref: false }).catch(() => undefined),
    ])
    late.abort()
    return given === undefined ? notYet() : given(request, peer)
  }
  return { answer, serve: (given) => serve(given) }
}

/**
 * Takes the port, so that two gateways cannot both have it, and answers nothing yet.
 *
 * @throws {@link PortInUse} that says by whom, or {@link CannotListen}
 */
export async function listen(options: ListenOptions): Promise<Listener> {
  const first = waiting()
  let { answer } = first
  const handle = getRequestListener(
    (request, { incoming }) => answer(request, incoming.socket.remoteAddress),
    { overrideGlobalObjects: false, hostname: 'localhost' },
  )
  const { server, renew, onHandshakeFailed, carrierOf, cut } = await limitedServer(
    options.certificate,
    (incoming, outgoing) => void handle(incoming, outgoing),
  )
  const { release, idle } = limitPerAddress(server, trust(options.trustedProxies), carrierOf)
  let take: Upgrade = comeAgain
  server.on('upgrade', (request, socket, head) => take(request, socket, head))
  await bound(server, options)
  const closed = new Promise<void>((resolve) => server.once('close', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    serve: (given) => {
      answer = given
      first.serve(given)
    },
    upgrade: (given) => {
      take = given
    },
    release,
    idle,
    renew,
    onHandshakeFailed,
    quiet: () => {
      server.close()
      server.closeIdleConnections()
    },
    close: () => {
      server.close()
      cut()
      return closed
    },
  }
}

function comeAgain(_: IncomingMessage, socket: Duplex): void {
  turnAway(socket, '503 Service Unavailable', ['retry-after: 1'])
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
