import { createIdentity } from '@openclaw/pairing-protocol/client'
import { describe, expect, it } from 'vitest'
import { bare, node, operator, pairedNode, tokenOf } from './devices-support.ts'
import { place, start, until } from './support.ts'

const request = (method: string, params: unknown = {}) =>
  JSON.stringify({ type: 'req', id: '1', method, params })

describe('a client that was not admitted', () => {
  it('is challenged first, and has to connect', async () => {
    const { url } = await start(place())
    const client = bare(url)
    await until(() => client.frames.length > 0)
    expect(client.frames[0]).toMatchObject({
      event: 'connect.challenge',
      payload: { nonce: expect.any(String), ts: expect.any(Number) },
    })
    client.socket.send(request('health'))
    expect(await client.closed).toMatchObject({ code: 1008 })
    expect(client.frames[1]).toMatchObject({ ok: false, error: { code: 'INVALID_REQUEST' } })
  })

  it('sends 64 KiB at most, in one frame or in many', async () => {
    const { url } = await start(place())
    const [one, many] = [bare(url), bare(url)]
    await Promise.all([one.opened, many.opened])
    one.socket.send('x'.repeat(66 * 1024))
    expect((await one.closed).code).toBe(1009)
    for (let count = 0; count < 70 && many.socket.readyState === 1; count += 1) {
      many.socket.send('x'.repeat(1_024), { fin: false })
    }
    expect((await many.closed).code).toBe(1009)
  })

  it.each([
    ['no JSON', 'nonsense'],
    ['a list', '[]'],
    ['deep nesting', '['.repeat(5_000)],
  ])('is closed for %s', async (_, text) => {
    const { url } = await start(place())
    const client = bare(url)
    await client.opened
    client.socket.send(text)
    expect([1000, 1008]).toContain((await client.closed).code)
  })

  it('is closed for bytes', async () => {
    const { url } = await start(place())
    const client = bare(url)
    await client.opened
    client.socket.send(Buffer.from(request('connect')))
    expect([1003, 1008]).toContain((await client.closed).code)
  })

  it('is turned away under the name of somebody else', async () => {
    const { url } = await start(place())
    const client = bare(url, { host: 'evil.example' })
    expect(await client.opened).toBe(false)
  })

  it('keeps nobody out who is well, however many there are', async () => {
    const here = place()
    const gateway = await start(here)
    const admin = await operator(here, gateway.url)
    const crowd = Array.from({ length: 400 }, () => bare(gateway.url))
    await Promise.all(crowd.map(({ opened }) => opened))
    const open = () => crowd.filter(({ socket }) => socket.readyState === 1).length
    expect(open()).toBeLessThanOrEqual(256)
    expect(await admin.request('health', {})).toMatchObject({ ok: true })
    for (const { socket } of crowd) socket.terminate()
    await pairedNode(here, gateway.url)
  })
})

describe('wrong secrets', () => {
  it('lock their address, for the right one as well, and never a paired key', async () => {
    const here = place()
    const gateway = await start(here)
    const kitchen = await pairedNode(here, gateway.url)
    kitchen.client.close()
    const refused = (code: string) => gateway.lines.some((line) => line['code'] === code)
    for (let guess = 0; guess < 10; guess += 1) {
      const { client } = node({ url: gateway.url, token: `wrong-${String(guess)}`.padEnd(32, 'x') })
      await until(() => client.status().state !== 'connecting')
      client.close()
    }
    const right = node({ url: gateway.url, token: tokenOf(here), identity: createIdentity() })
    await until(() => refused('AUTH_RATE_LIMITED'))
    expect(right.asked).toEqual([])
    right.client.close()
    const again = node({ url: gateway.url, identity: kitchen.identity })
    await again.client.ready({ timeoutMs: 10_000 })
  })
})

describe('an admitted client', () => {
  it('sends large requests, and stays after one that is wrong', async () => {
    const here = place()
    const gateway = await start(here)
    const admin = await operator(here, gateway.url)
    const params = {
      nodeId: 'nobody',
      command: 'x',
      params: 'y'.repeat(1_000_000),
      idempotencyKey: '1',
    }
    await expect(admin.request('node.invoke', params)).rejects.toMatchObject({
      code: expect.stringMatching(/^ERR_/),
    })
    expect(await admin.request('health', {})).toMatchObject({ ok: true })
  })

  it('hears of a stop, and is closed with 1012', async () => {
    const here = place()
    const gateway = await start(here)
    const admin = await operator(here, gateway.url)
    const heard: unknown[] = []
    admin.on('shutdown', (payload) => heard.push(payload))
    const waiting = bare(gateway.url)
    await waiting.opened
    await gateway.stop()
    expect((await waiting.closed).code).toBe(1012)
    expect(heard).toMatchObject([{ reason: 'service restart' }])
  })
})
