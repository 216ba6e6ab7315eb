import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { bodyOf } from '../telegram/request.ts'
import type { WhatsappFaultEffect, WhatsappFaults } from './faults.ts'
import {
  callGraph,
  type GraphAnswer,
  type GraphRequest,
  type GraphState,
  graphError,
} from './graph.ts'
import type { WhatsappCall } from './types.ts'

/** What the server serves. */
export interface GraphWorld {
  readonly state: GraphState
  readonly faults: WhatsappFaults
  readonly calls: WhatsappCall[]
}

/** A listening server. */
export interface GraphServer {
  /** Without a path. */
  readonly origin: string
  readonly cut: () => void
  /** Closes the port and every connection. */
  readonly stop: () => Promise<void>
  /** Opens the same port again. */
  readonly listen: () => Promise<void>
}

/** Listens on 127.0.0.1. */
export async function graphServer(world: GraphWorld, port: number): Promise<GraphServer> {
  const connections = new Set<Socket>()
  const server = createServer((request, response) => {
    handle(world, request, response).catch(() => response.destroy())
  })
  server.on('connection', (socket) => {
    connections.add(socket)
    socket.on('close', () => connections.delete(socket))
  })
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
  world: GraphWorld,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1')
  const [, path] = /^\/v\d+\.\d(\/.*)$/.exec(pathname) ?? []
  const text = (await bodyOf(request)).toString()
  const asked: GraphRequest = {
    method: request.method ?? 'GET',
    path: path ?? pathname,
    fields: (searchParams.get('fields') ?? '').split(','),
    token: /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1],
    body: text === '' ? undefined : JSON.parse(text),
  }
  const method = path === undefined ? 'unknown' : path.endsWith('/messages') ? 'messages' : 'number'
  const effect = world.faults.take(method)
  const status = await answer(world, { asked, effect, response })
  world.calls.push({ method, status, at: world.state.now() })
}

interface Exchange {
  readonly asked: GraphRequest
  readonly effect: WhatsappFaultEffect | undefined
  readonly response: ServerResponse
}

/** Answers, or does what the fault says; returns the status sent. */
async function answer({ state }: GraphWorld, exchange: Exchange): Promise<number> {
  const { asked, effect, response } = exchange
  const instead = effect && answerInstead(effect)
  if (instead) return reply(response, instead)
  if (effect?.kind === 'slow') await new Promise((resolve) => setTimeout(resolve, effect.ms))
  if (effect?.kind === 'drop' || effect?.kind === 'hang') {
    if (effect.when === 'after') callGraph(state, asked)
    if (effect.kind === 'drop') response.destroy()
    return 0
  }
  return reply(response, callGraph(state, asked))
}

function answerInstead(effect: WhatsappFaultEffect): GraphAnswer | undefined {
  if (effect.kind === 'html') return { status: effect.status, body: '<html>Bad Gateway</html>' }
  if (effect.kind !== 'error') return undefined
  const { code, retryAfter } = effect
  const headers = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }
  return { ...graphError(code, effect), headers }
}

function reply(response: ServerResponse, { status, headers, body }: GraphAnswer): number {
  if (response.destroyed) return 0
  const isPage = typeof body === 'string'
  const type = isPage ? 'text/html' : 'application/json; charset=UTF-8'
  response.writeHead(status, { 'content-type': type, ...headers })
  response.end(isPage ? body : JSON.stringify(body))
  return status
}
