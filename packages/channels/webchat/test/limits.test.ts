import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { cookieOf, serve, startChat } from './support.ts'
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

const from = (address: string) => visitor(server.origin, { 'x-test-address': address })

async function stranger(address: string, text = 'hello') {
  const someone = from(address)
  const id = await someone.session()
  return { someone, id, answer: await someone.say(text) }
}

describe('one address', () => {
  it('has two requests waiting at most, however often it clears its cookie', async () => {
    await stranger('192.0.2.1')
    await stranger('192.0.2.1')
    const { answer } = await stranger('192.0.2.1')
    expect(answer).toMatchObject({ status: 429, code: 'address-pending' })
    expect(Number(answer['retryAfter'])).toBeGreaterThan(0)
    expect(running.received).toHaveLength(2)
    expect(running.people.turnedAway()).toBe(1)
    expect((await stranger('192.0.2.2')).answer.status).toBe(200)
    expect(running.people.turnedAway()).toBe(1)
  })

  it('cannot get more by asking at the same instant', async () => {
    const answers = await Promise.all(Array.from({ length: 6 }, () => stranger('192.0.2.1')))
    expect(answers.filter(({ answer }) => answer.status === 200)).toHaveLength(2)
    expect(running.received).toHaveLength(2)
  })

  it('keeps its count over a restart', async () => {
    await stranger('192.0.2.1')
    await stranger('192.0.2.1')
    await running.stop()
    const { clock, people } = running
    running = startChat({}, { clock, people: people.people })
    expect((await stranger('192.0.2.1')).answer).toMatchObject({ code: 'address-pending' })
  })

  it('lets a visitor who already waits write on', async () => {
    const { someone } = await stranger('192.0.2.1')
    await stranger('192.0.2.1')
    expect((await someone.say('still there?')).status).toBe(200)
  })

  it('makes ten requests an hour at most when they are turned down', async () => {
    for (let time = 0; time < 10; time += 1) {
      const { id, answer } = await stranger('192.0.2.1')
      expect(answer.status).toBe(200)
      running.people.drop(id)
      running.clock.pass(60_000)
    }
    const refused = (await stranger('192.0.2.1')).answer
    expect(refused).toMatchObject({ status: 429, code: 'address-requests', retryAfter: 50 * 60 })
    running.clock.pass(50 * 60_000)
    expect((await stranger('192.0.2.1')).answer.status).toBe(200)
  })

  it('may bring any number of people whom the owner approves', async () => {
    for (let time = 0; time < 15; time += 1) {
      const { id, answer } = await stranger('192.0.2.1')
      expect(answer.status).toBe(200)
      running.people.approve(id)
      running.clock.pass(60_000)
    }
  })

  it('does not wait behind a slow agent', async () => {
    const { id, someone } = await stranger('192.0.2.1')
    running.people.approve(id)
    let answerNow: () => void = () => {}
    const handle = running.host.onMessage
    Object.assign(running.host, {
      onMessage: (inbound: Parameters<typeof handle>[0]) =>
        inbound.senderId === id
          ? new Promise<void>((resolve) => {
              answerNow = resolve
            })
          : handle(inbound),
    })
    const slow = someone.say('think hard')
    expect((await stranger('192.0.2.1')).answer['state']).toBe('pending')
    answerNow()
    expect((await slow).status).toBe(200)
  })
})

describe('who writes too much', () => {
  it('is told to slow down, per visitor, and may go on later', async () => {
    const ann = from('192.0.2.1')
    running.people.approve(await ann.session())
    for (let time = 0; time < 20; time += 1) expect((await ann.say('x')).status).toBe(200)
    expect(await ann.say('x')).toMatchObject({ status: 429, code: 'too-fast', retryAfter: 3 })
    running.clock.pass(3_000)
    expect((await ann.say('x')).status).toBe(200)
    expect(running.chat.figures().limited).toBe(1)
  })

  it('is told to slow down, per address', async () => {
    let refused = 0
    for (let time = 0; time < 70; time += 1) {
      const { status, body } = await from('192.0.2.1').call('/session', {})
      await body?.cancel()
      if (status === 429) refused += 1
    }
    expect(refused).toBe(10)
    expect((await from('192.0.2.2').call('/session', {})).status).toBe(200)
  })

  it('does not grow the memory: of four thousand strangers two thousand are remembered at most', async () => {
    for (let time = 0; time < 4_000; time += 1) {
      await running.chat.fetch(
        new Request('http://localhost/chat/messages', {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            cookie: cookieOf(String(time).padStart(43, 'A')),
          },
          body: JSON.stringify({ id: randomUUID(), text: 'hi' }),
        }),
        { address: `2001:db8:${time.toString(16)}::/64` },
      )
      if (time > 2) running.people.states.clear()
    }
    expect(running.chat.figures()).toMatchObject({ streams: 0, messagesInFlight: 0 })
    expect(running.chat.figures().visitors).toBe(2_000)
  }, 20_000)
})

describe('open pages', () => {
  it('are six at most for one visitor', async () => {
    const ann = from('192.0.2.1')
    await ann.session()
    for (let tab = 0; tab < 6; tab += 1) expect(await ann.listen()).toBe(200)
    expect(await ann.listen()).toBe(429)
    ann.leave()
    await until(() => running.chat.figures().streams === 0)
    expect(await ann.listen()).toBe(200)
    ann.leave()
  })

  it('are closed when they read too slowly', async () => {
    const ann = from('192.0.2.1')
    const id = await ann.session()
    const response = await running.chat.fetch(
      new Request('http://localhost/chat/events', { headers: { cookie: ann.cookie() ?? '' } }),
      { address: '192.0.2.1' },
    )
    for (let time = 0; time < 10; time += 1) {
      await running.chat.connection.send({ to: id, text: 'x'.repeat(60_000) })
    }
    expect(running.chat.figures().streams).toBe(0)
    await response.body?.cancel()
  })

  it('show a text of any length cut to what is bearable', async () => {
    const ann = from('192.0.2.1')
    const id = await ann.session()
    await running.chat.connection.send({ to: id, text: 'x'.repeat(1_000_000) })
    await ann.listen()
    await until(() => ann.texts().length > 0)
    expect(ann.texts()[0]).toHaveLength(64 * 1024)
  })
})
