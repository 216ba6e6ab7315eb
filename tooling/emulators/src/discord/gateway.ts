import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import type { DiscordState } from './answer.ts'
import type { DiscordObject } from './people.ts'
import type { Dispatched, Session, Sessions } from './sessions.ts'
import type { DiscordEntrance } from './types.ts'

/** The gateway's sockets. */
export interface Gateway {
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void
  readonly count: () => number
  readonly entrances: readonly DiscordEntrance[]
  readonly frame: (text: string) => void
  readonly reconnect: () => void
  readonly invalidate: (kind: 'resumable' | 'lost') => void
  readonly disconnect: (code: number) => void
  readonly freeze: () => void
  readonly allow: (intents: number) => void
}

interface Link {
  readonly socket: WebSocket
  session: Session | undefined
  frozen: boolean
  /** Frames of this minute. */
  readonly frames: { count: number; since: number }
}

interface GatewayWorld {
  readonly state: DiscordState
  readonly sessions: Sessions
  readonly links: Set<Link>
  readonly entrances: DiscordEntrance[]
  allowed: number
  lastIdentify: number
}

const KNOWN_INTENTS = 0x6_3f_ff_ff
/** GUILD_MEMBERS, GUILD_PRESENCES and MESSAGE_CONTENT. */
const PRIVILEGED: number = (1 << 1) | (1 << 8) | (1 << 15)
const FRAMES_A_MINUTE = 120

/** No socket yet; each that opens gets its HELLO. */
export function gateway(state: DiscordState, sessions: Sessions): Gateway {
  const server = new WebSocketServer({ noServer: true })
  const world: GatewayWorld = {
    ...{ state, sessions, links: new Set(), entrances: [] },
    ...{ allowed: 0, lastIdentify: Number.NEGATIVE_INFINITY },
  }
  const each = (work: (link: Link) => void): void => {
    for (const link of world.links) work(link)
  }
  return {
    entrances: world.entrances,
    count: () => world.links.size,
    upgrade: (request, socket, head) =>
      server.handleUpgrade(request, socket, head, (opened) => {
        const { searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1')
        if (searchParams.get('v') !== '10' || searchParams.get('encoding') !== 'json')
          opened.close(4012, 'Invalid API version')
        else greet(world, opened)
      }),
    frame: (text) => each(({ socket }) => socket.send(text)),
    reconnect: () =>
      each((link) => {
        say(link, { op: 7, d: null })
        link.frozen = true
      }),
    invalidate: (kind) =>
      each((link) => {
        if (kind === 'lost' && link.session) forget(world, link, link.session)
        say(link, { op: 9, d: kind === 'resumable' })
      }),
    disconnect: (code) => each(({ socket }) => socket.close(code)),
    freeze: () =>
      each((link) => {
        link.frozen = true
      }),
    allow: (intents) => {
      world.allowed = intents
    },
  }
}

const say = ({ socket, frozen }: Link, frame: object): void => {
  if (!frozen && socket.readyState === socket.OPEN) socket.send(JSON.stringify(frame))
}

function forget({ sessions }: GatewayWorld, link: Link, session: Session): void {
  sessions.drop(session)
  session.send = undefined
  link.session = undefined
}

function greet(world: GatewayWorld, socket: WebSocket): void {
  const { state, links } = world
  const frames = { count: 0, since: state.now() }
  const link: Link = { socket, session: undefined, frozen: false, frames }
  links.add(link)
  socket.on('error', () => socket.terminate())
  socket.on('message', (data) => heard(world, link, String(data)))
  socket.on('close', (code) => {
    links.delete(link)
    const { session } = link
    if (session === undefined) return
    // Taken up on another socket meanwhile, it is no longer this one's.
    if (session.at === link) Object.assign(session, { at: undefined, send: undefined })
    else return
    // Who leaves in order leaves for good.
    if (code === 1000 || code === 1001) forget(world, link, session)
  })
  say(link, { op: 10, d: { heartbeat_interval: state.options.heartbeatMs ?? 41_250 } })
}

/** With which code a socket is closed. */
type Refusal = readonly [code: number, reason: string]

const WRONG_TOKEN: Refusal = [4004, 'Authentication failed']

function heard(world: GatewayWorld, link: Link, text: string): void {
  const refusal = refusalOf(world, link, text)
  if (refusal) link.socket.close(...refusal)
}

/** Does what a frame asks for; else why not. */
function refusalOf(world: GatewayWorld, link: Link, text: string): Refusal | undefined {
  const { frames } = link
  const now = world.state.now()
  if (now - frames.since > 60_000) Object.assign(frames, { count: 0, since: now })
  frames.count += 1
  if (frames.count > FRAMES_A_MINUTE) return [4008, 'Rate limited']
  const frame = frameOf(text)
  if (frame === undefined) return [4002, 'Decode error']
  const { op, d } = frame
  const data = (typeof d === 'object' && d !== null ? d : {}) as DiscordObject
  if (op === 1) say(link, { op: 11 })
  if (op === 2) return identify(world, link, data)
  if (op === 6) return resume(world, link, data)
  if (op === 1) return undefined
  if (link.session === undefined) return [4003, 'Not authenticated']
  return op === 3 ? undefined : [4001, 'Unknown opcode']
}

function frameOf(text: string): { readonly op?: unknown; readonly d?: unknown } | undefined {
  try {
    return JSON.parse(text) as { op?: unknown; d?: unknown }
  } catch {
    return undefined
  }
}

function identify(
  world: GatewayWorld,
  link: Link,
  { token, intents, shard }: DiscordObject,
): Refusal | undefined {
  const { state, sessions, entrances } = world
  if (link.session) return [4005, 'Already authenticated']
  const at = state.now()
  const asked = Number(intents)
  entrances.push({ kind: 'identify', intents: asked, shard: (shard ?? []) as number[], at })
  const refusal = token === state.token ? intentsRefusal(world, intents) : WRONG_TOKEN
  if (refusal) return refusal
  if (at - world.lastIdentify < (state.options.identifyMs ?? 5_000)) {
    say(link, { op: 9, d: false })
    return undefined
  }
  world.lastIdentify = at
  if (state.limit.remaining <= 0) {
    // Whoever starts more sessions than a day has loses the token.
    state.token = undefined
    return WRONG_TOKEN
  }
  state.limit = { ...state.limit, remaining: state.limit.remaining - 1 }
  const session = sessions.open(asked)
  attach(link, session)
  sessions.tell(session, 'READY', readyOf(state, session, shard))
  return undefined
}

function intentsRefusal({ allowed }: GatewayWorld, intents: unknown): Refusal | undefined {
  if (typeof intents !== 'number' || (intents & ~KNOWN_INTENTS) !== 0)
    return [4013, 'Invalid intent(s)']
  return (intents & PRIVILEGED & ~allowed) === 0 ? undefined : [4014, 'Disallowed intent(s)']
}

const readyOf = (state: DiscordState, { id }: Session, shard: unknown): DiscordObject => ({
  v: 10,
  user: state.bot,
  session_id: id,
  session_type: 'normal',
  resume_gateway_url: `${state.origin().replace(/^http/, 'ws')}/resume`,
  guilds: [],
  private_channels: [],
  application: { id: state.bot.id, flags: 0 },
  ...(shard !== undefined && { shard }),
})

function resume(
  { state, sessions, entrances }: GatewayWorld,
  link: Link,
  { token, session_id: id, seq }: DiscordObject,
): Refusal | undefined {
  if (link.session) return [4005, 'Already authenticated']
  const session = sessions.find(String(id))
  entrances.push({ kind: 'resume', intents: session?.intents ?? 0, shard: [], at: state.now() })
  if (token !== state.token) return WRONG_TOKEN
  if (session === undefined) {
    say(link, { op: 9, d: false })
    return undefined
  }
  if (typeof seq !== 'number' || seq > session.events.length) return [4007, 'Invalid seq']
  for (const event of session.events.slice(seq)) if (event.t !== 'RESUMED') say(link, event)
  attach(link, session)
  sessions.tell(session, 'RESUMED', {})
  return undefined
}

function attach(link: Link, session: Session): void {
  link.session = session
  session.at = link
  session.send = (event: Dispatched) => say(link, event)
}
