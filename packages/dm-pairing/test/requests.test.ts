import { describe, expect, it } from 'vitest'
import { checkReplyTemplate, isRequestId } from '../src/index.ts'
import {
  at,
  challenged,
  HOUR,
  MINUTE,
  message,
  policy,
  ROOT,
  stored,
  transactions,
  who,
  world,
} from './world.ts'

describe('the first message of a stranger', () => {
  it('makes a request that lives one hour, and a reply with the code on its own line', async () => {
    const { dm, clock, store } = world()
    const outcome = await challenged(dm, '1', { meta: { username: 'bob', firstName: 'Bob' } })
    expect(outcome.code).toMatch(/^[A-HJ-NP-Z2-9]{8}$/)
    expect(isRequestId(outcome.requestId)).toBe(true)
    expect(outcome.reply).toEqual({
      to: 'chat-1',
      copyable: outcome.code,
      text: [
        'This assistant is private. Its owner has to approve you before it reads your messages.',
        '',
        'Your Telegram user id: 1',
        `Pairing code: ${outcome.code}`,
        '',
        'Valid for 60 minutes. Send the code to the owner, who approves with:',
        `openclaw pairing approve telegram ${outcome.code}`,
      ].join('\n'),
    })
    expect(stored(store, 'dm.requests')).toEqual({
      'telegram/default/1': {
        requestId: outcome.requestId,
        code: outcome.code,
        createdAt: clock.now(),
        lastSeenAt: clock.now(),
        expiresAt: clock.now() + HOUR,
        replyTo: 'chat-1',
        meta: { username: 'bob', firstName: 'Bob' },
      },
    })
  })

  it('names the account and the profile in the command where they are needed', async () => {
    const { dm } = world({ cli: 'openclaw --profile work' })
    const outcome = await challenged(dm, '1', at('telegram', 'shop'))
    expect(outcome.reply?.text).toContain(
      `openclaw --profile work pairing approve telegram ${outcome.code} --account shop`,
    )
  })

  it('is answered once: later messages are passed over until the hour is over', async () => {
    const { dm, clock } = world()
    const first = await challenged(dm, '1')
    clock.advance(HOUR - 1)
    expect(await dm.gate(message('1'))).toMatchObject({
      outcome: 'pending',
      requestId: first.requestId,
    })
    clock.advance(1)
    const second = await challenged(dm, '1')
    expect(second.requestId).not.toBe(first.requestId)
    expect(second.code).not.toBe(first.code)
  })

  it('is recorded without a reply where the account answers nobody', async () => {
    const { dm } = world({ policy: { replyMode: 'silent' } })
    const outcome = await dm.gate(message('1'))
    expect(outcome).toMatchObject({ outcome: 'challenge', reply: undefined })
    expect(await dm.list(ROOT)).toMatchObject([{ requests: [{ senderId: '1' }] }])
  })

  it('uses the template of the account, and fills in each placeholder once', async () => {
    const here = world({ policy: { replyTemplate: '{idLine}|{code}|{minutes}|{approveCommand}' } })
    const { reply, code } = await challenged(here.dm, '1')
    expect(reply?.text).toBe(
      `Your Telegram user id: 1|${code}|60|openclaw pairing approve telegram ${code}`,
    )
    here.policy = policy({ replyTemplate: 'Ask the owner.\n{idLine}' })
    const hidden = await here.dm.gate(message('x{code}', at('whatsapp')))
    if (hidden.outcome !== 'challenge') throw new Error('no challenge')
    expect(hidden.reply).toEqual({ to: 'chat-x{code}', text: 'Ask the owner.' })
  })

  it('is offered again, and leaves no request, when the template is wrong', async () => {
    const { dm, store } = world({ policy: { replyTemplate: 'code {kode}' } })
    await expect(dm.gate(message('1'))).rejects.toMatchObject({ code: 'ERR_DM_REPLY_TEMPLATE' })
    expect(stored(store, 'dm.requests')).toEqual({})
  })

  it('is taken again when the store failed', async () => {
    const here = world()
    here.failing = new Error('disk full')
    await expect(here.dm.gate(message('1'))).rejects.toThrow('disk full')
    here.failing = undefined
    expect((await here.dm.gate(message('1'))).outcome).toBe('challenge')
  })

  it('fails with a code when the random source is broken', async () => {
    const { dm } = world({ random: () => new Uint8Array(0) })
    await expect(dm.gate(message('1'))).rejects.toMatchObject({ code: 'ERR_DM_RANDOM_BROKEN' })
  })

  it('draws another code when one is pending on the channel, also on another account', async () => {
    const here = world({ random: cyclic(64) })
    const first = await challenged(here.dm, '1', at('telegram', 'work'))
    const second = await challenged(here.dm, '2')
    expect(second.code).not.toBe(first.code)
  })
})

/** A source that soon repeats itself. */
function cyclic(period: number) {
  let at = 0
  return (length: number) => {
    at = at >= period ? 0 : at
    const bytes = Uint8Array.from({ length }, (_, index) => (at + index) % 250)
    at += length
    return bytes
  }
}

describe('a full list', () => {
  it('takes three per account unless configured, and counts each message that is turned away once', async () => {
    const { dm, clock } = world()
    for (const sender of ['1', '2', '3']) await challenged(dm, sender)
    expect((await dm.gate(message('4'))).outcome).toBe('full')
    clock.advance(MINUTE)
    await dm.gate(message('4', { messageKey: 'again' }))
    expect(await dm.gate(message('4', { messageKey: 'again' }))).toMatchObject({
      because: 'duplicate',
    })
    const since = clock.now() - MINUTE
    expect(await dm.list(ROOT)).toMatchObject([
      { maxPending: 3, turnedAway: { count: 2, since, lastAt: clock.now() } },
    ])
  })

  it('counts what was turned away before the gate, per account', async () => {
    const { dm, clock } = world()
    dm.turnedAway(at())
    for (const sender of ['1', '2', '3']) await challenged(dm, sender)
    await dm.gate(message('4'))
    await dm.housekeeping('closing')
    dm.turnedAway(at())
    const now = clock.now()
    expect(await dm.list(ROOT, at())).toMatchObject([
      { turnedAway: { count: 3, since: now, lastAt: now } },
    ])
    expect(await dm.list(ROOT, at('telegram', 'work'))).toMatchObject([{ turnedAway: undefined }])
  })

  it('is full per account: others still take requests', async () => {
    const { dm } = world()
    for (const sender of ['1', '2', '3']) await challenged(dm, sender)
    expect((await dm.gate(message('4', at('telegram', 'work')))).outcome).toBe('challenge')
    expect((await dm.gate(message('4', at('whatsapp')))).outcome).toBe('challenge')
  })

  it('has room again when a request is settled or its hour is over', async () => {
    const { dm, clock } = world()
    const first = await challenged(dm, '1')
    clock.advance(MINUTE)
    for (const sender of ['2', '3']) await challenged(dm, sender)
    expect((await dm.gate(message('4'))).outcome).toBe('full')
    await dm.approve(ROOT, { ...at(), typed: first.code })
    await challenged(dm, '4')
    expect((await dm.gate(message('5'))).outcome).toBe('full')
    clock.advance(HOUR - MINUTE + MINUTE)
    await challenged(dm, '5')
  })

  it('follows the configured number within its bounds', async () => {
    const here = world({ policy: { maxPending: 1 } })
    await challenged(here.dm, '1')
    expect((await here.dm.gate(message('2'))).outcome).toBe('full')
    here.policy = policy({ maxPending: 0 })
    expect((await here.dm.gate(message('2'))).outcome).toBe('full')
    here.policy = policy({ maxPending: 1_000 })
    expect(await here.dm.list(ROOT)).toMatchObject([{ maxPending: 100 }])
  })
})

describe('floods', () => {
  it('of 100,000 messages by strangers cost a handful of transactions, memory stays flat', async () => {
    const here = world()
    const { dm, begun } = here
    let heapBefore = 0
    for (let count = 0; count < 100_000; count += 1) {
      if (count === 20_000) heapBefore = process.memoryUsage().heapUsed
      await dm.gate(message(String(10_000 + count)))
    }
    expect(begun.get('dm.request')).toBe(3)
    await dm.housekeeping('closing')
    expect(transactions(begun)).toBe(4)
    expect(await dm.list(ROOT)).toMatchObject([{ turnedAway: { count: 99_997 } }])
    expect(process.memoryUsage().heapUsed - heapBefore).toBeLessThan(60_000_000)
  })

  it('that pause now and then are written no oftener than those that do not', async () => {
    const writes = async (everySeconds: number): Promise<number> => {
      const { dm, clock, begun } = world()
      for (const sender of ['1', '2', '3']) await challenged(dm, sender)
      begun.clear()
      for (let second = 0; second < 3_000; second += 1) {
        clock.advance(1_000)
        if (second % everySeconds === 0) dm.turnedAway(at())
        await dm.housekeeping()
      }
      return transactions(begun)
    }
    expect(await writes(11)).toBeLessThanOrEqual((await writes(1)) + 1)
  })

  it('of messages by one waiting sender cost nothing, and their last time is written now and then', async () => {
    const { dm, clock, begun, store } = world()
    await challenged(dm, '1')
    begun.clear()
    for (let second = 0; second < 600; second += 1) {
      clock.advance(1_000)
      for (let count = 0; count < 20; count += 1) await dm.gate(message('1'))
      await dm.housekeeping()
    }
    expect(transactions(begun)).toBeLessThan(12)
    await dm.housekeeping('closing')
    expect(stored(store, 'dm.requests')).toMatchObject({
      'telegram/default/1': { lastSeenAt: clock.now() },
    })
  })

  it('all at once make as many requests as there is room for, and one reply each', async () => {
    const { dm, begun } = world()
    const outcomes = await Promise.all(
      Array.from({ length: 2_000 }, (_, index) => dm.gate(message(String(index + 10_000)))),
    )
    expect(outcomes.filter(({ outcome }) => outcome === 'challenge')).toHaveLength(3)
    expect(outcomes.filter(({ outcome }) => outcome === 'full')).toHaveLength(1_997)
    expect(begun.get('dm.request')).toBe(3)
  })

  it('on a failing disk try once for all who wait, and all are told', async () => {
    const here = world()
    here.failing = new Error('disk full')
    const outcomes = await Promise.allSettled(
      Array.from({ length: 500 }, (_, index) => here.dm.gate(message(String(index + 10_000)))),
    )
    expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true)
    expect(here.begun.get('dm.request')).toBe(1)
  })
})

describe('at the same instant', () => {
  it('fifty first messages of one sender make exactly one challenge', async () => {
    const { dm } = world()
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => dm.gate(message('1'))))
    expect(outcomes.filter(({ outcome }) => outcome === 'challenge')).toHaveLength(1)
    expect(outcomes.filter(({ outcome }) => outcome === 'pending')).toHaveLength(49)
  })

  it('fifty first messages in two processes make exactly one challenge', async () => {
    const here = world()
    const doors = [here.dm, here.another()]
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, (_, index) => doors[index % 2]?.gate(message('1'))),
    )
    expect(outcomes.filter((given) => given?.outcome === 'challenge')).toHaveLength(1)
  })

  it('strangers in several processes never exceed the cap, and each code can be approved', async () => {
    const here = world()
    const doors = Array.from({ length: 5 }, here.another)
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, (_, index) => doors[index % 5]?.gate(message(String(index + 1)))),
    )
    const codes = outcomes.flatMap((given) =>
      given?.outcome === 'challenge' ? [given.reply?.copyable ?? ''] : [],
    )
    expect(codes).toHaveLength(3)
    for (const typed of codes) {
      const approved = await here.dm.approve(ROOT, { ...at(), typed })
      expect(approved.outcome).toBe('approved')
    }
  })

  it('a sender who is let in while the gate looks is delivered, once', async () => {
    const here = world()
    const other = here.another()
    here.meanwhile = () => other.allow(ROOT, who('1'))
    expect(await here.dm.gate(message('1', { messageKey: 'k' }))).toMatchObject({
      outcome: 'deliver',
      grant: { via: 'store', since: here.clock.now() },
    })
    expect(await here.dm.gate(message('1', { messageKey: 'k' }))).toMatchObject({
      because: 'duplicate',
    })
    expect(stored(here.store, 'dm.requests')).toEqual({})
  })

  it('a sender who is blocked or rejected while the gate looks gets no request', async () => {
    const here = world()
    const other = here.another()
    here.meanwhile = () => other.block(ROOT, who('1'))
    expect(await here.dm.gate(message('1'))).toMatchObject({ because: 'blocked' })
    here.meanwhile = async () => {
      const { code } = await challenged(other, '2')
      await other.reject(ROOT, { ...at(), typed: code })
    }
    expect((await here.dm.gate(message('2'))).outcome).toBe('pending')
    expect(stored(here.store, 'dm.requests')).toEqual({})
  })
})

describe('a clock that is set back', () => {
  it('does not revive what was settled', async () => {
    const { dm, clock } = world()
    const { code } = await challenged(dm, '1')
    clock.advance(HOUR)
    await dm.housekeeping()
    clock.advance(-HOUR)
    expect(await dm.approve(ROOT, { ...at(), typed: code })).toMatchObject({
      outcome: 'settled',
      settled: { outcome: 'expired' },
    })
  })

  it('does not let a request live for as long as the clock was wrong', async () => {
    const { dm, clock } = world()
    const { code } = await challenged(dm, '1')
    clock.advance(-30 * 24 * HOUR)
    expect(await dm.approve(ROOT, { ...at(), typed: code })).toMatchObject({ outcome: 'settled' })
    await challenged(dm, '1')
  })
})

describe('checkReplyTemplate', () => {
  it.each([
    ['an unknown placeholder', '{kode}'],
    ['a wrong case', '{Code}'],
    ['nothing', ''],
    ['blanks', '   '],
    ['too much', 'x'.repeat(2_001)],
  ])('refuses %s', (_what, template) => {
    expect(() => checkReplyTemplate(template)).toThrow(
      expect.objectContaining({ code: 'ERR_DM_REPLY_TEMPLATE' }),
    )
  })

  it('notes a text without the code, and takes braces that are none of ours', () => {
    expect(checkReplyTemplate('Write to the owner.')).toHaveLength(1)
    expect(checkReplyTemplate('{code} { not } {} {1}')).toEqual([])
  })
})
