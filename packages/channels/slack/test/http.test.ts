import { createHmac } from 'node:crypto'
import type { EpochMs, WebhookRequest } from '@openclaw/pairing-contracts'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { signedBySlack } from '../src/signature.ts'
import {
  clock,
  closeAll,
  emulate,
  emulateHttp,
  events,
  memoryCursor,
  PATH,
  runBench,
  texts,
  until,
} from './bench.ts'

const ADA = 'U0ADALOVE'
const MINUTE = 60_000

afterEach(closeAll)

/** A workspace that posts, and an account that runs. */
async function running(
  given: Partial<Parameters<typeof runBench>[0]> = {},
  options?: Parameters<typeof emulateHttp>[0],
) {
  const far = await emulateHttp(options)
  const { emulator, door, http } = far
  const bench = runBench({ emulator, door, ...given, options: { http, ...given.options } })
  await until(() => bench.connection.status().state === 'connected', 'the connection')
  return { ...far, bench }
}

describe('the signature of Slack', () => {
  // As Slack's own documentation shows it.
  const secret = '8f742231b10e8888abcd99yyyzzz85a5'
  const time = '1531420618'
  const body = Buffer.from(
    'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
  )
  const signature = 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503'
  const now = (Number(time) * 1_000) as EpochMs
  const given = { 'x-slack-signature': signature, 'x-slack-request-timestamp': time }
  const asked = (headers: WebhookRequest['headers'], at: number = now, bytes: Uint8Array = body) =>
    signedBySlack({ headers, body: bytes }, secret, at as EpochMs)

  it('is right as it is documented, for five minutes either way', () => {
    expect(asked(given)).toBe('right')
    for (const away of [5 * MINUTE, -5 * MINUTE]) {
      expect(asked(given, now + away)).toBe('right')
      expect(asked(given, now + away + Math.sign(away))).toBe('stale')
    }
  })

  it.each([
    ['no headers', {}],
    ['no time', { 'x-slack-request-timestamp': undefined }],
    ['another time', { 'x-slack-request-timestamp': '1531420619' }],
    ['a time that is none', { 'x-slack-request-timestamp': 'now' }],
    ['a time in ms', { 'x-slack-request-timestamp': `${time}000000` }],
    ['no signature', { 'x-slack-signature': undefined }],
    ['another version', { 'x-slack-signature': signature.replace('v0', 'v1') }],
    ['a part of it', { 'x-slack-signature': signature.slice(0, -2) }],
    ['capitals', { 'x-slack-signature': signature.toUpperCase() }],
    ['two of them', { 'x-slack-signature': `${signature}, ${signature}` }],
    ['another digit', { 'x-slack-signature': signature.replace(/3$/, '4') }],
  ])('is wrong with %s', (name, headers) => {
    expect(asked(name === 'no headers' ? {} : { ...given, ...headers })).toBe('wrong')
  })

  it('is over every byte', () => {
    for (const [index, byte] of body.entries()) {
      const other = Buffer.from(body)
      other[index] = byte ^ 1
      expect(asked(given, now, other)).toBe('wrong')
    }
    expect(asked(given, now, Buffer.concat([body, Buffer.from('\n')]))).toBe('wrong')
  })
})

describe('what is posted', () => {
  it('needs a right and fresh signature; nothing else is looked at', async () => {
    const { emulator, bench } = await running()
    const { payload } = emulator.message(ADA, 'right')
    await until(() => bench.offered.length === 1, 'the message')
    const forged = { ...payload, event_id: 'Ev0FORGED', event: { type: 'message' } }
    const at = clock.now()
    for (const signing of [
      { secret: 'another secret' },
      { at: at - 6 * MINUTE },
      { at: at + 6 * MINUTE },
      { headers: { 'x-slack-signature': 'v0=' } },
    ])
      expect((await emulator.post(forged, signing)).status).toBe(401)
    expect((await emulator.post('not json at all', { secret: 'x' })).status).toBe(401)
    expect((await emulator.post('not json at all')).status).toBe(400)
    expect((await emulator.post('[]')).status).toBe(400)
    expect(bench.ignored).toEqual([])
    expect(texts(bench.offered)).toEqual(['right'])
    expect(events(bench.lines).filter((event) => event === 'slack-signature-stale')).toHaveLength(1)
    expect(JSON.stringify(bench.lines)).not.toContain(emulator.signingSecret)
  })

  it('is taken with the new secret alone, once the app has another', async () => {
    const { emulator, bench } = await running({}, { retryMs: [] })
    emulator.sign('regenerated in the console')
    emulator.message(ADA, 'hello')
    await until(() => emulator.posts.length === 1, 'the post')
    expect(emulator.posts).toMatchObject([{ status: 401 }])
    expect(bench.offered).toEqual([])
  })

  it('as a challenge is answered, also while Slack’s Web API does not answer us yet', async () => {
    const { emulator, door, http } = await emulateHttp()
    emulator.fault({ method: 'auth.test', effect: { kind: 'html', status: 502 } })
    const bench = runBench({ emulator, door, options: { http } })
    await until(() => bench.connection.status().state === 'waiting', 'the state')
    expect(await emulator.subscribe(door.url)).toBe(true)
    expect(events(bench.lines)).toContain('slack-url-verified')
    expect((await emulator.post({ type: 'url_verification' })).status).toBe(400)
    const long = { type: 'url_verification', challenge: '<script>alert(1)</script> x' }
    expect(await emulator.post(long)).toMatchObject({ status: 400, body: '' })
    emulator.message(ADA, 'hello')
    await until(() => emulator.posts.some(({ status }) => status === 503), 'the refusal')
    emulator.clearFaults()
    await until(() => bench.offered.length === 1, 'the message')
    expect(emulator.calls.map(({ method }) => method)).not.toContain('apps.connections.open')
  })

  it('is no message where it is none, and limits of Slack are said', async () => {
    const { emulator, bench } = await running()
    const limited = { type: 'app_rate_limited', team_id: emulator.team, minute_rate_limited: 1 }
    expect((await emulator.post(limited)).status).toBe(200)
    expect(events(bench.lines)).toContain('slack-events-limited')
    expect((await emulator.post({ type: 'something_new' })).status).toBe(200)
    await until(() => bench.ignored.length === 1, 'the notice')
  })

  it('is a POST', async () => {
    const { bench } = await running()
    const asked: WebhookRequest = { method: 'GET', query: '', headers: {}, body: new Uint8Array() }
    expect(await bench.connection.webhook?.answer(asked)).toEqual({ status: 405 })
    expect(bench.connection.webhook?.path).toBe(PATH)
  })
})

describe('the answer', () => {
  it('does not wait for a handler, stays within Slack’s time, and outlives a crash', async () => {
    const cursor = memoryCursor()
    const onMessage = () => new Promise(() => {})
    const { emulator } = await running({ cursor, onMessage })
    emulator.message(ADA, 'hello')
    await until(() => emulator.posts.length === 1, 'the answer')
    const [post] = emulator.posts
    expect(post).toMatchObject({ status: 200, body: '' })
    expect((post?.answeredAt ?? 0) - (post?.sentAt ?? 0)).toBeLessThan(2_900)
    // What a crash leaves behind is what was saved by then.
    const after = await running({ cursor: memoryCursor(cursor.last()) }, { team: emulator.team })
    await until(() => after.bench.offered.length === 1, 'the message again')
    expect(texts(after.bench.offered)).toEqual(['hello'])
  })

  it('is 503 while nothing can be written down; what Slack posts again is one message', async () => {
    const cursor = memoryCursor()
    const work = { done: (): void => {} }
    const { emulator, bench } = await running({
      cursor,
      onMessage: () => new Promise<void>((resolve) => (work.done = resolve)),
      options: { timing: { answerMs: 200 } },
    })
    cursor.failWith(new Error('no space left'))
    emulator.message(ADA, 'hello')
    await until(() => emulator.posts.length === 2, 'a second post')
    expect(emulator.posts).toMatchObject([
      { status: 503, tries: 0 },
      { status: 503, tries: 1, reason: 'http_error' },
    ])
    work.done()
    await until(() => emulator.pending().length === 0, 'the answer')
    expect(emulator.posts.at(-1)).toMatchObject({ status: 200 })
    expect(texts(bench.offered)).toEqual(['hello'])
  })

  it('is 200 to what came before, however often it comes', async () => {
    const { emulator, bench } = await running()
    const { eventId } = emulator.message(ADA, 'hello')
    await until(() => emulator.posts.length === 1, 'the answer')
    for (let count = 0; count < 3; count += 1) emulator.redeliver(eventId)
    await until(() => emulator.posts.length === 4, 'three answers')
    expect(emulator.posts.map(({ status }) => status)).toEqual([200, 200, 200, 200])
    expect(texts(bench.offered)).toEqual(['hello'])
  })

  it('is 503 when too much waits, and nothing of it is lost', async () => {
    const gate = { open: (): void => {} }
    const opened = new Promise<void>((resolve) => (gate.open = resolve))
    const cursor = memoryCursor()
    const { emulator, bench } = await running({ cursor, onMessage: () => opened })
    const long = 'x'.repeat(6_000)
    for (let who = 0; who < 230; who += 1) emulator.message(`U0STRANGER${String(who)}`, long)
    await until(
      () => emulator.posts.filter(({ status }) => status === 503).length >= 30,
      'refusals',
    )
    expect(events(bench.lines)).toContain('inbox-full')
    gate.open()
    await until(() => bench.offered.length === 230, 'all of them')
    expect(new Set(bench.offered.map(({ senderId }) => senderId)).size).toBe(230)
  })

  it('is 503 when the account stops meanwhile or does not run', async () => {
    const cursor = memoryCursor()
    cursor.failWith(undefined)
    const { emulator, bench } = await running({
      cursor,
      onMessage: () => new Promise(() => {}),
      options: { timing: { ackMs: 60_000, answerMs: 60_000, drainMs: 50 } },
    })
    emulator.message(ADA, 'hello')
    await until(() => bench.offered.length === 1, 'the message')
    const begun = performance.now()
    await bench.stop()
    await until(() => emulator.posts.length === 1, 'the answer')
    expect(performance.now() - begun).toBeLessThan(10_000)
    expect(emulator.posts).toMatchObject([{ status: 503 }])
    const signed = await emulator.post({ type: 'url_verification', challenge: 'x' })
    expect(signed.status).toBe(503)
  })
})

describe('an account that Slack calls', () => {
  it.each(['', 'short', 'xoxb-1000000000-a-token', 'two words in it'])(
    'cannot work with the signing secret %j, and says where to get it',
    async (signingSecret) => {
      const options = { http: { signingSecret, path: PATH } }
      const { ended } = runBench({ emulator: await emulate(), options })
      await expect(ended).rejects.toMatchObject({
        code: 'ERR_SLACK_TOKEN_MALFORMED',
        token: 'signingSecret',
        hint: expect.stringMatching(/App Credentials.*channels\.slack\.signingSecret/),
      })
    },
  )

  it('notices that Slack does not know the bot any more', async () => {
    const { emulator, bench } = await running({ options: { timing: { checkMs: 50 } } })
    emulator.revoke('botToken')
    await expect(bench.ended).rejects.toMatchObject({ code: 'ERR_SLACK_TOKEN_REJECTED' })
  })

  it('goes on taking what is posted while the Web API is down', async () => {
    const { emulator, bench } = await running({ options: { timing: { checkMs: 50 } } })
    emulator.fault({ method: 'auth.test', effect: { kind: 'drop', when: 'before' } })
    await until(() => bench.connection.status().state === 'waiting', 'the state')
    emulator.message(ADA, 'hello')
    await until(() => bench.offered.length === 1, 'the message')
    emulator.clearFaults()
    await until(() => bench.connection.status().state === 'connected', 'the state')
  })
})

it('whatever is posted with a right signature is answered, and takes nothing down', async () => {
  const { emulator, bench } = await running()
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.json(),
    fc
      .record(
        { type: fc.constantFrom('event_callback', 'url_verification', 'app_rate_limited') },
        { noNullPrototype: true },
      )
      .chain((head) => fc.object().map((more) => JSON.stringify({ ...more, ...head }))),
  )
  await fc.assert(
    fc.asyncProperty(text, async (body) => {
      const { status } = await emulator.post(body)
      expect([200, 400]).toContain(status)
    }),
    { numRuns: 200 },
  )
  emulator.message(ADA, 'hello')
  await until(() => texts(bench.offered).includes('hello'), 'the message')
})

it('a signature is what any HMAC of the same bytes says', () => {
  const body = Buffer.from('{"a":"ä"}')
  const mac = createHmac('sha256', 'secret').update('v0:1700000000:{"a":"ä"}').digest('hex')
  const headers = { 'x-slack-signature': `v0=${mac}`, 'x-slack-request-timestamp': '1700000000' }
  expect(signedBySlack({ headers, body }, 'secret', 1_700_000_000_000 as EpochMs)).toBe('right')
})
