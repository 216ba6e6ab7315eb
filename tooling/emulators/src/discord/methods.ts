import { type DiscordAnswer, type DiscordState, directChannel, no, ok } from './answer.ts'
import type { DiscordObject } from './people.ts'
import { post } from './post.ts'

/** One request to the REST API. */
export interface DiscordRequest {
  /** Such as `POST /channels/:id/messages`. */
  readonly method: string
  /** The number in the path. */
  readonly id: string
  readonly query: URLSearchParams
  readonly body: DiscordObject
  /** The value of the header `Authorization`. */
  readonly authorization: string
  readonly userAgent: string
}

type Method = (state: DiscordState, request: DiscordRequest) => DiscordAnswer

const UNKNOWN_CHANNEL = [10_003, 'Unknown Channel'] as const

const methods: Readonly<Record<string, Method>> = {
  'GET /users/@me': ({ bot }) => ok(bot),
  'GET /gateway/bot': ({ limit, origin }) =>
    ok({
      url: origin().replace(/^http/, 'ws'),
      shards: 1,
      session_start_limit: {
        total: 1_000,
        remaining: limit.remaining,
        reset_after: limit.resetAfter,
        max_concurrency: 1,
      },
    }),
  'POST /users/@me/channels': (state, { body }) => {
    const { recipient_id: recipient } = body
    const user = typeof recipient === 'string' ? state.users.get(recipient) : undefined
    if (user === undefined) return no(404, [10_013, 'Unknown User'])
    const { id, type } = directChannel(state, String(recipient))
    return ok({ id, type, recipients: [user] })
  },
  'GET /channels/:id': (state, { id }) => {
    const channel = state.channels.get(id)
    if (channel === undefined) return no(404, UNKNOWN_CHANNEL)
    const user = channel.recipient === undefined ? undefined : state.users.get(channel.recipient)
    return ok({ id, type: channel.type, ...(user && { recipients: [user] }) })
  },
  'GET /channels/:id/messages': (state, { id, query }) => {
    const channel = state.channels.get(id)
    if (channel === undefined) return no(404, UNKNOWN_CHANNEL)
    const after = BigInt(query.get('after') ?? 0)
    const limit = Math.min(100, Number(query.get('limit') ?? 50))
    const found = channel.messages.filter((message) => BigInt(message.id) > after).slice(0, limit)
    return ok(found.map(({ data: { channel_type: _, ...told } }) => told).reverse())
  },
  'POST /channels/:id/messages': (state, { id, body }) => {
    const channel = state.channels.get(id)
    return channel === undefined ? no(404, UNKNOWN_CHANNEL) : post(state, channel, body)
  },
}

/** Carries one method out. */
export function callDiscordMethod(state: DiscordState, request: DiscordRequest): DiscordAnswer {
  const { method, authorization, userAgent } = request
  // Cloudflare stands before the API.
  if (!/^DiscordBot \(\S+, \S+\)/.test(userAgent)) return { status: 403, body: 'error code: 1010' }
  const run = Object.hasOwn(methods, method) ? methods[method] : undefined
  if (run === undefined) return no(404, [0, '404: Not Found'])
  if (state.token === undefined || authorization !== `Bot ${state.token}`)
    return no(401, [0, '401: Unauthorized'])
  return run(state, request)
}
