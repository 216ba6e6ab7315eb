import { randomBytes } from 'node:crypto'
import { type Faults, faults } from '../telegram/faults.ts'
import { type DiscordChannel, type DiscordState, directChannel } from './answer.ts'
import { type Gateway, gateway } from './gateway.ts'
import {
  CHANNEL_TYPES,
  type DiscordMessage,
  type DiscordPerson,
  messageOf,
  userOf,
} from './people.ts'
import { discordServer } from './server.ts'
import { type Sessions, sessions } from './sessions.ts'
import { snowflakes } from './snowflake.ts'
import type { DiscordCall, DiscordEmulator, DiscordEmulatorOptions } from './types.ts'

const BOT = { id: '900000000000000001', username: 'emulated_bot', bot: true }
const GUILD = '800000000000000001'
const DAY_MS = 86_400_000

interface World {
  readonly state: DiscordState
  readonly faults: Faults
  readonly calls: DiscordCall[]
  readonly sessions: Sessions
  readonly gateway: Gateway
  readonly messages: Map<string, DiscordMessage>
}

/**
 * Starts Discord with one bot on 127.0.0.1 that speaks the real wire to the real SDK: the gateway with HELLO, IDENTIFY,
 * READY, heartbeats, RESUME, op 7, op 9 and close codes, and of the REST API `/users/@me`, `/gateway/bot`,
 * `/users/@me/channels`, `/channels/:id` and its messages.
 *
 * @param options - token, port, waits; all have defaults
 */
export async function startDiscordEmulator(
  options: DiscordEmulatorOptions = {},
): Promise<DiscordEmulator> {
  const link = { origin: '' }
  const token = options.token ?? newToken()
  const world = newWorld(options, { token, link })
  const server = await discordServer(world, options.port ?? 0)
  link.origin = server.origin
  return {
    ...{ url: `${server.origin}/api`, token, botUser: BOT.id },
    ...peopleOf(world),
    ...leversOf(world),
    cut: server.cut,
    pause: server.stop,
    resume: server.listen,
    close: server.stop,
  }
}

/** Of the platform's form: the bot's id, a time and a signature. */
const newToken = (): string =>
  `${Buffer.from(BOT.id).toString('base64url')}.G${randomBytes(4).toString('hex').slice(0, 5)}.${randomBytes(28).toString('base64url')}`

interface Given {
  readonly token: string
  readonly link: { readonly origin: string }
}

function newWorld(options: DiscordEmulatorOptions, { token, link }: Given): World {
  const now = options.now ?? Date.now
  const all = sessions()
  const messages = new Map<string, DiscordMessage>()
  const state: DiscordState = {
    ...{ options, token, now, nextId: snowflakes(now), origin: () => link.origin },
    ...{ bot: userOf(BOT) as DiscordState['bot'], limit: { remaining: 1_000, resetAfter: DAY_MS } },
    ...{ users: new Map(), channels: new Map(), blocked: new Map(), sent: [], nonces: new Map() },
    echo: (message) => {
      messages.set(message.id, message)
      state.channels.get(message.channel)?.messages.push(message)
      all.dispatch('MESSAGE_CREATE', message.data)
    },
  }
  const door = gateway(state, all)
  return { state, messages, sessions: all, gateway: door, faults: faults(), calls: [] }
}

type People = Pick<
  DiscordEmulator,
  | 'message'
  | 'inGuild'
  | 'groupDm'
  | 'bot'
  | 'edit'
  | 'push'
  | 'redeliver'
  | 'frame'
  | 'directOf'
  | 'join'
>

function peopleOf(world: World): People {
  const { state, sessions: all, messages } = world
  const direct: People['message'] = (from, text, fields) => {
    const author = join(state, from)
    return say(world, { channel: directChannel(state, author), from, text, fields })
  }
  return {
    message: direct,
    bot: (from, text) => {
      const parts = typeof from === 'string' ? { id: from } : from
      return direct({ ...parts, bot: true }, text)
    },
    inGuild: (id, from, text) => {
      const channel = channelOf(state, id, CHANNEL_TYPES.guild)
      return say(world, { channel, from, text, fields: { guild_id: GUILD, member: { roles: [] } } })
    },
    groupDm: (id, from, text) =>
      say(world, { channel: channelOf(state, id, CHANNEL_TYPES.group), from, text }),
    edit: ({ data }, text) => {
      const at = new Date(state.now()).toISOString().replace('Z', '000+00:00')
      all.dispatch('MESSAGE_UPDATE', { ...data, content: text, edited_timestamp: at })
    },
    push: all.dispatch,
    redeliver: (id) => {
      const message = messages.get(id)
      if (message) all.dispatch('MESSAGE_CREATE', message.data)
    },
    frame: world.gateway.frame,
    directOf: (userId) => directChannel(state, userId).id,
    join: (person) => void join(state, person),
  }
}

function join({ users }: DiscordState, person: DiscordPerson): string {
  const user = userOf(person)
  users.set(user.id, user)
  return user.id
}

function channelOf({ channels }: DiscordState, id: string, type: number): DiscordChannel {
  const found = channels.get(id) ?? { id, type, recipient: undefined, messages: [] }
  channels.set(id, found)
  return found
}

interface Said {
  readonly channel: DiscordChannel
  readonly from: DiscordPerson
  readonly text: string
  readonly fields?: object | undefined
}

function say({ state }: World, { channel, from, text, fields }: Said): DiscordMessage {
  const [id, at] = [state.nextId(), state.now()]
  const author = userOf(from)
  const place = { channel: channel.id, channelType: channel.type }
  const data = { ...messageOf({ id, ...place, author, content: text, at }), ...fields }
  const message = { id, channel: channel.id, data }
  state.echo(message)
  return message
}

type Levers = Omit<DiscordEmulator, keyof People | 'url' | 'token' | 'botUser' | Linked>
type Linked = 'cut' | 'pause' | 'resume' | 'close'

function leversOf({ state, faults: active, calls, sessions: all, gateway: door }: World): Levers {
  return {
    sent: state.sent,
    calls,
    entrances: door.entrances,
    connections: door.count,
    fault: active.add,
    clearFaults: active.clear,
    block: (userId, code = 50_007) => void state.blocked.set(userId, code),
    unblock: (userId) => void state.blocked.delete(userId),
    revoke: () => {
      state.token = undefined
      door.disconnect(4004)
    },
    startLimit: (limit) => {
      state.limit = limit
    },
    allowIntents: door.allow,
    reconnect: door.reconnect,
    invalidate: door.invalidate,
    expire: all.dropAll,
    disconnect: door.disconnect,
    freeze: door.freeze,
  }
}
