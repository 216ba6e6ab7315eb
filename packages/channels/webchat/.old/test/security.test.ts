import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { webchat } from '../src/index.ts'
import { door, random, serve, sha256, startChat, testClock } from './support.ts'
import { visitor } from './visitor.ts'

let running: ReturnType<typeof startChat>
let server: Awaited<ReturnType<typeof serve>>

beforeEach(async () => {
  running = startChat()
  server = await serve(() => running.chat)
})
afterEach(async () => {
  await running.stop()
  await server.close()
})

const message = { id: 'message-1', text: 'hello' }

describe('a page of another site', () => {
  it.each([
    ['another origin', { origin: 'https://evil.example' }],
    ['an opaque origin', { origin: 'null' }],
    ['another port of this machine', { origin: 'http://127.0.0.1:1' }],
    ['a sibling site', { 'sec-fetch-site': 'same-site' }],
    ['a form', { 'sec-fetch-site': 'cross-site' }],
  ])('cannot write: %s', async (_name, headers: Record<string, string>) => {
    const ann = visitor(server.origin)
    running.people.approve(await ann.session())
    const response = await ann.call('/messages', message, headers)
    expect([response.status, await response.json()]).toEqual([
      403,
      expect.objectContaining({ code: 'cross-origin' }),
    ])
    expect(running.received).toHaveLength(0)
  })

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data'])(
    'cannot post a form of type %s',
    async (type) => {
      const ann = visitor(server.origin)
      running.people.approve(await ann.session())
      const response = await ann.call('/messages', message, { 'content-type': type })
      expect(response.status).toBe(415)
      await response.body?.cancel()
      expect(running.received).toHaveLength(0)
    },
  )

  it('cannot point its own name at this machine', async () => {
    for (const host of [
      'evil.example',
      'evil.example:80',
      '127.0.0.1.evil.example',
      'localhost.evil',
    ]) {
      const response = await running.chat.fetch(
        new Request('http://localhost/chat/state', { headers: { host } }),
        { address: '127.0.0.1' },
      )
      expect(response.status).toBe(421)
    }
  })

  it('is told nothing about being read, framed or guessed', async () => {
    const { headers, body } = await visitor(server.origin).call('')
    await body?.cancel()
    expect(Object.fromEntries(headers)).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'x-frame-options': 'DENY',
      'cross-origin-resource-policy': 'same-origin',
    })
    expect(headers.get('access-control-allow-origin')).toBeNull()
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toContain('unsafe')
  })
})

describe('the same page', () => {
  it.each([
    'localhost',
    'localhost:18789',
    '127.0.0.1:1',
    '[::1]:18789',
    'LOCALHOST',
    'a.localhost',
    'chat.example',
  ])('is served under %s', async (host) => {
    const chat = webchat(
      { clock: testClock(), random, sha256, people: door(testClock()).people },
      { hosts: ['chat.example'] },
    )
    const request = new Request('http://x/chat', { headers: { host } })
    expect((await chat.fetch(request, { address: '127.0.0.1' })).status).toBe(200)
  })

  it('may write', async () => {
    const ann = visitor(server.origin)
    await ann.session()
    const headers = { origin: server.origin, 'sec-fetch-site': 'same-origin' }
    expect((await ann.call('/messages', message, headers)).status).toBe(200)
  })
})

describe('a malformed post', () => {
  it.each([
    ['no JSON', '{', 400],
    ['no text', { id: 'message-1' }, 400],
    ['an empty text', { id: 'message-1', text: '' }, 400],
    ['only spaces', { id: 'message-1', text: ' \n ' }, 400],
    ['a text too long', { id: 'message-1', text: 'x'.repeat(4_001) }, 400],
    ['no id', { text: 'hello' }, 400],
    ['an id too short', { id: 'x', text: 'hello' }, 400],
    ['an id with a path', { id: '../../../etc', text: 'hello' }, 400],
    ['a wrong type', { id: 'message-1', text: 42 }, 400],
    ['an extra key', { ...message, senderId: 'web-x' }, 400],
    ['a list', [message], 400],
    ['null', 'null', 400],
    ['more than a message can be', { id: 'message-1', text: 'x'.repeat(9_000) }, 413],
  ])('is refused: %s', async (_name, body, status) => {
    const ann = visitor(server.origin)
    running.people.approve(await ann.session())
    const response = await ann.call('/messages', body)
    await response.body?.cancel()
    expect(response.status).toBe(status)
    expect(running.received).toHaveLength(0)
  })

  it('is refused without a length too, after so many bytes', async () => {
    const ann = visitor(server.origin)
    running.people.approve(await ann.session())
    let sent = 0
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        sent += 1
        controller.enqueue(new Uint8Array(1_024).fill(32))
      },
    })
    const response = await running.chat.fetch(
      new Request('http://localhost/chat/messages', {
        method: 'POST',
        headers: { 'content-type': 'application/json', cookie: ann.cookie() ?? '' },
        body,
        duplex: 'half',
      } as RequestInit),
      { address: '127.0.0.1' },
    )
    expect(response.status).toBe(413)
    expect(sent).toBeLessThan(12)
  })

  it.each([
    ['GET', '/messages', 'POST'],
    ['DELETE', '/messages', 'POST'],
    ['POST', '/events', 'GET'],
    ['PUT', '', 'GET, HEAD'],
  ])('is refused: %s of %s', async (method, path, allow) => {
    const response = await fetch(`${server.origin}/chat${path}`, { method })
    await response.body?.cancel()
    expect([response.status, response.headers.get('allow')]).toEqual([405, allow])
  })

  it.each(['/nothing', '/../etc/passwd', '/%2e%2e/x', '//evil.example', '/constructor'])(
    'finds nothing at %s',
    async (path) => {
      const response = await running.chat.fetch(new Request(`http://localhost/chat${path}`), {
        address: '127.0.0.1',
      })
      expect(response.status).toBe(404)
    },
  )

  it.each([
    '',
    'openclaw_chat=',
    'openclaw_chat=short',
    `openclaw_chat=${'x'.repeat(44)}`,
    'x; y; =',
  ])('is nobody’s with the cookie %j', async (cookie) => {
    const response = await fetch(`${server.origin}/chat/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie },
      body: JSON.stringify(message),
    })
    expect([response.status, await response.json()]).toEqual([
      401,
      expect.objectContaining({ code: 'no-identity' }),
    ])
  })
})

describe('a store that cannot answer', () => {
  it('closes the door with a 503 and a log line, and nothing is handed over', async () => {
    const ann = visitor(server.origin)
    await ann.session()
    running.people.people.stateOf = () => Promise.reject(new Error('journal damaged'))
    expect(await ann.say('hello')).toMatchObject({ status: 503, code: 'unavailable' })
    expect((await ann.call('/state')).status).toBe(503)
    expect(running.received).toHaveLength(0)
    expect(running.logged).toContain('webchat-request-failed')
  })
})
