import { type ClientRequest, type IncomingMessage, request as open } from 'node:http'
import { connect } from 'node:net'
import { GATEWAY_PATHS } from '@openclaw/pairing-config'
import type { AccountId, ChannelName, WebhookRequest } from '@openclaw/pairing-contracts'
import { describe, expect, it, onTestFinished } from 'vitest'
import { gatewayApp } from '../src/http/app.ts'
import { clientReader, trust } from '../src/http/client.ts'
import { guesses } from '../src/http/guesses.ts'
import type { Hook } from '../src/http/hooks/hook.ts'
import { hookRoutes } from '../src/http/hooks/hooks.ts'
import { hookPlaces } from '../src/http/hooks/places.ts'
import { sharedAddress } from '../src/http/hooks/shared.ts'
import { listen } from '../src/http/listen.ts'
import { gatewayMetrics, type Snapshot } from '../src/metrics.ts'
import { type Line, place, start, until } from './support.ts'

const MIB = 1024 * 1024

/** Nothing happened but calls. */
const IDLE: Snapshot = {
  ...{ pending: [], channels: [], journalSeq: 1, isStoreUp: true, webchat: {}, events: undefined },
  ...{ pendingDevices: 0, setupCodes: {} },
  sessions: {
    ...{ halfOpen: 0, operators: 0, nodes: 0, pendingInvokes: 0, lockedAddresses: 0 },
    ...{ rememberedInvokes: 0, droppedEvents: 0 },
    ...{ admitted: {}, refused: {}, closed: {}, setupCodes: {} },
  },
}

interface Given {
  readonly answer?: Hook['answer']
  readonly isRunning?: () => boolean
  readonly isStopping?: () => boolean
  readonly trustedProxies?: readonly string[]
}

/** The gateway's own listener and routes, with two accounts that are called at `/slack/events` and `/hooks/two`. */
async function gateway(given: Given = {}) {
  const { trustedProxies = [], isStopping = () => false, isRunning = () => true } = given
  const asked: WebhookRequest[] = []
  const lines: Line[] = []
  const metrics = gatewayMetrics()
  const now = () => performance.now()
  const hookAt = (path: string, account: string): Hook => ({
    channel: 'slack' as ChannelName,
    account: account as AccountId,
    path,
    isRunning,
    answer: async (request) => {
      asked.push(request)
      return given.answer?.(request) ?? { status: 200 }
    },
  })
  const hooks = hookRoutes({
    hooks: [hookAt('/slack/events', 'default'), hookAt('/hooks/two', 'two')],
    places: hookPlaces(now),
    guesses: guesses(now),
    isShared: sharedAddress(trust(trustedProxies)),
    isStopping,
    observe: metrics.webhook,
    complain: (level, event, fields) => lines.push({ level, event, ...fields }),
  })
  const listener = await listen({ host: '127.0.0.1', port: 0, trustedProxies })
  onTestFinished(listener.close)
  const nothing = () => Promise.reject(new Error('not asked'))
  const door = { secrets: [], guesses: guesses(now), onLocked: () => {} }
  const home = { chat: undefined, cli: 'openclaw', sha256Base64: () => '' }
  listener.serve(
    gatewayApp(
      {
        ...{ clientOf: clientReader(trustedProxies), chat: undefined, hooks },
        ...{ readiness: nothing, figures: nothing, observe: metrics.http },
        onError: (error) => lines.push({ event: 'http-failed', error }),
        onUnknownProxy: () => {},
      },
      { hosts: [], door, home },
    ),
  )
  const url = `http://127.0.0.1:${String(listener.port)}`
  const figures = async () => (await metrics.text(IDLE)).text
  return { url, port: listener.port, asked, lines, figures }
}

interface Answered {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

function answerTo(request: ClientRequest): Promise<Answered> {
  return new Promise((resolve, reject) => {
    request.on('error', reject)
    request.on('response', (response) => {
      let body = ''
      response.on('data', (part: Buffer) => {
        body += part.toString()
      })
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
      )
    })
  })
}

interface Post {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

/** One request on a connection of its own, with any `Host`. */
function post(url: string, { method = 'POST', headers = {}, body = '' }: Post = {}) {
  const request = open(url, { method, headers, agent: false })
  const answered = answerTo(request)
  request.end(body)
  return answered
}

/** A post whose body begins and does not end. */
function begin(url: string, first: string, headers: Readonly<Record<string, string>> = {}) {
  const request = open(url, { method: 'POST', headers, agent: false })
  const answered = answerTo(request).catch((): undefined => undefined)
  onTestFinished(() => void request.destroy())
  request.write(first)
  return { request, answered }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

describe('a path that a platform calls', () => {
  it('hands on the raw bytes, and answers what the channel says, as text and nothing else', async () => {
    const { url, asked, figures } = await gateway({
      answer: async () => ({ status: 200, body: '<b>challenge</b>' }),
    })
    const body = Buffer.from([0xff, 0x00, 0xfe, 0x7b])
    const headers = { 'x-slack-signature': 'v0=ab', 'x-a': 'b', origin: 'https://evil.example' }
    const answered = await post(`${url}/slack/events?a=%20b&c`, { headers, body })
    expect(answered).toMatchObject({ status: 200, body: '<b>challenge</b>' })
    expect(answered.headers).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    })
    for (const name of ['set-cookie', 'access-control-allow-origin', 'location'])
      expect(answered.headers).not.toHaveProperty(name)
    expect(asked).toMatchObject([
      { method: 'POST', query: 'a=%20b&c', headers: { 'x-slack-signature': 'v0=ab', 'x-a': 'b' } },
    ])
    expect(Buffer.from(asked[0]?.body ?? [])).toEqual(body)
    await post(`${url}/hooks/two?hub.mode=subscribe`, { method: 'GET' })
    expect(asked[1]).toMatchObject({ method: 'GET', query: 'hub.mode=subscribe' })
    expect(asked[1]?.body).toHaveLength(0)
    expect(await figures()).toContain(
      'openclaw_webhook_requests_total{channel="slack",status="200"} 2',
    )
  })

  it('is served under any name, for it is called through a proxy; nothing else is', async () => {
    const { url } = await gateway()
    const headers = { host: 'bot.example.org' }
    expect((await post(`${url}/slack/events`, { headers })).status).toBe(200)
    for (const path of ['/', '/healthz', '/slack/event', '/slack/events/', '/slack/events/more'])
      expect((await post(url + path, { headers, method: 'GET' })).status).toBe(421)
    for (const path of ['/slack/event', '/slack/events/', '/hooks/tw0'])
      expect((await post(url + path)).status).toBe(404)
  })

  it.each(['PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS'])('does not take %s', async (method) => {
    const { url, asked, figures } = await gateway()
    const origin = { origin: 'https://evil.example', 'access-control-request-method': 'POST' }
    const { status, headers } = await post(`${url}/slack/events`, { method, headers: origin })
    expect(status).toBe(405)
    expect(headers).toMatchObject({ allow: 'GET, POST' })
    expect(headers).not.toHaveProperty('access-control-allow-origin')
    expect(asked).toEqual([])
    expect(await figures()).toContain('{channel="slack",status="405"} 1')
  })

  it('takes a body of 1 MiB, in however many pieces', async () => {
    const { url, asked } = await gateway()
    const { request, answered } = begin(`${url}/slack/events`, 'x'.repeat(MIB / 2))
    for (let count = 0; count < 4; count += 1) {
      await pause(20)
      request.write('y'.repeat(MIB / 8))
    }
    request.end()
    expect((await answered)?.status).toBe(200)
    expect(asked[0]?.body).toHaveLength(MIB)
  })

  it('refuses a longer one, as soon as that is known', async () => {
    const { url, asked } = await gateway()
    const told = begin(`${url}/slack/events`, 'x', { 'content-length': String(MIB + 1) })
    expect(await told.answered).toMatchObject({ status: 413, body: '{"code":"too-large"}\n' })
    const { request, answered } = begin(`${url}/slack/events`, 'x'.repeat(MIB))
    request.write('x')
    expect(await answered).toMatchObject({ status: 413 })
    const whole = await post(`${url}/slack/events`, { body: 'x'.repeat(3 * MIB) })
    expect(whole.status).toBe(413)
    expect(asked).toEqual([])
  })

  it('refuses a packed one: the signature is over what came', async () => {
    const { url, asked } = await gateway()
    for (const encoding of ['gzip', 'br', 'deflate', 'gzip, identity']) {
      const headers = { 'content-encoding': encoding }
      expect((await post(`${url}/slack/events`, { headers, body: 'x' })).status).toBe(415)
    }
    expect(asked).toEqual([])
  })

  it('does not wait for a body that does not come', async () => {
    const { url, asked } = await gateway()
    const begun = performance.now()
    const slow = begin(`${url}/slack/events`, '{"text":"secret')
    const answered = await slow.answered
    expect(answered).toMatchObject({ status: 408, body: '{"code":"too-slow"}\n' })
    expect(performance.now() - begun).toBeLessThan(9_500)
    expect(asked).toEqual([])
  }, 20_000)

  it('forgets who goes away in the middle', async () => {
    const { url, port, asked, lines } = await gateway()
    for (let count = 0; count < 150; count += 1) {
      const socket = connect(port, '127.0.0.1')
      socket.on('error', () => {})
      await new Promise((resolve) => socket.once('connect', resolve))
      socket.write('POST /slack/events HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nabc')
      await pause(1)
      socket.destroy()
    }
    await pause(100)
    expect((await post(`${url}/slack/events`)).status).toBe(200)
    expect(asked).toHaveLength(1)
    expect(lines).toEqual([])
  })
})

describe('the gateway’s own paths', () => {
  it('are those that the configuration keeps free', async () => {
    const { url } = await start(place())
    for (const path of GATEWAY_PATHS) expect((await fetch(url + path)).status).toBe(200)
    for (const path of ['/slack/events', '/bluebubbles-webhook', '/whatsapp/webhook'])
      expect((await fetch(url + path, { method: 'POST' })).status).toBe(404)
  })
})

describe('many calls at once', () => {
  it('are answered up to a bound, per account and in all; others are asked to come again', async () => {
    let release = (): void => {}
    const released = new Promise<void>((resolve) => {
      release = resolve
    })
    const answer = () => released.then(() => ({ status: 200 }))
    // One customer alone has fewer answered at once; a trusted proxy is none.
    const { url, asked } = await gateway({ answer, trustedProxies: ['127.0.0.1'] })
    const crowd = async (path: string, count: number) => {
      const known = asked.length
      const taken = Array.from({ length: count }, () => post(url + path))
      await until(() => asked.length === known + count)
      const more = await Promise.all(Array.from({ length: 16 }, () => post(url + path)))
      for (const { status, headers } of more) {
        expect(status).toBe(503)
        expect(headers['retry-after']).toBe('5')
      }
      return taken
    }
    const one = await crowd('/slack/events', 64)
    const two = await crowd('/hooks/two', 64)
    release()
    for (const { status } of await Promise.all([...one, ...two])) expect(status).toBe(200)
    const again = await post(`${url}/slack/events`)
    expect(again.status).toBe(200)
  })

  it('that send slowly make way: they keep nobody out', async () => {
    const { url, asked } = await gateway()
    const slow = Array.from({ length: 64 }, () => begin(`${url}/slack/events`, '{'))
    await pause(500)
    const answered = await Promise.all(
      Array.from({ length: 10 }, () => post(`${url}/slack/events`, { body: 'real' })),
    )
    expect(answered.map(({ status }) => status)).toEqual(Array(10).fill(200))
    expect(asked).toHaveLength(10)
    const [first] = slow
    expect(await first?.answered).toMatchObject({
      status: 503,
      headers: { 'retry-after': '5' },
    })
  })
})

describe('one address that calls again and again, and never ends what it says', () => {
  it.each([1, 3])('does not keep a platform out (%d of them)', (addresses) => {
    let time = 0
    const places = hookPlaces(() => time)
    let kept = 0
    for (let round = 0; round < 2_000; round += 1) {
      for (let call = 0; call < 50; call += 1)
        places.enter('slack default', `198.51.100.${String(call % addresses)}`)
      const platform = places.enter('slack default', '203.0.113.5')
      if (platform === undefined) kept += 1
      platform?.arrived()
      platform?.leave()
      time += 1
    }
    expect(kept).toBe(0)
  })

  it('is refused itself', async () => {
    const { url } = await gateway({ trustedProxies: ['127.0.0.1'] })
    const headers = { 'x-forwarded-for': '198.51.100.66' }
    const slow = Array.from({ length: 24 }, () => begin(`${url}/slack/events`, '{', headers))
    const ended = await Promise.all(
      slow.map(({ answered }) => Promise.race([answered, pause(1_000)])),
    )
    const busy = ended.filter((answered) => (answered as Answered | undefined)?.status === 503)
    expect(busy.length).toBeGreaterThanOrEqual(8)
    const real = { 'x-forwarded-for': '203.0.113.5' }
    expect((await post(`${url}/slack/events`, { headers: real, body: 'x' })).status).toBe(200)
  })
})

it('who calls itself a proxy is no more than one address', async () => {
  const now = () => performance.now()
  const routes = hookRoutes({
    hooks: [
      {
        ...{ channel: 'slack' as ChannelName, account: 'default' as AccountId, path: '/hook' },
        ...{ isRunning: () => true, answer: async () => ({ status: 200 }) },
      },
    ],
    places: hookPlaces(now),
    guesses: guesses(now),
    isShared: sharedAddress(trust([])),
    isStopping: () => false,
    observe: () => {},
    complain: () => {},
  })
  const clientOf = clientReader([])
  const call = async (peer: string, body: ReadableStream | string) => {
    const headers = new Headers({ 'x-forwarded-for': `192.0.2.${String(Math.random())}` })
    const init = { method: 'POST', headers, body, duplex: 'half' as const }
    const request = new Request('http://gateway/hook', init)
    return (await routes.get('/hook')?.(request, clientOf(peer, headers)))?.status
  }
  const slow = Array.from({ length: 200 }, () => call('198.51.100.66', new ReadableStream()))
  expect(await call('203.0.113.5', '{}')).toBe(200)
  const busy = await Promise.all(slow.map((each) => Promise.race([each, pause(100)])))
  expect(busy.filter((status) => status === 503)).toHaveLength(200 - 16)
})

describe('the bytes of what is under way', () => {
  it('are bounded in all: long bodies that do not end make way for a short one', async () => {
    const { url, asked } = await gateway()
    const long = Array.from({ length: 20 }, () => begin(`${url}/slack/events`, 'x'.repeat(MIB - 1)))
    await pause(500)
    expect((await post(`${url}/hooks/two`, { body: 'real' })).status).toBe(200)
    expect(asked).toHaveLength(1)
    const turnedAway = await Promise.all(
      long.map(({ answered }) => Promise.race([answered, pause(200)])),
    )
    const busy = turnedAway.filter((answered) => (answered as Answered | undefined)?.status === 503)
    expect(busy.length).toBeGreaterThanOrEqual(4)
  })

  it('come back when a request is over, however it ends', () => {
    let time = 0
    const places = hookPlaces(() => time)
    const enter = () => places.enter('slack default')
    for (let count = 0; count < 1_000; count += 1) {
      const [one, two] = [enter(), enter()]
      expect(one?.holds(8 * MIB)).toBe(true)
      expect(two?.holds(8 * MIB)).toBe(true)
      expect(two?.holds(1)).toBe(false)
      one?.leave()
      one?.leave()
      expect(one?.holds(1)).toBe(false)
      expect(two?.holds(1)).toBe(true)
      time += 1_000
      const three = enter()
      expect(three?.holds(9 * MIB)).toBe(true)
      expect(two?.holds(1)).toBe(false)
      three?.leave()
    }
  })
})

describe('a channel', () => {
  it.each([
    ['does not answer', () => new Promise<never>(() => {})],
    ['rejects', () => Promise.reject(new Error('secret text'))],
    ['answers nonsense', async () => ({ status: 7 })],
  ])('that %s costs the platform one more try', async (_, answer) => {
    const { url, lines } = await gateway({ answer })
    const begun = performance.now()
    const answered = await post(`${url}/slack/events`, { body: 'what was said' })
    expect(answered).toMatchObject({ status: 503, headers: { 'retry-after': '5' } })
    expect(answered.body).not.toMatch(/secret|said/)
    expect(performance.now() - begun).toBeLessThan(10_000)
    expect(lines).toMatchObject([{ level: 'error', event: 'webhook-failed', channel: 'slack' }])
  })

  it('that does not run, or a gateway that stops, is called again later', async () => {
    let [runs, stops] = [false, false]
    const { url, asked } = await gateway({ isRunning: () => runs, isStopping: () => stops })
    expect((await post(`${url}/slack/events`)).status).toBe(503)
    runs = true
    expect((await post(`${url}/slack/events`)).status).toBe(200)
    stops = true
    const answered = await post(`${url}/slack/events`)
    expect(answered).toMatchObject({ status: 503, headers: { 'retry-after': '5' } })
    expect(asked).toHaveLength(1)
  })
})

describe('wrong signatures', () => {
  const signed: Hook['answer'] = async ({ headers }) => ({
    status: headers['x-signature'] === 'right' ? 200 : 401,
  })
  const right = { 'x-signature': 'right' }

  it('close the door to their address alone', async () => {
    const { url, lines, asked } = await gateway({
      answer: signed,
      trustedProxies: ['127.0.0.1'],
    })
    const from = (address: string, headers = {}) =>
      post(`${url}/slack/events`, { headers: { 'x-forwarded-for': address, ...headers } })
    for (let count = 0; count < 10; count += 1)
      expect((await from('198.51.100.66')).status).toBe(401)
    expect(lines).toContainEqual(
      expect.objectContaining({ event: 'webhook-guesses', address: '198.51.100.66' }),
    )
    const known = asked.length
    const refused = await from('198.51.100.66', right)
    expect(refused.status).toBe(429)
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(290)
    expect(asked).toHaveLength(known)
    expect((await from('198.51.100.7', right)).status).toBe(200)
  })

  it.each([
    ['a proxy that nobody named', [], { 'x-forwarded-for': '198.51.100.66' }],
    ['a tunnel on this machine', [], {}],
    ['a proxy that does not say for whom it asks', ['127.0.0.0/8'], {}],
    ['a container’s bridge', ['127.0.0.1'], { 'x-forwarded-for': '172.17.0.1' }],
  ])('behind %s do not keep the platform out', async (_, trustedProxies, headers) => {
    const { url, lines } = await gateway({ answer: signed, trustedProxies })
    for (let count = 0; count < 40; count += 1)
      expect((await post(`${url}/slack/events`, { headers })).status).toBe(401)
    expect((await post(`${url}/slack/events`, { headers: { ...headers, ...right } })).status).toBe(
      200,
    )
    expect(lines).toContainEqual(
      expect.objectContaining({ event: 'webhook-guesses', fix: expect.any(String) }),
    )
  })
})
