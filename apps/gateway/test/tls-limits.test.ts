import { connect, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type Listener, listen } from '../src/http/listen.ts'
import { until } from './support.ts'
import { pair, plain, secured } from './tls-support.ts'

async function listener(): Promise<Listener> {
  const { cert, key, fingerprint } = await pair()
  const certificate = { cert, key, ca: undefined, fingerprint, validFrom: 0, validTo: 0 } as never
  const made = await listen({ host: '127.0.0.1', port: 0, trustedProxies: [], certificate })
  made.serve(() => new Response('here'))
  onTestFinished(made.close)
  return made
}

/** Connections that never say a word of TLS. */
async function silent(port: number, count: number): Promise<Socket[]> {
  const sockets = Array.from({ length: count }, () => connect(port, '127.0.0.1'))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
  })
  for (const socket of sockets) socket.on('error', () => {})
  await Promise.all(
    sockets.map((socket) => new Promise((resolve) => socket.once('connect', resolve))),
  )
  return sockets
}

describe('connections to the TLS port', () => {
  it('are cut when their handshake is not done in 10 s, however slowly they speak', async () => {
    const { port } = await listener()
    const slow = connect(port, '127.0.0.1')
    slow.on('error', () => {})
    const closed = new Promise<number>((resolve) => {
      const begun = performance.now()
      slow.once('close', () => resolve(performance.now() - begun))
    })
    // The head of a record that promises 512 bytes, and then one byte a second.
    slow.write(Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00]))
    const drip = setInterval(() => slow.write(Buffer.from([0x01])), 1_000)
    onTestFinished(() => clearInterval(drip))
    const [mute, dripping] = await Promise.all([plain(port), closed])
    for (const ms of [mute.ms, dripping]) {
      expect(ms).toBeGreaterThan(9_000)
      expect(ms).toBeLessThan(18_000)
    }
  }, 30_000)

  it('count for their address before they speak TLS, and make way when they stay silent', async () => {
    const { port } = await listener()
    const half = await silent(port, 256)
    await expect(secured(port)).rejects.toThrow()
    await new Promise((resolve) => setTimeout(resolve, 300))
    await secured(port)
    await until(() => half[0]?.destroyed === true)
    expect(half.filter(({ destroyed }) => destroyed)).toHaveLength(1)
  })

  it('may not send more headers than in clear', async () => {
    const { port } = await listener()
    const socket = await secured(port)
    let answer = ''
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
    socket.on('data', (part) => {
      answer += part.toString()
    })
    socket.write(`GET / HTTP/1.1\r\nx: ${'y'.repeat(20_000)}`)
    await closed
    expect(answer).toContain('431')
  })

  it('are cut at the end, also in the middle of a handshake', async () => {
    const made = await listener()
    await silent(made.port, 3)
    await secured(made.port)
    const begun = performance.now()
    await made.close()
    expect(performance.now() - begun).toBeLessThan(8_000)
  })

  it('count no more when their device was let in', async () => {
    const made = await listener()
    const upgraded: Duplex[] = []
    made.upgrade((_, socket) => {
      socket.write(
        'HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n',
      )
      upgraded.push(socket)
    })
    const client = await secured(made.port)
    client.write('GET / HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n')
    await until(() => upgraded.length === 1)
    const others = await silent(made.port, 255)
    const gone = () => others.filter(({ destroyed }) => destroyed).length
    await new Promise((resolve) => setTimeout(resolve, 300))
    for (const socket of upgraded) made.release(socket)
    await secured(made.port)
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(gone()).toBe(0)
    await secured(made.port)
    await until(() => gone() === 1)
    expect(client.destroyed).toBe(false)
  })
})
