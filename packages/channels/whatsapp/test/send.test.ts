import { whatsappBsuidOf, whatsappNumberOf } from '@openclaw-pairing/emulators'
import * as fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { messageTexts } from '../src/cloud/text.ts'
import { CLOUD_TEXT_UNITS } from '../src/limits.ts'
import {
  closeAll,
  connected,
  connectionTo,
  emulate,
  events,
  pause,
  runBench,
  until,
} from './bench.ts'

const ADA = whatsappNumberOf(1)

afterEach(closeAll)

/** A connection that runs, to somebody who wrote. */
async function acquainted(given: Parameters<typeof emulate>[0] = {}) {
  const { emulator, door } = await emulate(given)
  const bench = runBench({ emulator, door })
  await connected(bench)
  emulator.message(1, 'hello')
  await until(() => bench.offered.length === 1, 'the message')
  const send = (text: string, to = ADA) => bench.connection.send({ to, text })
  return { emulator, door, bench, send }
}

describe('a text', () => {
  it('is told by the id that Meta gave it, and when Meta passed it on', async () => {
    const { emulator, send } = await acquainted()
    const outcome = await send('hi')
    const [sent] = emulator.sent
    expect(outcome).toEqual({
      outcome: 'sent',
      messageId: sent?.id,
      sentAt: Math.floor(Number(sent?.at) / 1_000) * 1_000,
    })
    expect(sent?.body).toEqual({
      messaging_product: 'whatsapp',
      recipient_type: 'individual',
      to: '15550000001',
      type: 'text',
      text: { body: 'hi', preview_url: false },
    })
  })

  it('goes to a business-scoped id as well, and to nothing else', async () => {
    const { emulator, send } = await acquainted()
    expect(await send('hi', whatsappBsuidOf(1))).toMatchObject({ outcome: 'sent' })
    expect(emulator.sent[0]?.body).toMatchObject({ recipient: whatsappBsuidOf(1) })
    expect(emulator.sent[0]?.body).not.toHaveProperty('to')
    for (const to of ['lid:99887766554433', '15550000001', '+1', 'Y2FwaQ==', '../messages', ''])
      expect(await send('hi', to)).toMatchObject({ outcome: 'refused' })
    expect(await send(' \n')).toMatchObject({ outcome: 'refused', reason: 'there is no text' })
    expect(await send('x'.repeat(90_000))).toMatchObject({ outcome: 'refused' })
    expect(emulator.calls.filter(({ method }) => method === 'messages')).toHaveLength(1)
  })

  it('does not wait for statuses that never come', async () => {
    const { emulator, send } = await acquainted({ statuses: 'failed' })
    const tookMs = async (): Promise<number> => {
      const begun = performance.now()
      expect(await send('hi')).toEqual({ outcome: 'sent', messageId: emulator.sent.at(-1)?.id })
      return performance.now() - begun
    }
    for (let n = 0; n < 3; n += 1) expect(await tookMs()).toBeGreaterThan(140)
    // one of them may have met a busy machine
    expect(Math.min(await tookMs(), await tookMs(), await tookMs())).toBeLessThan(140)
    // One that comes shows that they do.
    emulator.refuse(ADA, 131_026, 'later')
    expect(await send('hi')).toMatchObject({ outcome: 'sent' })
    await until(() => emulator.pending() === 0, 'the status')
    expect(await send('hi')).toMatchObject({ outcome: 'refused' })
  })

  it('to many people is not more than 16 at once, and to one person in order', async () => {
    const { emulator, send } = await acquainted()
    emulator.fault({ method: 'messages', effect: { kind: 'slow', ms: 30 } })
    const all = Array.from({ length: 10 }, (_, n) => send(String(n)))
    await Promise.all(all)
    expect(emulator.sent.map(({ text }) => text)).toEqual([...'0123456789'])
  })
})

describe('a refusal', () => {
  it.each([
    [131_047, 'refused', /24 hour window/],
    [131_026, 'refused', /not on WhatsApp/],
    [131_030, 'refused', /test recipients/],
    [131_051, 'refused', /131051/],
    [100, 'refused', /100/],
    [131_031, 'failed', /131031/],
    [131_048, 'failed', /131048/],
    [10, 'failed', /10/],
  ] as const)('%i is final: %s', async (code, outcome, reason) => {
    const { emulator, send } = await acquainted()
    emulator.refuse(ADA, code)
    expect(await send('hi')).toEqual({ outcome, reason: expect.stringMatching(reason) })
    expect(emulator.calls.filter(({ method }) => method === 'messages')).toHaveLength(1)
  })

  it('that comes only in a status counts as well', async () => {
    const { emulator, send, bench } = await acquainted()
    emulator.refuse(ADA, 131_047, 'later')
    expect(await send('hi')).toMatchObject({
      outcome: 'refused',
      reason: expect.stringMatching(/24 hour/),
    })
    expect(events(bench.lines)).not.toContain('whatsapp-not-delivered')
  })

  it('of free text a day after somebody wrote is known', async () => {
    const { emulator, send } = await acquainted()
    emulator.lapse(ADA)
    expect(await send('hi')).toMatchObject({
      outcome: 'refused',
      reason: expect.stringMatching(/24 hour window/),
    })
  })
})

describe('what was not taken', () => {
  it.each([4, 80_007, 130_429, 131_056, 131_057])(
    'because of %i is tried again, three times at most',
    async (code) => {
      const { emulator, send } = await acquainted()
      emulator.fault({ method: 'messages', times: 2, effect: { kind: 'error', code } })
      expect(await send('hi')).toMatchObject({ outcome: 'sent' })
      emulator.fault({ method: 'messages', effect: { kind: 'error', code } })
      expect(await send('hi')).toMatchObject({ outcome: 'failed' })
      expect(emulator.calls.filter(({ method }) => method === 'messages')).toHaveLength(6)
      expect(emulator.sent).toHaveLength(1)
    },
  )

  it('waits as long as Meta asks, and not for more than a minute', async () => {
    const { emulator, send } = await acquainted()
    const limited = (retryAfter: number) =>
      emulator.fault({
        ...{ method: 'messages', times: 1 },
        effect: { kind: 'error', code: 130_429, status: 429, retryAfter },
      })
    limited(0.3)
    const begun = performance.now()
    expect(await send('hi')).toMatchObject({ outcome: 'sent' })
    expect(performance.now() - begun).toBeGreaterThan(300)
    limited(61)
    expect(await send('hi')).toMatchObject({ outcome: 'failed' })
  })

  it('for want of a connection is tried again, and shown until there is one', async () => {
    const { emulator, send, bench } = await acquainted()
    await emulator.pause()
    const sending = send('hi')
    await until(() => bench.connection.status().state === 'waiting', 'the state')
    expect(bench.connection.status().lastError).toMatch(/ECONNREFUSED.*apiRoot/)
    await sending
    await emulator.resume()
    await connected(bench)
    expect(await send('again')).toMatchObject({ outcome: 'sent' })
  })
})

describe('what may have been taken', () => {
  it.each([
    { kind: 'drop', when: 'after' },
    { kind: 'hang', when: 'after' },
    { kind: 'drop', when: 'before' },
    { kind: 'html', status: 502 },
    { kind: 'error', code: 131_000, status: 500 },
    { kind: 'error', code: 2, status: 500 },
    { kind: 'error', code: 131_051, status: 503 },
  ] as const)('after %j is unknown, and not sent again', async (effect) => {
    const { emulator, send } = await acquainted()
    emulator.fault({ method: 'messages', times: 1, effect })
    expect(await send('hi')).toMatchObject({ outcome: 'unknown' })
    expect(emulator.calls.filter(({ method }) => method === 'messages')).toHaveLength(1)
  })
})

describe('a token that is revoked', () => {
  it('ends the account at the next send, and says where to get another', async () => {
    const { emulator, send, bench } = await acquainted()
    emulator.revokeToken()
    expect(await send('hi')).toMatchObject({
      outcome: 'failed',
      reason: expect.stringMatching(/190/),
    })
    await expect(bench.ended).rejects.toMatchObject({
      code: 'ERR_WHATSAPP_TOKEN_REJECTED',
      hint: expect.stringMatching(/System users.*channels\.whatsapp\.cloud\.accessToken/),
    })
    expect(bench.connection.status().state).toBe('failed')
  })

  it('is noticed without a send, in time', async () => {
    const { emulator, door } = await emulate()
    const bench = runBench({ emulator, door, options: { timing: { checkMs: 60 } } })
    await connected(bench)
    emulator.revokeToken()
    await expect(bench.ended).rejects.toMatchObject({ code: 'ERR_WHATSAPP_TOKEN_REJECTED' })
  })
})

describe('an account that can never work', () => {
  it.each([
    [{ phoneNumberId: '' }, 'phoneNumberId', /API Setup/],
    [{ phoneNumberId: '+15550783881' }, 'phoneNumberId', /not the phone number itself/],
    [{ accessToken: '' }, 'accessToken', /System users/],
    [{ appSecret: 'short' }, 'appSecret', /App secret/],
    [{ verifyToken: '' }, 'verifyToken', /Verify token/],
  ])('%j says which key and where it is, without asking anybody', async (options, key, words) => {
    const { emulator } = await emulate()
    const { ended } = runBench({ emulator, options })
    const error = await ended.catch((thrown: Error & { key: string; hint: string }) => thrown)
    expect(error).toMatchObject({ code: 'ERR_WHATSAPP_KEY_MALFORMED', key })
    expect(`${error?.message}. ${error?.hint}`).toMatch(words)
    expect(emulator.calls).toEqual([])
  })

  it.each([
    [{ accessToken: 'EAAsomebodyelsestokenofmeta' }, 'ERR_WHATSAPP_TOKEN_REJECTED'],
    [{ phoneNumberId: '999999999' }, 'ERR_WHATSAPP_NUMBER_NOT_FOUND'],
    [{ apiRoot: 'http://graph.facebook.com' }, 'ERR_WHATSAPP_API_ROOT_INVALID'],
    [{ apiRoot: 'x' }, 'ERR_WHATSAPP_API_ROOT_INVALID'],
  ])('%j ends it with %s', async (options, code) => {
    const { emulator } = await emulate()
    const bench = runBench({ emulator, options })
    await expect(bench.ended).rejects.toMatchObject({ code, hint: expect.any(String) })
    const sent = await bench.connection.send({ to: ADA, text: 'hi' })
    expect(['refused', 'failed']).toContain(sent.outcome)
  })

  it('is not one whose API answers otherwise for a while, which is asked again', async () => {
    const { emulator } = await emulate()
    for (const effect of [
      { kind: 'html', status: 502 },
      { kind: 'error', code: 2, status: 500 },
      { kind: 'hang', when: 'before' },
      { kind: 'error', code: 4, status: 403 },
    ] as const)
      emulator.fault({ method: 'number', times: 1, effect })
    const bench = runBench({ emulator })
    await connected(bench)
    expect(emulator.calls.filter(({ method }) => method === 'number')).toHaveLength(5)
    expect(events(bench.lines).filter((event) => event === 'whatsapp-unreachable')).toHaveLength(4)
  })

  it('is one whose API root is no Graph API', async () => {
    const { emulator, door } = await emulate()
    const bench = runBench({ emulator, options: { apiRoot: `${emulator.url}/elsewhere` } })
    await expect(bench.ended).rejects.toMatchObject({ code: 'ERR_WHATSAPP_NUMBER_NOT_FOUND' })
    emulator.fault({ method: 'number', effect: { kind: 'html', status: 404 } })
    const other = runBench({ emulator, door })
    await expect(other.ended).rejects.toMatchObject({ code: 'ERR_WHATSAPP_API_NOT_FOUND' })
  })
})

describe('the parts of a text', () => {
  const texts = fc.string({ unit: 'grapheme', maxLength: 12_000, size: 'max' })

  it('are whole, and none is longer than Meta takes, whatever is preformatted in it', () => {
    fc.assert(
      fc.property(texts, fc.nat(12_000), fc.nat(6_000), (text, from, length) => {
        const parts = messageTexts({ text, preformatted: text.slice(from, from + length) })
        const fenced = parts.join('')
        expect(text.includes('```') ? fenced : fenced.replaceAll('```', '')).toBe(text)
        for (const part of parts) {
          expect(part.length).toBeLessThanOrEqual(CLOUD_TEXT_UNITS)
          if (!text.includes('```')) expect(part.split('```').length % 2).toBe(1)
        }
      }),
      { numRuns: 60 },
    )
  })

  it('keep the shape of what is preformatted', () => {
    expect(messageTexts({ text: 'Scan:\n█ █\n█▀█\nDone', preformatted: '█ █\n█▀█' })).toEqual([
      'Scan:\n```█ █\n█▀█```\nDone',
    ])
    expect(messageTexts({ text: 'a ``` b', preformatted: 'b' })).toEqual(['a ``` b'])
    expect(messageTexts({ text: 'Code: ABCD2345' })).toEqual(['Code: ABCD2345'])
  })
})

it('a stop ends what waits to be tried again', async () => {
  const { emulator, door } = await emulate()
  const bench = runBench({ emulator, door, options: { timing: { throttledMs: 60_000 } } })
  await connected(bench)
  emulator.fault({ method: 'messages', effect: { kind: 'error', code: 131_056 } })
  const sending = bench.connection.send({ to: ADA, text: 'hi' })
  await pause(50)
  await bench.stop()
  expect(await sending).toMatchObject({
    outcome: 'failed',
    reason: expect.stringMatching(/then stopped/),
  })
  expect(connectionTo(emulator).status().state).toBe('stopped')
})
