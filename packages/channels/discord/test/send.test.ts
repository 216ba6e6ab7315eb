import { afterEach, describe, expect, it } from 'vitest'
import { closeAll, connectedBench, emulate, until } from './bench.ts'

const ADA = '200000000000000001'

afterEach(closeAll)

describe('sending', () => {
  it('opens the direct messages of who never wrote, once, and says why it cannot', async () => {
    const emulator = await emulate()
    const { connection } = await connectedBench({ emulator })
    const to = `user:${ADA}`
    expect(await connection.send({ to, text: 'x' })).toMatchObject({
      outcome: 'refused',
      reason: expect.stringContaining('no such user'),
    })
    emulator.join(ADA)
    for (const text of ['one', 'two'])
      expect(await connection.send({ to, text })).toMatchObject({ outcome: 'sent' })
    const opened = emulator.calls.filter(
      ({ method, status }) => method === 'POST /users/@me/channels' && status === 200,
    )
    expect(opened).toHaveLength(1)
    emulator.block(ADA)
    expect(await connection.send({ to, text: 'three' })).toMatchObject({
      outcome: 'refused',
      reason: expect.stringMatching(/50007.*direct messages/),
    })
    emulator.block(ADA, 50_278)
    expect(await connection.send({ to, text: 'three' })).toMatchObject({
      outcome: 'refused',
      reason: expect.stringMatching(/50278.*server/),
    })
    const posts = emulator.calls.filter(({ status }) => status === 403)
    expect(posts).toHaveLength(2)
    expect(await connection.send({ to: '@ada', text: 'x' })).toMatchObject({ outcome: 'refused' })
  })

  it('tells the platform’s own time, no pings, no previews', async () => {
    const emulator = await emulate()
    const { connection, offered } = await connectedBench({ emulator })
    emulator.message(ADA, 'hello')
    await until(() => offered.length === 1, 'the message')
    const before = offered[0]?.sentAt ?? 0
    const outcome = await connection.send({ to: emulator.directOf(ADA), text: '@everyone <@1>' })
    expect(outcome).toMatchObject({ outcome: 'sent' })
    expect(outcome.outcome === 'sent' && (outcome.sentAt ?? 0)).toBeGreaterThanOrEqual(before)
    expect(emulator.sent[0]).toMatchObject({
      text: '@everyone <@1>',
      markup: [],
      body: { flags: 4, tts: false, allowed_mentions: { parse: [] }, enforce_nonce: true },
    })
  })

  it('a message whose answer was lost is one message, and known to be there', async () => {
    const emulator = await emulate()
    const { connection } = await connectedBench({ emulator })
    emulator.message(ADA, 'hello')
    const method = 'POST /channels/:id/messages'
    emulator.fault({ method, effect: { kind: 'drop', when: 'after' }, times: 1 })
    expect(await connection.send({ to: emulator.directOf(ADA), text: 'x' })).toMatchObject({
      outcome: 'sent',
      messageId: emulator.sent[0]?.id,
    })
    expect(emulator.sent).toHaveLength(1)
    const html = { kind: 'html', status: 502 } as const
    emulator.fault({ method, effect: html, times: 3 })
    expect(await connection.send({ to: emulator.directOf(ADA), text: 'y' })).toMatchObject({
      outcome: 'unknown',
    })
  })

  it('waits as long as a limit asks for, and no longer than a minute', async () => {
    const emulator = await emulate()
    const { connection } = await connectedBench({ emulator })
    emulator.message(ADA, 'hello')
    const to = emulator.directOf(ADA)
    const method = 'POST /channels/:id/messages'
    emulator.fault({ method, effect: { kind: 'rate-limit', retryAfter: 0.4 }, times: 1 })
    const began = performance.now()
    expect(await connection.send({ to, text: 'x' })).toMatchObject({ outcome: 'sent' })
    expect(performance.now() - began).toBeGreaterThan(390)
    emulator.fault({ method, effect: { kind: 'rate-limit', retryAfter: 61 }, times: 1 })
    expect(await connection.send({ to, text: 'y' })).toMatchObject({ outcome: 'failed' })
    expect(await connection.send({ to, text: 'y' })).toMatchObject({ outcome: 'failed' })
    expect(emulator.sent).toHaveLength(1)
    // The second was not even asked for.
    expect(emulator.calls.filter(({ status }) => status === 429)).toHaveLength(2)
  })

  it('keeps within the limit of a conversation by itself', async () => {
    const emulator = await emulate({ perChannel: { limit: 2, windowMs: 200 } })
    const { connection } = await connectedBench({ emulator })
    emulator.message(ADA, 'hello')
    const to = emulator.directOf(ADA)
    const outcomes = await Promise.all(
      ['1', '2', '3', '4'].map((text) => connection.send({ to, text })),
    )
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['sent', 'sent', 'sent', 'sent'])
    expect(emulator.sent.map(({ text }) => text)).toEqual(['1', '2', '3', '4'])
  })

  it('direct messages that were opened too fast are tried again', async () => {
    const emulator = await emulate()
    const { connection } = await connectedBench({ emulator })
    emulator.join(ADA)
    const description = 'You are opening direct messages too fast'
    const effect = { kind: 'error', status: 400, code: 40_003, description } as const
    emulator.fault({ method: 'POST /users/@me/channels', effect, times: 2 })
    expect(await connection.send({ to: `user:${ADA}`, text: 'x' })).toMatchObject({
      outcome: 'sent',
    })
  })
})
