import { connect } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { cookieOf, serve, startChat } from './support.ts'
import { until, visitor } from './visitor.ts'

let running: ReturnType<typeof startChat>
let server: Awaited<ReturnType<typeof serve>>
let arrived: number

beforeEach(async () => {
  running = startChat()
  arrived = 0
  server = await serve(() => {
    arrived += 1
    return running.chat
  })
})
afterEach(async () => {
  vi.useRealTimers()
  await running.stop()
  await server.close()
})

const from = (address: string) => visitor(server.origin, { 'x-test-address': address })
const crowd = (count: number) => Array.from({ length: count }, (_, index) => index)
const drawnOf = (index: number) => cookieOf(String(index).padStart(43, 'C'))
const never = () => new ReadableStream<Uint8Array>({ pull: () => new Promise(() => {}) })

/** Posts a message whose body does not come. */
const hang = (index: number, address: string) =>
  running.chat.fetch(
    new Request('http://localhost/chat/messages', {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie: drawnOf(index) },
      body: never(),
      duplex: 'half',
    } as RequestInit),
    { address },
  )

const codeOf = async (answer: Promise<Response>) =>
  ((await (await answer).json()) as { code?: string }).code

/** The codes of those that were answered so far. */
function watch(answers: readonly Promise<Response>[]): readonly (string | undefined)[] {
  const codes: (string | undefined)[] = []
  for (const answer of answers) void codeOf(answer).then((code) => codes.push(code))
  return codes
}

/** Until so many timers run, without moving them. */
async function waiting(timers: number): Promise<void> {
  while (vi.getTimerCount() < timers) await new Promise((resolve) => setImmediate(resolve))
}

const turnOfEvents = () => new Promise((resolve) => setTimeout(resolve, 50))

describe('bodies that do not come', () => {
  it('do not make the chat busy, from ten addresses', async () => {
    for (const index of crowd(600)) void hang(index, `192.0.2.${String(index % 10)}`)
    await turnOfEvents()
    const ann = from('198.51.100.1')
    running.people.approve(await ann.session())
    expect((await ann.say('hello')).status).toBe(200)
    expect((await from('198.51.100.2').call('/session', {})).status).toBe(200)
    const stranger = from('198.51.100.3')
    await stranger.session()
    expect((await stranger.say('hello')).status).toBe(200)
  })

  it('never take the places of those who are allowed, from any number of addresses', async () => {
    const codes = watch(crowd(600).map((index) => hang(index, `10.0.0.${String(index)}`)))
    await until(() => codes.length === 600 - 384)
    const ann = from('10.0.0.1')
    running.people.approve(await ann.session())
    expect((await ann.say('hello')).status).toBe(200)
  })

  it('are sixteen at a time from one address, and are no messages under way', async () => {
    const codes = watch(crowd(20).map((index) => hang(index, '192.0.2.1')))
    await until(() => codes.length === 4)
    expect(codes).toEqual(['busy', 'busy', 'busy', 'busy'])
    expect(running.chat.figures().messagesInFlight).toBe(0)
  })

  it('are given up after five seconds, and give their places back', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const answers = crowd(16).map((index) => hang(index, '192.0.2.1'))
    const codes = watch(answers)
    await waiting(16)
    await vi.advanceTimersByTimeAsync(4_999)
    expect(codes).toEqual([])
    await vi.advanceTimersByTimeAsync(1)
    expect(await Promise.all(answers.map(async (one) => (await one).status))).toEqual(
      crowd(16).map(() => 408),
    )
    const again = hang(99, '192.0.2.1')
    await waiting(1)
    await vi.advanceTimersByTimeAsync(5_000)
    expect(await codeOf(again)).toBe('too-slow')
  })

  it('are given up too when they come drop by drop', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    let cancelled = 0
    const body = new ReadableStream<Uint8Array>({
      pull: async (controller) => {
        await new Promise((resolve) => setTimeout(resolve, 1_000))
        if (cancelled === 0) controller.enqueue(new Uint8Array([32]))
      },
      cancel: () => {
        cancelled += 1
      },
    })
    const headers = { 'content-type': 'application/json', cookie: drawnOf(1) }
    const init = { method: 'POST', headers, body, duplex: 'half' } as RequestInit
    const answer = running.chat.fetch(new Request('http://localhost/chat/messages', init), {
      address: '192.0.2.1',
    })
    await waiting(2)
    await vi.advanceTimersByTimeAsync(5_000)
    expect([(await answer).status, cancelled]).toEqual([408, 1])
  })
})

describe('strangers of the address that everybody seems to have', () => {
  const shared = '203.0.113.1'

  it('do not use up what those who are allowed may write', async () => {
    const ann = from(shared)
    running.people.approve(await ann.session())
    for (const _ of crowd(80)) await (await from(shared).call('/session', {})).body?.cancel()
    expect((await from(shared).call('/session', {})).status).toBe(429)
    expect((await ann.say('hello')).status).toBe(200)
    expect(await ann.session()).toMatch(/^web-/)
  })

  it('are charged themselves', async () => {
    const codes = await Promise.all(
      crowd(70).map((index) =>
        visitor(server.origin, { 'x-test-address': shared, cookie: drawnOf(index) }).say('hi'),
      ),
    )
    expect(codes.every(({ status }) => status === 200 || status === 429)).toBe(true)
    expect(await from(shared).say('hi')).toMatchObject({ status: 401 })
    expect((await from(shared).call('/session', {})).status).toBe(429)
  })

  it('do not make those who are allowed wait behind them', async () => {
    const ann = from(shared)
    running.people.approve(await ann.session())
    const handle = running.host.onMessage
    Object.assign(running.host, {
      onMessage: (inbound: Parameters<typeof handle>[0]) =>
        inbound.text === 'slow' ? new Promise(() => {}) : handle(inbound),
    })
    for (const index of crowd(12)) {
      const eve = visitor(server.origin, { 'x-test-address': shared, cookie: drawnOf(index) })
      void eve.say('slow').catch(() => {})
    }
    await until(() => arrived === 13)
    await turnOfEvents()
    expect((await ann.say('hello')).status).toBe(200)
  })

  it('do not use up the open pages of those who are allowed', async () => {
    const pages = crowd(51).map((index) =>
      visitor(server.origin, { 'x-test-address': shared, cookie: drawnOf(index) }),
    )
    const opened = await Promise.all(pages.map((page) => page.listen()))
    expect(opened.filter((status) => status === 429)).toHaveLength(1)
    const ann = from(shared)
    running.people.approve(await ann.session())
    expect(await ann.listen()).toBe(200)
    for (const page of [...pages, ann]) page.leave()
    await until(() => running.chat.figures().streams === 0)
  })
})

describe('what is logged of failures', () => {
  it('is nothing when the sender goes away in the middle of the body', async () => {
    const ann = from('192.0.2.1')
    await ann.session()
    for (const _ of crowd(3)) {
      const socket = connect(server.port, '127.0.0.1')
      socket.write(
        [
          'POST /chat/messages HTTP/1.1',
          'host: localhost',
          'content-type: application/json',
          'content-length: 100',
          `cookie: ${ann.cookie() ?? ''}`,
          '',
          '{"id":',
        ].join('\r\n'),
      )
      await turnOfEvents()
      socket.destroy()
    }
    await turnOfEvents()
    expect(arrived).toBe(4)
    expect(running.logged).toEqual([])
    expect((await ann.say('hello')).status).toBe(200)
  })

  it('is bounded when the store fails at every request, and says how much it left out', async () => {
    const lines: unknown[] = []
    Object.assign(running.host, {
      log: (_level: string, event: string, data: object) => lines.push({ event, ...data }),
    })
    const ann = from('192.0.2.1')
    await ann.session()
    running.people.people.stateOf = () => Promise.reject(new Error('journal damaged'))
    const fail = async () => expect((await ann.call('/state')).status).toBe(503)
    for (const _ of crowd(50)) await fail()
    expect(lines).toHaveLength(5)
    running.clock.pass(60_000)
    await fail()
    expect(lines.at(-1)).toEqual({
      event: 'webchat-request-failed',
      reason: 'journal damaged',
      unsaid: 45,
    })
  })
})
