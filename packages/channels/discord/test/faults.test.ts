import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import { createServer as createRawServer, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import {
  closeAll,
  connectedBench,
  emulate,
  events,
  memoryCursor,
  pause,
  runBench,
  texts,
  until,
} from './bench.ts'

const ADA = '200000000000000001'
const BOB = '200000000000000002'

const servers: Server[] = []
afterEach(async () => {
  await closeAll()
  for (const server of servers.splice(0)) server.close()
})

/** Where it listens. */
async function listening(server: Server): Promise<string> {
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  return `http://127.0.0.1:${String(port)}`
}

/** A REST API that knows the bot, and names this gateway. */
const apiThatNames = (url: string): Promise<string> =>
  listening(
    createServer((request, response) => {
      const facts = { url, shards: 1, session_start_limit: { remaining: 1_000, reset_after: 0 } }
      const body = request.url?.endsWith('/gateway/bot') ? facts : { id: ADA }
      response.writeHead(200, { 'content-type': 'application/json', connection: 'close' })
      response.end(JSON.stringify(body))
    }),
  )

/** Takes connections, and says nothing. */
const silentServer = (): Promise<string> =>
  listening(createRawServer((socket) => void socket.on('error', () => {})))

describe('what waiting does not mend ends the account, and says what to do', () => {
  it.each(['', 'one-word', 'a.b.c'])('the token %j, without asking anybody', async (token) => {
    const emulator = await emulate()
    const { ended, connection } = runBench({ emulator, options: { token } })
    await expect(ended).rejects.toMatchObject({
      code: 'ERR_DISCORD_TOKEN_MALFORMED',
      hint: expect.stringMatching(/Bot → Reset Token.*DISCORD_BOT_TOKEN/),
    })
    expect(connection.status().state).toBe('failed')
    expect(emulator.calls).toEqual([])
  })

  it('a token that Discord does not know is asked with once, for sends too', async () => {
    const emulator = await emulate()
    const token = 'OTAwMDAwMDAwMDAwMDAwMDAx.GOther.SomebodyElsesTokenSomebodyElsesToken'
    const { ended, connection } = runBench({ emulator, options: { token } })
    await expect(ended).rejects.toMatchObject({ code: 'ERR_DISCORD_TOKEN_REJECTED' })
    for (let n = 0; n < 5; n += 1)
      expect(await connection.send({ to: `user:${ADA}`, text: 'x' })).toMatchObject({
        outcome: 'failed',
        reason: expect.stringContaining('401'),
      })
    expect(emulator.calls).toHaveLength(1)
    expect(emulator.entrances).toEqual([])
  })

  it('a token that is reset while a session stands', async () => {
    const emulator = await emulate()
    const bench = await connectedBench({ emulator })
    emulator.revoke()
    await expect(bench.ended).rejects.toMatchObject({ code: 'ERR_DISCORD_TOKEN_REJECTED' })
    expect(bench.connection.status().lastError).toMatch(/4004.*Reset Token/)
  })

  it.each([
    [4013, 'ERR_DISCORD_INTENTS_REFUSED'],
    [4014, 'ERR_DISCORD_INTENTS_REFUSED'],
    [4012, 'ERR_DISCORD_GATEWAY_REFUSED'],
  ])('the close code %i', async (closeCode, code) => {
    const emulator = await emulate()
    const bench = await connectedBench({ emulator })
    emulator.disconnect(closeCode)
    await expect(bench.ended).rejects.toMatchObject({
      code,
      message: expect.stringContaining(String(closeCode)),
      hint: expect.stringMatching(/./),
    })
  })

  it('an API root without a REST API', async () => {
    const emulator = await emulate()
    const { ended } = runBench({ emulator, options: { apiRoot: `${emulator.url}/elsewhere` } })
    await expect(ended).rejects.toMatchObject({ code: 'ERR_DISCORD_NOT_FOUND' })
  })

  it.each(['http://discord.com/api', 'ftp://127.0.0.1', 'discord.com', 'https://u:p@discord.com'])(
    'sends no token to %s',
    async (apiRoot) => {
      const { ended } = runBench({ emulator: await emulate(), options: { apiRoot } })
      await expect(ended).rejects.toMatchObject({ code: 'ERR_DISCORD_API_ROOT_INVALID' })
    },
  )
})

describe('a session', () => {
  it.each(['reconnect', 'cut', '4000', '4008', 'op 9 true', 'freeze'])(
    'is taken up after %s, without a message lost or offered twice',
    async (how) => {
      const emulator = await emulate(how === 'freeze' ? { heartbeatMs: 150 } : {})
      const bench = await connectedBench({ emulator })
      emulator.message(ADA, 'one')
      await until(() => bench.offered.length === 1, 'the first message')
      if (how === 'reconnect') emulator.reconnect()
      if (how === 'cut') emulator.cut()
      if (how === 'freeze') emulator.freeze()
      if (how === 'op 9 true') emulator.invalidate('resumable')
      if (/^\d/.test(how)) emulator.disconnect(Number(how))
      emulator.message(ADA, 'two')
      await until(() => bench.offered.length === 2, 'the second message')
      await until(() => bench.connection.status().state === 'connected', 'the state')
      emulator.message(ADA, 'three')
      await until(() => bench.offered.length === 3, 'the third message')
      expect(texts(bench.offered)).toEqual(['one', 'two', 'three'])
      const starts = emulator.entrances.filter(({ kind }) => kind === 'identify')
      expect(starts).toHaveLength(1)
    },
  )

  it('leaves out a frame that is far too long, and goes on', async () => {
    const emulator = await emulate()
    const bench = await connectedBench({ emulator })
    const long = emulator.message(ADA, 'one')
    await until(() => bench.offered.length === 1, 'the first message')
    const d = { ...long, id: `${long.id.slice(0, -1)}9`, nonce: 'x'.repeat(5 * 1024 * 1024) }
    emulator.frame(JSON.stringify({ op: 0, t: 'MESSAGE_CREATE', s: 100, d }))
    emulator.message(ADA, 'two')
    await until(() => texts(bench.offered).includes('two'), 'the next message')
    expect(texts(bench.offered)).toEqual(['one', 'two'])
  })

  it('that Discord wants anew again and again is left more and more time', async () => {
    const emulator = await emulate()
    const timing = { backoffMs: 10_000, maxBackoffMs: 10_000 }
    const bench = await connectedBench({ emulator, options: { timing } })
    for (let round = 0; round < 50; round += 1) {
      if (emulator.connections() > 0) emulator.reconnect()
      await pause(20)
    }
    expect(emulator.entrances.length).toBeLessThan(4)
    expect(bench.connection.status().state).toBe('waiting')
  })

  it('says of messages that were missed how long Discord had them', async () => {
    const emulator = await emulate()
    const cursor = memoryCursor()
    const first = await connectedBench({ emulator, cursor })
    await first.stop()
    emulator.message(ADA, 'while nobody was there')
    await pause(120)
    const second = await connectedBench({ emulator, cursor })
    await until(() => second.offered.length === 1, 'the message')
    expect(second.offered[0]?.heldMs).toBeGreaterThanOrEqual(100)
    emulator.message(ADA, 'now')
    await until(() => second.offered.length === 2, 'the next message')
    expect(second.offered[1]).not.toHaveProperty('heldMs')
  })

  it('is written down at once, and taken up after a crash from what was saved', async () => {
    const emulator = await emulate()
    const cursor = memoryCursor()
    await connectedBench({ emulator, cursor, options: { timing: { saveMs: 60_000 } } })
    await until(() => cursor.saves() > 0, 'the session')
    const saved = cursor.last()
    emulator.message(ADA, 'hello')
    const after = await connectedBench({ emulator, cursor: memoryCursor(saved) })
    await until(() => after.offered.length === 1, 'the message')
    expect(emulator.entrances.map(({ kind }) => kind)).toEqual(['identify', 'resume'])
  })

  it('that is lost is started anew, and known people’s messages of meanwhile are caught up in order', async () => {
    const emulator = await emulate()
    const cursor = memoryCursor()
    const first = await connectedBench({ emulator, cursor })
    emulator.message(ADA, 'before')
    await until(() => first.offered.length === 1, 'the message before')
    await first.connection.send({ to: emulator.directOf(ADA), text: 'an answer' })
    await first.stop()
    emulator.expire()
    for (const text of ['one', 'two', 'three']) emulator.message(ADA, text)
    emulator.message(BOB, 'a stranger to us')
    const second = await connectedBench({ emulator, cursor })
    await until(() => second.offered.length >= 3, 'what was missed')
    emulator.message(ADA, 'four')
    await until(() => second.offered.length >= 4, 'the next message')
    await pause(50)
    expect(texts(second.offered)).toEqual(['one', 'two', 'three', 'four'])
    expect(events(second.lines)).toEqual(
      expect.arrayContaining(['discord-session-lost', 'discord-caught-up']),
    )
    expect(second.offered[0]).toMatchObject({ replyTo: emulator.directOf(ADA), senderId: ADA })
  })

  it('that is lost keeps the order of messages where what was missed cannot be asked for at once', async () => {
    const emulator = await emulate()
    const cursor = memoryCursor()
    const first = await connectedBench({ emulator, cursor })
    for (const who of [ADA, BOB]) emulator.message(who, 'before')
    await until(() => first.offered.length === 2, 'the messages before')
    await first.stop()
    emulator.expire()
    for (let n = 0; n < 230; n += 1) emulator.message(ADA, String(n))
    const effect = { kind: 'error', status: 503, description: 'down' } as const
    emulator.fault({ method: 'GET /channels/:id/messages', effect, times: 3 })
    const second = await connectedBench({ emulator, cursor })
    emulator.message(ADA, 'live')
    await until(() => events(second.lines).includes('discord-catch-up-incomplete'), 'a failure')
    await until(() => second.offered.length === 231, 'all messages')
    const numbers = Array.from({ length: 230 }, (_, n) => String(n))
    expect(texts(second.offered)).toEqual([...numbers, 'live'])
    emulator.message(BOB, 'later')
    await until(() => second.offered.length === 232, 'the next message')
  })

  it('that is lost keeps what is behind through another crash, and forgets who is gone', async () => {
    const emulator = await emulate()
    const cursor = memoryCursor()
    const first = await connectedBench({ emulator, cursor })
    for (const who of [ADA, BOB]) emulator.message(who, 'before')
    await until(() => first.offered.length === 2, 'the messages before')
    await first.stop()
    emulator.expire()
    emulator.message(ADA, 'missed')
    const method = 'GET /channels/:id/messages'
    emulator.fault({ method, effect: { kind: 'html', status: 502 } })
    const second = await connectedBench({ emulator, cursor })
    emulator.message(ADA, 'not yet')
    await until(() => events(second.lines).includes('discord-catch-up-incomplete'), 'a failure')
    await second.stop()
    emulator.clearFaults()
    const gone = {
      kind: 'error',
      status: 403,
      code: 50_001,
      description: 'Missing Access',
    } as const
    const third = await connectedBench({ emulator, cursor })
    await until(() => third.offered.length === 2, 'both messages')
    expect(texts(third.offered)).toEqual(['missed', 'not yet'])
    await third.stop()
    emulator.expire()
    emulator.fault({ method, effect: gone })
    const fourth = await connectedBench({ emulator, cursor })
    emulator.message(ADA, 'now')
    await until(() => fourth.offered.length === 1, 'what comes')
    expect(events(fourth.lines)).not.toContain('discord-catch-up-incomplete')
  })

  it('that is lost while it runs loses nothing of known people', async () => {
    const emulator = await emulate()
    const bench = await connectedBench({ emulator })
    emulator.message(ADA, 'one')
    await until(() => bench.offered.length === 1, 'the message')
    emulator.invalidate('lost')
    emulator.message(ADA, 'two')
    await until(() => bench.offered.length === 2, 'the message of meanwhile')
    expect(texts(bench.offered)).toEqual(['one', 'two'])
  })

  it.each([4007, 4009, 4010, 4011])(
    'that cannot be taken up after %i is started anew',
    async (code) => {
      const emulator = await emulate()
      const bench = await connectedBench({ emulator })
      emulator.message(ADA, 'one')
      await until(() => bench.offered.length === 1, 'the message')
      emulator.disconnect(code)
      emulator.message(ADA, 'two')
      await until(() => bench.offered.length === 2, 'the next message')
      expect(texts(bench.offered)).toEqual(['one', 'two'])
      expect(emulator.entrances.map(({ kind }) => kind)).toEqual(['identify', 'identify'])
    },
  )

  it('of another place or another bot is not taken up', async () => {
    const cursor = memoryCursor()
    const first = await connectedBench({ emulator: await emulate(), cursor })
    await first.stop()
    const emulator = await emulate()
    await connectedBench({ emulator, cursor })
    expect(emulator.entrances.map(({ kind }) => kind)).toEqual(['identify'])
  })

  it('is taken up at the door for everybody where its own is gone', async () => {
    const emulator = await emulate()
    const cursor = memoryCursor()
    await (await connectedBench({ emulator, cursor })).stop()
    const saved = cursor.last() as { mark: string }
    const mark = saved.mark.replace(/ws:\/\/127\.0\.0\.1:\d+\/resume/, 'ws://127.0.0.1:9/resume')
    emulator.message(ADA, 'hello')
    const bench = runBench({ emulator, cursor: memoryCursor({ ...saved, mark }) })
    await until(() => bench.offered.length === 1, 'the message')
    expect(emulator.entrances.map(({ kind }) => kind)).toEqual(['identify', 'resume'])
  })
})

describe('session starts', () => {
  it('are not spent where none is left: it waits, and says why', async () => {
    const emulator = await emulate()
    emulator.startLimit({ remaining: 0, resetAfter: 400 })
    const bench = runBench({ emulator })
    await until(() => events(bench.lines).includes('discord-held'), 'the wait')
    expect(bench.connection.status()).toMatchObject({
      state: 'waiting',
      lastError: expect.stringContaining('0 session starts'),
    })
    emulator.startLimit({ remaining: 1_000, resetAfter: 86_400_000 })
    await until(() => bench.connection.status().state === 'connected', 'the connection')
    expect(emulator.entrances).toHaveLength(1)
  })

  it('are spread over the day when few are left', async () => {
    const emulator = await emulate()
    emulator.startLimit({ remaining: 10, resetAfter: 3_000 })
    const began = performance.now()
    await connectedBench({ emulator })
    expect(performance.now() - began).toBeGreaterThan(290)
  })

  it('are not burnt by a gateway that ends every session', async () => {
    const emulator = await emulate()
    const bench = await connectedBench({ emulator, options: { timing: { maxBackoffMs: 10_000 } } })
    const end = setInterval(() => emulator.invalidate('lost'), 5)
    await pause(1_500)
    clearInterval(end)
    expect(emulator.entrances.length).toBeLessThan(12)
    await bench.stop()
  })
})

describe('a gateway', () => {
  it('that says what nobody expects ends nothing', async () => {
    const emulator = await emulate()
    const bench = await connectedBench({ emulator })
    for (const frame of ['{', 'null', '[]', '{"op":0}', '{"op":10,"d":null}', '{"op":9}'])
      emulator.frame(frame)
    for (const frame of ['{"op":0,"t":"READY","s":1,"d":{}}', '{"op":"x"}', '{"op":99,"d":1}'])
      emulator.frame(frame)
    emulator.push('MESSAGE_CREATE', {})
    emulator.push('MESSAGE_CREATE', { author: 5, channel_id: 'x' })
    emulator.message(ADA, 'hello')
    await until(() => bench.offered.length === 1, 'the message')
    expect(bench.connection.status().state).toBe('connected')
    emulator.cut()
    emulator.message(ADA, 'after')
    await until(() => bench.offered.length === 2, 'the message after a break')
    expect(emulator.entrances.map(({ kind }) => kind)).toEqual(['identify', 'resume'])
  })

  it.each([
    'ws://gateway.example',
    'wss://u:p@gateway.example',
    'gateway',
    'ws://127.0.0.1:1/?x=y',
  ])('at %s is not private, and gets no token', async (url) => {
    const emulator = await emulate()
    const bench = runBench({ emulator, options: { apiRoot: await apiThatNames(url) } })
    await until(() => events(bench.lines).includes('discord-unreachable'), 'a line')
    expect(bench.connection.status().lastError).toContain('not private')
  })

  it('that never answers is given up after a while, and the session asked for elsewhere', async () => {
    const emulator = await emulate()
    const cursor = memoryCursor()
    const options = { timing: { connectMs: 150 } }
    await (await connectedBench({ emulator, cursor })).stop()
    const saved = cursor.last() as { mark: string }
    const silent = (await silentServer()).replace('http', 'ws')
    const mark = saved.mark.replace(/ws:\/\/127\.0\.0\.1:\d+/, silent)
    const bench = runBench({ emulator, cursor: memoryCursor({ ...saved, mark }), options })
    await until(() => bench.connection.status().state === 'connected', 'the connection')
    expect(bench.connection.status().lastError).toContain('in time')
    expect(emulator.entrances.map(({ kind }) => kind)).toEqual(['identify', 'resume'])
  })

  it('that answers like anything but a gateway ends nothing, in any moment', async () => {
    const accept = (key: string): string =>
      createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
    const opened = (request: string): string => {
      const key = /sec-websocket-key: (\S+)/i.exec(request)?.[1] ?? ''
      return `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept(key)}\r\n\r\n`
    }
    const frame = (text: string): Buffer =>
      Buffer.concat([Buffer.from([0x81, text.length]), Buffer.from(text)])
    const hello = frame('{"op":10,"d":{"heartbeat_interval":40}}')
    const ways: ((socket: Socket, request: string) => void)[] = [
      (socket) => socket.destroy(),
      (socket) => socket.end('HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n'),
      (socket) =>
        socket.end(
          'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n',
        ),
      (socket) => socket.end('what?'),
      (socket, request) => socket.end(opened(request)),
      (socket, request) =>
        socket.write(
          Buffer.concat([Buffer.from(opened(request)), Buffer.from([0xff, 0xff, 0xff])]),
        ),
      (socket, request) =>
        socket.write(
          Buffer.concat([
            Buffer.from(opened(request)),
            Buffer.from([0x81, 0x7f, 0x7f, 0xff, 0, 0, 0, 0, 0, 0]),
          ]),
        ),
      (socket, request) => socket.write(Buffer.concat([Buffer.from(opened(request)), hello])),
      (socket, request) => {
        socket.write(Buffer.concat([Buffer.from(opened(request)), hello]))
        setTimeout(() => socket.resetAndDestroy(), 5)
      },
      (socket, request) =>
        socket.end(Buffer.concat([Buffer.from(opened(request)), hello, frame('{"op":7}')])),
      (socket, request) =>
        socket.write(
          Buffer.concat([Buffer.from(opened(request)), hello, frame('{"op":9,"d":true}')]),
        ),
      (socket, request) =>
        socket.write(
          Buffer.concat([
            Buffer.from(opened(request)),
            hello,
            frame('{"op":1}'),
            frame('{"op":9,"d":false}'),
          ]),
        ),
    ]
    let count = 0
    const server = createRawServer((socket) => {
      socket.on('error', () => {})
      socket.once('data', (data) => {
        ways[count % ways.length]?.(socket, String(data))
        count += 1
      })
    })
    const apiRoot = await apiThatNames((await listening(server)).replace('http', 'ws'))
    const emulator = await emulate()
    const options = { apiRoot, timing: { connectMs: 150, maxBackoffMs: 30 } }
    const bench = runBench({ emulator, options })
    await until(() => count > 2 * ways.length, 'each of them twice')
    expect(['waiting', 'starting']).toContain(bench.connection.status().state)
    const began = performance.now()
    await bench.stop()
    expect(performance.now() - began).toBeLessThan(5_000)
  })

  it('that is down when the REST API is down is found again', async () => {
    const emulator = await emulate()
    await emulator.pause()
    const bench = runBench({ emulator })
    await until(() => bench.lines.length >= 2, 'a line')
    expect(bench.connection.status()).toMatchObject({
      state: 'waiting',
      lastError: expect.stringContaining('ECONNREFUSED'),
    })
    await emulator.resume()
    await until(() => bench.connection.status().state === 'connected', 'the connection')
  })
})

describe('messages', () => {
  it('without a kind of conversation are asked about, once for each conversation', async () => {
    const emulator = await emulate()
    const bench = await connectedBench({ emulator })
    for (const text of ['one', 'two']) emulator.message(ADA, text, { channel_type: undefined })
    emulator.groupDm('700000000000000009', BOB, 'to register the group')
    const { data } = emulator.groupDm('700000000000000009', BOB, 'in a group')
    const { channel_type: _, ...bare } = data
    emulator.push('MESSAGE_CREATE', { ...bare, id: '1399999999999999999' })
    await until(
      () => bench.ignored.filter(({ kind }) => kind === 'group').length === 3,
      'the group',
    )
    expect(texts(bench.offered)).toEqual(['one', 'two'])
    const asked = emulator.calls.filter(({ method }) => method === 'GET /channels/:id')
    expect(asked).toHaveLength(2)
  })

  it('whose kind nobody can say now are given back, and come again', async () => {
    const emulator = await emulate()
    const bench = await connectedBench({ emulator })
    const effect = { kind: 'error', status: 503, description: 'down' } as const
    emulator.fault({ method: 'GET /channels/:id', effect, times: 2 })
    emulator.message(ADA, 'one', { channel_type: undefined })
    emulator.message(BOB, 'two')
    await until(() => bench.offered.length === 2, 'both messages')
    expect(texts(bench.offered)).toEqual(['one', 'two'])
    expect(events(bench.lines)).toContain('discord-held')
  })

  it('more than can be handled wait at Discord, and none is lost', async () => {
    const emulator = await emulate()
    const work = { isOpen: false }
    const bench = await connectedBench({
      emulator,
      onMessage: async () => {
        while (!work.isOpen) await pause(10)
      },
    })
    for (let n = 0; n < 1_500; n += 1)
      emulator.message(String(300_000_000_000_000_000n + BigInt(n)), String(n))
    await until(() => events(bench.lines).includes('discord-held'), 'a pause')
    work.isOpen = true
    await until(() => bench.offered.length === 1_500, 'all messages')
    expect(new Set(texts(bench.offered)).size).toBe(1_500)
    expect(emulator.entrances.filter(({ kind }) => kind === 'identify')).toHaveLength(1)
  })

  it('of the bot itself, edits, servers, groups and other bots are counted and not offered', async () => {
    const emulator = await emulate()
    const bench = await connectedBench({ emulator })
    emulator.edit(emulator.message(ADA, 'hello'), 'hullo')
    emulator.bot(BOB, 'beep')
    emulator.groupDm('700000000000000009', ADA, 'in a group')
    emulator.inGuild('700000000000000008', ADA, 'on a server')
    await until(() => bench.offered.length === 1, 'the message')
    await bench.connection.send({ to: emulator.directOf(ADA), text: 'echo' })
    emulator.message(ADA, 'again')
    await until(() => bench.offered.length === 2, 'the next message')
    const reasons = bench.ignored.map((event) => (event.kind === 'ignore' ? event.why : event.kind))
    expect(reasons).toEqual(['an edit', 'written by a bot', 'group', 'written by the bot itself'])
  })
})

it.each([0, 2])(
  'a storm of faults (%i) loses no message of known people, and ends nothing',
  async (seed) => {
    const emulator = await emulate({ heartbeatMs: 100 })
    const cursor = memoryCursor()
    const offered: string[] = []
    const run = () =>
      runBench({
        ...{ emulator, cursor },
        onMessage: async ({ text }) => {
          await pause(1)
          offered.push(text)
        },
      })
    let bench = run()
    await until(() => bench.connection.status().state === 'connected', 'the connection')
    emulator.message(ADA, 'first')
    await until(() => offered.length === 1, 'the first message')
    const faults: (() => unknown)[] = [
      ...[emulator.cut, emulator.freeze, emulator.reconnect, emulator.expire],
      () => emulator.invalidate('lost'),
      () => emulator.invalidate('resumable'),
      () => emulator.disconnect(4000),
      () => emulator.disconnect(4007),
      () => emulator.disconnect(4009),
      () => emulator.frame('{"op":0,"t":"READY","s":-1,"d":{"session_id":1}}'),
      () => emulator.pause().then(() => setTimeout(() => void emulator.resume(), 40)),
      async () => {
        await bench.stop()
        bench = run()
      },
    ]
    const said: string[] = []
    for (let n = 0; n < 120; n += 1) {
      const text = String(n)
      said.push(text)
      emulator.message(ADA, text)
      await faults[(n * 7 + seed) % faults.length]?.()
      await pause((n * 13 + seed) % 40)
    }
    await until(() => said.every((text) => offered.includes(text)), 'all messages')
    await until(() => bench.connection.status().state === 'connected', 'the connection')
    expect(offered).toEqual(['first', ...said])
  },
  60_000,
)
