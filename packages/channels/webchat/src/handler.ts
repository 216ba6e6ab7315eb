import type { Clock } from '@openclaw/pairing-contracts'
import type { Allowance } from './allowance.ts'
import { refusalOfWrite } from './body.ts'
import { complaints } from './complaints.ts'
import type { RunningConnection } from './connection.ts'
import { acceptsHost } from './hosts.ts'
import { type Identities, setCookie } from './identity.ts'
import { MAX_TEXT } from './limits.ts'
import type { Messages } from './messages.ts'
import type { PageFile } from './page.ts'
import {
  busy,
  noIdentity,
  notFound,
  tooFast,
  unavailable,
  wrongHost,
  wrongMethod,
} from './refusals.ts'
import { type Refusal, refuse, respond, respondJson } from './respond.ts'
import type { RequestOrigin, WebchatPeople } from './types.ts'
import type { Visitors } from './visitors.ts'

/** What {@link handler} works with. */
export interface HandlerComponents {
  readonly clock: Clock
  readonly people: WebchatPeople
  readonly identities: Identities
  readonly allowance: Allowance
  readonly visitors: Visitors
  readonly messages: Messages
  readonly line: RunningConnection
}

/** How {@link handler} serves. */
export interface HandlerOptions {
  readonly mount: string
  readonly hosts: readonly string[] | 'any'
  readonly files: ReadonlyMap<string, PageFile>
}

type Route = (request: Request, origin: RequestOrigin) => Response | Promise<Response>

/** Answers requests below the mount, and counts those that were told to slow down. */
export interface Handler {
  readonly fetch: (request: Request, origin: RequestOrigin) => Promise<Response>
  readonly limited: () => number
}

/** The web chat's routes. */
export function handler(components: HandlerComponents, options: HandlerOptions): Handler {
  const routes: ReadonlyMap<string, Route> = new Map<string, Route>([
    ['GET /state', (request) => state(components, request)],
    ['GET /events', (request, origin) => events(components, request, origin)],
    ['POST /session', (request, origin) => session(components, options, { request, origin })],
    ['POST /messages', (request, origin) => post(components, options, { request, origin })],
  ])
  const complain = complaints(components.clock, () => components.line.side()?.host.log)
  let limited = 0
  const answer = async (request: Request, origin: RequestOrigin): Promise<Response> => {
    if (!acceptsHost(hostOf(request), options.hosts)) return refuse(wrongHost)
    const path = pathBelow(options.mount, request)
    if (path === undefined) return refuse(notFound)
    const file = options.files.get(path)
    if (file !== undefined) return file(request)
    const route = routes.get(`${request.method} ${path}`)
    if (route !== undefined) return route(request, origin)
    const other = [...routes.keys()].find((key) => key.endsWith(` ${path}`))
    return refuse(other === undefined ? notFound : wrongMethod(other.split(' ')[0] ?? ''))
  }
  return {
    limited: () => limited,
    fetch: async (request, origin) => {
      const response = await answer(request, origin).catch((error: unknown) => {
        complain(error)
        return refuse(unavailable)
      })
      if (response.status === 429) limited += 1
      return response
    },
  }
}

/** What follows the mount; `..` may have led out of it. */
function pathBelow(mount: string, request: Request): string | undefined {
  const { pathname } = new URL(request.url)
  return pathname === mount || pathname.startsWith(`${mount}/`)
    ? pathname.slice(mount.length)
    : undefined
}

/** Not the URL of the request: a server makes that from the header, or from nothing. */
const hostOf = (request: Request): string | null =>
  request.headers.get('host') ?? new URL(request.url).host

const schemeOf = (request: Request, origin: RequestOrigin): 'http' | 'https' =>
  origin.scheme ?? (new URL(request.url).protocol === 'https:' ? 'https' : 'http')

async function state(components: HandlerComponents, request: Request): Promise<Response> {
  const { people, identities, visitors } = components
  const known = await identities.of(request)
  if (known === undefined) return respondJson({ visitor: null, state: 'none', maxText: MAX_TEXT })
  const visitor = known.senderId
  const shown = visitors.stateFor(await people.stateOf(visitor))
  return respondJson({ visitor, ...shown, maxText: MAX_TEXT })
}

async function events(
  { people, identities, visitors, line }: HandlerComponents,
  request: Request,
  { address }: RequestOrigin,
): Promise<Response> {
  const known = await identities.of(request)
  // 204 tells an event source not to come again.
  if (known === undefined) return respond(null, 204, { 'cache-control': 'no-store' })
  if (line.side() === undefined) return refuse(unavailable)
  const { senderId } = known
  const after =
    request.headers.get('last-event-id') ?? new URL(request.url).searchParams.get('after') ?? ''
  const body = visitors.open({ senderId, address, after }, await people.stateOf(senderId))
  if (body === undefined) return refuse({ ...busy, status: 429, retryAfterMs: 15_000 })
  // What was decided between that look and the opening was shown to nobody.
  visitors.show(senderId, await people.stateOf(senderId))
  return respond(body, 200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store, no-transform',
    // Proxies that collect answers would hold events back.
    'x-accel-buffering': 'no',
  })
}

interface Write {
  readonly request: Request
  readonly origin: RequestOrigin
}

async function session(
  { identities, allowance }: HandlerComponents,
  { mount }: HandlerOptions,
  { request, origin }: Write,
): Promise<Response> {
  const refusal = refusalOfWrite(request)
  if (refusal !== undefined) return refuse(refusal)
  const { address } = origin
  const known = await identities.of(request)
  if (known === undefined) {
    const waitMs = allowance.ofAddress(address)
    if (waitMs > 0) return refuse(tooFast(waitMs))
  } else {
    const outcome = await allowance.ofWriter({ senderId: known.senderId, address })
    if (isRefusal(outcome)) return refuse(outcome)
  }
  const { senderId, cookie } = known ?? (await identities.draw())
  return respondJson({ visitor: senderId }, 200, {
    'set-cookie': setCookie(cookie, mount, schemeOf(request, origin)),
  })
}

async function post(
  { identities, people, messages, visitors }: HandlerComponents,
  { mount }: HandlerOptions,
  { request, origin }: Write,
): Promise<Response> {
  const refusal = refusalOfWrite(request)
  if (refusal !== undefined) return refuse(refusal)
  const known = await identities.of(request)
  if (known === undefined) return refuse(noIdentity)
  const { senderId, cookie } = known
  const outcome = await messages.take(request, { senderId, address: origin.address })
  if (isRefusal(outcome)) return refuse(outcome)
  // The message may have waited for its turn; the owner may have decided meanwhile.
  const now = await people.stateOf(senderId)
  visitors.show(senderId, now)
  const { passedOn } = outcome
  return respondJson({ visitor: senderId, ...visitors.stateFor(now), passedOn }, 200, {
    'set-cookie': setCookie(cookie, mount, schemeOf(request, origin)),
  })
}

const isRefusal = (outcome: object): outcome is Refusal => 'status' in outcome
