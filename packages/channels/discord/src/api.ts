import { REST, type RESTOptions, type ResponseLike } from '@discordjs/rest'
import { isRecord, isText } from '@openclaw/pairing-channel-kit'
import { exchange } from '@openclaw/pairing-channel-kit/http'
import { type Failure, failureOf, type NoAnswerThrown } from './failure.ts'
import { MAX_RETRY_AFTER_MS, PAGE } from './limits.ts'
import { isSnowflake } from './snowflake.ts'
import { redactor } from './token.ts'

/** A result, or why there is none. */
export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: Failure }

/** Where the gateway is, and what it allows. */
export interface GatewayFacts {
  readonly url: string
  /** In how many parts Discord wants this bot's events; direct messages are in the first. */
  readonly shards: number
  /** How many sessions may still be started, and when that is a day's number again, in ms. */
  readonly remaining: number
  readonly resetAfterMs: number
}

/** What is sent, and where. */
export interface Post {
  readonly channel: string
  readonly content: string
  /** The same one within some minutes is the same message. */
  readonly nonce: string
}

/** The calls of the REST API that this channel makes; each bounded in time, none rejects. */
export interface DiscordApi {
  /** The bot's own user id. */
  readonly self: () => Promise<Answer<string>>
  readonly gateway: () => Promise<Answer<GatewayFacts>>
  /** The direct messages of a user. */
  readonly direct: (userId: string) => Promise<Answer<string>>
  /** The kind of a channel, as `channel_type` has it. */
  readonly kindOf: (channel: string) => Promise<Answer<number>>
  /** What was written after a message, as the API tells it. */
  readonly after: (channel: string, messageId: string) => Promise<Answer<readonly unknown[]>>
  /** The id of the message. */
  readonly post: (post: Post) => Promise<Answer<string>>
}

/** What {@link discordApi} works with. */
export interface DiscordApiOptions {
  readonly token: string
  /** Without a version and a slash at the end. */
  readonly root: string
  readonly requestMs: number
}

/** No previews of links. */
const SUPPRESS_EMBEDS: number = 1 << 2
/** The SDK's own limit on a request comes after ours, which knows whether it was written. */
const MARGIN_MS = 1_000
const SWEEP_MS = 60_000

/** One try each: what comes of it decides whether there is another. */
export function discordApi({ token, root, requestMs }: DiscordApiOptions): DiscordApi {
  const redact = redactor(token)
  const rest = new REST({
    version: '10',
    api: root,
    retries: 0,
    timeout: requestMs + MARGIN_MS,
    handlerSweepInterval: SWEEP_MS,
    rejectOnRateLimit: isTooLimited,
    makeRequest: requestWithin(requestMs),
  }).setToken(token)
  const ask = async <T>(call: () => Promise<T>): Promise<Answer<T>> => {
    try {
      return { ok: true, value: await call() }
    } catch (error) {
      return { ok: false, failure: failureOf(error, redact) }
    }
  }
  return {
    self: () => ask(async () => idIn(await rest.get('/users/@me'))),
    gateway: () => ask(async () => factsIn(await rest.get('/gateway/bot'))),
    direct: (userId) =>
      ask(async () =>
        idIn(await rest.post('/users/@me/channels', { body: { recipient_id: userId } })),
      ),
    kindOf: (channel) => ask(async () => kindIn(await rest.get(`/channels/${channel}`))),
    after: (channel, messageId) =>
      ask(async () => {
        const query = new URLSearchParams({ after: messageId, limit: String(PAGE) })
        return listIn(await rest.get(`/channels/${channel}/messages`, { query }))
      }),
    post: ({ channel, content, nonce }) =>
      ask(async () => {
        const body = {
          ...{ content, nonce, enforce_nonce: true, tts: false, flags: SUPPRESS_EMBEDS },
          allowed_mentions: { parse: [], replied_user: false },
        }
        return idIn(await rest.post(`/channels/${channel}/messages`, { body }))
      }),
  }
}

/**
 * The SDK waits by itself where it knows a limit before it asks, up to a minute; then both times are one. What Discord
 * refuses is ours to ask again: the SDK would do so for ever.
 */
const isTooLimited: RESTOptions['rejectOnRateLimit'] = ({ retryAfter, timeToReset }) =>
  retryAfter !== timeToReset || timeToReset > MAX_RETRY_AFTER_MS

/** A connection for each request, time and size bounded, and it is known whether a request was ever written. */
function requestWithin(ms: number): RESTOptions['makeRequest'] {
  return async (url, { method, headers, body }) => {
    const request = {
      url,
      method: method ?? 'GET',
      headers: headers as Readonly<Record<string, string>>,
      ...(typeof body === 'string' && { body }),
    }
    const answer = await exchange(request, { ms })
    if (answer.kind !== 'answered') {
      const thrown: NoAnswerThrown = { noAnswer: answer.kind }
      throw Object.assign(new Error(answer.reason), thrown)
    }
    const { status, text } = answer
    const told = Object.entries(answer.headers).map(([name, value]) => [name, String(value)])
    return responseOf({ status, text, headers: Object.fromEntries(told) })
  }
}

interface Told {
  readonly status: number
  readonly text: string
  readonly headers: Record<string, string>
}

function responseOf({ status, text, headers }: Told): ResponseLike {
  return {
    status,
    statusText: String(status),
    ok: status >= 200 && status < 300,
    headers: new Headers(headers),
    body: null,
    bodyUsed: true,
    text: () => Promise.resolve(text),
    json: async () => JSON.parse(text) as unknown,
    arrayBuffer: () => Promise.resolve(new TextEncoder().encode(text).buffer as ArrayBuffer),
  }
}

/** What is not what Discord answers is not the REST API. */
function strange(): never {
  throw new Error('not the REST API')
}

function idIn(answer: unknown): string {
  const { id } = isRecord(answer) ? (answer as { readonly id?: unknown }) : {}
  return isSnowflake(id) ? id : strange()
}

function kindIn(answer: unknown): number {
  const { type } = isRecord(answer) ? (answer as { readonly type?: unknown }) : {}
  return typeof type === 'number' ? type : strange()
}

const listIn = (answer: unknown): readonly unknown[] => (Array.isArray(answer) ? answer : strange())

function factsIn(answer: unknown): GatewayFacts {
  const {
    url,
    shards,
    session_start_limit: limit,
  } = isRecord(answer)
    ? (answer as { readonly url?: unknown; shards?: unknown; session_start_limit?: unknown })
    : {}
  const { remaining, reset_after: resetAfterMs } = isRecord(limit)
    ? (limit as { readonly remaining?: unknown; reset_after?: unknown })
    : {}
  if (!isText(url)) return strange()
  return {
    url,
    shards: isCount(shards) && shards > 0 ? shards : 1,
    remaining: isCount(remaining) ? remaining : 1,
    resetAfterMs: isCount(resetAfterMs) ? resetAfterMs : 0,
  }
}

const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0
