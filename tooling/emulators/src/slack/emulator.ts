import { randomBytes } from 'node:crypto'
import { type Faults, faults } from '../telegram/faults.ts'
import { directOf, type SlackState } from './answer.ts'
import { type EventQueue, eventQueue } from './events.ts'
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
  readonly sockets: Sockets
  readonly nextEventId: () => string
}

/**
 * Starts a Slack workspace with one app on 127.0.0.1 that speaks the real wire to the real SDK: Socket Mode with
 * envelopes, acknowledgements, retries and disconnects, and the Web API methods `auth.test`, `apps.connections.open`,
 * `chat.postMessage`, `conversations.open` and `users.info`.
 *
 * @param options - tokens, port, workspace; all have defaults
 */
export async function startSlackEmulator(
  options: SlackEmulatorOptions = {},
): Promise<SlackEmulator> {
  const botToken = options.botToken ?? `xoxb-1000000000-2000000000-${random(12)}`
  const appToken = options.appToken ?? `xapp-1-A0EMULATED-3000000000-${random(32)}`
  const link = { origin: '' }
  const world = newWorld(options, { botToken, appToken, link })
  const server = await slackServer(world, options.port ?? 0)
  link.origin = server.origin
  return {
    ...{ url: `${server.origin}/api`, botToken, appToken },
    ...{ team: world.state.team, botUser: world.state.botUser },
    ...peopleOf(world),
    ...leversOf(world),
    cut: server.cut,
    pause: server.stop,
    resume: server.listen,
    close: () => {
      world.events.stop()
      return server.stop()
    },
  }
}

const random = (bytes: number): string => randomBytes(bytes).toString('hex')

interface Given {
  readonly botToken: string
  readonly appToken: string
  readonly link: { readonly origin: string }
}

function newWorld(options: SlackEmulatorOptions, { botToken, appToken, link }: Given): World {
  const now = options.now ?? Date.now
  const events = eventQueue(options.ackMs ?? 3_000, now)
  const links = sockets(events, options.pingMs ?? 10_000)
  let count = 0
  let last = 0
  return {
    events,
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
  const { state, events } = world
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
    redeliver: events.again,
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

function push({ events, nextEventId }: World, payload: SlackPayload): string {
  const { event_id: given } = payload
  const eventId = typeof given === 'string' ? given : nextEventId()
  events.add(eventId, payload)
  return eventId
}

type Levers = Omit<
  SlackEmulator,
  keyof People | 'url' | 'botToken' | 'appToken' | 'team' | 'botUser' | Link
>
type Link = 'cut' | 'pause' | 'resume' | 'close'

function leversOf({ state, faults: active, calls, events, sockets: links }: World): Levers {
  return {
    sent: state.sent,
    calls,
    envelopes: events.envelopes,
    pending: events.pending,
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
