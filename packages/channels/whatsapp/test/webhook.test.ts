import { createHmac } from 'node:crypto'
import type { ChannelConnection, WebhookAnswer } from '@openclaw/pairing-contracts'
import { type PassingClock, passingClock } from '@openclaw/pairing-testing'
import * as fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import {
  type Bench,
  closeAll,
  connected,
  connectionTo,
  emulate,
  events,
  memoryCursor,
  pause,
  runBench,
  texts,
  until,
  VERIFY_TOKEN,
  clock as wallClock,
} from './bench.ts'
import { messageOfAlice, PHONE_NUMBER_ID, type RawChange } from './samples.ts'

afterEach(closeAll)

const ask = async ({ webhook }: ChannelConnection, query: string): Promise<WebhookAnswer> =>
  (await webhook?.answer({ method: 'GET', query, headers: {}, body: new Uint8Array() })) ?? {
    status: 0,
  }

const query = (fields: Record<string, string>): string =>
  new URLSearchParams({
    'hub.mode': 'subscribe',
    'hub.challenge': '1158201444',
    'hub.verify_token': VERIFY_TOKEN,
    ...fields,
  }).toString()

const notification = (...changes: readonly RawChange[]): string =>
  JSON.stringify({
    object: 'whatsapp_business_account',
    entry: [{ id: '102290129340398', changes }],
  })

const sign = (body: string, secret: string): string =>
  `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`

const post = async (
  { connection }: Pick<Bench, 'connection'>,
  body: string,
  signature: string | undefined,
): Promise<number> => {
  const headers = { 'x-hub-signature-256': signature }
  const request = { method: 'POST', query: '', headers, body: Buffer.from(body) } as const
  return (await connection.webhook?.answer(request))?.status ?? 0
}

/** A running connection, and posts that Meta signs. */
async function running(given: Partial<Parameters<typeof runBench>[0]> = {}) {
  const { emulator, door } = await emulate({ phoneNumberId: PHONE_NUMBER_ID, statuses: 'failed' })
  const bench = runBench({ emulator, door, ...given })
  await connected(bench)
  const signed = (body: string): Promise<number> =>
    post(bench, body, sign(body, emulator.appSecret))
  return { emulator, door, bench, signed }
}

describe('the verification of the webhook', () => {
  it('answers the challenge bare to whoever knows the word', async () => {
    const connection = connectionTo((await emulate()).emulator)
    expect(await ask(connection, query({}))).toEqual({ status: 200, body: '1158201444' })
    expect(connection.webhook?.path).toBe('/whatsapp/webhook')
  })

  it.each<Record<string, string>>([
    { 'hub.verify_token': 'another-word' },
    { 'hub.verify_token': '' },
    { 'hub.verify_token': `${VERIFY_TOKEN}x` },
    { 'hub.mode': 'unsubscribe' },
    { 'hub.challenge': '' },
    { 'hub.challenge': '<script>alert(1)</script>' },
    { 'hub.challenge': 'x'.repeat(257) },
    { 'hub.challenge': '1\r\n2' },
  ])('is refused with %j', async (fields) => {
    const connection = connectionTo((await emulate()).emulator)
    expect(await ask(connection, query(fields))).toEqual({ status: 403 })
  })

  it('is refused without a word of ours, whatever was said', async () => {
    const { emulator } = await emulate()
    const connection = connectionTo(emulator, { options: { verifyToken: '' } })
    expect(await ask(connection, query({ 'hub.verify_token': '' }))).toEqual({ status: 403 })
    expect(await ask(connection, '')).toEqual({ status: 403 })
  })
})

describe('a notification', () => {
  it('is taken over its raw bytes alone, in whatever way they are written', async () => {
    const { bench, signed, emulator } = await running()
    const body = notification(messageOfAlice({ message: { text: { body: 'grüß dich 😀' } } }))
    const escaped = body.replaceAll(
      /[\u0080-\uffff]/g,
      (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
    )
    // Signed over other bytes that mean the same.
    expect(await post(bench, body, sign(escaped, emulator.appSecret))).toBe(401)
    expect(bench.offered).toEqual([])
    expect(await signed(escaped)).toBe(200)
    expect(texts(bench.offered)).toEqual(['grüß dich 😀'])
  })

  it('that is not signed, or otherwise, is refused before it is read', async () => {
    const { bench, emulator } = await running()
    const body = notification(messageOfAlice())
    const right = sign(body, emulator.appSecret)
    for (const signature of [
      undefined,
      '',
      right.replace('sha256=', ''),
      right.replace('sha256', 'sha1'),
      right.slice(0, -1),
      `${right}0`,
      `${right},${right}`,
      sign(body, 'another secret'),
      sign(body, ''),
      `sha256=${'z'.repeat(64)}`,
    ])
      expect(await post(bench, body, signature)).toBe(401)
    expect(await post(bench, body, right.toUpperCase().replace('SHA256', 'sha256'))).toBe(200)
    expect(bench.offered).toHaveLength(1)
  })

  it('without a secret of ours is refused, even where it is signed with none', async () => {
    const { emulator } = await emulate()
    const connection = connectionTo(emulator, { options: { appSecret: '' } })
    const body = notification(messageOfAlice())
    expect(await post({ connection }, body, sign(body, ''))).toBe(401)
  })

  it('may hold anything, and is never answered with a fault of ours', async () => {
    const { bench, signed } = await running()
    // What cannot even be made text of.
    for (const type of [
      { toString: 1 },
      { toString: null, valueOf: 1 },
      null,
      ['text'],
      '__proto__',
    ])
      expect(await signed(notification(messageOfAlice({ message: { type } })))).toBe(200)
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (json) => {
        expect(await signed(JSON.stringify(json))).toBe(200)
        expect(await signed(notification({ field: 'messages', value: json }))).toBe(200)
      }),
      { numRuns: 50 },
    )
    expect(await signed('no JSON')).toBe(400)
    expect(bench.offered).toEqual([])
  })

  it('of many messages is taken as one, each message once, in order', async () => {
    const { bench, signed } = await running()
    const changes = ['a', 'b', 'c'].map((body) =>
      messageOfAlice({ message: { id: `wamid.${body}`, text: { body } } }),
    )
    expect(await signed(notification(...changes))).toBe(200)
    expect(await signed(notification(...changes))).toBe(200)
    expect(texts(bench.offered)).toEqual(['a', 'b', 'c'])
  })

  it('for another number is answered with 200, and nothing is done', async () => {
    const { bench, signed } = await running()
    const metadata = { phone_number_id: '999999999', display_phone_number: '15550783881' }
    const other = messageOfAlice({ value: { metadata } })
    expect(await signed(notification(other))).toBe(200)
    expect(bench.offered).toEqual([])
    expect(bench.ignored).toEqual([{ kind: 'ignore', why: 'written to another number' }])
  })

  it('says how long Meta had it', async () => {
    const { bench, signed } = await running()
    const at = (ms: number) => String(Math.floor((Date.now() - ms) / 1_000))
    const old = { id: 'wamid.old', timestamp: at(90_000_000) }
    await signed(notification(messageOfAlice({ message: old })))
    const ahead = { id: 'wamid.ahead', timestamp: at(-90_000) }
    await signed(notification(messageOfAlice({ message: ahead })))
    expect(Number(bench.offered[0]?.heldMs)).toBeGreaterThan(89_000_000)
    expect(bench.offered[1]).not.toHaveProperty('heldMs')
  })
})

describe('200 says that a message is safe', () => {
  it('at the latest when it is written down, though nobody handled it yet', async () => {
    const cursor = memoryCursor()
    const { signed, bench } = await running({ cursor, onMessage: () => new Promise(() => {}) })
    expect(await signed(notification(messageOfAlice()))).toBe(200)
    expect(JSON.stringify(cursor.last())).toContain('wamid.')
    await bench.stop()
    const again = await running({ cursor })
    await until(() => again.bench.offered.length === 1, 'the message of the run before')
    expect(again.bench.offered[0]?.messageKey).toBe(bench.offered[0]?.messageKey)
  })

  it('so it is 503 while it can neither be handled nor written down', async () => {
    const cursor = memoryCursor()
    const { bench, emulator } = await running({
      cursor,
      onMessage: () => Promise.reject(new Error('the store is not there')),
      options: { timing: { answerMs: 200 } },
    })
    cursor.failWith(new Error('the disk is full'))
    emulator.message(1, 'hello')
    await until(() => emulator.deliveries.length > 1, 'a second try of Meta')
    expect(emulator.deliveries.map(({ status }) => status)).not.toContain(200)
    expect(events(bench.lines)).toContain('position-not-saved')
    cursor.failWith(undefined)
    await until(() => emulator.pending() === 0, 'a try that succeeds')
  })

  it('and 503 when more are open than may be; the rest comes later, each once', async () => {
    const gate: { open?: () => void } = {}
    const opened = new Promise<void>((resolve) => {
      gate.open = resolve
    })
    const { bench, emulator } = await running({ onMessage: () => opened })
    for (let who = 0; who < 230; who += 1) emulator.message(who, String(who))
    await until(() => emulator.deliveries.some(({ status }) => status === 503), 'a full inbox')
    expect(events(bench.lines)).toContain('inbox-full')
    gate.open?.()
    await until(() => emulator.pending() === 0, 'everything')
    expect(new Set(texts(bench.offered)).size).toBe(230)
    expect(bench.offered).toHaveLength(230)
  })

  it('and 503 before the account runs and after it ended', async () => {
    const { emulator } = await emulate({ phoneNumberId: PHONE_NUMBER_ID })
    const body = notification(messageOfAlice())
    const connection = connectionTo(emulator)
    expect(await post({ connection }, body, sign(body, emulator.appSecret))).toBe(503)
    const bench = runBench({ emulator })
    await connected(bench)
    await bench.stop()
    expect(await post(bench, body, sign(body, emulator.appSecret))).toBe(503)
  })
})

describe('what Meta says of our own messages', () => {
  it('is a figure, and a line where one did not arrive and nobody waits for it any more', async () => {
    const { bench, emulator } = await running()
    emulator.message(1, 'hello')
    await until(() => bench.offered.length === 1, 'the message')
    const error = { code: 131_026, title: 'Message undeliverable' }
    const status = {
      id: 'wamid.ours',
      status: 'failed',
      recipient_id: '15550000001',
      errors: [error],
    }
    const value = {
      messaging_product: 'whatsapp',
      metadata: { phone_number_id: PHONE_NUMBER_ID },
      statuses: [status],
    }
    emulator.push({ field: 'messages', value })
    const other = { ...value, metadata: { phone_number_id: '999999999' } }
    emulator.push({ field: 'messages', value: other })
    await until(() => emulator.pending() === 0, 'the statuses')
    const told = bench.lines.filter(([, event]) => event === 'whatsapp-not-delivered')
    expect(told).toMatchObject([['warn', 'whatsapp-not-delivered', { message: 'wamid.ours' }]])
    expect(told[0]?.[2]['reason']).toMatch(/not on WhatsApp.*131026/)
    expect(bench.offered).toHaveLength(1)
    await pause(20)
    expect(bench.connection.status().state).toBe('connected')
  })
})

describe('a webhook that somebody recorded', () => {
  const DAY = 86_400_000
  const textAt = (at: number, id: string) =>
    notification(
      messageOfAlice({
        message: {
          id: `wamid.${id}`,
          timestamp: String(Math.floor(at / 1_000)),
          text: { body: id },
        },
      }),
    )
  const at = (clock: PassingClock, cursor = memoryCursor()) =>
    running({ cursor, options: { clock } })
  const ignoredIn = ({ ignored }: Bench) =>
    ignored.flatMap((each) => (each.kind === 'ignore' ? [each.why] : []))

  it('is answered and not taken again, also after a restart and another 6,000 messages', async () => {
    const [clock, cursor] = [passingClock(wallClock), memoryCursor()]
    const first = await at(clock, cursor)
    const recorded = textAt(clock.now(), 'once')
    expect(await first.signed(recorded)).toBe(200)
    expect(await first.signed(recorded)).toBe(200)
    for (let batch = 0; batch < 41; batch += 1) {
      const many = Array.from({ length: 150 }, (_, number) =>
        messageOfAlice({
          message: {
            id: `wamid.flood-${String(batch)}-${String(number)}`,
            timestamp: String(Math.floor(clock.now() / 1_000) + 60),
            from: `1555${String(2_000_000 + number)}`,
          },
        }),
      )
      expect(await first.signed(notification(...many))).toBe(200)
    }
    await first.bench.stop()
    const second = await at(clock, cursor)
    expect(await second.signed(recorded)).toBe(200)
    expect(ignoredIn(second.bench)).toEqual(['as old as messages that are not remembered any more'])
    expect(events(second.bench.lines)).toContain('whatsapp-message-stale')
    expect(texts(first.bench.offered).filter((text) => text === 'once')).toHaveLength(1)
    expect(second.bench.offered).toEqual([])
  })

  it('is not taken when nothing of its time is remembered any more', async () => {
    const [clock, cursor] = [passingClock(wallClock), memoryCursor()]
    const first = await at(clock, cursor)
    const recorded = textAt(clock.now(), 'once')
    expect(await first.signed(recorded)).toBe(200)
    await first.bench.stop()
    clock.pass(9 * DAY)
    const second = await at(clock, cursor)
    expect(await second.signed(textAt(clock.now(), 'now'))).toBe(200)
    expect(await second.signed(recorded)).toBe(200)
    expect(ignoredIn(second.bench)).toEqual(['older than Meta brings anything again'])
    expect(texts(second.bench.offered)).toEqual(['now'])
  })

  it('and a late message whose id is new is delivered, as late as Meta brings it', async () => {
    const clock = passingClock(wallClock)
    const { bench, signed } = await at(clock)
    expect(await signed(textAt(clock.now() - 7 * DAY, 'late'))).toBe(200)
    expect(await signed(textAt(clock.now() - 6 * DAY, 'later'))).toBe(200)
    expect(texts(bench.offered)).toEqual(['late', 'later'])
    expect(bench.offered[0]?.heldMs).toBeGreaterThanOrEqual(7 * DAY)
  })

  it('an open message that waited for two weeks is offered after the restart all the same', async () => {
    const [clock, cursor] = [passingClock(wallClock), memoryCursor()]
    const first = await running({
      cursor,
      options: { clock },
      onMessage: () => new Promise(() => {}),
    })
    expect(await first.signed(textAt(clock.now(), 'kept'))).toBe(200)
    await first.bench.stop()
    clock.pass(14 * DAY)
    const second = await at(clock, cursor)
    await until(() => second.bench.offered.length === 1, 'the message')
    expect(texts(second.bench.offered)).toEqual(['kept'])
  })
})
