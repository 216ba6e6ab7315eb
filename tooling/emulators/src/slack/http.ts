import { createHmac, randomUUID } from 'node:crypto'
import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http'
import type { SlackPayload } from './people.ts'
import type { SlackAnswered, SlackPost, SlackSigning } from './types.ts'

/** What events are posted with. */
export interface HttpOptions {
  readonly signingSecret: string
  /** `undefined`: there is no Request URL yet. */
  readonly url: string | undefined
  /** How long the app has for its 200. */
  readonly ackMs: number
  /** Between the tries; one more try than there are entries. */
  readonly retryMs: readonly number[]
  readonly order: 'conversation' | 'none'
  readonly now: () => number
}

/** The Events API over HTTP: one app, one Request URL. */
export interface HttpEvents {
  /** True once a Request URL was verified: sockets get nothing any more. */
  readonly isOn: () => boolean
  readonly subscribe: (url: string) => Promise<boolean>
  readonly add: (eventId: string, payload: SlackPayload) => void
  /** False where there was no such event. */
  readonly again: (eventId: string) => boolean
  readonly post: (body: SlackPayload | string, signing?: SlackSigning) => Promise<SlackAnswered>
  readonly sign: (secret: string) => void
  readonly posts: readonly SlackPost[]
  readonly pending: () => readonly string[]
  /** Breaks the connections that stand. */
  readonly cut: () => void
  readonly pause: () => void
  readonly resume: () => void
  readonly stop: () => void
}

interface State extends Omit<HttpOptions, 'signingSecret' | 'url'> {
  signingSecret: string
  url: string | undefined
  isStopped: boolean
  /** Resolves when posts may go out. */
  open: Promise<void>
  readonly agent: Agent
  readonly all: Map<string, SlackPayload>
  /** What the next event of a conversation waits for. */
  readonly before: Map<string, Promise<void>>
  readonly pending: string[]
  readonly posts: SlackPost[]
  readonly requests: Set<ClientRequest>
  readonly timers: Set<ReturnType<typeof setTimeout>>
}

/** Nothing posted yet. */
export function httpEvents(options: HttpOptions): HttpEvents {
  const state: State = {
    ...options,
    ...{ isStopped: false, open: Promise.resolve() },
    ...{ agent: new Agent({ keepAlive: true }), all: new Map(), before: new Map() },
    ...{ pending: [], posts: [] },
    ...{ requests: new Set(), timers: new Set() },
  }
  return {
    isOn: () => state.url !== undefined,
    subscribe: (url) => subscribe(state, url),
    add: (eventId, payload) => {
      state.all.set(eventId, payload)
      inTurn(state, { eventId, payload, firstRetry: 0 })
    },
    again: (eventId) => {
      const payload = state.all.get(eventId)
      if (payload === undefined) return false
      state.pending.push(eventId)
      void deliver(state, { eventId, payload, firstRetry: 1 })
      return true
    },
    post: (body, signing) => post(state, textOf(body), { ...signing }),
    sign: (secret) => {
      state.signingSecret = secret
    },
    posts: state.posts,
    pending: () => [...state.pending],
    ...linkOf(state),
  }
}

function linkOf(state: State): Pick<HttpEvents, 'cut' | 'pause' | 'resume' | 'stop'> {
  let reopen: (() => void) | undefined
  const cut = (): void => {
    for (const each of state.requests) each.destroy()
  }
  return {
    cut,
    pause: () => {
      cut()
      if (reopen !== undefined) return
      state.open = new Promise((resolve) => {
        reopen = resolve
      })
    },
    resume: () => {
      reopen?.()
      reopen = undefined
    },
    stop: () => {
      state.isStopped = true
      for (const timer of state.timers) clearTimeout(timer)
      cut()
      state.agent.destroy()
    },
  }
}

/** Posts it at once, or after the earlier ones of its conversation. */
function inTurn(state: State, delivery: Delivery): void {
  state.pending.push(delivery.eventId)
  const channel = state.order === 'none' ? undefined : channelOf(delivery.payload)
  const before = state.before.get(channel ?? '')
  const done = before ? before.then(() => deliver(state, delivery)) : deliver(state, delivery)
  if (channel !== undefined) state.before.set(channel, done)
}

function channelOf({ event }: SlackPayload): string | undefined {
  const { channel } = (event ?? {}) as { readonly channel?: unknown }
  return typeof channel === 'string' ? channel : undefined
}

const textOf = (body: SlackPayload | string): string =>
  typeof body === 'string' ? body : JSON.stringify(body)

/** As the app's settings do when a Request URL is entered. */
async function subscribe(state: State, url: string): Promise<boolean> {
  const challenge = randomUUID()
  const before = state.url
  state.url = url
  const body = JSON.stringify({ token: 'deprecated', challenge, type: 'url_verification' })
  const { status, body: answer } = await post(state, body, {})
  const isRight = status === 200 && (answer === challenge || challengeIn(answer) === challenge)
  if (!isRight) state.url = before
  return isRight
}

function challengeIn(text: string): unknown {
  try {
    return (JSON.parse(text) as { challenge?: unknown }).challenge
  } catch {
    return undefined
  }
}

interface Delivery {
  readonly eventId: string
  readonly payload: SlackPayload
  /** 0: it is new; else it was sent so often before. */
  readonly firstRetry: number
}

/** Posts one event until the app answers 200, a few times at most; events do not wait for each other. */
async function deliver(state: State, { eventId, payload, firstRetry }: Delivery): Promise<void> {
  const { pending, posts, retryMs, now } = state
  let reason = firstRetry === 0 ? undefined : 'http_timeout'
  for (let retry = firstRetry; retry <= retryMs.length; retry += 1) {
    if (retry > firstRetry) await pause(state, retryMs[retry - 1] ?? 0)
    await state.open
    if (state.isStopped) return
    const sentAt = now()
    const answered = await post(state, JSON.stringify(payload), {
      ...(reason !== undefined && { headers: retryHeaders(retry, reason) }),
    })
    posts.push({ ...answered, eventId, tries: retry, reason, sentAt, answeredAt: now() })
    if ((answered.status >= 200 && answered.status < 300) || !answered.retry) break
    reason = reasonOf(answered.status)
  }
  pending.splice(pending.indexOf(eventId), 1)
}

const retryHeaders = (retry: number, reason: string): Readonly<Record<string, string>> => ({
  'x-slack-retry-num': String(retry),
  'x-slack-retry-reason': reason,
})

function reasonOf(status: number): string {
  if (status === 0) return 'connection_failed'
  return status === -1 ? 'http_timeout' : 'http_error'
}

function pause({ timers }: State, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      timers.delete(timer)
      resolve()
    }, ms)
    timers.add(timer)
  })
}

/** One signed post. Redirects are not followed. */
function post(state: State, text: string, signing: SlackSigning): Promise<SlackAnswered> {
  const { url, agent, requests, ackMs, now } = state
  const target = signing.url ?? url
  if (target === undefined) throw new Error('there is no Request URL')
  const at = String(Math.floor((signing.at ?? now()) / 1_000))
  const secret = signing.secret ?? state.signingSecret
  const mac = createHmac('sha256', secret).update(`v0:${at}:`).update(text).digest('hex')
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
    'x-slack-request-timestamp': at,
    'x-slack-signature': `v0=${mac}`,
    ...signing.headers,
  }
  return new Promise((resolve) => {
    const asked = request(target, { method: 'POST', agent, headers })
    requests.add(asked)
    const timer = setTimeout(() => end({ status: -1, body: '', retry: true }), ackMs)
    const end = (answered: SlackAnswered): void => {
      clearTimeout(timer)
      requests.delete(asked)
      resolve(answered)
      if (answered.status < 1) asked.destroy()
    }
    asked.on('error', () => end({ status: 0, body: '', retry: true }))
    asked.on('response', (response) => void answeredIn(response).then(end))
    asked.end(text)
  })
}

async function answeredIn(response: IncomingMessage): Promise<SlackAnswered> {
  const parts: Buffer[] = []
  try {
    for await (const part of response) parts.push(part as Buffer)
  } catch {
    return { status: 0, body: '', retry: true }
  }
  const retry = response.headers['x-slack-no-retry'] !== '1'
  return { status: response.statusCode ?? 0, body: Buffer.concat(parts).toString(), retry }
}
