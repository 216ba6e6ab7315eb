import { type BlueBubblesFaultEffect, imessageHandleOf } from '@openclaw-pairing/emulators'
import { afterEach, describe, expect, it } from 'vitest'
import { messagesOf } from '../src/text.ts'
import { closeAll, connected, emulate, until } from './bench.ts'

afterEach(closeAll)

const alice = imessageHandleOf(1)
const chat = `iMessage;-;${alice}`

/** A connection, with a chat with Alice. */
async function talking(options?: Parameters<typeof emulate>[0]) {
  const emulator = await emulate(options)
  const bench = await connected({ emulator })
  emulator.message(1, 'hello')
  await until(() => bench.offered.length === 1, 'a message')
  const to = bench.offered[0]?.replyTo ?? ''
  return { emulator, to, send: bench.connection.send }
}

describe('a text', () => {
  it('goes to the chat that a message came from, and says when and as what', async () => {
    const { emulator, to, send } = await talking()
    const outcome = await send({ to, text: 'hi Alice' })
    expect(outcome).toMatchObject({
      outcome: 'sent',
      messageId: expect.stringMatching(/^[0-9A-F-]{36}$/),
    })
    expect(outcome).toHaveProperty('sentAt', expect.any(Number))
    expect(emulator.sent).toMatchObject([
      { chatGuid: chat, text: 'hi Alice', method: 'apple-script', isNewChat: false },
    ])
  })

  it('goes to the chat that macOS 26 names, by handle too', async () => {
    const { emulator, to, send } = await talking({ anyGuids: true })
    expect(to).toBe(`any;-;${alice}`)
    await send({ to, text: 'one' })
    await send({ to: alice, text: 'two' })
    expect(emulator.sent.map(({ chatGuid }) => chatGuid)).toEqual([to, to])
  })

  it('begins a chat with whom there is none, and goes on in it', async () => {
    const { emulator, send } = await talking()
    const bob = 'bob@example.org'
    expect(await send({ to: bob, text: `${'a'.repeat(4_000)}b` })).toMatchObject({
      outcome: 'sent',
    })
    await send({ to: bob, text: 'again' })
    expect(emulator.sent.map(({ to, text, isNewChat }) => [to, text.length, isNewChat])).toEqual([
      [bob, 4_000, true],
      [bob, 1, false],
      [bob, 5, false],
    ])
  })

  it('finds a chat of earlier days', async () => {
    const emulator = await emulate()
    emulator.ownMessage('bob@example.org', 'years ago')
    const { connection } = await connected({ emulator })
    await connection.send({ to: 'bob@example.org', text: 'hi' })
    expect(emulator.sent).toMatchObject([
      { chatGuid: 'iMessage;-;bob@example.org', isNewChat: false },
    ])
  })

  it('of the same key and part has the same tempGuid, any other another', async () => {
    const { emulator, to, send } = await talking()
    const text = 'x'.repeat(5_000)
    for (const idempotencyKey of ['a', 'a', 'b']) await send({ to, text, idempotencyKey })
    await send({ to, text: 'without' })
    await send({ to, text: 'without' })
    const guids = emulator.sent.map(({ tempGuid }) => tempGuid)
    expect(guids.slice(0, 2)).toEqual(guids.slice(2, 4))
    expect(new Set(guids).size).toBe(6)
    for (const guid of guids) expect(guid).toMatch(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
  })

  it('goes by the helper inside Messages where there is one', async () => {
    const { emulator, to, send } = await talking({ privateApi: true })
    await send({ to, text: 'hi' })
    expect(emulator.sent).toMatchObject([{ method: 'private-api' }])
  })

  it.each([
    ['', 'iMessage;-;+15551234567'],
    [' \n', '+15551234567'],
    ['x'.repeat(80_001), '+15551234567'],
    ['hi', 'iMessage;+;chat808017'],
    ['hi', 'any;+;chat808017'],
    ['hi', '262966'],
    ['hi', 'chat_id:7'],
    ['hi', ''],
  ])('%j to %j is refused, and nothing is asked', async (text, to) => {
    const { emulator, send } = await talking()
    const before = emulator.calls.filter(({ route }) =>
      route.startsWith('POST /api/v1/message/text'),
    ).length
    expect(await send({ to, text })).toMatchObject({
      outcome: 'refused',
      reason: expect.any(String),
    })
    expect(emulator.calls.filter(({ route }) => /chat|text/.test(route))).toHaveLength(before)
  })
})

describe('what becomes of a send', () => {
  const faults: readonly (readonly [
    name: string,
    effect: BlueBubblesFaultEffect,
    outcome: object,
    sends: number,
  ])[] = [
    [
      'nobody has iMessage there',
      { kind: 'not-delivered', code: 22 },
      { outcome: 'refused', reason: expect.stringContaining('iMessage') },
      1,
    ],
    ['the Mac is offline', { kind: 'not-delivered', code: 4 }, { outcome: 'failed' }, 1],
    [
      'an unknown code',
      { kind: 'not-delivered', code: 99 },
      { outcome: 'refused', reason: expect.stringContaining('99') },
      1,
    ],
    [
      'the script fails',
      { kind: 'error', status: 500, message: 'Message Send Error', error: 'AppleScript: -1728' },
      { outcome: 'failed', reason: expect.stringContaining('-1728') },
      1,
    ],
    [
      'the Mac waited in vain',
      { kind: 'error', status: 500, message: 'Message Send Error', error: 'Transaction timeout' },
      { outcome: 'unknown' },
      1,
    ],
    [
      'the server does not know',
      { kind: 'error', status: 500, message: 'Server Error', error: '?' },
      { outcome: 'unknown' },
      1,
    ],
    [
      'the private API is off',
      {
        kind: 'error',
        status: 500,
        message: 'Message Send Error',
        error: 'iMessage Private API is not enabled!',
      },
      { outcome: 'refused' },
      1,
    ],
    [
      'it does not like it',
      { kind: 'error', status: 400, message: 'Bad', error: 'no' },
      { outcome: 'refused', reason: 'Bad: no' },
      1,
    ],
    [
      'it is under way',
      {
        kind: 'error',
        status: 400,
        message: 'Bad',
        error: 'Message is already queued to be sent!',
      },
      { outcome: 'unknown' },
      1,
    ],
    ['a proxy fails', { kind: 'html', status: 502 }, { outcome: 'unknown' }, 1],
    ['a proxy refuses', { kind: 'html', status: 403 }, { outcome: 'failed' }, 1],
    ['a proxy asks for patience', { kind: 'html', status: 429 }, { outcome: 'failed' }, 3],
    ['no answer comes', { kind: 'hang', when: 'after' }, { outcome: 'unknown' }, 1],
    ['the line breaks', { kind: 'drop', when: 'after' }, { outcome: 'unknown' }, 1],
  ]
  it.each(faults)('where %s', async (_, effect, outcome, sends) => {
    const { emulator, to, send } = await talking()
    emulator.fault({ path: '/api/v1/message/text', effect })
    expect(await send({ to, text: 'hi', idempotencyKey: 'k' })).toMatchObject(outcome)
    const tries = emulator.calls.filter(({ route }) => route === 'POST /api/v1/message/text')
    expect(tries).toHaveLength(sends)
  })

  it('while the server is away is a failure after three tries; it is sent when it comes back in time', async () => {
    const { emulator, to, send } = await talking()
    await emulator.pause()
    expect(await send({ to, text: 'hi' })).toMatchObject({ outcome: 'failed' })
    const sent = send({ to, text: 'in time' })
    await emulator.resume()
    expect(await sent).toMatchObject({ outcome: 'sent' })
    expect(emulator.sent.map(({ text }) => text)).toEqual(['in time'])
  })

  it('of which a part arrived is unknown, and the rest is not tried', async () => {
    const { emulator, to, send } = await talking()
    emulator.fault({ path: '/api/v1/message/text', effect: { kind: 'slow', ms: 0 }, times: 1 })
    emulator.fault({ path: '/api/v1/message/text', effect: { kind: 'not-delivered', code: 22 } })
    expect(await send({ to, text: 'x'.repeat(9_000) })).toMatchObject({
      outcome: 'unknown',
      reason: expect.stringMatching(/first 1 parts/),
    })
    expect(emulator.sent).toHaveLength(1)
  })

  it('is in order for each person, however slow', async () => {
    const { emulator, to, send } = await talking()
    emulator.fault({ path: '/api/v1/message/text', effect: { kind: 'slow', ms: 100 }, times: 1 })
    await Promise.all(['1', '2', '3'].map((text) => send({ to, text })))
    expect(emulator.sent.map(({ text }) => text)).toEqual(['1', '2', '3'])
  })
})

it('a long text is cut at lines, and whole again together', () => {
  const text = Array.from({ length: 300 }, (_, n) => `line ${String(n)} ${'.'.repeat(20)}`).join(
    '\n',
  )
  const parts = messagesOf({ text }, {})
  if ('problem' in parts) throw new Error(parts.problem)
  expect(parts.join('')).toBe(text)
  for (const part of parts.slice(0, -1)) expect(part).toMatch(/\n$/)
})
