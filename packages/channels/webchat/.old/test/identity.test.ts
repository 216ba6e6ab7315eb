import { createHash, randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { webchat } from '../src/index.ts'
import { cookieOf, door, random, serve, sha256, startChat, testClock } from './support.ts'
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

const drawn = randomBytes(32).toString('base64url')

describe('a cookie that this server did not draw', () => {
  it.each([
    ['chosen by somebody', `openclaw_chat=${drawn}`],
    ['with a mark made up', `openclaw_chat=${drawn}.${drawn}`],
    ['marked under another key', cookieOf(drawn, randomBytes(32))],
    ['with the mark of another', cookieOf(drawn).replace(drawn, 'A'.repeat(43))],
    ['with a mark cut short', cookieOf(drawn).slice(0, -1)],
  ])('is nobody’s: %s', async (_name, cookie) => {
    const eve = visitor(server.origin, { cookie })
    expect(await eve.say('hello')).toMatchObject({ status: 401, code: 'no-identity' })
    expect(await (await eve.call('/state')).json()).toMatchObject({ visitor: null })
    expect(await eve.listen()).toBe(204)
    expect(running.received).toHaveLength(0)
  })

  it('is replaced, not taken over', async () => {
    const planted = `openclaw_chat=${drawn}`
    const response = await visitor(server.origin, { cookie: planted }).call('/session', {})
    expect(response.headers.get('set-cookie')).not.toContain(drawn)
    const { visitor: id } = (await response.json()) as { visitor: string }
    expect(id).not.toBe(`web-${sha256(`openclaw-webchat:${drawn}`).slice(0, 32)}`)
  })

  it('does not hide the one that it did draw', async () => {
    const cookie = `openclaw_chat=${drawn}.${drawn}; ${cookieOf(drawn)}`
    expect((await visitor(server.origin, { cookie }).say('hello')).status).toBe(200)
  })
})

describe('the key of the cookies', () => {
  it('keeps people who they are over a restart', async () => {
    const ann = visitor(server.origin)
    const id = await ann.session()
    await running.stop()
    running = startChat()
    expect(await ann.session()).toBe(id)
  })

  it('ends all cookies with the process when none is given', async () => {
    const components = { clock: testClock(), random, sha256, people: door(testClock()).people }
    const [one, other] = [webchat(components), webchat(components)]
    const session = new Request('http://localhost/chat/session', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    })
    const set = (await one.fetch(session, { address: '192.0.2.1' })).headers.get('set-cookie')
    const ask = async (chat: typeof one) => {
      const headers = { cookie: set?.split(';')[0] ?? '' }
      const request = new Request('http://localhost/chat/state', { headers })
      return (await chat.fetch(request, { address: '192.0.2.1' })).json()
    }
    expect(await ask(one)).toMatchObject({ visitor: expect.stringMatching(/^web-/) })
    expect(await ask(other)).toMatchObject({ visitor: null })
  })

  it('does not change who somebody is: ids come from what was drawn alone', async () => {
    const hash = createHash('sha256').update(`openclaw-webchat:${drawn}`).digest('hex')
    const eve = visitor(server.origin, { cookie: cookieOf(drawn) })
    expect(await eve.session()).toBe(`web-${hash.slice(0, 32)}`)
  })

  it.each([0, 16, 31, 33, 64])('is not %i bytes long', (length) => {
    const people = door(testClock()).people
    const components = { clock: testClock(), random, sha256, people }
    expect(() => webchat({ ...components, cookieKey: random(length) })).toThrow(
      expect.objectContaining({ code: 'ERR_WEBCHAT_COOKIE_KEY_INVALID' }),
    )
  })
})
