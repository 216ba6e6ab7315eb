import type { SendOutcome } from '@openclaw/pairing-contracts'
import {
  type SignalEmulator,
  type SignalFaultEffect,
  signalNumberOf,
} from '@openclaw-pairing/emulators'
import { afterEach, describe, expect, it } from 'vitest'
import { signalConnection } from '../src/transport.ts'
import { account, clock, closeAll, emulate, memoryCursor, quick, random } from './bench.ts'

afterEach(closeAll)

const ALICE = signalNumberOf(1)

function sender(emulator: SignalEmulator) {
  const cursor = memoryCursor()
  const options = { httpUrl: emulator.url, account, cursor, clock, random, timing: quick }
  const { send } = signalConnection(options)
  return (text: string, to = ALICE): Promise<SendOutcome> => send({ to, text })
}

describe('what becomes of a text', () => {
  const result = (type: string, more = {}): SignalFaultEffect => ({ kind: 'result', type, ...more })
  const error = (code: number): SignalFaultEffect => ({ kind: 'error', code, message: 'because' })

  it.each<[string, SignalFaultEffect, SendOutcome['outcome'], RegExp]>([
    ['nobody has the number', result('UNREGISTERED_FAILURE'), 'refused', /nobody/],
    ['the safety number changed', result('IDENTITY_FAILURE'), 'refused', /signal-cli trust/],
    ['Signal limits the account', result('RATE_LIMIT_FAILURE'), 'failed', /no more/],
    [
      'Signal wants a captcha',
      result('RATE_LIMIT_FAILURE', { token: 'abc', retryAfterSeconds: 9 }),
      'failed',
      /submitRateLimitChallenge --challenge abc --captcha <captcha>, or wait 9 s/,
    ],
    ['the daemon lost Signal', result('NETWORK_FAILURE'), 'unknown', /connection/],
    ['a result is new', result('SOMETHING_NEW'), 'unknown', /SOMETHING_NEW/],
    ['the user is wrong', error(-1), 'refused', /because \(-1\)/],
    ['input or output failed', error(-3), 'unknown', /because/],
    ['the key is not trusted', error(-4), 'refused', /because/],
    ['the rate is limited', error(-5), 'failed', /because/],
    ['the account is not known', error(-32_602), 'refused', /because/],
    ['the daemon broke', error(-32_603), 'unknown', /because/],
    ['a proxy fails', { kind: 'html', status: 502 }, 'unknown', /502/],
    ['a proxy refuses', { kind: 'html', status: 403 }, 'refused', /403/],
    ['a page answers', { kind: 'html', status: 200 }, 'unknown', /200/],
    ['the answer is lost', { kind: 'drop', when: 'after' }, 'unknown', /./],
    ['nothing is answered', { kind: 'hang', when: 'before' }, 'unknown', /in time/],
  ])('where %s', async (_, effect, outcome, reason) => {
    const emulator = await emulate()
    emulator.fault({ method: 'send', effect })
    const became = await sender(emulator)('hello')
    expect(became).toMatchObject({ outcome, reason: expect.stringMatching(reason) })
    expect(emulator.calls.filter(({ method }) => method === 'send').length).toBeLessThanOrEqual(1)
  })

  it('is tried again while no daemon is there, and arrives once', async () => {
    const emulator = await emulate()
    await emulator.pause()
    const sent = sender(emulator)('hello')
    setTimeout(() => void emulator.resume(), 40)
    expect(await sent).toMatchObject({ outcome: 'sent', messageId: expect.stringMatching(/^\d+$/) })
    expect(emulator.sent).toHaveLength(1)
    await emulator.pause()
    expect(await sender(emulator)('hello')).toMatchObject({ outcome: 'failed' })
  })

  it('of several parts is not known where only some arrived', async () => {
    const emulator = await emulate()
    const text = 'x'.repeat(5_000)
    const send = sender(emulator)
    expect(await send(text)).toMatchObject({ outcome: 'sent' })
    const faults = emulator.sent.length
    expect(faults).toBe(3)
    const before = emulator.sent.length
    const slow = send(text)
    const wait = setInterval(() => {
      if (emulator.sent.length > before) emulator.unregister(ALICE)
    }, 0)
    const outcome = await slow
    clearInterval(wait)
    expect(outcome).toMatchObject({ outcome: 'unknown', reason: expect.stringContaining('only') })
  })
})

it.each(['', 'alice.42', '15551234567', 'PNI:3f0c6e7a-1b2c-4d5e-8f90-a1b2c3d4e5f6', 'R3JvdXA='])(
  'writes to nobody who is called %j',
  async (to) => {
    const emulator = await emulate()
    expect(await sender(emulator)('hello', to)).toMatchObject({ outcome: 'refused' })
    expect(emulator.calls).toEqual([])
  },
)

it('writes to a uuid as the daemon takes it, and refuses no text and an endless one', async () => {
  const emulator = await emulate()
  const uuid = '3f0c6e7a-1b2c-4d5e-8f90-a1b2c3d4e5f6'
  const send = sender(emulator)
  expect(await send('hello', `uuid:${uuid}`)).toMatchObject({ outcome: 'sent' })
  expect(emulator.sent).toMatchObject([{ to: uuid, text: 'hello' }])
  expect(await send(' \n')).toMatchObject({ outcome: 'refused' })
  expect(await send('x'.repeat(80_001))).toMatchObject({ outcome: 'refused' })
})

it('sends to each in order, to many at once, and lets no more than a thousand wait', async () => {
  const emulator = await emulate()
  const send = sender(emulator)
  const texts = Array.from({ length: 20 }, (_, n) => `${String(n)}`)
  await Promise.all(texts.map((text) => send(text)))
  expect(emulator.sent.map(({ text }) => text)).toEqual(texts)
  await emulator.pause()
  const many = Array.from({ length: 1_005 }, (_, n) => send('hello', signalNumberOf(n)))
  expect(await many.at(-1)).toEqual({
    outcome: 'failed',
    reason: 'too many messages wait to be sent',
  })
  await emulator.resume()
  const outcomes = await Promise.all(many)
  expect(outcomes.filter(({ outcome }) => outcome === 'failed').length).toBeLessThanOrEqual(5)
})
