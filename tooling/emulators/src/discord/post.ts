import {
  type DiscordAnswer,
  type DiscordChannel,
  type DiscordState,
  limited,
  no,
  ok,
} from './answer.ts'
import { type DiscordObject, messageOf } from './people.ts'
import { viewOf } from './view.ts'

const MAX_CONTENT = 2_000
const MAX_NONCE = 25
/** SUPPRESS_EMBEDS and SUPPRESS_NOTIFICATIONS: the others are not for senders. */
const FLAGS: number = (1 << 2) | (1 << 12)
const LONE_SURROGATE = /\p{Cs}/u

/** `POST /channels/:id/messages`, as strict as the platform where a bot can get it wrong. */
export function post(
  state: DiscordState,
  channel: DiscordChannel,
  body: DiscordObject,
): DiscordAnswer {
  const problem = problemOf(state, channel, body)
  if (problem) return problem
  const { content, nonce, enforce_nonce: enforced } = body
  const before = enforced === true ? known(state, String(nonce)) : undefined
  if (before) return ok(before)
  const full = limitOf(state, channel)
  if (full) return full
  const [id, at] = [state.nextId(), state.now()]
  const data = {
    ...messageOf({
      ...{ id, channel: channel.id, channelType: channel.type, author: state.bot, at },
      content: String(content).trim(),
    }),
    ...(nonce !== undefined && { nonce }),
  }
  const { channel_type: _, ...told } = data as DiscordObject
  if (nonce !== undefined) state.nonces.set(String(nonce), { data: told, at })
  state.sent.push({ id, channel: channel.id, ...viewOf(String(content).trim()), body, at })
  state.echo({ id, channel: channel.id, data })
  return ok(told)
}

function problemOf(
  state: DiscordState,
  { recipient }: DiscordChannel,
  { content, nonce, flags, tts }: DiscordObject,
): DiscordAnswer | undefined {
  const code = recipient === undefined ? 50_001 : state.blocked.get(recipient)
  if (code !== undefined) return no(403, [code, WORDS[code] ?? 'Missing Access'])
  if (typeof content !== 'string' || content.trim() === '')
    return no(400, [50_006, 'Cannot send an empty message'])
  if (LONE_SURROGATE.test(content))
    return no(400, [50_109, 'The request body contains invalid JSON.'])
  if (content.length > MAX_CONTENT)
    return invalid('content', 'BASE_TYPE_MAX_LENGTH', 'Must be 2000 or fewer in length.')
  if (nonce !== undefined && (typeof nonce !== 'string' || nonce.length > MAX_NONCE))
    return invalid('nonce', 'NONCE_TYPE_TOO_LONG', 'Must be 25 or fewer in length.')
  if (typeof flags === 'number' && (flags & ~FLAGS) !== 0)
    return invalid('flags', 'MESSAGE_FLAGS_INVALID', 'Flags that a sender may not set.')
  if (tts === true) return no(403, [50_013, 'Missing Permissions'])
  return undefined
}

const WORDS: Readonly<Record<number, string>> = {
  50001: 'Missing Access',
  50007: 'Cannot send messages to this user',
  50278: 'Cannot send messages to this user due to having no mutual guilds',
}

const invalid = (field: string, code: string, message: string): DiscordAnswer =>
  no(400, [50_035, 'Invalid Form Body'], { errors: { [field]: { _errors: [{ code, message }] } } })

function known({ nonces, options, now }: DiscordState, nonce: string): DiscordObject | undefined {
  const found = nonces.get(nonce)
  return found && now() - found.at <= (options.nonceMs ?? 300_000) ? found.data : undefined
}

function limitOf(
  { options: { perChannel }, sent, now }: DiscordState,
  { id }: DiscordChannel,
): DiscordAnswer | undefined {
  if (perChannel === undefined) return undefined
  const from = now() - perChannel.windowMs
  const recent = sent.filter(({ channel, at }) => channel === id && at > from)
  const [oldest] = recent
  if (oldest === undefined || recent.length < perChannel.limit) return undefined
  return limited(Math.max(0.001, (oldest.at - from) / 1_000))
}
