import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { signalNumberOf } from '@openclaw-pairing/emulators'
import { afterEach, describe, expect, it, onTestFinished } from 'vitest'
import { closeAll, emulate, events, memoryCursor, pause, runBench, texts, until } from './bench.ts'

afterEach(closeAll)

/** Something else on a port of its own. */
async function otherServer(status: number, type: string): Promise<string> {
  const server = createServer((_, response) => {
    response.writeHead(status, { 'content-type': type })
    response.end('<html></html>')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`
}

it('a daemon of another account is said once, and its messages are nobody’s', async () => {
  const emulator = await emulate()
  const { lines, offered, ignored } = runBench({
    url: emulator.url,
    options: { number: '+15550000009' },
  })
  for (const text of ['one', 'two']) emulator.message(1, text)
  await until(() => ignored.length === 2, 'the messages')
  expect(offered).toEqual([])
  const said = lines.filter(([, event]) => event === 'signal-other-account')
  expect(said).toHaveLength(1)
  for (const part of [emulator.number, '+15550000009', 'channels.signal.httpPort'])
    expect(String(said[0]?.[2]['reason'])).toContain(part)
})

it('a daemon that names one account after another does not fill the log', async () => {
  const emulator = await emulate()
  const bench = runBench({ url: emulator.url, options: { number: '+15550000009' } })
  const event = emulator.message(1, 'hello')
  for (let at = 0; at < 200; at += 1)
    emulator.push({ ...event, account: `+1555000${String(1_000 + (at % 50))}` })
  await until(() => bench.ignored.length === 201, 'the messages')
  const said = bench.lines.filter(([, name]) => name === 'signal-other-account')
  expect(said.length).toBeLessThanOrEqual(5)
})

it('others have their turn while many messages lie ready', async () => {
  const emulator = await emulate()
  for (let at = 0; at < 6_000; at += 1) emulator.message(at % 50, 'hello')
  const bench = runBench({ url: emulator.url })
  let [seen, most] = [0, 0]
  const turn = (): void => {
    most = Math.max(most, bench.offered.length - seen)
    seen = bench.offered.length
    if (seen < 6_000) setImmediate(turn)
  }
  turn()
  await until(() => seen === 6_000, 'the messages')
  expect(most).toBeLessThan(400)
})

describe('what a message carries', () => {
  it('is when it came, and no time of waiting where there was none', async () => {
    const emulator = await emulate()
    const bench = runBench({ url: emulator.url })
    await until(() => emulator.listeners() === 1, 'the stream')
    emulator.message(1, 'hello')
    await until(() => bench.offered.length === 1, 'the message')
    expect(bench.offered[0]?.receivedAt).toBeGreaterThan(Date.now() - 5_000)
    expect(bench.offered[0]?.heldMs ?? 0).toBeLessThan(1_000)
  })

  it('says how long Signal kept it, by the clock of the server', async () => {
    const clock = { at: 1_795_370_000_000 }
    const emulator = await emulate({ now: () => clock.at })
    emulator.message(1, 'while you were away')
    clock.at += 45_000
    const options = { clock: { now: () => clock.at as never } }
    const bench = runBench({ url: emulator.url, options })
    await until(() => bench.offered.length === 1, 'the message')
    expect(bench.offered[0]).toMatchObject({ sentAt: 1_795_370_000_000, heldMs: 45_000 })
  })

  it('says how long before the stream stood it was sent, where the server says nothing', async () => {
    const emulator = await emulate()
    const times = { serverReceivedTimestamp: 0, serverDeliveredTimestamp: 0 }
    const timestamp = Date.now() - 60_000
    emulator.push({
      account: emulator.number,
      envelope: {
        ...{ sourceNumber: signalNumberOf(1), timestamp, ...times },
        dataMessage: { timestamp, message: 'old' },
      },
    })
    const bench = runBench({ url: emulator.url })
    await until(() => bench.offered.length === 1, 'the message')
    expect(bench.offered[0]?.heldMs).toBeGreaterThanOrEqual(60_000)
  })
})

describe('a number of an event that no header takes', () => {
  /** A daemon that gives each event the same number, and what it was asked to go on after. */
  async function numbering(id: string): Promise<{ url: string; asked: unknown[] }> {
    const asked: unknown[] = []
    const server = createServer((request, response) => {
      asked.push(request.headers['last-event-id'])
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.end(`id: ${id}\nevent: receive\ndata: {"envelope":{}}\n\n`)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    return { asked, url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}` }
  }

  it.each(['€', '1\u0001', '1'.repeat(20_000)])('%.6j counts as none', async (id) => {
    const { asked, url } = await numbering(id)
    const number = '+15550000000'
    const { connection, stop } = runBench({ url, options: { number } })
    await until(() => asked.length > 2, 'the third stream')
    expect(asked.slice(0, 3)).toEqual(['0', '0', '0'])
    expect(connection.status().state).not.toBe('failed')
    await stop()
  })

  it('is not gone on after where it was saved', async () => {
    const { asked, url } = await numbering('1')
    const number = '+15550000000'
    const saved = { version: 1, account: number, keys: '', pending: '[]', lastEventId: '€' }
    const { stop } = runBench({ url, cursor: memoryCursor(saved), options: { number } })
    await until(() => asked.length > 1, 'the second stream')
    expect(asked.slice(0, 2)).toEqual(['0', '1'])
    await stop()
  })
})

describe('a daemon of several accounts', () => {
  const otherNumbers = ['+15550000009']

  it('gives each connection its own messages', async () => {
    const emulator = await emulate({ otherNumbers })
    const bench = runBench({ url: emulator.url, options: { number: emulator.number } })
    await until(() => emulator.listeners() === 1, 'the stream')
    const written = emulator.message(1, 'mine')
    emulator.push({ ...written, account: '+15550000009' })
    emulator.message(1, 'mine too')
    await until(() => bench.offered.length === 2, 'the messages')
    expect(texts(bench.offered)).toEqual(['mine', 'mine too'])
    expect(await bench.connection.send({ to: signalNumberOf(1), text: 'yes' })).toMatchObject({
      outcome: 'sent',
    })
    expect(emulator.calls.at(-1)?.params).toMatchObject({ account: emulator.number })
  })

  it('is not listened to until somebody says which one is meant', async () => {
    const emulator = await emulate({ otherNumbers })
    const { connection, lines } = runBench({ url: emulator.url })
    await until(() => events(lines).includes('signal-several-accounts'), 'the line')
    expect(emulator.listeners()).toBe(0)
    expect(connection.status()).toMatchObject({ state: 'waiting' })
    expect(connection.status().lastError).toContain('channels.signal.account')
  })

  it('that does not know the account is asked again, and says what to do', async () => {
    const emulator = await emulate({ otherNumbers })
    const { connection, lines } = runBench({
      url: emulator.url,
      options: { number: '+15559999999' },
    })
    await until(() => events(lines).filter((event) => event === 'signal-refused').length > 1, 'two')
    expect(connection.status().lastError).toContain('+15559999999')
    expect(connection.status().lastError).toContain('signal-cli listAccounts')
    expect(lines.filter(([level]) => level === 'warn')).toHaveLength(1)
  })
})

describe('a link that is none', () => {
  it('is left when it says nothing any more, and taken up again', async () => {
    const emulator = await emulate({ keepAliveMs: 50 })
    const options = { timing: { silentMs: 200 } }
    const { connection, lines } = runBench({ url: emulator.url, options })
    await until(() => connection.status().state === 'connected', 'the stream')
    await pause(500)
    expect(events(lines)).toEqual(['signal-connected'])
    emulator.mute()
    await until(() => events(lines).includes('signal-disconnected'), 'the end')
    expect(JSON.stringify(lines)).toContain('nothing came for too long')
  })

  it('to a daemon that never answers ends after a while', async () => {
    const emulator = await emulate()
    emulator.fault({ method: 'events', effect: { kind: 'hang', when: 'before' }, times: 1 })
    const options = { timing: { silentMs: 200 } }
    const { connection } = runBench({ url: emulator.url, options })
    await until(() => connection.status().state === 'connected', 'the second try')
  })

  it.each([
    [404, 'text/html', 'is no HTTP daemon'],
    [200, 'text/html', 'is no HTTP daemon'],
    [421, 'text/plain', 'host name'],
    [503, 'text/html', 'HTTP 503'],
  ])('to something else (%i, %s) is named', async (status, type, words) => {
    const { connection, lines } = runBench({ url: await otherServer(status, type) })
    await until(() => events(lines).includes('signal-refused'), 'the line')
    expect(connection.status().lastError).toContain(words)
  })

  it.each(['http://192.0.2.1:8080', 'ftp://127.0.0.1', 'nowhere', 'http://127.0.0.1:1/api/v1'])(
    'to %s is never tried',
    async (url) => {
      const { connection, ended } = runBench({ url })
      await expect(ended).rejects.toMatchObject({ code: 'ERR_SIGNAL_URL_INVALID' })
      expect(connection.status().state).toBe('failed')
      const outcome = await connection.send({ to: signalNumberOf(1), text: 'hello' })
      expect(outcome).toMatchObject({ outcome: 'refused' })
    },
  )

  it('for an account that is no phone number is never tried', async () => {
    const { ended } = runBench({ url: 'http://127.0.0.1:1', options: { number: '15550000000' } })
    await expect(ended).rejects.toMatchObject({ code: 'ERR_SIGNAL_ACCOUNT_INVALID' })
  })
})

describe('the position', () => {
  it('keeps what a stop left unhandled, in order and once, whatever the daemon repeats', async () => {
    const emulator = await emulate({ numbered: true })
    const cursor = memoryCursor()
    const busy = runBench({ url: emulator.url, cursor, onMessage: () => new Promise(() => {}) })
    await until(() => emulator.listeners() === 1, 'the stream')
    for (const text of ['one', 'two', 'three']) emulator.message(1, text)
    await until(() => busy.offered.length === 1, 'the first')
    await pause(50)
    await busy.stop()
    const again = runBench({ url: emulator.url, cursor })
    await until(() => again.offered.length >= 3, 'all three')
    await pause(50)
    expect(texts(again.offered)).toEqual(['one', 'two', 'three'])
  })

  it('asks a daemon that numbers its events for what came after a kill', async () => {
    const emulator = await emulate({ numbered: true })
    const cursor = memoryCursor()
    const first = runBench({ url: emulator.url, cursor })
    await until(() => emulator.listeners() === 1, 'the stream')
    emulator.message(1, 'one')
    await until(() => cursor.saves() > 0 && first.offered.length === 1, 'the position')
    const before = structuredClone(cursor.last())
    emulator.message(1, 'two')
    await until(() => first.offered.length === 2, 'the second')
    await first.stop()
    const killed = runBench({ url: emulator.url, cursor: memoryCursor(before) })
    await until(() => killed.offered.length > 0, 'what was not noted')
    await pause(50)
    expect(texts(killed.offered)).toEqual(['two'])
  })

  it('of another account means nothing, and a damaged one is told of', async () => {
    const emulator = await emulate()
    const saved = { version: 1, account: '+15551111111', keys: '', pending: '[{"a":1}]' }
    const other = runBench({ url: emulator.url, cursor: memoryCursor(saved) })
    await until(() => events(other.lines).includes('signal-connected'), 'the stream')
    expect(events(other.lines)).toEqual(['signal-connected'])
    const damaged = runBench({ url: emulator.url, cursor: memoryCursor('{') })
    await until(() => events(damaged.lines).includes('signal-connected'), 'the stream')
    expect(events(damaged.lines)).toEqual(['position-damaged', 'signal-connected'])
  })

  it('that cannot be read keeps the account waiting', async () => {
    const emulator = await emulate()
    const cursor = memoryCursor()
    cursor.failWith(new Error('no disk'))
    const { connection, lines } = runBench({ url: emulator.url, cursor })
    await until(() => events(lines).includes('position-not-read'), 'the line')
    expect(connection.status().lastError).toContain('no disk')
    cursor.failWith(undefined)
    await until(() => connection.status().state === 'connected', 'the stream')
  })

  it('is saved at once after somebody was answered, and seldom in a flood', async () => {
    const emulator = await emulate()
    const cursor = memoryCursor()
    const options = { timing: { saveMs: 60_000 } }
    const { connection, offered } = runBench({ url: emulator.url, cursor, options })
    await until(() => connection.status().state === 'connected', 'the stream')
    for (let who = 0; who < 500; who += 1) emulator.message(who, 'hello')
    await until(() => offered.length === 500, 'all of them')
    expect(cursor.saves()).toBe(0)
    const bench = runBench({
      ...{ url: emulator.url, cursor, options },
      onMessage: async ({ replyTo }, { send }) => void (await send({ to: replyTo, text: 'yes' })),
    })
    await until(() => emulator.listeners() === 2, 'the second stream')
    emulator.message(1, 'again')
    await until(() => cursor.saves() > 0, 'the position')
    expect(bench.offered).toHaveLength(1)
  })
})

it('reads no further while a hundred messages wait, and all of them in the end', async () => {
  const emulator = await emulate()
  let open = (): void => {}
  const gate = new Promise<void>((resolve) => (open = resolve))
  const seen = new Set<string>()
  const { connection } = runBench({
    url: emulator.url,
    onMessage: async ({ senderId }) => {
      seen.add(senderId)
      await gate
    },
  })
  await until(() => connection.status().state === 'connected', 'the stream')
  for (let who = 0; who < 300; who += 1) emulator.message(who, 'hello')
  await pause(200)
  expect(seen.size).toBe(32)
  open()
  await until(() => seen.size === 300, 'all of them')
  expect(connection.status().state).toBe('connected')
})

it('leaves out an event that is longer than any message, and takes nothing in it for another', async () => {
  const emulator = await emulate()
  const { connection, lines, offered } = runBench({ url: emulator.url })
  await until(() => connection.status().state === 'connected', 'the stream')
  emulator.push('no object' as never)
  emulator.message(1, 'data:{"envelope":{}} '.repeat(100_000))
  emulator.message(1, 'hello')
  await until(() => offered.length > 0, 'the message')
  expect(texts(offered)).toEqual(['hello'])
  expect(events(lines)).toEqual(['signal-connected', 'signal-event-too-long'])
})
