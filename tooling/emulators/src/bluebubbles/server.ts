import type { IncomingMessage, ServerResponse } from 'node:http'
import { bodyOf, type LoopbackServer, listenOnLoopback } from '../loopback.ts'
import { type Answer, badRequest, failure } from './answer.ts'
import type { BlueBubblesFaultEffect, BlueBubblesFaults } from './faults.ts'
import { type Asked, answerRoute, type RoutesWorld } from './routes.ts'
import type { BlueBubblesCall } from './types.ts'

/** What the server serves. */
export interface ServerWorld extends RoutesWorld {
  readonly password: () => string
  readonly faults: BlueBubblesFaults
  readonly calls: BlueBubblesCall[]
}

const NO_PASSWORD = 'You are not authorized to access this resource'

/** Listens on 127.0.0.1. */
export function blueBubblesServer(world: ServerWorld, port: number): Promise<LoopbackServer> {
  return listenOnLoopback({ request: (...exchange) => handle(world, ...exchange) }, port)
}

async function handle(
  world: ServerWorld,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1')
  const route = `${request.method ?? 'GET'} ${pathname}`
  const body = bodyIn((await bodyOf(request)).toString())
  const given = ['guid', 'password', 'token'].map((key) => searchParams.get(key))
  const isRight = given.some((each) => each?.trim() === world.password())
  const effect = isRight ? world.faults.take(pathname) : undefined
  const answer = isRight
    ? ((body && { body, effect }) ?? badRequest('Invalid JSON'))
    : failure(401, [NO_PASSWORD, 'Unauthorized'])
  const status = await respond(world, { route, answer, effect, response })
  world.calls.push({ route, body, status })
}

interface Responding {
  readonly route: string
  readonly answer: Answer | Asked
  readonly effect: BlueBubblesFaultEffect | undefined
  readonly response: ServerResponse
}

/** Answers, or does what the fault says; gives the status sent. */
async function respond(world: ServerWorld, asking: Responding): Promise<number> {
  const { route, answer, effect, response } = asking
  const carryOut = (): Answer => ('status' in answer ? answer : answerRoute(world, route, answer))
  switch (effect?.kind) {
    case 'html':
      return end(response, effect.status, '<html></html>')
    case 'error':
      return endWith(response, failure(effect.status, [effect.message, effect.error]))
    case 'drop':
    case 'hang':
      if (effect.when === 'after') carryOut()
      if (effect.kind === 'drop') response.destroy()
      return 0
    case 'slow':
      return slowly(world, asking, effect.ms)
    default:
      return endWith(response, carryOut())
  }
}

/** A slow send is queued meanwhile, and known by its `tempGuid`. */
async function slowly(world: ServerWorld, asking: Responding, ms: number): Promise<number> {
  const { route, answer, response } = asking
  const { queued } = world.outbox
  const done = 'status' in answer ? answer : answerRoute(world, route, answer)
  const { tempGuid } = 'status' in answer ? {} : (answer.body as { readonly tempGuid?: unknown })
  if (typeof tempGuid === 'string') queued.add(tempGuid)
  await new Promise((resolve) => setTimeout(resolve, ms))
  if (typeof tempGuid === 'string') queued.delete(tempGuid)
  return endWith(response, done)
}

const endWith = (response: ServerResponse, { status, body }: Answer): number =>
  end(response, status, JSON.stringify(body))

function end(response: ServerResponse, status: number, body: string): number {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(body)
  return status
}

function bodyIn(text: string): Readonly<Record<string, unknown>> | undefined {
  if (text === '') return {}
  try {
    const body: unknown = JSON.parse(text)
    return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
