import type { IncomingMessage, ServerResponse } from 'node:http'
import { type LoopbackServer, listenOnLoopback } from '../loopback.ts'
import { type ApiAnswer, failure, rateLimited } from './answer.ts'
import type { FaultEffect, Faults } from './faults.ts'
import { type BotState, callMethod } from './methods.ts'
import { type ApiRequest, apiRequestOf } from './request.ts'
import type { ApiCall } from './types.ts'

/** What the server serves. */
export interface ApiWorld {
  readonly state: BotState
  readonly faults: Faults
  readonly calls: ApiCall[]
  readonly accepts: (token: string) => boolean
  /** Requests that are not Bot API methods. */
  readonly other?: (request: IncomingMessage, response: ServerResponse) => Promise<boolean>
}

const TOKEN_SHAPE = /^\d+:[\w-]{30,}$/

/** Listens on 127.0.0.1. */
export function apiServer(world: ApiWorld, port: number): Promise<LoopbackServer> {
  return listenOnLoopback({ request: (...exchange) => handle(world, ...exchange) }, port)
}

async function handle(
  world: ApiWorld,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (await world.other?.(request, response)) return
  const gone = new AbortController()
  response.on('close', () => gone.abort())
  const asked = await apiRequestOf(request).catch(() => undefined)
  if (asked === undefined) return void reply(response, failure(404, 'Not Found'))
  const { chat_id: chatId } = asked.params
  const effect = world.faults.take({ method: asked.method, chatId })
  const status = await answer(world, { asked, effect, response, gone: gone.signal })
  world.calls.push({ method: asked.method, params: asked.params, status, at: Date.now() })
}

interface Exchange {
  readonly asked: ApiRequest
  readonly effect: FaultEffect | undefined
  readonly response: ServerResponse
  readonly gone: AbortSignal
}

/** Answers, or does what the fault says; returns the status sent. */
async function answer(world: ApiWorld, exchange: Exchange): Promise<number> {
  const { effect, response } = exchange
  const instead = effect && answerInstead(effect)
  if (instead) return reply(response, instead)
  if (effect?.kind === 'slow') await new Promise((resolve) => setTimeout(resolve, effect.ms))
  if (effect?.kind === 'drop' || effect?.kind === 'hang') {
    if (effect.when === 'after') await carryOut(world, exchange)
    if (effect.kind === 'drop') response.destroy()
    return 0
  }
  return reply(response, await carryOut(world, exchange))
}

function answerInstead(effect: FaultEffect): ApiAnswer | undefined {
  if (effect.kind === 'error') return failure(effect.status, effect.description)
  if (effect.kind === 'rate-limit') return rateLimited(effect.retryAfter)
  if (effect.kind === 'html') return { status: effect.status, body: undefined }
  return undefined
}

async function carryOut(world: ApiWorld, { asked, gone }: Exchange): Promise<ApiAnswer> {
  if (!TOKEN_SHAPE.test(asked.token)) return failure(404, 'Not Found')
  if (!world.accepts(asked.token)) return failure(401, 'Unauthorized')
  const done = await callMethod(world.state, asked, gone)
  // A token that was revoked while a poll waited is wrong by now.
  return world.accepts(asked.token) ? done : failure(401, 'Unauthorized')
}

/** An answer without a body is a proxy's page. */
function reply(response: ServerResponse, { status, body }: ApiAnswer): number {
  if (response.destroyed) return 0
  const [type, text] =
    body === undefined
      ? ['text/html', '<html><body><h1>Bad Gateway</h1></body></html>']
      : ['application/json', JSON.stringify(body)]
  response.writeHead(status, { 'content-type': type })
  response.end(text)
  return status
}
