import { acceptsHost } from '@openclaw/channel-webchat'
import { type Context, Hono } from 'hono'
import { routePath } from 'hono/route'
import type { Readiness } from '../readiness.ts'
import type { Client, ClientOf } from './client.ts'
import { isInsider } from './insider.ts'
import type { Answer } from './listen.ts'
import { HEADERS, type HomeFacts, homePage, json } from './pages.ts'

/** What the routes are made of. */
export interface AppComponents {
  readonly clientOf: ClientOf
  /** The web chat's handler; `undefined` where it is off. */
  readonly chat: ((request: Request, client: Client) => Promise<Response>) | undefined
  readonly readiness: () => Promise<Readiness>
  /** Figures for Prometheus, and their content type. */
  readonly figures: () => Promise<{ readonly text: string; readonly type: string }>
  readonly observe: (route: string, status: number) => void
  readonly onError: (error: unknown) => void
}

/** How the routes are served. */
export interface AppOptions {
  readonly hosts: readonly string[] | 'any'
  /** What opens figures and reasons from another machine. */
  readonly secrets: readonly (string | undefined)[]
  readonly home: HomeFacts
}

interface Env {
  readonly Bindings: { readonly client: Client }
}

/** The gateway's routes: `/`, `/chat`, `/healthz`, `/readyz`, `/metrics`. */
export function gatewayApp(components: AppComponents, options: AppOptions): Answer {
  const { clientOf, chat, observe } = components
  const app = new Hono<Env>()
  app.use(async (context, next) => {
    await next()
    observe(routePath(context, -1), context.res.status)
  })
  app.use(async (context, next) => {
    const isKnown = acceptsHost(context.req.header('host') ?? null, options.hosts)
    // A proxy that the operator trusts is the one who decides about names.
    if (isKnown || context.env.client.via === 'proxy') return next()
    return json(
      { code: 'wrong-host', text: 'This gateway is not served under that host name.' },
      421,
    )
  })
  app.get('/', () => homePage(options.home))
  app.get('/healthz', () => json({ ok: true, product: 'openclaw-pairing' }))
  app.get('/readyz', (context) => readyz(context, components, options))
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

async function readyz(
  context: Context<Env>,
  { readiness }: AppComponents,
  { secrets }: AppOptions,
): Promise<Response> {
  const state = await readiness()
  const shown = isInsider(context.req.raw, context.env.client, secrets)
    ? state
    : { ready: state.ready }
  return json(shown, state.ready ? 200 : 503)
}

async function metrics(
  context: Context<Env>,
  { figures }: AppComponents,
  { secrets }: AppOptions,
): Promise<Response> {
  if (!isInsider(context.req.raw, context.env.client, secrets)) {
    const text =
      'Figures are shown on this machine, or with the token: Authorization: Bearer <token>'
    return json({ code: 'token-needed', text }, 401, { 'www-authenticate': 'Bearer' })
  }
  const { text, type } = await figures()
  return new Response(text, { headers: { ...HEADERS, 'content-type': type } })
}
