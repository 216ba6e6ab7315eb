import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { serve, startChat } from './support.ts'
import { until, visitor } from './visitor.ts'

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

describe('a stranger', () => {
  it('gets a code on the open page and sees how long it lives', async () => {
    const ann = visitor(server.origin)
    await ann.session()
    await ann.listen()
    const answer = await ann.say('hello')
    expect(answer).toMatchObject({ status: 200, state: 'pending', code: 'CODE2221' })
    expect(answer['remainingMs']).toBe(3_600_000)
    await until(() => ann.texts().includes('Your code: CODE2221'))
    expect(running.received.map(({ text }) => text)).toEqual(['hello'])
  })

  it('hears on the open page that they were approved, and is answered then', async () => {
    const ann = visitor(server.origin)
    const id = await ann.session()
    await ann.listen()
    await ann.say('hello')
    running.people.approve(id)
    await running.chat.refresh()
    await until(() => ann.states().at(-1) === 'allowed')
    expect((await ann.say('are you there?'))['state']).toBe('allowed')
    await until(() => ann.texts().includes('echo: are you there?'))
  })

  it('is told when the request ended by itself', async () => {
    const ann = visitor(server.origin)
    const id = await ann.session()
    await ann.listen()
    await ann.say('hello')
    running.people.drop(id)
    await running.chat.refresh()
    await until(() => ann.states().at(-1) === 'none')
  })

  it('sees what was decided while the page was opening', async () => {
    const ann = visitor(server.origin)
    const id = await ann.session()
    await ann.say('hello')
    const { stateOf } = running.people.people
    let looks = 0
    running.people.people.stateOf = async (asked) => {
      const state = await stateOf(asked)
      looks += 1
      if (looks === 1) running.people.approve(id)
      return state
    }
    await ann.listen()
    await until(() => ann.states().at(-1) === 'allowed')
  })

  it('is told again that a message was not passed on, whatever was decided since', async () => {
    const ann = visitor(server.origin)
    const id = await ann.session()
    const messageId = 'message-1'
    expect(await ann.say('hello', messageId)).toMatchObject({ state: 'pending', passedOn: false })
    running.people.approve(id)
    expect(await ann.say('hello', messageId)).toMatchObject({ state: 'allowed', passedOn: false })
    expect(await ann.say('hello', 'message-2')).toMatchObject({ state: 'allowed', passedOn: true })
    running.people.drop(id)
    expect(await ann.say('hello', 'message-2')).toMatchObject({ state: 'none', passedOn: true })
  })

  it('gets states in an order that tells the older from the newer', async () => {
    const ann = visitor(server.origin)
    const id = await ann.session()
    await ann.listen()
    const asked = (await ann.say('hello'))['order'] as { run: string; number: number }
    running.people.approve(id)
    await running.chat.refresh()
    await until(() => ann.states().at(-1) === 'allowed')
    const event = ann.events.findLast(({ event: name }) => name === 'state')?.data['order']
    expect(event).toEqual({ run: asked.run, number: expect.any(Number) })
    expect((event as { number: number }).number).toBeGreaterThan(asked.number)
  })

  it('leaves no trace by looking at the page', async () => {
    const ann = visitor(server.origin)
    for (const path of ['', '/state', '/events']) {
      const response = await ann.call(path)
      expect(response.headers.get('set-cookie')).toBeNull()
      await response.body?.cancel()
    }
    expect(running.chat.figures()).toMatchObject({ visitors: 0, streams: 0 })
  })

  it('has their words kept nowhere before they are approved', async () => {
    const ann = visitor(server.origin)
    await ann.session()
    await ann.say('my secret')
    await ann.listen()
    await until(() => ann.states().length > 0)
    expect(JSON.stringify(ann.events)).not.toContain('my secret')
  })
})

describe('an identity', () => {
  it('is another one when the cookie is cleared', async () => {
    const ann = visitor(server.origin)
    const first = await ann.session()
    expect(await ann.session()).toBe(first)
    ann.clearCookie()
    expect(await ann.session()).not.toBe(first)
  })

  it('cannot be taken from what lists and files show', async () => {
    const ann = visitor(server.origin)
    const id = await ann.session()
    running.people.approve(id)
    const thief = visitor(server.origin, { cookie: `openclaw_chat=${id}` })
    expect(await thief.say('let me in')).toMatchObject({ status: 401, code: 'no-identity' })
    expect(ann.cookie()).not.toContain(id.slice(4))
    expect(id).toMatch(/^web-[0-9a-f]{32}$/)
  })

  it('is a cookie that scripts and other sites cannot use', async () => {
    const set = (await visitor(server.origin).call('/session', {})).headers.get('set-cookie') ?? ''
    expect(set).toMatch(/^openclaw_chat=[A-Za-z0-9_-]{43}\.[A-Za-z0-9_-]{43}; /)
    for (const part of ['HttpOnly', 'SameSite=Strict', 'Path=/chat', 'Max-Age=15552000']) {
      expect(set.split('; ')).toContain(part)
    }
    expect(set).not.toContain('Secure')
  })

  it('is Secure under https, also when TLS ends at a proxy', async () => {
    const post = () =>
      new Request('http://localhost/chat/session', {
        method: 'POST',
        headers: { 'content-type': 'application/json', host: 'localhost' },
        body: '{}',
      })
    const response = await running.chat.fetch(post(), { address: '192.0.2.1', scheme: 'https' })
    expect(response.headers.get('set-cookie')).toContain('; Secure')
  })
})

describe('a message', () => {
  it('is one message however often it is posted', async () => {
    const ann = visitor(server.origin)
    const id = await ann.session()
    running.people.approve(id)
    const [first, second] = await Promise.all([
      ann.say('one', 'message-1'),
      ann.say('one', 'message-1'),
    ])
    expect([first.status, second.status, (await ann.say('one', 'message-1')).status]).toEqual([
      200, 200, 200,
    ])
    expect(running.received).toHaveLength(1)
  })

  it('cannot use up the id of another visitor’s message', async () => {
    const [ann, eve] = [visitor(server.origin), visitor(server.origin)]
    running.people.approve(await ann.session())
    running.people.approve(await eve.session())
    await eve.say('mine', 'message-1')
    await ann.say('mine too', 'message-1')
    expect(running.received.map(({ text }) => text)).toEqual(['mine', 'mine too'])
  })

  it('is asked for again when the gateway could not handle it', async () => {
    const ann = visitor(server.origin)
    running.people.approve(await ann.session())
    const failing = running.host.onMessage
    Object.assign(running.host, { onMessage: () => Promise.reject(new Error('disk full')) })
    expect(await ann.say('one', 'message-1')).toMatchObject({ status: 503, code: 'unavailable' })
    Object.assign(running.host, { onMessage: failing })
    expect((await ann.say('one', 'message-1')).status).toBe(200)
    expect(running.received).toHaveLength(1)
  })

  it('that a stop interrupted is the same message after the restart', async () => {
    const ann = visitor(server.origin)
    running.people.approve(await ann.session())
    const keys: string[] = []
    Object.assign(running.host, {
      onMessage: ({ messageKey }: { messageKey: string }) => {
        keys.push(messageKey)
        return new Promise(() => {})
      },
    })
    const interrupted = ann.say('one', 'message-1')
    await until(() => keys.length === 1)
    await running.stop()
    expect(await interrupted).toMatchObject({ status: 503, code: 'unavailable' })
    const { people, clock } = running
    running = startChat({}, { people: people.people, clock })
    running.people.approve(await ann.session())
    expect((await ann.say('one', 'message-1')).status).toBe(200)
    expect(running.received.map(({ messageKey }) => messageKey)).toEqual(keys)
  })

  it('is not taken while the connection does not run', async () => {
    const ann = visitor(server.origin)
    running.people.approve(await ann.session())
    await running.stop()
    expect((await ann.say('hello')).status).toBe(503)
    expect(await ann.listen()).toBe(503)
  })
})

describe('the event stream', () => {
  it('resumes after the last event that the page saw', async () => {
    const ann = visitor(server.origin)
    const id = await ann.session()
    running.people.approve(id)
    for (const text of ['one', 'two', 'three']) {
      await running.chat.connection.send({ to: id, text, idempotencyKey: text })
    }
    await ann.listen()
    await until(() => ann.texts().length === 3)
    const second = ann.events.filter(({ event }) => event === 'entry')[1]
    ann.leave()
    ann.events.length = 0
    await ann.listen(second?.id)
    await until(() => ann.states().length > 0)
    expect(ann.texts()).toEqual(['three'])
  })

  it('shows everything to a page that comes from another run', async () => {
    const ann = visitor(server.origin)
    const id = await ann.session()
    await running.chat.connection.send({ to: id, text: 'one' })
    await ann.listen('0123456789abcdef.999')
    await until(() => ann.states().length > 0)
    expect(ann.texts()).toEqual(['one'])
  })

  it('says when it took a text, by the clock that stamps what visitors write', async () => {
    const ann = visitor(server.origin)
    const id = await ann.session()
    await ann.listen()
    const sent = await running.chat.connection.send({ to: id, text: 'one' })
    await until(() => ann.texts().length > 0)
    const shown = ann.events.find(({ event }) => event === 'entry')
    expect(sent).toMatchObject({ outcome: 'sent', sentAt: shown?.data['at'] })
  })

  it('shows a text with the same key once', async () => {
    const ann = visitor(server.origin)
    const id = await ann.session()
    await ann.listen()
    for (let time = 0; time < 3; time += 1) {
      await running.chat.connection.send({ to: id, text: 'approved', idempotencyKey: 'n-1' })
    }
    await until(() => ann.texts().length > 0)
    await running.chat.connection.send({ to: id, text: 'last' })
    await until(() => ann.texts().includes('last'))
    expect(ann.texts()).toEqual(['approved', 'last'])
  })

  it('ends at a stop, and gives its place back when the page goes', async () => {
    const ann = visitor(server.origin)
    await ann.session()
    await ann.listen()
    expect(running.chat.figures().streams).toBe(1)
    ann.leave()
    await until(() => running.chat.figures().streams === 0)
    await ann.listen()
    await running.stop()
    await until(() => !ann.isListening())
    expect(running.chat.figures().streams).toBe(0)
  })
})
