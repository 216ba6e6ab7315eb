import { randomBytes } from 'node:crypto'
import type { LoopbackServer } from '../loopback.ts'
import { type Faults, faults } from '../telegram/faults.ts'
import { directOf, type SlackState } from './answer.ts'
import { type EventQueue, eventQueue } from './events.ts'
import { type HttpEvents, httpEvents } from './http.ts'
import {
  editEvent,
  memberOf,
  messageEvent,
  type SlackMember,
  type SlackPayload,
  type SlackPerson,
} from './people.ts'
import { slackServer } from './server.ts'
import { type Sockets, sockets } from './sockets.ts'
import type { SlackCall, SlackEmulator, SlackEmulatorOptions, SlackWritten } from './types.ts'

const SCOPES = ['chat:write', 'im:history', 'im:read', 'im:write', 'users:read']

interface World {
  readonly state: SlackState
  readonly faults: Faults
  readonly calls: SlackCall[]
  readonly events: EventQueue
  readonly http: HttpEvents
  readonly sockets: Sockets
  readonly nextEventId: () => string
}

/**
 * Starts a Slack workspace with one app on 127.0.0.1 that speaks the real wire to the real SDK: Socket Mode with
 * envelopes, acknowledgements, retries and disconnects, or events that are signed and posted, and the Web API methods `auth.test`, `apps.connections.open`,
 * `chat.postMessage`, `conversations.open` and `users.info`.
 *
 * @param options - tokens, port, workspace; all have defaults
 */
export async function startSlackEmulator(
  options: SlackEmulatorOptions = {},
): Promise<SlackEmulator> {
  const botToken = options.botToken ?? `xoxb-1000000000-2000000000-${random(12)}`
  const appToken = options.appToken ?? `xapp-1-A0EMULATED-3000000000-${random(32)}`
  const signingSecret = options.signingSecret ?? random(16)
  const link = { origin: '' }
  const world = newWorld(options, { botToken, appToken, signingSecret, link })
  const server = await slackServer(world, options.port ?? 0)
  link.origin = server.origin
  return {
    ...{ url: `${server.origin}/api`, botToken, appToken, signingSecret },
    ...{ team: world.state.team, botUser: world.state.botUser },
    ...peopleOf(world),
    ...leversOf(world),
    ...linkOf(world, server),
  }
}

function linkOf({ events, http }: World, server: LoopbackServer): Pick<SlackEmulator, Link> {
  return {
    cut: () => {
      server.cut()
      http.cut()
    },
    pause: () => {
      http.pause()
      return server.stop()
    },
    resume: async () => {
      await server.listen()
      http.resume()
    },
    close: () => {
      events.stop()
      http.stop()
      return server.stop()
    },
  }
}

const random = (bytes: number): string => randomBytes(bytes).toString('hex')

interface Given {
  readonly botToken: string
  readonly appToken: string
  readonly signingSecret: string
  readonly link: { readonly origin: string }
}

/** Slack's own times between the tries of an event over HTTP. */
const RETRY_MS = [0, 60_000, 300_000]

function newWorld(options: SlackEmulatorOptions, given: Given): World {
  const { botToken, appToken, signingSecret, link } = given
  const { now = Date.now, ackMs = 3_000, retryMs = RETRY_MS, order = 'none' } = options
  const events = eventQueue(ackMs, now)
  const links = sockets(events, options.pingMs ?? 10_000)
  let count = 0
  let last = 0
  return {
    events,
    http: httpEvents({ signingSecret, url: options.requestUrl, ackMs, retryMs, order, now }),
    sockets: links,
    faults: faults(),
    calls: [],
    nextEventId: () => {
      count += 1
      return `Ev0${String(count).padStart(9, '0')}`
    },
    state: {
      ...{ now, team: options.team ?? 'T0EMULATOR', botUser: 'U0EMULATED' },
      ...{ tokens: { botToken, appToken }, scopes: new Set(SCOPES) },
      ...{ members: new Map(), blocked: new Set(), sent: [] },
      ticket: () => links.ticket(link.origin),
      nextTs: () => {
        // Unique, and never backwards, as in one conversation of Slack.
        last = Math.max(now() * 1_000, last + 1)
        return `${String(Math.floor(last / 1e6))}.${String(last % 1e6).padStart(6, '0')}`
      },
    },
  }
}

type People = Pick<
  SlackEmulator,
  'message' | 'inChannel' | 'edit' | 'push' | 'redeliver' | 'frame' | 'directOf'
>

function peopleOf(world: World): People {
  const { state, events, http } = world
  const written = (event: SlackPayload): SlackWritten => {
    const payload = payloadOf(world, event)
    const { channel, ts } = event as { channel: string; ts: string }
    return { eventId: push(world, payload), channel, ts, payload }
  }
  const parts = (from: SlackMember, text: string) => {
    state.members.set(from.id, from)
    return { team: state.team, from, text, ts: state.nextTs() }
  }
  return {
    message: (person: SlackPerson, text, fields) => {
      const from = memberOf(person)
      const channel = directOf(from.id)
      return written({
        ...messageEvent({ ...parts(from, text), channel, kind: 'im' }),
        ...fields,
      })
    },
    inChannel: (channel, person, text) =>
      written(messageEvent({ ...parts(memberOf(person), text), channel, kind: 'channel' })),
    edit: ({ payload }, text) => {
      const { event } = payload as { readonly event: SlackPayload }
      return written(editEvent(event, text, state.nextTs()))
    },
    push: (payload) => push(world, payload),
    redeliver: (eventId) => {
      if (!http.again(eventId)) events.again(eventId)
    },
    frame: world.sockets.frame,
    directOf,
  }
}

function payloadOf({ state, nextEventId }: World, event: SlackPayload): SlackPayload {
  const team = state.team
  return {
    token: 'deprecated',
    team_id: team,
    api_app_id: 'A0EMULATED',
    event,
    type: 'event_callback',
    event_id: nextEventId(),
    event_time: Math.floor(state.now() / 1_000),
    authorizations: [{ team_id: team, user_id: state.botUser, is_bot: true }],
  }
}

function push({ events, http, nextEventId }: World, payload: SlackPayload): string {
  const { event_id: given } = payload
  const eventId = typeof given === 'string' ? given : nextEventId()
  if (http.isOn()) http.add(eventId, payload)
  else events.add(eventId, payload)
  return eventId
}

type Levers = Omit<
  SlackEmulator,
  keyof People | 'url' | 'botToken' | 'appToken' | 'signingSecret' | 'team' | 'botUser' | Link
>
type Link = 'cut' | 'pause' | 'resume' | 'close'

function leversOf(world: World): Levers {
  const { state, faults: active, calls, events, http, sockets: links } = world
  return {
    ...{ subscribe: http.subscribe, post: http.post, sign: http.sign, posts: http.posts },
    sent: state.sent,
    calls,
    envelopes: events.envelopes,
    pending: () => [...events.pending(), ...http.pending()],
    connections: links.count,
    fault: active.add,
    clearFaults: active.clear,
    block: (userId) => void state.blocked.add(userId),
    unblock: (userId) => void state.blocked.delete(userId),
    dropScope: (scope) => void state.scopes.delete(scope),
    revoke: (token) => {
      state.tokens[token] = undefined
    },
    disconnect: links.disconnect,
    freeze: links.freeze,
  }
}
