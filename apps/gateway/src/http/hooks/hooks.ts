import type { ChannelLog, WebhookAnswer, WebhookRequest } from '@openclaw/pairing-contracts'
import { HOOK_AGAIN_S, HOOK_ANSWER_MS } from '../../limits.ts'
import type { Client } from '../client.ts'
import type { Guesses } from '../guesses.ts'
import { HEADERS, json } from '../pages.ts'
import { isTooLong, type NoBody, readHookBody } from './body.ts'
import type { Hook } from './hook.ts'
import type { HookPlace, HookPlaces } from './places.ts'

/** What the paths that platforms call work with. */
export interface HookComponents {
  readonly hooks: readonly Hook[]
  readonly places: HookPlaces
  /** Wrong signatures. */
  readonly guesses: Guesses
  /** Whether others may stand behind an address, who must not suffer for its wrong signatures. */
  readonly isShared: (client: Pick<Client, 'address' | 'unknownProxy'>) => boolean
  readonly isStopping: () => boolean
  readonly observe: (channel: string, status: number) => void
  /** A log for what each request may cause. */
  readonly complain: ChannelLog
}

/** Answers what came at one path. */
export type AnswerHook = (request: Request, client: Client) => Promise<Response>

/** The paths at which accounts are called, and what answers there; the first of two accounts at one path has it. */
export function hookRoutes(components: HookComponents): ReadonlyMap<string, AnswerHook> {
  const routes = new Map<string, AnswerHook>()
  for (const hook of components.hooks) {
    if (!routes.has(hook.path)) routes.set(hook.path, answerOf(components, hook))
  }
  return routes
}

function answerOf(components: HookComponents, hook: Hook): AnswerHook {
  return async (request, client) => {
    const response = await answer(components, hook, { request, client })
    components.observe(hook.channel, response.status)
    return response
  }
}

interface Call {
  readonly request: Request
  readonly client: Client
}

/** What needs no body comes first, so that nothing is read for who is refused anyway. */
async function answer(components: HookComponents, hook: Hook, call: Call): Promise<Response> {
  const { request, client } = call
  const { headers, method } = request
  if (method !== 'GET' && method !== 'POST') return no('method', 405, { allow: 'GET, POST' })
  if (components.isStopping() || !hook.isRunning()) return later('not-running')
  const waitMs = components.isShared(client) ? 0 : components.guesses.waitOf(client.key)
  if (waitMs > 0) return no('slowed', 429, { 'retry-after': String(Math.ceil(waitMs / 1_000)) })
  if ((headers.get('content-encoding') ?? 'identity') !== 'identity') return no('encoded', 415)
  if (isTooLong(headers)) return no('too-large', 413)
  // That it is a proxy anybody may say of themselves: it must not be a way round the bound of one address.
  const key = components.isShared({ address: client.address }) ? undefined : client.key
  const place = components.places.enter(`${hook.channel} ${hook.account}`, key)
  return place === undefined ? later('busy') : inPlace(components, hook, { ...call, place })
}

async function inPlace(
  components: HookComponents,
  hook: Hook,
  { request, client, place }: Call & { readonly place: HookPlace },
): Promise<Response> {
  const body = await readHookBody(request.body, place)
  if (!(body instanceof Uint8Array)) {
    place.leave()
    return noBody(body)
  }
  place.arrived()
  // One that never answers keeps its place: so they are bounded too.
  const asked = safely(hook, requestOf(request, body)).finally(place.leave)
  const given = await inTime(asked)
  if (typeof given === 'string') {
    const { channel, account } = hook
    const level = given === 'nowhere' ? 'warn' : 'error'
    components.complain(level, 'webhook-failed', { channel, account, code: given })
    return later(given)
  }
  if (given.status === 401 || given.status === 403)
    refused(components, hook, { client, status: given.status })
  return told(given)
}

/** By contract it never rejects; where it does, one request suffers. */
async function safely(
  hook: Hook,
  request: WebhookRequest,
): Promise<WebhookAnswer | 'nowhere' | 'failed'> {
  try {
    const given = await hook.answer(request)
    if (given === 'nowhere') return given
    return given.status >= 200 && given.status <= 599 ? given : 'failed'
  } catch {
    return 'failed'
  }
}

async function inTime<T>(asked: Promise<T>): Promise<T | 'late'> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(resolve, HOOK_ANSWER_MS, 'late')
  })
  const given = await Promise.race([asked, late])
  clearTimeout(timer)
  return given
}

function requestOf(request: Request, body: Uint8Array): WebhookRequest {
  const { method, url, headers } = request
  const [, query = ''] = /^[^?#]*\?([^#]*)/.exec(url) ?? []
  return {
    method: method === 'GET' ? 'GET' : 'POST',
    query,
    headers: Object.fromEntries(headers),
    body,
  }
}

/** A wrong signature is an attempt to guess the secret, or a secret that was entered wrong: both are for the owner to see. */
function refused(
  { complain, guesses, isShared }: HookComponents,
  { channel, account, path }: Hook,
  { client, status }: { readonly client: Client; readonly status: number },
): void {
  const { address } = client
  complain('warn', 'webhook-refused', { channel, account, path, status, address })
  if (!guesses.wrong(client.key)) return
  const fix = isShared(client)
    ? 'check the secret of this account; name your proxy in gateway.trustedProxies to tell its visitors apart'
    : 'refused unread for five minutes; check the secret of this account if that is its platform'
  complain('warn', 'webhook-guesses', { channel, account, address, fix })
}

/** The channel's own words, as text that no browser takes for anything else. */
function told({ status, body = '' }: WebhookAnswer): Response {
  const isEmpty = status === 204 || status === 205 || status === 304
  const headers = { ...HEADERS, 'content-type': 'text/plain; charset=utf-8' }
  return new Response(isEmpty ? null : body, { status, headers })
}

function noBody(why: NoBody): Response {
  if (why === 'cut') return later('busy')
  const codes = { 400: 'cut-off', 408: 'too-slow', 413: 'too-large' } as const
  return no(codes[why], why)
}

/** Platforms come again. */
const later = (code: string): Response => no(code, 503, { 'retry-after': String(HOOK_AGAIN_S) })

/** Never with anything of what was sent. */
function no(
  code: string,
  status: number,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return json({ code }, status, headers)
}
