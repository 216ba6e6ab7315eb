import { afterEach, describe, expect, it } from 'vitest'
import { telegramSend } from '../src/index.ts'
import { telegramConnection } from '../src/transport.ts'
import { account, clock, closeAll, emulate, memoryCursor, quick, random } from './bench.ts'

const ALICE = 200_001

afterEach(closeAll)

async function acquainted(timing = quick, now?: () => number) {
  const emulator = await emulate(now === undefined ? {} : { now })
  emulator.message(ALICE, 'hello')
  const connection = telegramConnection({
    ...{ token: emulator.token, apiRoot: emulator.url, account, clock, random, timing },
    cursor: memoryCursor(),
  })
  const send = (text: string, copyable?: string) =>
    connection.send({ to: String(ALICE), text, ...(copyable !== undefined && { copyable }) })
  const tries = () => emulator.calls.filter(({ method }) => method === 'sendMessage').length
  return { emulator, connection, send, tries }
}

describe('send', () => {
  it('marks the code and shows no link preview', async () => {
    const { emulator, send } = await acquainted()
    const outcome = await send('😀 Pairing code: ABCD2345 https://example.com', 'ABCD2345')
    const [sent] = emulator.sent
    const sentAt = Math.floor((sent?.at ?? 0) / 1_000) * 1_000
    expect(outcome).toEqual({ outcome: 'sent', messageId: String(sent?.messageId), sentAt })
    expect(sent?.entities).toEqual([{ type: 'code', offset: 17, length: 8 }])
    expect(sent?.text.slice(17, 25)).toBe('ABCD2345')
    expect(sent?.linkPreviewDisabled).toBe(true)
  })

  it('waits as long as the platform says, then sends once', async () => {
    const { emulator, send, tries } = await acquainted()
    emulator.fault({
      method: 'sendMessage',
      times: 2,
      effect: { kind: 'rate-limit', retryAfter: 0.2 },
    })
    const begun = performance.now()
    expect(await send('hello')).toMatchObject({ outcome: 'sent' })
    expect(performance.now() - begun).toBeGreaterThan(390)
    expect(tries()).toBe(3)
    expect(emulator.sent).toHaveLength(1)
  })

  it('takes over the time of the platform, of a long text that of its last part', async () => {
    let at = Date.UTC(2020, 0, 1) + 999
    const { send } = await acquainted(quick, () => {
      at += 1_000
      return at
    })
    const first = await send('a')
    expect(first).toMatchObject({ sentAt: Date.UTC(2020, 0, 1, 0, 0, 2) })
    const long = await send('b'.repeat(5_000))
    expect(long).toMatchObject({ messageId: '3', sentAt: Date.UTC(2020, 0, 1, 0, 0, 4) })
  })

  it.each([undefined, 'today', -1, 0.5, 1e300])(
    'says no time where it is told %j',
    async (date) => {
      const api = { token: '1:x', sendMessage: async () => ({ message_id: 7, date }) }
      const sent = await telegramSend(api as never)({ to: String(ALICE), text: 'hello' })
      expect(sent).toEqual({ outcome: 'sent', messageId: '7' })
    },
  )

  it('gives up after three tries', async () => {
    const { emulator, send, tries } = await acquainted()
    emulator.fault({ method: 'sendMessage', effect: { kind: 'rate-limit', retryAfter: 0 } })
    expect(await send('hello')).toMatchObject({ outcome: 'failed' })
    expect(tries()).toBe(3)
  })

  it('does not wait longer than a minute', async () => {
    const { emulator, send, tries } = await acquainted()
    emulator.fault({ method: 'sendMessage', effect: { kind: 'rate-limit', retryAfter: 61 } })
    expect(await send('hello')).toMatchObject({ outcome: 'failed', reason: expect.any(String) })
    expect(tries()).toBe(1)
  })

  it('does not write again to somebody who blocked the bot', async () => {
    const { emulator, send, tries } = await acquainted()
    emulator.block(ALICE)
    const outcome = await send('hello')
    expect(outcome).toEqual({
      outcome: 'refused',
      reason: 'Forbidden: bot was blocked by the user',
    })
    expect(tries()).toBe(1)
  })

  it('is refused where the bot knows nobody', async () => {
    const { connection } = await acquainted()
    expect(await connection.send({ to: '999', text: 'hello' })).toMatchObject({
      outcome: 'refused',
      reason: expect.stringMatching(/chat not found/),
    })
    for (const to of ['', 'alice', '1e3', '0', '1;2']) {
      expect(await connection.send({ to, text: 'hello' })).toMatchObject({ outcome: 'refused' })
    }
  })

  it.each([
    ['the connection drops after it was taken', { kind: 'drop', when: 'after' }, 1],
    ['the connection drops before it was taken', { kind: 'drop', when: 'before' }, 0],
    ['no answer comes', { kind: 'hang', when: 'after' }, 1],
    ['a proxy answers', { kind: 'html', status: 502 }, 0],
    ['the platform fails', { kind: 'error', status: 500, description: 'Internal' }, 0],
  ] as const)('is unknown, and not repeated, when %s', async (_, effect, arrived) => {
    const { emulator, send } = await acquainted()
    emulator.fault({ method: 'sendMessage', effect, times: 1 })
    expect(await send('hello')).toMatchObject({ outcome: 'unknown' })
    expect(emulator.sent).toHaveLength(arrived)
  })

  it('is tried again, then failed, when no connection came about', async () => {
    const { emulator, send } = await acquainted()
    await emulator.pause()
    const sending = send('hello')
    setTimeout(() => void emulator.resume(), 20)
    expect(await sending).toMatchObject({ outcome: 'sent' })
    await emulator.pause()
    expect(await send('hello')).toEqual({
      outcome: 'failed',
      reason: 'no connection (ECONNREFUSED)',
    })
  })

  it('does not send anew what arrived in part', async () => {
    const { emulator, send } = await acquainted()
    const text = 'a'.repeat(4_000) + 'b'.repeat(10)
    expect(await send(text)).toMatchObject({ outcome: 'sent' })
    emulator.fault({ method: 'sendMessage', effect: { kind: 'slow', ms: 0 }, times: 1 })
    emulator.fault({
      method: 'sendMessage',
      effect: { kind: 'error', status: 400, description: 'no' },
    })
    expect(await send(text)).toMatchObject({
      outcome: 'unknown',
      reason: expect.stringMatching(/only the first 1/),
    })
  })

  it('refuses what is no message, without asking the platform', async () => {
    const { send, tries } = await acquainted()
    expect(await send(' \n ')).toMatchObject({ outcome: 'refused' })
    expect(await send('')).toMatchObject({ outcome: 'refused' })
    expect(await send('a'.repeat(80_001))).toMatchObject({ outcome: 'refused' })
    expect(tries()).toBe(0)
  })

  it('never says the token, whatever goes wrong', async () => {
    const { emulator, send } = await acquainted()
    const outcomes = [await send('hello')]
    const leak = `bad request for bot${emulator.token} and ${emulator.token.split(':')[1]}`
    emulator.fault({
      method: 'sendMessage',
      times: 1,
      effect: { kind: 'error', status: 400, description: leak },
    })
    outcomes.push(await send('hello'))
    emulator.revokeToken()
    outcomes.push(await send('hello'))
    await emulator.pause()
    outcomes.push(await send('hello'))
    expect(JSON.stringify(outcomes)).not.toContain(emulator.token.split(':')[1])
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['sent', 'refused', 'refused', 'failed'])
  })

  it('refuses with a malformed token or an unsafe API root instead of throwing', async () => {
    const base = { account, clock, random, cursor: memoryCursor() }
    const malformed = telegramConnection({ ...base, token: '123:short' })
    expect(await malformed.send({ to: '1', text: 'hi' })).toMatchObject({ outcome: 'refused' })
    const token = `1:${'x'.repeat(35)}`
    const unsafe = telegramConnection({ ...base, token, apiRoot: 'http://example.com' })
    expect(await unsafe.send({ to: '1', text: 'hi' })).toMatchObject({ outcome: 'refused' })
  })
})

describe('commands', () => {
  it('are offered in one private chat, and taken away', async () => {
    const { emulator, connection } = await acquainted()
    const pair = { name: 'pair', description: 'Connect a device' }
    await connection.offerCommands?.(String(ALICE), [pair])
    expect(emulator.commandsIn(ALICE)).toEqual([
      { command: 'pair', description: 'Connect a device' },
    ])
    expect(emulator.commandsIn(ALICE + 1)).toEqual([])
    await connection.offerCommands?.(String(ALICE), [])
    expect(emulator.commandsIn(ALICE)).toEqual([])
  })

  it('stop nothing when the platform will not have them', async () => {
    const { emulator, connection } = await acquainted()
    const pair = { name: 'pair', description: 'Connect a device' }
    await connection.offerCommands?.('999', [pair])
    await connection.offerCommands?.('-100200', [pair])
    emulator.fault({ method: '*', effect: { kind: 'error', status: 500, description: 'no' } })
    await connection.offerCommands?.(String(ALICE), [pair])
    expect(emulator.commandsIn(ALICE)).toEqual([])
  })
})
