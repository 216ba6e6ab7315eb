import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it, onTestFinished } from 'vitest'
import {
  closeAll,
  connectionTo,
  emulate,
  events,
  memoryCursor,
  pause,
  runBench,
  texts,
  until,
} from './bench.ts'

const ADA = 'U0ADALOVE'
const BOB = 'U0BOBBOBB'

afterEach(closeAll)

describe('a wrong token or API root ends the account, and says where to get the right one', () => {
  it.each([
    [{ botToken: '' }, /xoxb/, /OAuth & Permissions.*SLACK_BOT_TOKEN/],
    [{ botToken: 'xapp-1-wrong-kind-of-token' }, /xoxb/, /OAuth & Permissions/],
    [{ appToken: '' }, /xapp/, /App-Level Tokens.*connections:write.*SLACK_APP_TOKEN/],
  ])('%j, without asking anybody', async (options, message, hint) => {
    const emulator = await emulate()
    const { ended, connection } = runBench({ emulator, options })
    await expect(ended).rejects.toMatchObject({
      code: 'ERR_SLACK_TOKEN_MALFORMED',
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    })
    expect(connection.status().state).toBe('failed')
    expect(emulator.calls).toEqual([])
  })

  it.each([
    ['botToken', 'xoxb-1-somebody-elses-token'],
    ['appToken', 'xapp-1-somebody-elses-token'],
  ] as const)('a %s that Slack does not know', async (token, value) => {
    const { ended } = runBench({ emulator: await emulate(), options: { [token]: value } })
    await expect(ended).rejects.toMatchObject({ code: 'ERR_SLACK_TOKEN_REJECTED', token })
  })

  it('an app token that is revoked while the socket is renewed', async () => {
    const emulator = await emulate()
    const bench = runBench({ emulator })
    await until(() => bench.connection.status().state === 'connected', 'the connection')
    emulator.revoke('appToken')
    emulator.disconnect('refresh_requested')
    await expect(bench.ended).rejects.toMatchObject({ code: 'ERR_SLACK_TOKEN_REJECTED' })
    expect(bench.connection.status().lastError).toMatch(/invalid_auth.*App-Level Tokens/)
  })

  it('Socket Mode that is switched off', async () => {
    const emulator = await emulate()
    const bench = runBench({ emulator })
    await until(() => bench.connection.status().state === 'connected', 'the connection')
    emulator.disconnect('link_disabled')
    await expect(bench.ended).rejects.toMatchObject({ code: 'ERR_SLACK_SOCKET_MODE_OFF' })
  })

  it('a scope that the app token lacks', async () => {
    const emulator = await emulate()
    const effect = { kind: 'error', status: 200, description: 'missing_scope' } as const
    emulator.fault({ method: 'apps.connections.open', effect })
    const { ended } = runBench({ emulator })
    await expect(ended).rejects.toMatchObject({ code: 'ERR_SLACK_SCOPE_MISSING' })
  })

  it('an API root without a Web API', async () => {
    const emulator = await emulate()
    const { ended } = runBench({ emulator, options: { apiRoot: `${emulator.url}/elsewhere` } })
    await expect(ended).rejects.toMatchObject({ code: 'ERR_SLACK_NOT_FOUND' })
  })

  it.each(['http://slack.com/api', 'ftp://127.0.0.1', 'slack.com', 'https://u:p@slack.com'])(
    'sends no token to %s',
    async (apiRoot) => {
      const { ended } = runBench({ emulator: await emulate(), options: { apiRoot } })
      await expect(ended).rejects.toMatchObject({ code: 'ERR_SLACK_API_ROOT_INVALID' })
    },
  )

  it('a token of another workspace: ids of people mean others there', async () => {
    const cursor = memoryCursor()
    const first = runBench({ emulator: await emulate({ team: 'T0FIRST' }), cursor })
    await until(() => first.connection.status().state === 'connected', 'the connection')
    await first.stop()
    const second = runBench({ emulator: await emulate({ team: 'T0SECOND' }), cursor })
    await expect(second.ended).rejects.toMatchObject({ code: 'ERR_SLACK_WORKSPACE_CHANGED' })
    expect(second.offered).toEqual([])
  })
})

describe('acknowledging', () => {
  it('does not wait for a handler, and stays within the time that Slack gives', async () => {
    const emulator = await emulate()
    const bench = runBench({ emulator, onMessage: () => new Promise(() => {}) })
    emulator.message(ADA, 'hello')
    await until(() => emulator.envelopes[0]?.ackedAt !== undefined, 'the acknowledgement')
    const [envelope] = emulator.envelopes
    expect((envelope?.ackedAt ?? 0) - (envelope?.sentAt ?? 0)).toBeLessThan(2_900)
    expect(bench.offered).toHaveLength(1)
    expect(emulator.pending()).toEqual([])
  })

  it('a message that was acknowledged and not handled outlives a crash', async () => {
    const emulator = await emulate()
    const cursor = memoryCursor()
    runBench({ emulator, cursor, onMessage: () => new Promise(() => {}) })
    emulator.message(ADA, 'hello')
    await until(() => emulator.pending().length === 0 && cursor.saves() > 0, 'the acknowledgement')
    // What a crash leaves behind is what was saved by then.
    const after = runBench({ emulator, cursor: memoryCursor(cursor.last()) })
    await until(() => after.offered.length === 1, 'the message again')
    expect(texts(after.offered)).toEqual(['hello'])
  })

  it('is withheld while nothing can be written down, and Slack gives the message again', async () => {
    const emulator = await emulate({ ackMs: 300 })
    const cursor = memoryCursor()
    const work = { done: (): void => {} }
    const bench = runBench({
      ...{ emulator, cursor },
      onMessage: () => new Promise<void>((resolve) => (work.done = resolve)),
    })
    await until(() => bench.connection.status().state === 'connected', 'the connection')
    cursor.failWith(new Error('no space left'))
    emulator.message(ADA, 'hello')
    await until(() => emulator.envelopes.length >= 2, 'a second envelope')
    expect(emulator.envelopes.every(({ ackedAt }) => ackedAt === undefined)).toBe(true)
    expect(events(bench.lines)).toContain('position-not-saved')
    work.done()
    await until(() => emulator.pending().length === 0, 'the acknowledgement')
    expect(texts(bench.offered)).toEqual(['hello'])
  })

  it('costs no write for each message that was handled at once', async () => {
    const emulator = await emulate()
    const cursor = memoryCursor()
    const bench = runBench({ emulator, cursor, options: { timing: { saveMs: 60_000 } } })
    for (let who = 0; who < 50; who += 1) emulator.message(`U0STRANGER${String(who)}`, 'hello')
    await until(() => bench.offered.length === 50, 'fifty messages')
    await until(() => emulator.pending().length === 0, 'the acknowledgements')
    expect(cursor.saves()).toBeLessThanOrEqual(2)
  })
})

describe('one message that comes as several events', () => {
  it.each([
    ['the same place', { event_id: 'Ev0OTHER00' }, 'same', { client_msg_id: 'other' }],
    ['the same event with another time', {}, 'later', { client_msg_id: 'other' }],
    ['the number of the writer’s program', { event_id: 'Ev0OTHER01' }, 'later', {}],
  ])('is offered once: %s', async (_, outer, time, inner) => {
    const emulator = await emulate()
    const bench = runBench({ emulator })
    const { payload, ts } = emulator.message(ADA, 'hello')
    const { event } = payload as { event: object }
    const later = `${String(Number(ts.split('.')[0]) + 1)}.000100`
    const at = time === 'later' ? { ts: later } : {}
    emulator.push({ ...payload, ...outer, event: { ...event, ...at, ...inner } })
    emulator.message(ADA, 'after')
    await until(() => texts(bench.offered).includes('after'), 'the message after it')
    expect(texts(bench.offered)).toEqual(['hello', 'after'])
    expect(bench.ignored).toEqual([])
  })

  it('the number of one writer’s program says nothing about another writer', async () => {
    const emulator = await emulate()
    const bench = runBench({ emulator })
    emulator.message(ADA, 'mine', { client_msg_id: 'same' })
    emulator.message(BOB, 'also mine', { client_msg_id: 'same' })
    await until(() => bench.offered.length === 2, 'both')
  })
})

describe('people and names', () => {
  it('are told as the workspace calls them, asked for once', async () => {
    const emulator = await emulate()
    const bench = runBench({ emulator })
    const ada = { id: ADA, realName: 'Ada Lovelace', displayName: 'ada' }
    emulator.message(ada, 'one')
    emulator.message(ada, 'two')
    await until(() => bench.offered.length === 2, 'both')
    expect(bench.offered.map(({ meta }) => meta)).toEqual([{ name: 'ada' }, { name: 'ada' }])
    expect(emulator.calls.filter(({ method }) => method === 'users.info')).toHaveLength(1)
  })

  it.each([
    ['a missing scope', { kind: 'error', status: 200, description: 'missing_scope' }],
    ['a rate limit', { kind: 'rate-limit', retryAfter: 60 }],
    ['silence', { kind: 'hang', when: 'before' }],
  ] as const)('stop nobody when they cannot be had: %s', async (_, effect) => {
    const emulator = await emulate()
    emulator.fault({ method: 'users.info', effect })
    const bench = runBench({ emulator })
    emulator.message(ADA, 'one')
    await until(() => bench.offered.length === 1, 'the message')
    emulator.message(BOB, 'two')
    await until(() => bench.offered.length === 2, 'the next')
    expect(bench.offered.map(({ meta }) => meta)).toEqual([{}, {}])
    expect(emulator.calls.filter(({ method }) => method === 'users.info').length).toBeLessThan(2)
  })

  it('a member who is a bot does not reach the host', async () => {
    const emulator = await emulate()
    const bench = runBench({ emulator })
    emulator.message({ id: BOB, isBot: true }, 'beep')
    await until(() => bench.ignored.length === 1, 'the notice')
    expect(bench.offered).toEqual([])
  })
})

describe('Slack is down, slow, renews sockets or sends nonsense', () => {
  it.each([
    ['a proxy page', { kind: 'html', status: 502 }],
    ['a page with status 200', { kind: 'html', status: 200 }],
    ['a dropped connection', { kind: 'drop', when: 'before' }],
    ['an inner error', { kind: 'error', status: 200, description: 'internal_error' }],
  ] as const)('goes on after %s', async (_, effect) => {
    const emulator = await emulate()
    emulator.fault({ method: 'auth.test', effect, times: 2 })
    emulator.fault({ method: 'apps.connections.open', effect, times: 2 })
    const bench = runBench({ emulator })
    emulator.message(ADA, 'hello')
    await until(() => bench.offered.length === 1, 'the message')
    expect(events(bench.lines)).toContain('slack-unreachable')
  })

  it('waits as long as a 429 says', async () => {
    const emulator = await emulate()
    const effect = { kind: 'rate-limit', retryAfter: 1 } as const
    emulator.fault({ method: 'apps.connections.open', times: 1, effect })
    const begun = performance.now()
    const bench = runBench({ emulator })
    await until(() => bench.connection.status().state === 'connected', 'the connection')
    expect(performance.now() - begun).toBeGreaterThan(990)
    expect(events(bench.lines)).toContain('slack-rate-limited')
  })

  it('takes a new socket when Slack asks, with nothing lost and nothing twice', async () => {
    const emulator = await emulate()
    const bench = runBench({ emulator, options: { timing: { backoffMs: 10_000 } } })
    await until(() => bench.connection.status().state === 'connected', 'the connection')
    emulator.message(ADA, 'one')
    emulator.disconnect('warning')
    emulator.message(ADA, 'two')
    await until(() => bench.offered.length === 2, 'both')
    expect(texts(bench.offered)).toEqual(['one', 'two'])
    expect(emulator.calls.filter(({ method }) => method === 'apps.connections.open')).toHaveLength(
      2,
    )
  })

  it('leaves more and more time where Slack asks for a new socket again and again', async () => {
    const emulator = await emulate()
    const timing = { backoffMs: 10_000, maxBackoffMs: 10_000 }
    const bench = runBench({ emulator, options: { timing } })
    await until(() => bench.connection.status().state === 'connected', 'the connection')
    for (let round = 0; round < 50; round += 1) {
      if (emulator.connections() > 0) emulator.disconnect('refresh_requested')
      await pause(20)
    }
    const asked = emulator.calls.filter(({ method }) => method === 'apps.connections.open')
    expect(asked.length).toBeLessThan(4)
    expect(bench.connection.status().state).toBe('waiting')
  })

  it('does not read an answer without end', async () => {
    const read = { bytes: 0 }
    const server = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      const part = Buffer.alloc(256 * 1024, 32)
      const more = (): void => {
        while (!response.destroyed && read.bytes < 64 * 1024 * 1024) {
          read.bytes += part.length
          if (!response.write(part)) return void response.once('drain', more)
        }
        response.end('{}')
      }
      more()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const { port } = server.address() as AddressInfo
    const emulator = await emulate()
    const options = { apiRoot: `http://127.0.0.1:${String(port)}`, timing: { requestMs: 5_000 } }
    const { connection, stop } = runBench({ emulator, options })
    await until(() => connection.status().lastError !== undefined, 'the reason')
    expect(read.bytes).toBeLessThan(32 * 1024 * 1024)
    await stop()
  })

  it('does not read a frame without end', async () => {
    const emulator = await emulate()
    const bench = runBench({ emulator })
    await until(() => bench.connection.status().state === 'connected', 'the connection')
    emulator.frame(JSON.stringify({ type: 'x', text: 'x'.repeat(5 * 1024 * 1024) }))
    await until(() => events(bench.lines).includes('slack-disconnected'), 'the end')
    emulator.message(ADA, 'hello')
    await until(() => bench.offered.length === 1, 'the message')
  })

  it('notices a socket that says nothing any more', async () => {
    const emulator = await emulate({ pingMs: 50 })
    const bench = runBench({ emulator, options: { timing: { pongMs: 150, pingMs: 300 } } })
    await until(() => bench.connection.status().state === 'connected', 'the connection')
    await pause(300)
    emulator.freeze()
    await until(() => events(bench.lines).includes('slack-disconnected'), 'the alarm')
    emulator.message(ADA, 'hello')
    await until(() => texts(bench.offered).includes('hello'), 'the message')
  })

  it('drops frames that are none, without harm', async () => {
    const emulator = await emulate()
    const bench = runBench({ emulator })
    await until(() => bench.connection.status().state === 'connected', 'the connection')
    const frames = [
      'null',
      '[]',
      '{',
      '{"type":"events_api"}',
      '{"type":"events_api","payload":{}}',
    ]
    const posing = ['error', 'close', 'disconnected', 'ws_message'].map((type) =>
      JSON.stringify({ type: 'events_api', envelope_id: 'x', payload: { event: { type } } }),
    )
    for (const frame of [...frames, ...posing, '{"type":"error"}']) emulator.frame(frame)
    emulator.message(ADA, 'hello')
    await until(() => bench.offered.length === 1, 'the message')
    await pause(100)
    expect(bench.connection.status().state).toBe('connected')
    expect(emulator.calls.filter(({ method }) => method === 'apps.connections.open')).toHaveLength(
      1,
    )
  })

  it('says that another process uses the app', async () => {
    const emulator = await emulate()
    const first = runBench({ emulator })
    await until(() => first.connection.status().state === 'connected', 'the connection')
    const second = runBench({ emulator })
    await until(() => events(second.lines).includes('slack-shared'), 'the line')
  })

  it('backs off: a dead platform is not hammered', async () => {
    const emulator = await emulate()
    emulator.fault({ method: 'auth.test', effect: { kind: 'html', status: 500 } })
    runBench({ emulator, options: { timing: { backoffMs: 20, maxBackoffMs: 5_000 } } })
    await pause(500)
    expect(emulator.calls.length).toBeGreaterThan(2)
    expect(emulator.calls.length).toBeLessThan(8)
  })

  it('ends at once in the middle of a wait', async () => {
    const emulator = await emulate()
    await emulator.pause()
    const bench = runBench({ emulator, options: { timing: { backoffMs: 60_000 } } })
    await until(() => bench.connection.status().state === 'waiting', 'the state')
    expect(bench.connection.status().lastError).toMatch(/ECONNREFUSED.*apiRoot/)
    const begun = performance.now()
    await bench.stop()
    expect(performance.now() - begun).toBeLessThan(10_000)
  })
})

describe('sending', () => {
  it('opens the conversation of a member who has not written', async () => {
    const emulator = await emulate()
    emulator.inChannel('C0GENERAL', ADA, 'only here')
    const connection = connectionTo(emulator)
    expect(await connection.send({ to: ADA, text: 'hello' })).toMatchObject({ outcome: 'sent' })
    expect(emulator.sent).toMatchObject([{ channel: emulator.directOf(ADA), text: 'hello' }])
    expect(await connection.send({ to: 'U0NOBODY0', text: 'hello' })).toEqual({
      outcome: 'refused',
      reason: 'user_not_found',
    })
    expect((await connection.send({ to: 'ada', text: 'hello' })).outcome).toBe('refused')
  })

  it('answers in the thread, marks the code, and makes nothing a mention or a preview', async () => {
    const emulator = await emulate()
    const { channel, ts } = emulator.message(ADA, 'hello')
    const connection = connectionTo(emulator)
    const text = 'Code: ABCD2345 for <@U0BOB> & <!channel>'
    await connection.send({ to: `${channel}:${ts}`, text, copyable: 'ABCD2345' })
    await connection.send({ to: channel, text: '<!channel>' })
    expect(emulator.sent).toMatchObject([
      { thread: ts, text, code: ['ABCD2345'] },
      { thread: undefined, text: '<!channel>', code: [] },
    ])
    for (const { params } of emulator.sent) {
      expect(params).toMatchObject({ unfurl_links: 'false', link_names: 'false', parse: 'none' })
      expect(params['text']).not.toContain('<')
    }
  })

  it.each([
    ['internal_error', 'unknown'],
    ['fatal_error', 'unknown'],
    ['channel_not_found', 'refused'],
    ['messages_tab_disabled', 'refused'],
    ['token_revoked', 'refused'],
  ] as const)('once where Slack answers %s: %s', async (description, outcome) => {
    const emulator = await emulate()
    const { channel } = emulator.message(ADA, 'hello')
    const effect = { kind: 'error', status: 200, description } as const
    emulator.fault({ method: 'chat.postMessage', effect })
    expect(await connectionTo(emulator).send({ to: channel, text: 'hi' })).toEqual({
      outcome,
      reason: description,
    })
    expect(emulator.calls.filter(({ method }) => method === 'chat.postMessage')).toHaveLength(1)
  })

  it.each([
    [{ kind: 'html', status: 502 }, 'unknown', 1],
    [{ kind: 'drop', when: 'after' }, 'unknown', 1],
    [{ kind: 'rate-limit', retryAfter: 0 }, 'failed', 3],
    [{ kind: 'rate-limit', retryAfter: 61 }, 'failed', 1],
  ] as const)('%j ends %s after %i tries', async (effect, outcome, tries) => {
    const emulator = await emulate()
    const { channel } = emulator.message(ADA, 'hello')
    emulator.fault({ method: 'chat.postMessage', effect })
    const became = await connectionTo(emulator).send({ to: channel, text: 'hi' })
    expect(became.outcome).toBe(outcome)
    await pause(50)
    expect(emulator.calls.filter(({ method }) => method === 'chat.postMessage')).toHaveLength(tries)
  })

  it('obeys Retry-After and then succeeds', async () => {
    const emulator = await emulate()
    const { channel } = emulator.message(ADA, 'hello')
    const effect = { kind: 'rate-limit', retryAfter: 1 } as const
    emulator.fault({ method: 'chat.postMessage', effect, times: 1 })
    const begun = performance.now()
    const became = await connectionTo(emulator).send({ to: channel, text: 'hi' })
    expect(became).toMatchObject({ outcome: 'sent' })
    expect(performance.now() - begun).toBeGreaterThan(990)
    expect(emulator.sent.map(({ text }) => text)).toEqual(['hi'])
  })
})
