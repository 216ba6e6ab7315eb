import { createHash, createPublicKey, verify } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Server } from 'node:http'
import { join } from 'node:path'
import type { Json, JsonObject } from '@openclaw/pairing-contracts'
import { type WebSocket, WebSocketServer } from 'ws'
import type { ConnectParams } from '../../src/index.ts'

interface Recorded {
  readonly recorded: string
  readonly from: 'client' | 'gateway'
  readonly of: string
  readonly frame: JsonObject
}

const lines = readFileSync(join(import.meta.dirname, '../fixtures/recorded.jsonl'), 'utf8').trim()
const all = lines.split('\n').map((line): Recorded => JSON.parse(line))

/** A recorded frame of a real gateway. */
export function recorded(about: string, of: string): JsonObject {
  const found = all.find(
    (each) => each.recorded.startsWith(about) && each.of === of && each.from === 'gateway',
  )
  if (found === undefined) throw new Error(`${of} was not recorded in ${about}`)
  return found.frame
}

/** The error of a recorded refusal. */
export function recordedError(about: string): Json {
  const found = all.find(({ recorded, frame }) => recorded.startsWith(about) && 'error' in frame)
  if (found === undefined) throw new Error(`no refusal was recorded in ${about}`)
  return found.frame['error'] as Json
}

/** The payload of the recorded hello-ok of 2026.2.17 or 2026.9.6, with another token and tick. */
export function hello({
  of = '08-node-connect-paired',
  deviceToken = 'device-token-1',
  tickIntervalMs = 30_000,
  maxPayload = 26_214_400,
  role = 'node',
}: {
  of?: string
  deviceToken?: string | undefined
  tickIntervalMs?: number
  maxPayload?: number
  role?: string
} = {}): JsonObject {
  const payload = recorded(of, 'connect')['payload'] as JsonObject
  const policy = { ...(payload['policy'] as JsonObject), tickIntervalMs, maxPayload }
  return { ...payload, auth: { deviceToken, role, scopes: [], issuedAtMs: 1 }, policy }
}

/** One connection as the gateway sees it. */
export interface Peer {
  readonly socket: WebSocket
  readonly send: (frame: unknown) => void
  /** The next request; rejects after 5 s. */
  readonly request: (method?: string) => Promise<{ id: string; method: string; params: JsonObject }>
  readonly answer: (id: string, payload: unknown) => void
  readonly refuse: (id: string, error: unknown) => void
  readonly event: (event: string, payload?: unknown) => void
  readonly closed: Promise<{ code: number; reason: string }>
  /** Says the challenge and reads connect. */
  readonly connect: (challenge?: JsonObject) => Promise<{ id: string; params: ConnectParams }>
  /** Admits: challenge, connect, hello-ok. */
  readonly admit: (payload?: JsonObject) => Promise<ConnectParams>
}

export interface Gateway {
  readonly url: string
  readonly port: number
  /** The next connection; rejects after 5 s. */
  readonly peer: () => Promise<Peer>
  readonly count: () => number
  readonly close: () => Promise<void>
}

export const NONCE = 'nonce-1'
export const TS = 1_795_370_949_006

const challenge217 = { nonce: NONCE, ts: TS }

/** A gateway that does what the test says, on a port of 127.0.0.1. */
export async function gateway(server?: Server): Promise<Gateway> {
  const sockets = new WebSocketServer(
    server === undefined ? { host: '127.0.0.1', port: 0 } : { server },
  )
  const peers = queue<Peer>('connection')
  let count = 0
  sockets.on('connection', (socket) => {
    count += 1
    peers.push(peerOf(socket))
  })
  const listening = server ?? sockets
  if (server !== undefined) server.listen(0, '127.0.0.1')
  await new Promise((resolve) => listening.once('listening', resolve))
  const { port } = listening.address() as { port: number }
  return {
    url: `${server === undefined ? 'ws' : 'wss'}://127.0.0.1:${String(port)}`,
    port,
    peer: peers.next,
    count: () => count,
    close: async () => {
      peers.end()
      for (const client of sockets.clients) client.terminate()
      await new Promise((resolve) => sockets.close(resolve))
      if (server !== undefined) await new Promise((resolve) => server.close(resolve))
    },
  }
}

function peerOf(socket: WebSocket): Peer {
  const requests = queue<{ id: string; method: string; params: JsonObject }>('request')
  socket.on('message', (data) => requests.push(JSON.parse(data.toString())))
  socket.on('error', () => {})
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on('close', (code, reason) => {
      requests.end()
      resolve({ code, reason: reason.toString() })
    })
  })
  const send = (frame: unknown) => socket.send(JSON.stringify(frame))
  const answer = (id: string, payload: unknown) => send({ type: 'res', id, ok: true, payload })
  const event = (name: string, payload?: unknown) => send({ type: 'event', event: name, payload })
  const request = async (method?: string) => {
    const next = await requests.next()
    if (method !== undefined && next.method !== method) throw new Error(`got ${next.method}`)
    return next
  }
  const connect = async (challenge: JsonObject = challenge217) => {
    event('connect.challenge', challenge)
    const { id, params } = await request('connect')
    return { id, params: params as unknown as ConnectParams }
  }
  return {
    socket,
    send,
    request,
    answer,
    event,
    closed,
    connect,
    refuse: (id, error) => send({ type: 'res', id, ok: false, error }),
    admit: async (payload = hello()) => {
      const { id, params } = await connect()
      answer(id, payload)
      return params
    },
  }
}

interface Queue<T> {
  readonly push: (item: T) => void
  readonly next: () => Promise<T>
  /** Nothing comes any more: who still waits is told nothing, for the test that did is over. */
  readonly end: () => void
}

function queue<T>(what: string): Queue<T> {
  const kept: T[] = []
  const waiting: ((item: T) => void)[] = []
  const timers = new Set<ReturnType<typeof setTimeout>>()
  return {
    push: (item) => {
      const first = waiting.shift()
      if (first === undefined) kept.push(item)
      else first(item)
    },
    next: () =>
      new Promise((resolve, reject) => {
        const ready = kept.shift()
        if (ready !== undefined) return resolve(ready)
        const timer = setTimeout(() => reject(new Error(`no ${what} in 20 s`)), 20_000)
        timers.add(timer)
        waiting.push((item) => {
          clearTimeout(timer)
          resolve(item)
        })
        return undefined
      }),
    end: () => {
      for (const timer of timers) clearTimeout(timer)
    },
  }
}

const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex')

/** Whether a connect is signed as gateways verify it, put together here from the published format. */
export function verifies(params: ConnectParams, version: 'v2' | 'v3'): boolean {
  const { device, client, role = '', scopes = [], auth = {} } = params
  if (device === undefined) return false
  const raw = Buffer.from(device.publicKey, 'base64url')
  if (createHash('sha256').update(raw).digest('hex') !== device.id) return false
  const token = auth.token ?? auth.deviceToken ?? auth.bootstrapToken ?? ''
  const common = `${version}|${device.id}|${client.id}|${client.mode}|${role}|${scopes.join(',')}|${String(device.signedAt)}|${token}|${String(device.nonce)}`
  const family = (client.deviceFamily ?? '').trim().toLowerCase()
  const text = version === 'v2' ? common : `${common}|${client.platform.toLowerCase()}|${family}`
  const key = createPublicKey({
    key: Buffer.concat([SPKI_PREFIX, raw]),
    format: 'der',
    type: 'spki',
  })
  return verify(null, Buffer.from(text), key, Buffer.from(device.signature, 'base64url'))
}
