import type { EpochMs } from '@openclaw/pairing-contracts'
import { imessageHandleOf } from '@openclaw-pairing/emulators'
import { afterEach, describe, expect, it } from 'vitest'
import { bluebubblesConnection } from '../src/bluebubbles.ts'
import {
  account,
  clock,
  closeAll,
  connected,
  emulate,
  events,
  hook,
  memoryCursor,
  PATH,
  pause,
  quick,
  random,
  runBench,
  texts,
  until,
} from './bench.ts'

afterEach(closeAll)

const alice = imessageHandleOf(1)

describe('the webhook', () => {
  it('is registered with the secret, once, and again after a reset of the server', async () => {
    const [emulator, gateway] = [await emulate(), await hook()]
    const options = { webhookSecret: 's3cret & more' }
    const bench = await connected({ emulator, hook: gateway, options })
    const wanted = { url: `${gateway.url}?password=s3cret+%26+more`, events: ['new-message'] }
    expect(emulator.webhooks()).toMatchObject([wanted])
    emulator.message(1, 'hello')
    await until(() => bench.offered.length === 1, 'a message')
    expect(bench.offered[0]).toMatchObject({ senderId: alice, replyTo: `iMessage;-;${alice}` })
    emulator.forgetWebhooks()
    await until(() => emulator.webhooks().length === 1, 'the webhook again')
    expect(emulator.webhooks()).toMatchObject([wanted])
    await pause(700)
    const added = emulator.calls.filter(({ route }) => route === 'POST /api/v1/webhook')
    expect(added).toHaveLength(2)
    const lines = events(bench.lines).filter((each) => each === 'bluebubbles-webhook-added')
    expect(lines).toHaveLength(2)
    expect(JSON.stringify(bench.lines)).not.toContain('s3cret')
  })

  it('is the operator’s to enter where nobody said how the Mac reaches the gateway; messages come all the same', async () => {
    const [emulator, gateway] = [await emulate({ password: 'pass word' }), await hook()]
    const bench = await connected({ emulator })
    const hint = bench.lines.find(([, event]) => event === 'bluebubbles-no-webhook')?.[2]
    expect(hint?.['fix']).toContain(`http://<gateway>:<port>${PATH}?password=<your password>`)
    expect(JSON.stringify(bench.lines)).not.toMatch(/pass(?: |%20|\+)word/)
    emulator.message(1, 'hello')
    await until(() => bench.offered.length === 1, 'a message')
    expect(bench.offered[0]?.heldMs ?? 0).toBe(0)
    gateway.lead(bench.connection)
    const answer = await fetch(`${emulator.url}/api/v1/webhook?password=pass%20word`, {
      method: 'POST',
      body: JSON.stringify({ url: `${gateway.url}?guid=pass%20word`, events: ['*'] }),
    })
    expect(answer.status).toBe(200)
    emulator.message(1, 'by webhook')
    await until(() => bench.offered.length === 2, 'another')
    expect(emulator.webhooks()).toHaveLength(1)
  })

  it('takes nothing without the secret, and looks at it before anything else', async () => {
    const [emulator, gateway] = [await emulate({ password: 'pass 1 word' }), await hook()]
    const bench = await connected({
      emulator,
      hook: gateway,
      options: { webhookSecret: 'hook 1 word' },
    })
    const body = JSON.stringify({ type: 'new-message', data: emulator.message(9, 'x') })
    const post = async (query: string, headers = {}, text = body) =>
      (await fetch(`${gateway.url}${query}`, { method: 'POST', headers, body: text })).status
    expect(await post('')).toBe(401)
    expect(await post('?password=pass%201%20word')).toBe(401)
    expect(await post('?password=hook%201%20wor')).toBe(401)
    expect(await post('?password=wrong', {}, '{')).toBe(401)
    expect(await post('?password=', { 'x-password': '' })).toBe(401)
    expect(await post('?password=hook%201%20word', {}, '{')).toBe(400)
    for (const key of ['password', 'guid', 'token'])
      expect(await post(`?${key}=hook+1+word`)).toBe(200)
    for (const name of ['x-password', 'x-guid', 'authorization'])
      expect(await post('', { [name]: 'hook 1 word' })).toBe(200)
    expect(await post('', { authorization: 'Bearer hook 1 word' })).toBe(200)
    expect(await post('?password=hook%201%20word', {}, '5')).toBe(200)
    expect((await fetch(`${gateway.url}?password=hook%201%20word`)).status).toBe(405)
    expect(
      events(bench.lines).filter((each) => each === 'bluebubbles-webhook-refused'),
    ).toHaveLength(1)
    expect(JSON.stringify(bench.lines)).not.toMatch(/1(?: |%20|\+)word/)
    await bench.stop()
    expect(await post('?password=hook%201%20word')).toBe(503)
    await until(() => bench.offered.length === 1, 'the message')
    expect(texts(bench.offered)).toEqual(['x'])
  })

  it('lets nobody go on guessing, from wherever they do, and messages come all the same', async () => {
    const [emulator, gateway] = [await emulate({ password: 'sunflower' }), await hook()]
    let time = Date.now()
    const timing = { lookMs: 200 }
    const options = { clock: { now: () => time as EpochMs }, timing }
    const bench = await connected({ emulator, hook: gateway, options })
    const post = async (query: string) =>
      (await fetch(`${gateway.url}${query}`, { method: 'POST', body: '{}' })).status
    for (let count = 0; count < 40; count += 1) expect(await post('')).toBe(401)
    // Several at once are several.
    const three = (count: number) =>
      ['password', 'guid', 'token'].map((name) => `${name}=guess${String(count)}`).join('&')
    for (let count = 0; count < 10; count += 1) expect(await post(`?${three(count)}`)).toBe(401)
    expect(await post('?password=guess')).toBe(429)
    expect(await post('?password=sunflower')).toBe(429)
    emulator.message(1, 'hello')
    await until(() => bench.offered.length === 1, 'a message')
    time += 60_000
    expect(await post('?password=sunflower')).toBe(200)
    expect(JSON.stringify(bench.lines)).not.toContain('guess1')
  })

  it('is closed where the secret is blank', async () => {
    const [emulator, gateway] = [await emulate(), await hook()]
    await connected({ emulator, hook: gateway, options: { webhookSecret: '  ' } })
    const body = JSON.stringify({ type: 'new-message', data: {} })
    for (const query of ['?password=', '?password=%20', '']) {
      const answer = await fetch(`${gateway.url}${query}`, { method: 'POST', body })
      expect(answer.status).toBe(401)
    }
  })
})

describe('a message', () => {
  it('comes once, though the server tells of it again, also after restarts of both', async () => {
    const [emulator, gateway, cursor] = [await emulate(), await hook(), memoryCursor()]
    const first = await connected({ emulator, hook: gateway, cursor })
    const data = emulator.message(1, 'one')
    emulator.push({ type: 'new-message', data })
    await until(() => first.offered.length === 1, 'a message')
    await emulator.pause()
    emulator.message(1, 'two')
    await emulator.resume()
    await until(() => first.offered.length === 2, 'another')
    await first.stop()
    const second = await connected({ emulator, hook: gateway, cursor })
    emulator.replay()
    await emulator.told()
    emulator.message(1, 'three')
    await until(() => second.offered.length === 1, 'the third')
    expect(texts([...first.offered, ...second.offered])).toEqual(['one', 'two', 'three'])
  })

  it('that came while nobody listened is found, with how long it waited; what was before the first start is not', async () => {
    const start = Date.now()
    let shift = -3_600_000
    const emulator = await emulate({ now: () => Date.now() + shift })
    const [gateway, cursor] = [await hook(), memoryCursor()]
    emulator.message(1, 'long ago')
    const first = await connected({ emulator, hook: gateway, cursor })
    await first.stop()
    shift = 0
    for (let who = 1; who <= 220; who += 1) emulator.message(who, `missed ${String(who)}`)
    emulator.group('chat1', 1, 'a group')
    emulator.ownMessage(1, 'own')
    const later = { now: () => (Date.now() + 600_000) as never }
    const second = await connected({ emulator, hook: gateway, cursor, options: { clock: later } })
    await until(() => second.offered.length === 220, 'all of them')
    expect(new Set(texts(second.offered)).size).toBe(220)
    expect(texts(second.offered)).not.toContain('long ago')
    for (const { heldMs = 0 } of second.offered) expect(heldMs).toBeGreaterThan(590_000)
    expect(Date.now()).toBeGreaterThan(start)
    emulator.replay()
    await emulator.told()
    await pause(100)
    expect(second.offered).toHaveLength(220)
    expect(first.offered).toEqual([])
  })

  it('that came while the server could not be reached was held, one that was only not told of was not', async () => {
    const [emulator, gateway] = [await emulate(), await hook()]
    const bench = await connected({ emulator, hook: gateway })
    gateway.lead(undefined)
    emulator.message(1, 'not told')
    await until(() => bench.offered.length === 1, 'a message')
    expect(bench.offered[0]?.heldMs ?? 0).toBeLessThan(800)
    await emulator.pause()
    await until(() => bench.connection.status().state === 'waiting', 'the end')
    emulator.message(1, 'in the dark')
    await pause(1_000)
    await emulator.resume()
    await until(() => bench.offered.length === 2, 'another')
    expect(bench.offered[1]?.heldMs ?? 0).toBeGreaterThan(900)
    expect(events(bench.lines).filter((each) => each === 'bluebubbles-disconnected')).toHaveLength(
      1 +
        bench.lines.filter(
          ([level, event]) => level === 'debug' && event === 'bluebubbles-disconnected',
        ).length,
    )
  })

  it('waits for room: more at once than fit are all handled, each person’s in order', async () => {
    const [emulator, gateway] = [await emulate(), await hook()]
    let go = (): void => {}
    const gate = new Promise<void>((resolve) => {
      go = resolve
    })
    const bench = await connected({ emulator, hook: gateway, onMessage: () => gate })
    for (let n = 0; n < 300; n += 1) emulator.message(n % 60, `${String(n)}`)
    await emulator.told()
    expect(emulator.posts.some(({ status }) => status === 503)).toBe(true)
    go()
    await until(() => bench.offered.length === 300, 'all of them')
    const of = (who: number) =>
      bench.offered
        .filter(({ senderId }) => senderId === imessageHandleOf(who))
        .map(({ text }) => Number(text))
    for (let who = 0; who < 60; who += 1) expect(of(who)).toEqual(of(who).toSorted((a, b) => a - b))
  })

  it('that was not handled at a stop is offered by the next run, as one that waited', async () => {
    const [emulator, gateway, cursor] = [await emulate(), await hook(), memoryCursor()]
    const first = await connected({
      ...{ emulator, hook: gateway, cursor },
      onMessage: () => Promise.reject(new Error('no agent')),
    })
    emulator.message(1, 'hello')
    await until(() => first.offered.length > 0, 'an offer')
    await first.stop()
    // It is not looked for: what was written down is enough.
    emulator.fault({ path: '/api/v1/message/query', effect: { kind: 'html', status: 500 } })
    const second = runBench({ emulator, hook: gateway, cursor })
    await until(() => second.offered.length === 1, 'the message')
    expect(second.offered[0]).toMatchObject({
      ...first.offered[0],
      receivedAt: expect.any(Number),
      heldMs: expect.any(Number),
    })
  })

  it('in our own words within a minute is an echo, and stays one', async () => {
    const [emulator, gateway] = [await emulate(), await hook()]
    const bench = await connected({ emulator, hook: gateway })
    emulator.message(1, 'hello')
    await until(() => bench.offered.length === 1, 'a message')
    const text = 'This is what the assistant says'
    const { connection } = bench
    expect(await connection.send({ to: `iMessage;-;${alice}`, text })).toMatchObject({
      outcome: 'sent',
    })
    const data = emulator.message(1, text)
    emulator.push({ type: 'new-message', data })
    emulator.message(2, text)
    emulator.message(1, 'ok')
    await until(() => bench.offered.length === 3, 'the others')
    expect(texts(bench.offered).toSorted()).toEqual(
      ['This is what the assistant says', 'hello', 'ok'].toSorted(),
    )
    await pause(400)
    expect(bench.offered).toHaveLength(3)
    expect(bench.ignored).toContainEqual({ kind: 'ignore', why: 'our own text, come back' })
  })
})

describe('trouble', () => {
  it('with the password ends this account, and says where the right one is', async () => {
    const emulator = await emulate()
    const bench = runBench({ emulator, options: { password: 'not this one' } })
    await expect(bench.ended).rejects.toMatchObject({
      code: 'ERR_BLUEBUBBLES_PASSWORD_REJECTED',
      hint: expect.stringContaining('Server Password'),
    })
    expect(bench.connection.status()).toMatchObject({ state: 'failed' })
    expect(JSON.stringify([bench.lines, bench.connection.status()])).not.toContain('not this one')
    const later = await connected({ emulator })
    emulator.changePassword('changed since')
    await expect(later.ended).rejects.toMatchObject({ code: 'ERR_BLUEBUBBLES_PASSWORD_REJECTED' })
  })

  it.each([
    ['http://192.168.1.100:1234', 'in-clear'],
    ['mac', 'no-url'],
    ['https://me:x@mac.example.org', 'credentials'],
    ['http://127.0.0.1:1234/?password=x', 'more'],
    ['http://127.0.0.1:1234/api/v1', 'more'],
  ])('with the address %s ends it too: %s', async (serverUrl, problem) => {
    const emulator = await emulate()
    const bench = runBench({ emulator, options: { serverUrl } })
    await expect(bench.ended).rejects.toMatchObject({
      code: 'ERR_BLUEBUBBLES_URL_INVALID',
      problem,
      hint: expect.stringMatching(/.{20}/),
    })
    expect(await bench.connection.send({ to: alice, text: 'x' })).toMatchObject({
      outcome: 'refused',
    })
  })

  it('without a password ends it before anything is asked', async () => {
    const emulator = await emulate()
    const bench = runBench({ emulator, options: { password: '' } })
    await expect(bench.ended).rejects.toMatchObject({ code: 'ERR_BLUEBUBBLES_PASSWORD_MISSING' })
    expect(emulator.calls).toEqual([])
  })

  it.each([
    ['nobody answers', { kind: 'hang', when: 'before' }, /does not answer/],
    ['the line breaks', { kind: 'drop', when: 'before' }, /does not answer/],
    ['a proxy answers', { kind: 'html', status: 502 }, /HTTP 502 is no BlueBubbles server/],
    [
      'the server fails',
      { kind: 'error', status: 500, message: 'Oops', error: 'no disk' },
      /500: Oops: no disk/,
    ],
  ] as const)('where %s is waited out', async (_, effect, words) => {
    const [emulator, gateway] = [await emulate(), await hook()]
    emulator.fault({ path: '*', effect })
    const bench = runBench({ emulator, hook: gateway })
    const { status } = bench.connection
    await until(() => status().state === 'waiting', 'a wait')
    expect(status().lastError).toMatch(words)
    await pause(300)
    expect(bench.lines.filter(([level]) => level === 'warn')).toHaveLength(1)
    emulator.clearFaults()
    await until(() => status().state === 'connected', 'a connection')
    emulator.message(1, 'hello')
    await until(() => bench.offered.length === 1, 'a message')
  })

  it('is told without the password, whatever the server says', async () => {
    const emulator = await emulate({ password: 'a p&ssword of mine' })
    const error = `GET /api/v1/ping?password=${encodeURIComponent(emulator.password)} (${emulator.password})`
    emulator.fault({ path: '*', effect: { kind: 'error', status: 500, message: 'Oops', error } })
    const { connection, lines } = runBench({ emulator })
    await until(() => connection.status().state === 'waiting', 'a wait')
    expect(connection.status().lastError).toContain('Oops: GET /api/v1/ping')
    const outcome = await connection.send({ to: alice, text: 'hi' })
    expect(JSON.stringify([lines, connection.status(), outcome])).not.toMatch(/ssword(?: |%20)of/)
  })

  it('with single calls is no more than a wait, and the look goes on where it was', async () => {
    const [emulator, gateway] = [await emulate(), await hook()]
    const bench = await connected({ emulator, hook: gateway })
    gateway.lead(undefined)
    for (const path of ['/api/v1/webhook', '/api/v1/message/query']) {
      emulator.fault({ path, effect: { kind: 'html', status: 500 }, times: 2 })
      emulator.message(1, path)
      await until(() => texts(bench.offered).includes(path), path)
    }
    expect(bench.offered).toHaveLength(2)
  })

  it('is none where an old server knows no more than ping and webhooks', async () => {
    const [emulator, gateway] = [await emulate(), await hook()]
    const { password } = emulator
    await fetch(`${emulator.url}/api/v1/webhook?password=${password}`, {
      method: 'POST',
      body: JSON.stringify({ url: `${gateway.url}?password=${password}`, events: ['*'] }),
    })
    const effect = { kind: 'error', status: 404, message: 'Not found', error: '-' } as const
    for (const path of ['server/info', 'webhook', 'message/query'])
      emulator.fault({ path: `/api/v1/${path}`, effect })
    const bench = await connected({ emulator, hook: gateway })
    emulator.message(1, 'hello')
    await until(() => bench.offered.length === 1, 'a message')
    await pause(500)
    const warned = bench.lines.filter(([level]) => level === 'warn').map(([, event]) => event)
    expect(warned).toEqual(['bluebubbles-no-webhook', 'bluebubbles-blind'])
    expect(bench.connection.status().state).toBe('connected')
  })

  it('with the disk stops nothing, and is over when it is', async () => {
    const [emulator, gateway, cursor] = [await emulate(), await hook(), memoryCursor()]
    cursor.failWith(new Error('EIO'))
    const bench = runBench({ emulator, hook: gateway, cursor })
    await until(() => events(bench.lines).includes('position-not-read'), 'a complaint')
    cursor.failWith(undefined)
    await until(() => bench.connection.status().state === 'connected', 'a connection')
    cursor.failWith(new Error('ENOSPC'))
    emulator.message(1, 'hello')
    await until(() => bench.offered.length === 1, 'a message')
    cursor.failWith(undefined)
    await bench.stop()
    expect(JSON.stringify(cursor.last())).toContain(alice)
  })

  it('is none at a stop: it is clean, and at once', async () => {
    const emulator = await emulate()
    emulator.fault({ path: '*', effect: { kind: 'hang', when: 'before' } })
    const bench = runBench({ emulator, options: { timing: { ...quick, requestMs: 60_000 } } })
    await pause(100)
    const began = performance.now()
    await bench.stop()
    expect(performance.now() - began).toBeLessThan(10_000)
    expect(bench.connection.status().state).toBe('stopped')
  })

  it('is none before the first run: nothing is asked, and calls are turned away', async () => {
    const emulator = await emulate()
    const { url: serverUrl, password } = emulator
    const place = { serverUrl, password, account, webhookPath: PATH }
    const connection = bluebubblesConnection({ ...place, cursor: memoryCursor(), clock, random })
    const request = { method: 'POST', headers: {}, body: new Uint8Array() } as const
    const query = `password=${password}`
    expect(await connection.webhook?.answer({ ...request, query })).toEqual({ status: 503 })
    expect(connection.status().state).toBe('stopped')
    expect(emulator.calls).toEqual([])
  })
})
