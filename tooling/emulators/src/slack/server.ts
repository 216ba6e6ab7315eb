import type { IncomingMessage, ServerResponse } from 'node:http'
import { bodyOf, type LoopbackServer, listenOnLoopback, reply } from '../loopback.ts'
import type { FaultEffect, Faults } from '../telegram/faults.ts'
import { no, type SlackAnswer, type SlackParams, type SlackState } from './answer.ts'
import { callSlackMethod } from './methods.ts'
import type { Sockets } from './sockets.ts'
import type { SlackCall } from './types.ts'

/** What the server serves. */
export interface SlackWorld {
  readonly state: SlackState
  readonly faults: Faults
  readonly calls: SlackCall[]
  readonly sockets: Sockets
}

/** Listens on 127.0.0.1. */
export function slackServer(world: SlackWorld, port: number): Promise<LoopbackServer> {
  return listenOnLoopback(
    { request: (...exchange) => handle(world, ...exchange), upgrade: world.sockets.upgrade },
    port,
  )
}

async function handle(
  world: SlackWorld,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://127.0.0.1')
  const [, method] = /^\/api\/([\w.]+)$/.exec(pathname) ?? []
  if (method === undefined) return void reply(response, { status: 404, body: 'Not Found' })
  const params = paramsOf(await bodyOf(request), request.headers['content-type'] ?? '')
  const { token: inBody, ...rest } = params
  const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1]
  const asked = { method, params: rest, token: bearer ?? inBody ?? '' }
  const effect = world.faults.take({ method })
  const status = await answer(world, { asked, effect, response })
  world.calls.push({ method, params: rest, status, at: world.state.now() })
}

function paramsOf(body: Buffer, type: string): SlackParams {
  if (!type.includes('json')) return Object.fromEntries(new URLSearchParams(body.toString()))
  const given = JSON.parse(body.toString()) as Readonly<Record<string, unknown>>
  const text = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))
  return Object.fromEntries(Object.entries(given).map(([key, value]) => [key, text(value)]))
}

interface Exchange {
  readonly asked: { readonly method: string; readonly params: SlackParams; readonly token: string }
  readonly effect: FaultEffect | undefined
  readonly response: ServerResponse
}

/** Answers, or does what the fault says; returns the status sent. */
async function answer({ state }: SlackWorld, exchange: Exchange): Promise<number> {
  const { asked, effect, response } = exchange
  const instead = effect && answerInstead(effect)
  if (instead) return reply(response, instead)
  if (effect?.kind === 'slow') await new Promise((resolve) => setTimeout(resolve, effect.ms))
  if (effect?.kind === 'drop' || effect?.kind === 'hang') {
    if (effect.when === 'after') callSlackMethod(state, asked)
    if (effect.kind === 'drop') response.destroy()
    return 0
  }
  return reply(response, callSlackMethod(state, asked))
}

function answerInstead(effect: FaultEffect): SlackAnswer | undefined {
  if (effect.kind === 'error') {
    const { status, description } = effect
    return status === 200 ? no(description) : { status, body: description }
  }
  if (effect.kind === 'rate-limit') {
    const headers = { 'retry-after': String(effect.retryAfter) }
    return { status: 429, headers, body: { ok: false, error: 'ratelimited' } }
  }
  return effect.kind === 'html'
    ? { status: effect.status, body: '<html>Bad Gateway</html>' }
    : undefined
}
