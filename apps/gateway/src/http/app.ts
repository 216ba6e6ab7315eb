import { acceptsHost } from '@openclaw/channel-webchat'
import { type Context, Hono } from 'hono'
import { routePath } from 'hono/route'
import type { Readiness } from '../readiness.ts'
import type { Client, ClientOf } from './client.ts'
import type { AnswerHook } from './hooks/hooks.ts'
import { type Door, type Entry, entryOf } from './insider.ts'
import type { Answer } from './listen.ts'
import { HEADERS, type HomeFacts, homePage, json } from './pages.ts'

/** What the routes are made of. */
export interface AppComponents {
  readonly clientOf: ClientOf
  /** The web chat's handler; `undefined` where it is off. */
  readonly chat: ((request: Request, client: Client) => Promise<Response>) | undefined
  /** What answers at the paths that platforms call. */
  readonly hooks: ReadonlyMap<string, AnswerHook>
  readonly readiness: () => Promise<Readiness>
  /** Figures for Prometheus, and their content type. */
  readonly figures: () => Promise<{ readonly text: string; readonly type: string }>
  readonly observe: (route: string, status: number) => void
  readonly onError: (error: unknown) => void
  /** Told of each request that came through a proxy nobody named. */
  readonly onUnknownProxy: (address: string) => void
}

/** How the routes are served. */
export interface AppOptions {
  readonly hosts: readonly string[] | 'any'
  /** Who sees figures and reasons. */
  readonly door: Door
  readonly home: HomeFacts
}

interface Env {
  readonly Bindings: { readonly client: Client }
}

/** The gateway's routes: `/`, `/chat`, `/healthz`, `/readyz`, `/metrics`, and where platforms call. */
export function gatewayApp(components: AppComponents, options: AppOptions): Answer {
  const { clientOf, chat, observe } = components
  const app = new Hono<Env>()
  app.use(async (context, next) => {
    const { unknownProxy } = context.env.client
    if (unknownProxy !== undefined) components.onUnknownProxy(unknownProxy)
    await next()
    observe(routePath(context, -1), context.res.status)
  })
  // Before the names: a platform calls under the public name of a proxy or tunnel, and its signature is what counts.
  for (const [path, answer] of components.hooks)
    app.all(path, (context) => answer(context.req.raw, context.env.client))
  app.use(async (context, next) => {
    const { host } = context.req.header()
    const isKnown = acceptsHost(host ?? null, options.hosts)
    // Balancers ask without a name, which no browser does.
    const isProbe = host === undefined && PROBES.has(context.req.path)
    // A proxy that the operator trusts is the one who decides about names.
    if (isKnown || isProbe || context.env.client.via === 'proxy') return next()
    return json(
      { code: 'wrong-host', text: 'This gateway is not served under that host name.' },
      421,
    )
  })
  app.get('/', () => homePage(options.home))
  app.get('/healthz', () => json({ ok: true, product: 'openclaw-pairing' }))
  app.get('/readyz', (context) => readyz(context, components, options))
  app.get('/readyz/store', async () => {
    const { letsIn } = await components.readiness()
    return json({ ready: letsIn }, letsIn ? 200 : 503)
  })
  app.get('/metrics', (context) => metrics(context, components, options))
  if (chat !== undefined) {
    const answer = (context: Context<Env>) => chat(context.req.raw, context.env.client)
    app.all('/chat', answer)
    app.all('/chat/*', answer)
  }
  app.notFound(() => json({ code: 'not-found', text: 'There is nothing here.' }, 404))
  app.onError((error) => {
    components.onError(error)
    return json({ code: 'internal', text: 'That did not work.' }, 500)
  })
  return (request, peer) => app.fetch(request, { client: clientOf(peer, request.headers) })
}

const PROBES: ReadonlySet<string> = new Set(['/healthz', '/readyz', '/readyz/store'])

async function readyz(
  context: Context<Env>,
  { readiness }: AppComponents,
  { door }: AppOptions,
): Promise<Response> {
  const entry = entryOf(context.req.raw, context.env.client, door)
  if (entry.entry === 'slowed') return slowed(entry.waitMs)
  const state = await readiness()
  return json(shownTo(entry, state), state.ready ? 200 : 503)
}

/** Anybody on this machine may see what is wrong; ids of people are for whoever can read the state directory. */
function shownTo(entry: Entry, { ready, reasons, channels }: Readiness): object {
  if (entry.entry !== 'insider') return { ready }
  const shown = channels.map(({ unreachable, ...report }) => ({
    ...report,
    connected: report.state === 'connected',
    ...(entry.by === 'secret' && unreachable && { unreachable }),
  }))
  return { ready, reasons, channels: shown }
}

async function metrics(
  context: Context<Env>,
  { figures }: AppComponents,
  { door }: AppOptions,
): Promise<Response> {
  const entry = entryOf(context.req.raw, context.env.client, door)
  if (entry.entry === 'slowed') return slowed(entry.waitMs)
  if (entry.entry === 'outsider') {
    const text =
      'Figures are shown on this machine, or with the token: Authorization: Bearer <token>'
    return json({ code: 'token-needed', text }, 401, { 'www-authenticate': 'Bearer' })
  }
  const { text, type } = await figures()
  return new Response(text, { headers: { ...HEADERS, 'content-type': type } })
}

function slowed(waitMs: number): Response {
  const seconds = String(Math.ceil(waitMs / 1000))
  const text = `Too many wrong tokens from your address. Try again in ${seconds} seconds.`
  return json({ code: 'slowed', text }, 429, { 'retry-after': seconds })
}
