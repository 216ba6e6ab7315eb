import type { OutboundText } from '@openclaw/pairing-contracts'
import {
  type ImsgEmulator,
  type ImsgFaultEffect,
  imsgChatOf,
  imsgNumberOf,
} from '@openclaw-pairing/emulators'
import { afterEach, describe, expect, it } from 'vitest'
import { type Bench, closeAll, emulate, pause, runBench, until } from './imsg-bench.ts'

afterEach(closeAll)

async function connected(): Promise<{ readonly emulator: ImsgEmulator; readonly bench: Bench }> {
  const emulator = await emulate()
  const bench = runBench({ cliPath: emulator.cliPath })
  await until(() => bench.connection.status().state === 'connected', 'the connection')
  return { emulator, bench }
}

const hello = (to: string = imsgChatOf(1)): OutboundText => ({ to, text: 'hello' })

describe('a send through imsg', () => {
  it('goes to a chat, a number or an address', async () => {
    const { emulator, bench } = await connected()
    const person = { service: 'auto', region: 'US' }
    const places: readonly (readonly [string, object])[] = [
      ['iMessage;-;+15551234567', { chat_guid: 'iMessage;-;+15551234567' }],
      ['any;-;+15551234567', { chat_guid: 'any;-;+15551234567' }],
      ['chat_guid:SMS;-;+15551234567', { chat_guid: 'SMS;-;+15551234567' }],
      ['+1 555 123 4567', { to: '+15551234567', ...person }],
      ['Alice@Example.com', { to: 'alice@example.com', ...person }],
    ]
    for (const [to, target] of places) {
      expect(await bench.connection.send(hello(to))).toMatchObject({ outcome: 'sent' })
      expect(emulator.sent.at(-1)?.params).toEqual({ ...target, text: 'hello' })
    }
  })

  it('goes to a chat by its number, as it was received', async () => {
    const { emulator, bench } = await connected()
    emulator.message(1, 'hi', { chat_guid: imsgChatOf(1) })
    await until(() => bench.offered.length === 1, 'the message')
    expect(await bench.connection.send(hello('chat_id:1'))).toMatchObject({ outcome: 'sent' })
    expect(emulator.sent[0]?.chatGuid).toBe(imsgChatOf(1))
  })

  it('to what is no person is refused and not even tried', async () => {
    const { emulator, bench } = await connected()
    for (const to of ['', '262966', 'chat_id:x', 'iMessage;+;chat1', '*', 'Alice'])
      expect(await bench.connection.send(hello(to)), to).toMatchObject({ outcome: 'refused' })
    expect(emulator.calls.some(({ method }) => method === 'send')).toBe(false)
  })

  it('of nothing, or of a book, is refused', async () => {
    const { emulator, bench } = await connected()
    for (const text of [' \n', 'x'.repeat(100_000)])
      expect(await bench.connection.send({ to: imsgChatOf(1), text })).toMatchObject({
        outcome: 'refused',
      })
    expect(emulator.sent).toEqual([])
  })

  const error = (code: number, message: string, data?: unknown): ImsgFaultEffect => ({
    ...{ kind: 'error', code, message },
    ...(data !== undefined && { data }),
  })
  type Fate = readonly [name: string, effect: ImsgFaultEffect, outcome: string, tries: number]

  const fate = async (
    { emulator, bench }: Awaited<ReturnType<typeof connected>>,
    [name, effect, outcome, tries]: Fate,
  ): Promise<void> => {
    const sends = () => emulator.calls.filter(({ method }) => method === 'send').length
    const before = sends()
    emulator.clearFaults()
    emulator.fault({ method: 'send', effect })
    const became = await bench.connection.send(hello())
    expect(became, name).toMatchObject({ outcome, reason: expect.stringMatching(/./) })
    expect(sends() - before, name).toBe(tries)
  }

  it('ends as its answer says', async () => {
    const running = await connected()
    const fates: readonly Fate[] = [
      ['busy', error(-32_000, 'Server busy'), 'failed', 3],
      [
        'in flight',
        error(-32_001, 'Delivery outcome unknown', { retry_safe: false }),
        'unknown',
        1,
      ],
      ['never begun', error(-32_001, 'x', { disposition: 'not_started' }), 'failed', 1],
      ['wrong', error(-32_602, 'Invalid params'), 'refused', 1],
      ['unknown to it', error(-32_601, 'Method not found'), 'refused', 1],
      ['to nobody', error(-32_603, 'Messages got an error: Can’t get buddy id "x".'), 'refused', 1],
      ['too slow', error(-32_603, 'osascript timed out after 150s'), 'unknown', 1],
      ['not possible', error(-32_603, 'Messages got an error'), 'failed', 1],
      ['answered with nothing', { kind: 'text', text: 'what?' }, 'unknown', 1],
      ['never answered', { kind: 'hang', when: 'before' }, 'unknown', 1],
    ]
    for (const each of fates) await fate(running, each)
  })

  it.each<Fate>([
    ['blocked', error(-32_004, 'Mutation lane is blocked'), 'failed', 3],
    ['taken, and then imsg dies', { kind: 'exit', code: 1, when: 'after' }, 'unknown', 1],
    ['not taken, and imsg dies', { kind: 'exit', code: 1, when: 'before' }, 'unknown', 1],
  ])('that is %s', async (...each) => fate(await connected(), each))

  it('without the permission names the switch, and shows it in the status', async () => {
    const { emulator, bench } = await connected()
    emulator.deny('automation')
    const became = await bench.connection.send(hello())
    const setting = 'System Settings > Privacy & Security > Automation'
    expect(became).toMatchObject({ outcome: 'failed', reason: expect.stringContaining(setting) })
    expect(bench.connection.status()).toMatchObject({
      state: 'connected',
      lastError: expect.stringContaining(setting),
    })
  })

  it('waits while imsg is started anew', async () => {
    const { emulator, bench } = await connected()
    emulator.kill()
    await until(() => bench.connection.status().state !== 'connected', 'the end')
    expect(await bench.connection.send(hello())).toMatchObject({ outcome: 'sent' })
    expect(emulator.sent).toHaveLength(1)
  })

  it('after which nothing more is sent has imsg started anew', async () => {
    const { emulator, bench } = await connected()
    const effect = { kind: 'error', code: -32_004, message: 'blocked' } as const
    emulator.fault({ method: 'send', effect, times: 1 })
    expect(await bench.connection.send(hello())).toMatchObject({ outcome: 'sent' })
    expect(emulator.started).toHaveLength(2)
  })

  it('is possible while a stop waits for its handler, and not after', async () => {
    const emulator = await emulate()
    const became: unknown[] = []
    const bench = runBench({
      cliPath: emulator.cliPath,
      onMessage: async ({ replyTo }, { send }) => {
        await pause(150)
        became.push(await send({ to: replyTo, text: 'good bye' }))
      },
    })
    await until(() => bench.connection.status().state === 'connected', 'the connection')
    emulator.message(1, 'hello')
    await until(() => bench.offered.length === 1, 'the message')
    await bench.stop()
    expect(became).toMatchObject([{ outcome: 'sent' }])
    expect(await bench.connection.send(hello())).toMatchObject({ outcome: 'failed' })
  })

  it('is one of many that wait, in order for each person, and bounded', async () => {
    const { emulator, bench } = await connected()
    const all = Array.from({ length: 1_100 }, (_, n) =>
      bench.connection.send({ to: imsgNumberOf(n % 3), text: String(n) }),
    )
    const outcomes = await Promise.all(all)
    expect(outcomes.filter(({ outcome }) => outcome === 'sent').length).toBe(1_002)
    expect(outcomes.at(-1)).toMatchObject({ outcome: 'failed' })
    const first = emulator.sent.filter(({ to }) => to === imsgNumberOf(0))
    expect(first.map(({ text }) => Number(text))).toEqual(
      first.map(({ text }) => Number(text)).toSorted((one, other) => one - other),
    )
  })
})
