import { afterEach, describe, expect, it } from 'vitest'
import { closeAll, emulate, events, memoryCursor, pause, runBench, texts, until } from './bench.ts'

const ALICE = 200_001

afterEach(closeAll)

describe('a wrong token or API root ends the account', () => {
  it('names where to get a token when it is malformed, and asks nobody', async () => {
    const emulator = await emulate()
    const { ended, connection } = runBench({ emulator, options: { token: '123:abc' } })
    const error = {
      code: 'ERR_TELEGRAM_TOKEN_MALFORMED',
      hint: expect.stringContaining('@BotFather'),
    }
    await expect(ended).rejects.toMatchObject(error)
    expect(connection.status().state).toBe('failed')
    expect(emulator.calls).toEqual([])
  })

  it('stops at 401', async () => {
    const emulator = await emulate()
    const token = `42:${'x'.repeat(35)}`
    const { ended } = runBench({ emulator, options: { token } })
    await expect(ended).rejects.toMatchObject({
      code: 'ERR_TELEGRAM_TOKEN_REJECTED',
      hint: expect.stringContaining('@BotFather'),
    })
  })

  it('stops at 401 in the middle, with what was handled saved', async () => {
    const emulator = await emulate()
    const cursor = memoryCursor()
    const bench = runBench({ emulator, cursor, options: { timing: { saveMs: 60_000 } } })
    const { updateId } = emulator.message(ALICE, 'hello')
    await until(() => bench.offered.length === 1, 'the message')
    emulator.revokeToken()
    await expect(bench.ended).rejects.toMatchObject({ code: 'ERR_TELEGRAM_TOKEN_REJECTED' })
    expect(bench.connection.status()).toMatchObject({
      state: 'failed',
      lastError: expect.stringContaining('401'),
    })
    expect(cursor.last()).toMatchObject({ lastUpdateId: updateId })
  })

  it('tries nothing again once it has ended', async () => {
    const emulator = await emulate()
    const bench = runBench({ emulator, onMessage: () => Promise.reject(new Error('not now')) })
    emulator.message(ALICE, 'hello')
    await until(() => bench.offered.length > 1, 'a second try')
    emulator.revokeToken()
    await expect(bench.ended).rejects.toMatchObject({ code: 'ERR_TELEGRAM_TOKEN_REJECTED' })
    const tried = bench.offered.length
    await pause(400)
    expect(bench.offered).toHaveLength(tried)
  })

  it('stops at 404 and names the API root', async () => {
    const emulator = await emulate()
    const { ended } = runBench({ emulator, options: { apiRoot: `${emulator.url}/elsewhere` } })
    await expect(ended).rejects.toMatchObject({
      code: 'ERR_TELEGRAM_NOT_FOUND',
      message: expect.stringContaining(emulator.url),
    })
  })

  it.each(['http://example.com', 'ftp://127.0.0.1', 'api.telegram.org', 'https://x.test/bot1:abc'])(
    'sends no token to %s',
    async (apiRoot) => {
      const { ended } = runBench({ emulator: await emulate(), options: { apiRoot } })
      await expect(ended).rejects.toMatchObject({ code: 'ERR_TELEGRAM_API_ROOT_INVALID' })
    },
  )
})

describe('another process polls the same bot', () => {
  it('removes a webhook that was left behind, once, without dropping messages', async () => {
    const emulator = await emulate()
    emulator.message(ALICE, 'while the webhook stood')
    emulator.setWebhook('https://example.com/hook')
    const bench = runBench({ emulator })
    await until(() => bench.offered.length === 1, 'the message')
    expect(emulator.webhook()).toBe('')
    expect(events(bench.lines)).toContain('telegram-webhook-removed')
    const [removal] = emulator.calls.filter(({ method }) => method === 'deleteWebhook')
    expect(removal?.params).toEqual({ drop_pending_updates: false })
  })

  it('says so and waits while the conflict lasts, then goes on', async () => {
    const emulator = await emulate()
    const effect = { kind: 'error', status: 409, description: 'Conflict: terminated' } as const
    emulator.fault({ method: 'getUpdates', effect, times: 4 })
    const bench = runBench({ emulator })
    await until(() => events(bench.lines).includes('telegram-conflict'), 'the line')
    expect(bench.connection.status()).toMatchObject({
      state: 'waiting',
      lastError: expect.stringMatching(/another process polls this bot's token: stop it/),
    })
    emulator.message(ALICE, 'hello')
    await until(() => bench.offered.length === 1, 'the message')
    const removals = emulator.calls.filter(({ method }) => method === 'deleteWebhook')
    expect(removals).toHaveLength(0)
  })

  it('is displaced by a second poller and both say why', async () => {
    const emulator = await emulate()
    const first = runBench({ emulator, options: { timing: { conflictMs: 600 } } })
    await until(emulator.polled, 'the first poller')
    const second = runBench({ emulator, options: { timing: { conflictMs: 600 } } })
    await until(
      () => events([...first.lines, ...second.lines]).includes('telegram-conflict'),
      'the line',
    )
    emulator.message(ALICE, 'hello')
    await until(() => first.offered.length + second.offered.length === 1, 'the message')
    await pause(100)
    expect(first.offered.length + second.offered.length).toBe(1)
  })
})

describe('Telegram is down, slow or wants a pause', () => {
  it.each([
    ['500', { kind: 'error', status: 500, description: 'Internal Server Error' }],
    ['a proxy page', { kind: 'html', status: 502 }],
    ['a dropped connection', { kind: 'drop', when: 'before' }],
    ['an answer that was lost', { kind: 'drop', when: 'after' }],
  ] as const)('goes on after %s, with nothing lost and nothing twice', async (_, effect) => {
    const emulator = await emulate()
    emulator.fault({ method: '*', effect, times: 2 })
    const bench = runBench({ emulator })
    emulator.message(ALICE, 'one')
    await until(() => bench.offered.length === 1, 'the first')
    emulator.fault({ method: 'getUpdates', effect, times: 2 })
    emulator.message(ALICE, 'two')
    await until(() => texts(bench.offered).includes('two'), 'the second')
    expect(texts(bench.offered)).toEqual(['one', 'two'])
    expect(events(bench.lines)).toContain('telegram-unreachable')
  })

  it('waits as long as a 429 on polling says', async () => {
    const emulator = await emulate()
    emulator.fault({
      method: 'getUpdates',
      times: 1,
      effect: { kind: 'rate-limit', retryAfter: 0.5 },
    })
    const begun = performance.now()
    const bench = runBench({ emulator })
    await until(() => bench.connection.status().state === 'connected', 'the connection')
    expect(performance.now() - begun).toBeGreaterThan(490)
    expect(events(bench.lines)).toContain('telegram-rate-limited')
  })

  it('notices a poll that nobody will ever answer', async () => {
    const emulator = await emulate()
    const bench = runBench({ emulator, options: { timing: { pollMs: 0, requestMs: 200 } } })
    await until(() => bench.connection.status().state === 'connected', 'the connection')
    emulator.fault({ method: 'getUpdates', times: 1, effect: { kind: 'hang', when: 'before' } })
    await until(() => events(bench.lines).includes('telegram-stalled'), 'the alarm')
    emulator.message(ALICE, 'hello')
    await until(() => bench.offered.length === 1, 'the message')
  })

  it('starts while Telegram cannot be reached, and says what to check', async () => {
    const emulator = await emulate()
    await emulator.pause()
    const bench = runBench({ emulator })
    await until(() => bench.connection.status().state === 'waiting', 'the state')
    expect(bench.connection.status().lastError).toMatch(/ECONNREFUSED.*apiRoot/)
    await emulator.resume()
    emulator.message(ALICE, 'hello')
    await until(() => bench.offered.length === 1, 'the message')
  })

  it('backs off: a dead platform is not hammered', async () => {
    const emulator = await emulate()
    emulator.fault({ method: '*', effect: { kind: 'error', status: 500, description: 'no' } })
    const bench = runBench({
      emulator,
      options: { timing: { backoffMs: 20, maxBackoffMs: 5_000 } },
    })
    await pause(500)
    expect(emulator.calls.length).toBeGreaterThan(2)
    expect(emulator.calls.length).toBeLessThan(8)
    const said = bench.lines.filter(([, event]) => event === 'telegram-unreachable')
    expect(said.map(([level]) => level).slice(0, 3)).toEqual(['warn', 'debug', 'debug'])
    expect(said[0]?.[2]?.['reason']).toContain(emulator.url)
  })

  it('ends at once in the middle of a wait', async () => {
    const emulator = await emulate()
    await emulator.pause()
    const bench = runBench({ emulator, options: { timing: { backoffMs: 60_000 } } })
    await until(() => bench.connection.status().state === 'waiting', 'the state')
    const begun = performance.now()
    await bench.stop()
    expect(performance.now() - begun).toBeLessThan(10_000)
  })
})
