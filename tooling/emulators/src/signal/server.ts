import type { IncomingMessage, ServerResponse } from 'node:http'
import { bodyOf, type LoopbackServer, listenOnLoopback } from '../loopback.ts'
import type { EventStream } from './events.ts'
import type { SignalFaultEffect, SignalFaults } from './faults.ts'
import { answerRpc, type RpcCall, type RpcState } from './rpc.ts'
import type { SignalCall } from './types.ts'

/** What the server serves. */
export interface DaemonWorld {
  readonly state: RpcState
  readonly stream: EventStream
  readonly faults: SignalFaults
  readonly calls: SignalCall[]
}

/** Host names that the daemon takes: it refuses pages that had their name bent to this machine. */
const OWN_HOST = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/

/** Listens on 127.0.0.1. */
export function daemonServer(world: DaemonWorld, port: number): Promise<LoopbackServer> {
  return listenOnLoopback({ request: (...exchange) => handle(world, ...exchange) }, port)
}

async function handle(
  world: DaemonWorld,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (!OWN_HOST.test(request.headers.host ?? '')) return end(response, 421)
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1')
  const route = `${request.method ?? 'GET'} ${pathname}`
  if (route === 'GET /api/v1/check') return end(response, 200)
  if (route === 'GET /api/v1/events')
    return events(world, { request, response }, searchParams.get('account') ?? undefined)
  if (pathname !== '/api/v1/rpc') return end(response, 404)
  if (request.method !== 'POST') return end(response, 405)
  const type = request.headers['content-type'] ?? ''
  if (!type.startsWith('application/json')) return end(response, 415)
  return rpc(world, request, response)
}

interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

function events(
  { state, stream, faults }: DaemonWorld,
  { request, response }: Exchange,
  account: string | undefined,
): void {
  const effect = faults.take('events')
  if (effect?.kind === 'hang') return
  if (effect?.kind === 'drop') return void response.destroy()
  if (effect?.kind === 'html') return void end(response, effect.status, '<html></html>')
  const isMulti = state.numbers.length > 1
  if (isMulti && account !== undefined && !state.numbers.includes(account))
    return void end(response, 400)
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.flushHeaders()
  const last = request.headers['last-event-id']
  const gone = stream.listen({
    account: isMulti ? account : undefined,
    lastEventId: typeof last === 'string' ? last : undefined,
    write: (text) => void response.write(text),
  })
  response.on('close', gone)
}

async function rpc(
  world: DaemonWorld,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const call = callOf((await bodyOf(request)).toString())
  if (call === undefined) {
    const error = { code: -32700, message: 'unable to parse', data: null }
    return end(response, 200, JSON.stringify({ jsonrpc: '2.0', error, id: null }))
  }
  const effect = world.faults.take(call.method)
  const status = answer(world, { call, effect, response })
  world.calls.push({ method: call.method, params: call.params, status })
}

interface Answering {
  readonly call: RpcCall
  readonly effect: SignalFaultEffect | undefined
  readonly response: ServerResponse
}

/** Answers, or does what the fault says; gives the status sent. */
function answer({ state }: DaemonWorld, { call, effect, response }: Answering): number {
  if (effect?.kind === 'html') {
    end(response, effect.status, '<html></html>')
    return effect.status
  }
  if (effect?.kind === 'drop' || effect?.kind === 'hang') {
    if (effect.when === 'after') answerRpc(state, call, undefined)
    if (effect.kind === 'drop') response.destroy()
    return 0
  }
  const body = answerRpc(state, call, effect)
  // A notification has no answer.
  const status = call.id === undefined ? 201 : 200
  end(response, status, status === 201 ? '' : JSON.stringify(body))
  return status
}

function end(response: ServerResponse, status: number, body = ''): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(body)
}

function callOf(body: string): RpcCall | undefined {
  try {
    const { id, method, params = {} } = JSON.parse(body) as Partial<RpcCall>
    return typeof method === 'string' ? { id, method, params } : undefined
  } catch {
    return undefined
  }
}
