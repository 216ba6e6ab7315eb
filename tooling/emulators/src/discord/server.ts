import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { FaultEffect, Faults } from '../telegram/faults.ts'
import { bodyOf } from '../telegram/request.ts'
import { type DiscordAnswer, type DiscordState, limited, no } from './answer.ts'
import type { Gateway } from './gateway.ts'
import { callDiscordMethod, type DiscordRequest } from './methods.ts'
import type { DiscordObject } from './people.ts'
import type { DiscordCall } from './types.ts'

/** What the server serves. */
export interface DiscordWorld {
  readonly state: DiscordState
  readonly faults: Faults
  readonly calls: DiscordCall[]
  readonly gateway: Gateway
}

/** A listening server. */
export interface DiscordServer {
  /** Without a path. */
  readonly origin: string
  readonly cut: () => void
  /** Closes the port and every connection. */
  readonly stop: () => Promise<void>
  /** Opens the same port again. */
  readonly listen: () => Promise<void>
}

/** Listens on 127.0.0.1. */
export async function discordServer(world: DiscordWorld, port: number): Promise<DiscordServer> {
  const connections = new Set<Socket>()
  const server = createServer((request, response) => {
    handle(world, request, response).catch(() => response.destroy())
  })
  server.on('connection', (socket) => {
    connections.add(socket)
    socket.on('close', () => connections.delete(socket))
  })
  server.on('upgrade', world.gateway.upgrade)
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

async function handle(
  world: DiscordWorld,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1')
  const path = /^\/api\/v10(\/.*)$/.exec(url.pathname)?.[1] ?? url.pathname
  const method = `${request.method ?? 'GET'} ${path.replaceAll(/\/\d+/g, '/:id')}`
  const body = jsonOf(await bodyOf(request))
  const asked: DiscordRequest = {
    ...{ method, body, query: url.searchParams },
    id: /\/(\d+)/.exec(path)?.[1] ?? '',
    authorization: request.headers.authorization ?? '',
    userAgent: request.headers['user-agent'] ?? '',
  }
  const effect = world.faults.take(method, undefined)
  const status = await answer(world, { asked, effect, response })
  world.calls.push({ method, path, body, status, at: world.state.now() })
}

const jsonOf = (body: Buffer): DiscordObject =>
  body.length === 0 ? {} : (JSON.parse(body.toString()) as DiscordObject)

interface Exchange {
  readonly asked: DiscordRequest
  readonly effect: FaultEffect | undefined
  readonly response: ServerResponse
}

/** Answers, or does what the fault says; returns the status sent. */
async function answer({ state }: DiscordWorld, exchange: Exchange): Promise<number> {
  const { asked, effect, response } = exchange
  const instead = effect && answerInstead(effect)
  if (instead) return reply(response, instead)
  if (effect?.kind === 'slow') await new Promise((resolve) => setTimeout(resolve, effect.ms))
  if (effect?.kind === 'drop' || effect?.kind === 'hang') {
    if (effect.when === 'after') callDiscordMethod(state, asked)
    if (effect.kind === 'drop') response.destroy()
    return 0
  }
  return reply(response, callDiscordMethod(state, asked))
}

function answerInstead(effect: FaultEffect): DiscordAnswer | undefined {
  if (effect.kind === 'error') return no(effect.status, [effect.code ?? 0, effect.description])
  if (effect.kind === 'rate-limit') return limited(effect.retryAfter, effect.scope)
  return effect.kind === 'html'
    ? { status: effect.status, body: '<html>Bad Gateway</html>' }
    : undefined
}

/** Text is a proxy's page. */
function reply(response: ServerResponse, { status, headers, body }: DiscordAnswer): number {
  if (response.destroyed) return 0
  const isPage = typeof body === 'string'
  response.writeHead(status, {
    'content-type': isPage ? 'text/html' : 'application/json',
    ...headers,
  })
  response.end(isPage ? body : JSON.stringify(body))
  return status
}
