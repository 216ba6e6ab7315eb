import { createHash, createHmac, randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { Readable } from 'node:stream'
import type {
  ChannelHost,
  EpochMs,
  InboundDm,
  OutboundText,
  SenderId,
} from '@openclaw/pairing-contracts'
import {
  type VisitorState,
  type Webchat,
  type WebchatComponents,
  type WebchatOptions,
  webchat,
} from '../src/index.ts'

/** A clock that moves only when told. */
export function testClock(start = 1_800_000_000_000) {
  let now = start
  return {
    now: () => now as EpochMs,
    pass: (ms: number) => {
      now += ms
    },
  }
}

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
export const random = (length: number): Uint8Array => randomBytes(length)

export const cookieKey: Uint8Array = new Uint8Array(32).fill(9)

/** A cookie as a server with the key draws it: 43 characters and their mark. */
export const cookieOf = (drawn: string, key = cookieKey): string => {
  const mac = createHmac('sha256', key).update(`openclaw-webchat-cookie:${drawn}`)
  return `openclaw_chat=${drawn}.${mac.digest('base64url')}`
}

/** A pairing layer in a few lines: who is pending and who is in. */
export function door(clock: { now: () => EpochMs }) {
  const states = new Map<SenderId, VisitorState>()
  const addresses = new Map<SenderId, string>()
  let turnedAway = 0
  return {
    states,
    approve: (id: SenderId) => states.set(id, { state: 'allowed' }),
    drop: (id: SenderId) => states.delete(id),
    ask: (inbound: InboundDm, code: string) => {
      addresses.set(inbound.senderId, inbound.meta['address'] ?? '')
      const expiresAt = (clock.now() + 3_600_000) as EpochMs
      const command = `openclaw pairing approve webchat ${code}`
      states.set(inbound.senderId, { state: 'pending', expiresAt, code, command })
    },
    people: {
      stateOf: async (id: SenderId): Promise<VisitorState> => states.get(id) ?? { state: 'none' },
      pendingFrom: async (address: string) =>
        [...states].filter(
          ([id, { state }]) => state === 'pending' && addresses.get(id) === address,
        ).length,
      turnedAway: () => {
        turnedAway += 1
      },
    },
    turnedAway: () => turnedAway,
  }
}

/** A web chat with a door and an agent that echoes, running. */
export function startChat(
  options: WebchatOptions = {},
  overrides: Partial<WebchatComponents> = {},
) {
  const clock = testClock()
  const people = door(clock)
  const chat = webchat(
    { clock, random, sha256, cookieKey, people: people.people, ...overrides },
    options,
  )
  const received: InboundDm[] = []
  const logged: string[] = []
  let asked = 0
  const host: ChannelHost = {
    onMessage: async (inbound) => {
      received.push(inbound)
      const { state } = await people.people.stateOf(inbound.senderId)
      if (state === 'allowed') {
        await reply(chat, inbound, `echo: ${inbound.text}`)
        return 'deliver'
      }
      if (state === 'pending') return 'pending'
      asked += 1
      const code = `CODE${String(asked).padStart(4, '2')}`
      people.ask(inbound, code)
      await reply(chat, inbound, `Your code: ${code}`, code)
      return 'challenge'
    },
    onIgnored: () => {},
    log: (_level, event) => logged.push(event),
  }
  const stop = new AbortController()
  const running = chat.connection.run(host, stop.signal)
  return {
    chat,
    clock,
    people,
    received,
    logged,
    host,
    stop: async () => {
      stop.abort()
      await running
    },
  }
}

async function reply(chat: Webchat, to: InboundDm, text: string, copyable?: string) {
  const message: OutboundText = { to: to.replyTo, text, idempotencyKey: `re:${to.messageKey}` }
  await chat.connection.send(copyable === undefined ? message : { ...message, copyable })
}

/** A real HTTP server in front of whatever `current` answers. */
export async function serve(current: () => Webchat | undefined) {
  const sockets = new Set<Socket>()
  const server = createServer((request, response) => {
    void answer(request, response, current()).catch(() => response.destroy())
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    origin: `http://127.0.0.1:${String(port)}`,
    port,
    cut,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        cut()
      }),
  }
}

async function answer(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  chat: Webchat | undefined,
): Promise<void> {
  if (chat === undefined) return void outgoing.writeHead(503).end()
  const response = await chat.fetch(toRequest(incoming), {
    address: String(incoming.headers['x-test-address'] ?? incoming.socket.remoteAddress),
  })
  outgoing.writeHead(response.status, [...response.headers].flat())
  if (response.body === null) return void outgoing.end()
  const body = Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0])
  outgoing.on('close', () => body.destroy())
  body.on('error', () => outgoing.destroy()).pipe(outgoing)
}

function toRequest(incoming: IncomingMessage): Request {
  const headers = new Headers()
  for (const [name, value] of Object.entries(incoming.headers)) headers.set(name, String(value))
  const hasBody = incoming.method !== 'GET' && incoming.method !== 'HEAD'
  return new Request(`http://${incoming.headers.host ?? 'localhost'}${incoming.url ?? '/'}`, {
    method: incoming.method ?? 'GET',
    headers,
    ...(hasBody ? { body: Readable.toWeb(incoming) as ReadableStream, duplex: 'half' } : {}),
  } as RequestInit)
}
