import type { DiscordMessage, DiscordObject } from './people.ts'
import type { DiscordEmulatorOptions, DiscordSent, DiscordStartLimit } from './types.ts'

/** A channel as the platform knows it. */
export interface DiscordChannel {
  readonly id: string
  readonly type: number
  /** Of a direct message. */
  readonly recipient: string | undefined
  readonly messages: DiscordMessage[]
}

/** What the REST API and the gateway have in common. */
export interface DiscordState {
  readonly options: DiscordEmulatorOptions
  token: string | undefined
  readonly bot: DiscordObject & { readonly id: string }
  readonly users: Map<string, DiscordObject>
  readonly channels: Map<string, DiscordChannel>
  readonly blocked: Map<string, number>
  readonly sent: DiscordSent[]
  /** Messages of the bot by their nonce, with the time of each. */
  readonly nonces: Map<string, { readonly data: DiscordObject; readonly at: number }>
  limit: DiscordStartLimit
  readonly nextId: () => string
  readonly now: () => number
  readonly origin: () => string
  /** Told of each message that the bot sent. */
  readonly echo: (message: DiscordMessage) => void
}

/** What the server answers. */
export interface DiscordAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: unknown
}

/** A success. */
export const ok = (body: unknown): DiscordAnswer => ({ status: 200, body })

/** A failure, with Discord's own code for it. */
export const no = (
  status: number,
  [code, message]: readonly [code: number, message: string],
  more: object = {},
): DiscordAnswer => ({ status, body: { message, code, ...more } })

/** 429, as a bucket or the whole API says it. */
export function limited(retryAfter: number, scope: 'global' | 'user' = 'user'): DiscordAnswer {
  const isGlobal = scope === 'global'
  return {
    status: 429,
    headers: {
      'retry-after': String(Math.ceil(retryAfter)),
      'x-ratelimit-reset-after': String(retryAfter),
      'x-ratelimit-remaining': '0',
      'x-ratelimit-limit': '5',
      'x-ratelimit-scope': scope,
      ...(isGlobal && { 'x-ratelimit-global': 'true' }),
    },
    body: {
      message: 'You are being rate limited.',
      retry_after: retryAfter,
      global: isGlobal,
    },
  }
}

/** The direct-message channel of a user, opened where there was none. */
export function directChannel(state: DiscordState, userId: string): DiscordChannel {
  const found = [...state.channels.values()].find(({ recipient }) => recipient === userId)
  if (found) return found
  const channel = { id: state.nextId(), type: 1, recipient: userId, messages: [] }
  state.channels.set(channel.id, channel)
  return channel
}
