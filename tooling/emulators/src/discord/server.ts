import type { IncomingMessage, ServerResponse } from 'node:http'
import { bodyOf, type LoopbackServer, listenOnLoopback, reply } from '../loopback.ts'
import type { FaultEffect, Faults } from '../telegram/faults.ts'
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

/** Listens on 127.0.0.1. */
export function discordServer(world: DiscordWorld, port: number): Promise<LoopbackServer> {
  return listenOnLoopback(
    { request: (...exchange) => handle(world, ...exchange), upgrade: world.gateway.upgrade },
    port,
  )
}

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
  const effect = world.faults.take({ method })
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
