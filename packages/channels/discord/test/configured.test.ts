import * as fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { messageParts } from '../src/text.ts'
import type { DiscordOptions } from '../src/transport.ts'
import { closeAll, connectionTo, emulate } from './bench.ts'

const ADA = '200000000000000001'
const CODE = 'ABCD2345'

afterEach(closeAll)

/** A connection that is set up so, to somebody who is there. */
async function configured(options: Partial<DiscordOptions>) {
  const emulator = await emulate()
  emulator.join(ADA)
  const connection = connectionTo(emulator, { options })
  const send = (text: string) => connection.send({ to: `user:${ADA}`, text, copyable: CODE })
  const posts = () =>
    emulator.calls.filter(({ method }) => method === 'POST /channels/:id/messages').length
  return { emulator, send, posts }
}

const lines = (count: number): string =>
  Array.from({ length: count }, (_, n) => `line ${String(n)}`).join('\n')

describe('a long text', () => {
  it('has 17 lines a message unless told otherwise', async () => {
    const { emulator, send } = await configured({})
    expect(await send(lines(40))).toMatchObject({ outcome: 'sent' })
    expect(emulator.sent.map(({ text }) => text.trim().split('\n').length)).toEqual([17, 17, 6])
  })

  it('comes in pieces as long as the configuration says', async () => {
    const { emulator, send } = await configured({ chunks: { limit: 150, lines: 1_000 } })
    expect(await send(`${lines(60)}\nCode: ${CODE}`)).toMatchObject({ outcome: 'sent' })
    const sent = emulator.sent.map(({ text }) => text)
    expect(sent.length).toBeGreaterThan(3)
    for (const text of sent) expect(text.length).toBeLessThanOrEqual(150)
    expect(emulator.sent.flatMap(({ code }) => code)).toEqual([CODE])
  })

  it('never has the code in two of them, whatever stands around it', () => {
    const around = fc.string({
      unit: fc.constantFrom('a', '*', '\n', '_', ' ', '`'),
      maxLength: 400,
    })
    const chunks = fc.record({
      limit: fc.integer({ min: 100, max: 300 }),
      lines: fc.integer({ min: 5, max: 20 }),
      mode: fc.constantFrom('length' as const, 'newline' as const),
    })
    fc.assert(
      fc.property(around, around, chunks, (before, after, cut) => {
        const parts = messageParts(`${before}${CODE}${after}`, { copyable: CODE }, cut)
        expect(parts.filter((part) => part.includes(CODE))).toHaveLength(1)
        for (const part of parts) {
          expect(part.length).toBeLessThanOrEqual(cut.limit)
          expect(part.replace(/\n$/, '').split('\n').length).toBeLessThanOrEqual(cut.lines)
        }
      }),
    )
  })

  it('keeps a picture whole, however few lines a message has', () => {
    const picture = Array.from({ length: 30 }, () => '█▀█ ▄').join('\n')
    const chunks = { limit: 100, lines: 5 }
    const parts = messageParts(`Scan:\n${picture}`, { preformatted: picture }, chunks)
    expect(parts.filter((part) => part.includes(picture))).toHaveLength(1)
  })
})

describe('a text that did not arrive', () => {
  it.each([1, 4])('is tried %i times where that is configured', async (attempts) => {
    const retry = { attempts, minDelayMs: 5, maxDelayMs: 20, jitter: 0.5 }
    const { emulator, send } = await configured({ retry })
    await send('first')
    const before = emulator.calls.length
    emulator.fault({
      method: 'POST /channels/:id/messages',
      effect: { kind: 'rate-limit', retryAfter: 0 },
    })
    expect(await send('hello')).toMatchObject({ outcome: 'failed' })
    expect(emulator.calls.length - before).toBe(attempts)
  })
})
