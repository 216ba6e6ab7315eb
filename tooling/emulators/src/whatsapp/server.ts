import type { IncomingMessage, ServerResponse } from 'node:http'
import { bodyOf, type LoopbackServer, listenOnLoopback, reply } from '../loopback.ts'
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

/** Listens on 127.0.0.1. */
export function graphServer(world: GraphWorld, port: number): Promise<LoopbackServer> {
  return listenOnLoopback({ request: (...exchange) => handle(world, ...exchange) }, port)
}

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

const TYPE = 'application/json; charset=UTF-8'

interface Exchange {
  readonly asked: GraphRequest
  readonly effect: WhatsappFaultEffect | undefined
  readonly response: ServerResponse
}

/** Answers, or does what the fault says; returns the status sent. */
async function answer({ state }: GraphWorld, exchange: Exchange): Promise<number> {
  const { asked, effect, response } = exchange
  const instead = effect && answerInstead(effect)
  if (instead) return reply(response, instead, TYPE)
  if (effect?.kind === 'slow') await new Promise((resolve) => setTimeout(resolve, effect.ms))
  if (effect?.kind === 'drop' || effect?.kind === 'hang') {
    if (effect.when === 'after') callGraph(state, asked)
    if (effect.kind === 'drop') response.destroy()
    return 0
  }
  return reply(response, callGraph(state, asked), TYPE)
}

function answerInstead(effect: WhatsappFaultEffect): GraphAnswer | undefined {
  if (effect.kind === 'html') return { status: effect.status, body: '<html>Bad Gateway</html>' }
  if (effect.kind !== 'error') return undefined
  const { code, retryAfter } = effect
  const headers = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }
  return { ...graphError(code, effect), headers }
}
