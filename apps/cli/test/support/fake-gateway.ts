import { X509Certificate } from 'node:crypto'
import { createServer } from 'node:https'
import { generate } from 'selfsigned'
import { WebSocketServer } from 'ws'
import type { Json } from './cli.ts'

/** What a gateway says to a request: its payload, an error, or nothing at all. */
export type Answer = { readonly payload: unknown } | { readonly error: Json } | 'silence' | 'close'

/** A gateway that does what the test says, on a port of 127.0.0.1. */
export interface FakeGateway {
  readonly url: string
  /** SHA-256 of its certificate; `''` without TLS. */
  readonly fingerprint: string
  /** Everything that was asked, in order. */
  readonly asked: readonly { readonly method: string; readonly params: Json }[]
  readonly close: () => Promise<void>
}

/** The hello-ok of a gateway, for an operator with scopes. */
export const hello = (scopes: readonly string[], methods: readonly string[] = []): Answer => ({
  payload: {
    type: 'hello-ok',
    protocol: 3,
    server: { version: 'test', connId: 'conn-1' },
    features: { methods, events: [] },
    snapshot: {
      presence: [],
      health: {},
      stateVersion: { presence: 0, health: 0 },
      uptimeMs: 0,
    },
    auth: { deviceToken: 'device-token', role: 'operator', scopes, issuedAtMs: 1 },
    policy: { maxPayload: 1_000_000, maxBufferedBytes: 1_000_000, tickIntervalMs: 30_000 },
  },
})

/** How a gateway lets in. */
export interface FakeOptions {
  readonly tls?: 'own-certificate'
  /** `silence`: no challenge. */
  readonly greeting?: 'challenge' | 'silence'
}

/** Runs one; `answer` says what it says to each request. */
export async function fakeGateway(
  answer: (method: string, params: Json) => Answer,
  { tls, greeting = 'challenge' }: FakeOptions = {},
): Promise<FakeGateway> {
  const made = tls === undefined ? undefined : await generate([{ name: 'commonName', value: 'x' }])
  const server =
    made === undefined ? undefined : createServer({ key: made.private, cert: made.cert })
  const sockets = new WebSocketServer(
    server === undefined ? { host: '127.0.0.1', port: 0 } : { server },
  )
  server?.listen(0, '127.0.0.1')
  const asked: { method: string; params: Json }[] = []
  sockets.on('connection', (socket) => {
    const send = (frame: unknown) => socket.send(JSON.stringify(frame))
    if (greeting === 'challenge') {
      send({ type: 'event', event: 'connect.challenge', payload: { nonce: 'n', ts: Date.now() } })
    }
    socket.on('error', () => {})
    socket.on('message', (data) => {
      const { id, method, params } = JSON.parse(data.toString())
      asked.push({ method, params })
      const said = answer(method, params)
      if (said === 'close') socket.terminate()
      else if (said !== 'silence') send({ type: 'res', id, ok: 'payload' in said, ...said })
    })
  })
  const listening = server ?? sockets
  await new Promise((resolve) => listening.once('listening', resolve))
  const { port } = listening.address() as { port: number }
  return {
    url: `${server === undefined ? 'ws' : 'wss'}://127.0.0.1:${String(port)}`,
    fingerprint: made === undefined ? '' : new X509Certificate(made.cert).fingerprint256,
    asked,
    close: async () => {
      for (const client of sockets.clients) client.terminate()
      sockets.close()
      server?.close()
    },
  }
}
