import type { EpochMs } from '@openclaw/pairing-contracts'
import { describe, expect, it } from 'vitest'
import {
  at,
  challenged,
  HOUR,
  MINUTE,
  message,
  OWNER,
  PAGE,
  policy,
  ROOT,
  raw,
  stored,
  who,
  world,
} from './world.ts'

const named = (typed: string, address = at()) => ({ ...address, typed })

describe('approve', () => {
  it('by code in any spelling lets the sender in, all in one transaction', async () => {
    const { dm, begun, store, clock } = world()
    const { code, requestId } = await challenged(dm, '1', { meta: { username: 'bob' } })
    begun.clear()
    const typed = ` ${code.slice(0, 4).toLowerCase()}-${code.slice(4)} `
    const outcome = await dm.approve(ROOT, named(typed))
    expect(outcome).toEqual({
      outcome: 'approved',
      requestId,
      sender: {
        ...who('1'),
        state: 'allowed',
        via: 'store',
        since: clock.now(),
        expiresAt: undefined,
        by: "you at this machine's terminal (anna)",
        meta: { username: 'bob' },
        notice: { state: 'due' },
      },
    })
    expect(Object.fromEntries(begun)).toEqual({ 'dm.approve': 1 })
    expect(stored(store, 'dm.requests')).toEqual({})
    const [last] = (await store.history(0 as never, 10)).slice(-1)
    expect(last?.changes.map(({ collection }) => collection).sort()).toEqual([
      'dm.notices',
      'dm.requests',
      'dm.senders',
      'dm.settled',
    ])
    expect((await dm.gate(message('1'))).outcome).toBe('deliver')
  })

  it('reads the code out of a pasted reply, and takes a request id', async () => {
    const { dm } = world()
    const first = await challenged(dm, '1')
    expect((await dm.approve(ROOT, named(first.reply?.text ?? ''))).outcome).toBe('approved')
    const second = await challenged(dm, '2')
    const byId = await dm.approve(ROOT, named(` ${second.requestId.toUpperCase()} `))
    expect(byId).toMatchObject({ outcome: 'approved', requestId: second.requestId })
  })

  it('twice, by two at once: one wins, the other reads who did it and when', async () => {
    const here = world()
    const { code, requestId } = await challenged(here.dm, '1')
    const [one, two] = await Promise.all([
      here.dm.approve(ROOT, named(code)),
      here.another().approve({ kind: 'library', name: 'bot' }, named(code)),
    ])
    expect([one.outcome, two.outcome].sort()).toEqual(['approved', 'settled'])
    expect(two).toEqual({
      outcome: 'settled',
      settled: {
        ...who('1'),
        requestId,
        outcome: 'approved',
        at: here.clock.now(),
        by: "you at this machine's terminal (anna)",
      },
    })
    expect(await here.dm.approve(ROOT, named(requestId))).toMatchObject({ outcome: 'settled' })
  })

  it('tells expired, rejected, unknown and malformed references apart', async () => {
    const { dm, clock } = world()
    const first = await challenged(dm, '1')
    const second = await challenged(dm, '2')
    await dm.reject(ROOT, named(second.code))
    expect(await dm.approve(ROOT, named(second.code))).toMatchObject({
      settled: { outcome: 'rejected' },
    })
    clock.advance(HOUR)
    const expired = { outcome: 'settled', settled: { outcome: 'expired', at: clock.now() } }
    clock.advance(MINUTE)
    expect(await dm.approve(ROOT, named(first.code))).toMatchObject(expired)
    await dm.housekeeping()
    expect(await dm.approve(ROOT, named(first.code))).toMatchObject(expired)
    expect(await dm.approve(ROOT, named('ABCDEFGH'))).toEqual({ outcome: 'unknown', elsewhere: [] })
    expect(await dm.approve(ROOT, named('req-000000000000'))).toMatchObject({ outcome: 'unknown' })
    for (const typed of ['', 'ABCDEFG0', 'ABC']) {
      expect(await dm.approve(ROOT, named(typed))).toMatchObject({ outcome: 'malformed' })
    }
  })

  it('never takes a code of another account or channel, and says where it waits', async () => {
    const { dm } = world()
    const { code, requestId } = await challenged(dm, '1', at('telegram', 'work'))
    for (const typed of [code, requestId]) {
      expect(await dm.approve(ROOT, named(typed))).toEqual({
        outcome: 'unknown',
        elsewhere: [at('telegram', 'work')],
      })
    }
    expect((await dm.gate(message('1'))).outcome).toBe('challenge')
    expect((await dm.gate(message('1', at('telegram', 'work')))).outcome).toBe('pending')
    const operator = { kind: 'operator', deviceId: 'd1', scopes: ['operator.pairing'] } as const
    expect(await dm.approve(operator, named(code), { digest: 'x' })).toEqual({
      outcome: 'unknown',
      elsewhere: [],
    })
  })

  it('refuses a wrong channel, account or expiry and changes nothing', async () => {
    const { dm, begun } = world()
    const { code } = await challenged(dm, '1')
    begun.clear()
    await expect(dm.approve(ROOT, named(code, at('nochannel')))).rejects.toMatchObject({
      code: 'ERR_DM_CHANNEL_UNKNOWN',
    })
    await expect(dm.approve(ROOT, named(code, at('telegram', 'A')))).rejects.toMatchObject({
      code: 'ERR_DM_ACCOUNT_INVALID',
    })
    for (const expiresInMs of [0, MINUTE - 1, 1.5 * MINUTE + 0.5, Number.NaN, 4e11, -MINUTE]) {
      await expect(dm.approve(ROOT, named(code), { expiresInMs })).rejects.toMatchObject({
        code: 'ERR_DM_EXPIRY_RANGE',
      })
    }
    expect(begun.size).toBe(0)
  })

  it('for a while ends by itself', async () => {
    const { dm, clock } = world()
    const { code } = await challenged(dm, '1')
    await dm.approve(ROOT, named(code), { expiresInMs: 2 * HOUR })
    clock.advance(2 * HOUR - 1)
    expect((await dm.gate(message('1'))).outcome).toBe('deliver')
    clock.advance(1)
    expect((await dm.gate(message('1'))).outcome).toBe('challenge')
  })

  it('does not let in whoever was blocked meanwhile', async () => {
    const { dm, store, clock } = world()
    const { code } = await challenged(dm, '1')
    await store.transact({ scope: 'x' as never, actor: ROOT, action: 'test' }, (tx) =>
      tx.put(raw('dm.senders'), 'telegram/default/1', {
        state: 'blocked',
        by: { kind: 'root', user: 'anna' },
        since: clock.now(),
        meta: {},
      }),
    )
    expect(await dm.approve(ROOT, named(code))).toMatchObject({
      outcome: 'sender-blocked',
      sender: { state: 'blocked' },
    })
    expect((await dm.gate(message('1'))).outcome).toBe('ignored')
  })

  it('fails with the store, and then nothing has changed', async () => {
    const here = world()
    const { code } = await challenged(here.dm, '1')
    here.failing = new Error('disk full')
    await expect(here.dm.approve(ROOT, named(code))).rejects.toThrow('disk full')
    here.failing = undefined
    expect((await here.dm.approve(ROOT, named(code))).outcome).toBe('approved')
  })
})

describe('what was shown', () => {
  it('must be given back by everybody who does not hold the store', async () => {
    const { dm } = world()
    const { code } = await challenged(dm, '1')
    for (const actor of [OWNER, PAGE]) {
      expect(await dm.approve(actor, named(code))).toMatchObject({
        outcome: 'denied',
        code: 'ERR_AUTHORITY_NOT_SHOWN',
      })
    }
    const found = await dm.find(OWNER, named(code))
    if (found.outcome !== 'pending') throw new Error('not found')
    const { digest } = found.request
    expect((await dm.approve(OWNER, named(code), { digest })).outcome).toBe('approved')
  })

  it('stays the same while the sender goes on writing', async () => {
    const { dm, clock } = world()
    const { code } = await challenged(dm, '1')
    const before = await dm.find(ROOT, named(code))
    clock.advance(MINUTE)
    await dm.gate(message('1', { meta: { username: 'somebody_else' } }))
    await dm.housekeeping('closing')
    const after = await dm.find(ROOT, named(code))
    if (before.outcome !== 'pending' || after.outcome !== 'pending') throw new Error('not found')
    expect(after.request).toEqual({ ...before.request, lastSeenAt: clock.now() })
  })

  it('is compared inside the transaction; a difference is said in words and nothing is granted', async () => {
    const { dm, store } = world()
    const { code } = await challenged(dm, '1', { meta: { firstName: 'Bob' } })
    const found = await dm.find(ROOT, named(code))
    if (found.outcome !== 'pending') throw new Error('not found')
    const { digest } = found.request
    const key = 'telegram/default/1'
    await store.transact({ scope: 'x' as never, actor: ROOT, action: 'test' }, async (tx) => {
      const record = await tx.get(raw('dm.requests'), key)
      tx.put(raw('dm.requests'), key, {
        ...(record as object),
        meta: { firstName: 'Mum' },
      } as never)
    })
    const outcome = await dm.approve(ROOT, named(code), { digest })
    expect(outcome).toMatchObject({ outcome: 'changed', request: { meta: { firstName: 'Mum' } } })
    if (outcome.outcome !== 'changed') throw new Error('not changed')
    expect(outcome.difference).toEqual(['what is known of the sender is now: firstName "Mum"'])
    expect((await dm.gate(message('1'))).outcome).toBe('pending')
    const again = await dm.approve(ROOT, named(code), { digest: outcome.request.digest })
    expect(again.outcome).toBe('approved')
  })

  it('of a listed request is the one that an approval asks for', async () => {
    const { dm } = world()
    const { code } = await challenged(dm, '1')
    const lists = await dm.list(ROOT)
    const listed = Array.isArray(lists) ? lists[0]?.requests[0] : undefined
    if (!listed) throw new Error('not listed')
    const digest = dm.digestOf(listed)
    expect(await dm.find(ROOT, named(code))).toMatchObject({ request: { digest } })
    expect(await dm.approve(ROOT, named(code), { digest })).toMatchObject({ outcome: 'approved' })
  })

  it('of another request, or made up, is a difference', async () => {
    const { dm } = world()
    const first = await challenged(dm, '1')
    const second = await challenged(dm, '2', { meta: { username: 'user1' } })
    const other = await dm.find(ROOT, named(second.code))
    if (other.outcome !== 'pending') throw new Error('not found')
    const digests = [other.request.digest, '', 'x', 'a'.repeat(64)]
    for (const digest of digests) {
      const outcome = await dm.approve(ROOT, named(first.code), { digest })
      expect(outcome).toMatchObject({ outcome: 'changed' })
      expect(outcome.outcome === 'changed' && outcome.difference.length).toBeGreaterThan(0)
    }
  })
})

describe('who may decide', () => {
  const verbs = (dm: ReturnType<typeof world>['dm'], actor: Parameters<typeof dm.list>[0]) => [
    dm.list(actor),
    dm.find(actor, named('ABCDEFGH')),
    dm.approve(actor, named('ABCDEFGH'), { digest: 'x' }),
    dm.reject(actor, named('ABCDEFGH')),
    dm.allowed(actor),
    dm.allow(actor, who('5')),
    dm.revoke(actor, who('5')),
    dm.block(actor, who('5')),
    dm.unblock(actor, who('5')),
    dm.why(actor, who('5')),
  ]

  it('never a sender, not even about themselves, nor a device', async () => {
    const { dm, store } = world()
    const sender = { kind: 'sender', ...who('5') } as const
    const device = { kind: 'device', deviceId: 'd1', role: 'node' } as const
    const operator = { kind: 'operator', deviceId: 'd1', scopes: [] } as const
    for (const actor of [sender, device, operator]) {
      for (const outcome of await Promise.all(verbs(dm, actor))) {
        expect(outcome).toMatchObject({ outcome: 'denied' })
      }
    }
    expect(await store.history(0 as never, 10)).toEqual([])
  })

  it('never an owner about themselves in a chat', async () => {
    const { dm } = world({ policy: { owners: [] } })
    const { code } = await challenged(dm, '999')
    const found = await dm.find(ROOT, named(code))
    if (found.outcome !== 'pending') throw new Error('not found')
    const self = { outcome: 'denied', code: 'ERR_AUTHORITY_SELF' }
    const { digest } = found.request
    expect(await dm.approve(OWNER, named(code), { digest })).toMatchObject(self)
    expect(await dm.reject(OWNER, named(code))).toMatchObject(self)
    expect(await dm.allow(OWNER, who('999'))).toMatchObject(self)
    expect(await dm.unblock(OWNER, who('999'))).toMatchObject(self)
    expect((await dm.gate(message('999'))).outcome).toBe('pending')
  })
})

describe('reject', () => {
  it('takes the request off the list, and the sender rests for an hour', async () => {
    const { dm, clock } = world()
    const { code, requestId } = await challenged(dm, '1')
    expect(await dm.reject(ROOT, named(code))).toMatchObject({
      outcome: 'rejected',
      request: { requestId, outcome: 'rejected' },
    })
    expect(await dm.list(ROOT)).toMatchObject([{ requests: [] }])
    clock.advance(HOUR - 1)
    expect(await dm.gate(message('1'))).toMatchObject({ outcome: 'pending', requestId })
    clock.advance(1)
    expect((await dm.gate(message('1'))).outcome).toBe('challenge')
  })

  it('does not keep out whoever is let in by id afterwards', async () => {
    const { dm } = world()
    const { requestId } = await challenged(dm, '1')
    await dm.reject(ROOT, named(requestId))
    await dm.allow(ROOT, who('1'))
    expect((await dm.gate(message('1'))).outcome).toBe('deliver')
    await dm.revoke(ROOT, who('1'))
    expect((await dm.gate(message('1'))).outcome).toBe('challenge')
  })

  it('twice reads what became of it', async () => {
    const { dm } = world()
    const { code } = await challenged(dm, '1')
    await dm.reject(ROOT, named(code))
    expect(await dm.reject(ROOT, named(code))).toMatchObject({ outcome: 'settled' })
  })
})

describe('wrong codes', () => {
  const wrong = (dm: ReturnType<typeof world>['dm'], actor = PAGE, digest = 'x') =>
    dm.approve(actor, named('ABCDEFGH'), { digest })

  it('from afar are slowed after five within 15 minutes: 1 minute, doubling to an hour', async () => {
    const { dm, clock } = world()
    const { code } = await challenged(dm, '1')
    for (let count = 0; count < 5; count += 1) {
      expect((await wrong(dm)).outcome).toBe('unknown')
      clock.advance(MINUTE)
    }
    clock.advance(-MINUTE)
    for (const wait of [1, 2, 4, 8, 16, 32, 60, 60]) {
      const retryAt = clock.now() + wait * MINUTE
      expect(await wrong(dm)).toEqual({ outcome: 'slowed', retryAt })
      clock.advance(wait * MINUTE - 1)
      expect(await wrong(dm)).toEqual({ outcome: 'slowed', retryAt })
      clock.advance(1)
      expect((await wrong(dm)).outcome).toBe('unknown')
    }
    expect(code).toHaveLength(8)
  })

  it('are no oracle: while slowed a right code is not looked at', async () => {
    const { dm } = world()
    const { code } = await challenged(dm, '1')
    for (let count = 0; count < 5; count += 1) await wrong(dm)
    expect(await dm.approve(PAGE, named(code), { digest: 'x' })).toMatchObject({
      outcome: 'slowed',
    })
    expect(await dm.find(PAGE, named(code))).toMatchObject({ outcome: 'slowed' })
    expect(await dm.reject(PAGE, named(code))).toMatchObject({ outcome: 'slowed' })
    expect(await dm.list(ROOT)).toMatchObject([{ requests: [{ code }] }])
  })

  it('are counted by every verb that takes a code, in every process, and on every account', async () => {
    const here = world()
    await here.dm.find(PAGE, named('ABCDEFGH'))
    await here.dm.reject(PAGE, named('ABCDEFGH', at('telegram', 'work')))
    await here.another().find({ kind: 'page', session: 'another' }, named('ABCDEFGH'))
    await wrong(here.another())
    expect((await wrong(here.dm)).outcome).toBe('unknown')
    expect((await wrong(here.dm)).outcome).toBe('slowed')
  })

  it('far apart are not slowed', async () => {
    const { dm, clock } = world()
    for (let count = 0; count < 20; count += 1) {
      expect((await wrong(dm)).outcome).toBe('unknown')
      clock.advance(4 * MINUTE)
    }
  })

  it('of one actor do not slow another, nor ids, nor whoever holds the store', async () => {
    const { dm, store } = world()
    const { requestId } = await challenged(dm, '1')
    for (let count = 0; count < 9; count += 1) await dm.find(PAGE, named('req-000000000000'))
    expect(stored(store, 'dm.attempts')).toEqual({})
    for (let count = 0; count < 6; count += 1) await wrong(dm)
    expect((await wrong(dm, OWNER)).outcome).toBe('unknown')
    expect((await dm.find(PAGE, named(requestId))).outcome).toBe('pending')
    for (let count = 0; count < 20; count += 1) {
      expect((await wrong(dm, ROOT)).outcome).toBe('unknown')
      expect((await dm.find(PAGE, named('req-000000000000'))).outcome).toBe('unknown')
    }
    expect((await dm.approve(ROOT, named(requestId))).outcome).toBe('approved')
  })

  it.each(['approve', 'reject'] as const)('are forgotten after a right one in %s', async (verb) => {
    const { dm, store } = world()
    const { code } = await challenged(dm, '1')
    for (let count = 0; count < 4; count += 1) await wrong(dm)
    const found = await dm.find(PAGE, named(code))
    const digest = found.outcome === 'pending' ? found.request.digest : ''
    expect(Object.keys(stored(store, 'dm.attempts'))).toHaveLength(1)
    const done = await (verb === 'approve'
      ? dm.approve(PAGE, named(code), { digest })
      : dm.reject(PAGE, named(code)))
    expect(done.outcome).toBe(verb === 'approve' ? 'approved' : 'rejected')
    expect(stored(store, 'dm.attempts')).toEqual({})
    for (let count = 0; count < 4; count += 1) expect((await wrong(dm)).outcome).toBe('unknown')
  })

  it('count on while right ones between them decide nothing', async () => {
    const { dm } = world()
    const { code, requestId } = await challenged(dm, '1')
    for (let count = 0; count < 5; count += 1) {
      expect((await wrong(dm)).outcome).toBe('unknown')
      if (count === 4) break
      expect((await dm.find(PAGE, named(code))).outcome).toBe('pending')
      expect((await dm.approve(PAGE, named(code), { digest: 'x' })).outcome).toBe('changed')
    }
    expect((await wrong(dm)).outcome).toBe('slowed')
    expect((await dm.reject(PAGE, named(requestId))).outcome).toBe('rejected')
    expect((await wrong(dm)).outcome).toBe('slowed')
  })

  it('that cannot be read are not counted, used ones neither', async () => {
    const { dm, store } = world()
    const { code } = await challenged(dm, '1')
    await dm.approve(ROOT, named(code))
    for (let count = 0; count < 9; count += 1) {
      expect((await dm.find(PAGE, named('ABC'))).outcome).toBe('malformed')
      expect((await dm.find(PAGE, named(code))).outcome).toBe('settled')
    }
    expect(stored(store, 'dm.attempts')).toEqual({})
  })

  it('lock nobody out when the clock is set back, and are forgotten after a day', async () => {
    const { dm, clock, store } = world()
    for (let count = 0; count < 5; count += 1) await wrong(dm)
    clock.advance(-24 * HOUR)
    expect((await wrong(dm)).outcome).toBe('unknown')
    clock.advance(49 * HOUR)
    await dm.housekeeping()
    expect(stored(store, 'dm.attempts')).toEqual({})
  })

  it('are remembered for a bounded number of actors', async () => {
    const { dm, clock, store } = world()
    for (let count = 0; count < 1_050; count += 1) {
      clock.advance(1)
      await wrong(dm, { ...OWNER, senderId: String(count) } as typeof PAGE)
    }
    const kept = Object.keys(stored(store, 'dm.attempts'))
    expect(kept).toHaveLength(1_000)
    expect(kept).toContain('owner:telegram:1049')
    expect(kept).not.toContain('owner:telegram:49')
  })
})

describe('outcomes', () => {
  it('are kept for the newest 500 requests of an account, and at most 30 days', async () => {
    const { dm, clock, store } = world()
    const codes: string[] = []
    for (let count = 0; count < 505; count += 1) {
      clock.advance(1_000)
      const { code } = await challenged(dm, String(count + 1_000))
      codes.push(code)
      await dm.approve(ROOT, named(code))
    }
    expect(Object.keys(stored(store, 'dm.settled'))).toHaveLength(500)
    expect((await dm.approve(ROOT, named(codes[4] ?? ''))).outcome).toBe('unknown')
    expect((await dm.approve(ROOT, named(codes[5] ?? ''))).outcome).toBe('settled')
    clock.advance(31 * 24 * HOUR)
    await dm.housekeeping()
    expect(stored(store, 'dm.settled')).toEqual({})
  })
})

describe('find', () => {
  it('shows what a code or id names, and writes nothing', async () => {
    const { dm, store, clock } = world()
    const { code, requestId } = await challenged(dm, '1', { meta: { username: 'bob' } })
    const before = await store.history(0 as never, 100)
    const found = await dm.find(OWNER, named(code))
    expect(found).toEqual({
      outcome: 'pending',
      request: {
        ...who('1'),
        requestId,
        code,
        createdAt: clock.now(),
        lastSeenAt: clock.now(),
        expiresAt: (clock.now() + HOUR) as EpochMs,
        meta: { username: 'bob' },
        digest: expect.stringMatching(/^[0-9a-f.]+$/),
      },
    })
    expect(await dm.find(OWNER, named(requestId))).toEqual(found)
    expect(await store.history(0 as never, 100)).toEqual(before)
  })
})

describe('list', () => {
  it('shows configured accounts and those with requests, oldest request first', async () => {
    const here = world()
    await challenged(here.dm, '2', at('telegram', 'work'))
    here.clock.advance(1)
    await challenged(here.dm, '1', at('telegram', 'work'))
    const all = await here.dm.list(ROOT)
    expect(all).toMatchObject([
      { channel: 'telegram', account: 'default', requests: [], maxPending: 3 },
      { account: 'work', requests: [{ senderId: '2' }, { senderId: '1' }] },
    ])
    expect(await here.dm.list(ROOT, at('telegram', 'work'))).toHaveLength(1)
    expect(await here.dm.list(ROOT, at('whatsapp', 'other'))).toMatchObject([{ requests: [] }])
    expect(await here.dm.list(ROOT, { channel: at('whatsapp').channel })).toEqual([])
    await expect(here.dm.list(ROOT, at('nochannel'))).rejects.toMatchObject({
      code: 'ERR_DM_CHANNEL_UNKNOWN',
    })
  })

  it('leaves out what is over, and works although the configuration is broken', async () => {
    const here = world()
    await challenged(here.dm, '1')
    here.clock.advance(HOUR)
    expect(await here.dm.list(ROOT)).toMatchObject([{ requests: [] }])
    const broken = world({
      policyOf: () => {
        throw new Error('no configuration')
      },
    })
    expect(await broken.dm.list(ROOT)).toMatchObject([{ requests: [], maxPending: 3 }])
    expect(await broken.dm.allowed(ROOT)).toEqual([])
    expect((await broken.dm.allow(ROOT, who('1'))).outcome).toBe('done')
  })

  it('in another process shows what was written of the turned away', async () => {
    const here = world({ policy: { maxPending: 1 } })
    await challenged(here.dm, '1')
    for (let count = 0; count < 7; count += 1) await here.dm.gate(message('2'))
    const cli = here.another()
    expect(await cli.list(ROOT)).toMatchObject([{ turnedAway: undefined }])
    await here.dm.housekeeping()
    expect(await cli.list(ROOT)).toMatchObject([{ turnedAway: { count: 7 } }])
    here.policy = policy({ maxPending: 2 })
    expect(await cli.list(ROOT)).toMatchObject([{ maxPending: 2 }])
  })
})
