import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { type ConnectionOptions, connect as connectTls } from 'node:tls'
import { createIdentity } from '@openclaw/pairing-protocol/client'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type Listener, listen } from '../src/http/listen.ts'
import { node, pairedNode, tokenOf } from './devices-support.ts'
import { place, start, until } from './support.ts'
import { pair } from './tls-support.ts'

/** In clear, and with the gateway's own certificate. */
const BOTH = [
  ['in clear', { gateway: {} }],
  ['with TLS', { gateway: { tls: { enabled: true } } }],
] as const

interface Raw {
  readonly socket: Duplex
  readonly said: () => string
  readonly closed: () => boolean
}

/** A connection that speaks for itself; its own half stays open whatever the gateway does. */
function raw(url: string, text = ''): Promise<Raw> {
  const { port, protocol } = new URL(url)
  const to = { port: Number(port), host: '127.0.0.1', allowHalfOpen: true }
  return new Promise((resolve, reject) => {
    let said = ''
    let isClosed = false
    const open = (): void => {
      socket.write(text)
      resolve({ socket, said: () => said, closed: () => isClosed })
    }
    const socket: Socket =
      protocol === 'https:'
        ? connectTls({ ...to, rejectUnauthorized: false } as ConnectionOptions, open)
        : connect(to, open)
    socket.on('data', (part) => {
      said += part.toString('latin1')
    })
    // Who half-closes lets this end go on; who is gone answers what is written with a reset.
    socket.on('error', () => {
      isClosed = true
      reject(new Error('closed'))
    })
    socket.on('close', () => {
      isClosed = true
      reject(new Error('closed'))
    })
    onTestFinished(() => void socket.destroy())
  })
}

const upgrade = (headers: Readonly<Record<string, string>> = {}): string =>
  [
    'GET / HTTP/1.1',
    ...Object.entries({ Host: '127.0.0.1', ...headers }).map((pair) => pair.join(': ')),
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
    '\r\n',
  ].join('\r\n')

/** The head of a text message of so many bytes, masked with zeros. */
function head(bytes: number): Buffer {
  const made = Buffer.alloc(14)
  made[0] = 0x81
  made[1] = 0x80 | 127
  made.writeBigUInt64BE(BigInt(bytes), 2)
  return made
}

/** Resolves when the gateway holds the connection no more: what is written there comes back as a reset. */
async function letGo({ socket, closed }: Raw): Promise<void> {
  await until(() => {
    if (!closed()) socket.write('x')
    return closed()
  }, 2_000)
}

describe.each(BOTH)('before anybody is let in, %s', (_, config) => {
  it('keeps 64 KiB of a message, however much is sent', async () => {
    const { url } = await start(place(config))
    const client = await raw(url, upgrade())
    await until(() => client.said().includes('connect.challenge'))
    client.socket.write(head(25 * 1024 * 1024))
    const begun = performance.now()
    let sent = 0
    while (!client.closed() && performance.now() - begun < 5_000) {
      if (!client.socket.writableNeedDrain) {
        client.socket.write(Buffer.alloc(256 * 1024, 0x20))
        sent += 256 * 1024
      }
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
    expect(client.closed()).toBe(true)
    expect(performance.now() - begun).toBeLessThan(4_500)
    expect(sent).toBeLessThan(25 * 1024 * 1024)
    expect(client.said()).toContain('\x03\xf1')
  })

  it.each([
    ['under the name of somebody else', { Host: 'rebound.example' }, '421'],
    ['from a page of somebody else', { Origin: 'https://evil.example' }, '403'],
  ])('holds no connection that comes %s', async (__, headers, status) => {
    const { url } = await start(place(config))
    const client = await raw(url, upgrade(headers))
    await until(() => client.said().includes(status))
    await letGo(client)
  })

  it('lets a paired device, a newcomer and the owner in beside a silent crowd of their address', async () => {
    const here = place(config)
    const gateway = await start(here)
    const pin = gateway.tlsFingerprint()
    const kitchen = await pairedNode(here, gateway.url, pin)
    kitchen.client.close()
    const connections = Array.from({ length: 150 }, () => raw(gateway.url).catch(() => undefined))
    const upgraded = Array.from({ length: 150 }, () =>
      raw(gateway.url, upgrade()).catch(() => undefined),
    )
    await Promise.all([...connections, ...upgraded])
    await new Promise((resolve) => setTimeout(resolve, 300))
    const again = node({ url: gateway.url, identity: kitchen.identity, tlsFingerprint: pin })
    await again.client.ready({ timeoutMs: 2_000 })
    const token = tokenOf(here)
    const asking = { url: gateway.url, token, tlsFingerprint: pin, identity: createIdentity() }
    const newcomer = node(asking)
    await until(() => newcomer.asked.length > 0)
    const runtime = JSON.parse(readFileSync(join(here.stateDir, 'gateway.runtime.json'), 'utf8'))
    const owner = await raw(
      gateway.url,
      upgrade({ Authorization: `Bearer ${String(runtime.secret)}` }),
    )
    await until(() => owner.said().includes('connect.challenge'))
    expect(owner.closed()).toBe(false)
  })
})

describe('a port without a gateway yet', () => {
  it.each(['in clear', 'with TLS'])(
    'holds nobody who wants to speak WebSocket, %s',
    async (how) => {
      const { cert, key, fingerprint } = await pair()
      const certificate = {
        cert,
        key,
        ca: undefined,
        fingerprint,
        validFrom: 0,
        validTo: 0,
      } as never
      const made: Listener = await listen({
        host: '127.0.0.1',
        port: 0,
        trustedProxies: [],
        ...(how === 'with TLS' && { certificate }),
      })
      onTestFinished(made.close)
      const scheme = how === 'with TLS' ? 'https' : 'http'
      const client = await raw(`${scheme}://127.0.0.1:${String(made.port)}`, upgrade())
      await until(() => client.said().includes('503'))
      await letGo(client)
    },
  )
})
