import { describe, expect, it } from 'vitest'
import {
  at,
  challenged,
  HOUR,
  id,
  MINUTE,
  message,
  policy,
  ROOT,
  raw,
  stored,
  type World,
  who,
  world,
} from './world.ts'

const CONFIGURED = 'channels.telegram.allowFrom in openclaw.json'

describe('allow', () => {
  it('lets in by id, in the spelling of the channel, without a code', async () => {
    const { dm } = world()
    const outcome = await dm.allow(ROOT, who('tg:1'))
    expect(outcome).toMatchObject({
      outcome: 'done',
      changed: true,
      sender: { senderId: '1', state: 'allowed', notice: undefined },
      note: undefined,
    })
    expect((await dm.gate(message('1'))).outcome).toBe('deliver')
    expect(await dm.allow(ROOT, who('1'))).toMatchObject({ changed: false })
  })

  it('settles a request of theirs as approved, and they are told', async () => {
    const { dm } = world()
    const { code, requestId } = await challenged(dm, '1', { meta: { username: 'bob' } })
    expect(await dm.allow(ROOT, who('1'))).toMatchObject({
      sender: { meta: { username: 'bob' }, notice: { state: 'due' } },
    })
    expect(await dm.approve(ROOT, { ...at(), typed: code })).toMatchObject({
      outcome: 'settled',
      settled: { requestId, outcome: 'approved' },
    })
  })

  it('does not take a request for approved whose hour was over', async () => {
    const { dm, clock } = world()
    const { code } = await challenged(dm, '1')
    clock.advance(HOUR)
    expect(await dm.allow(ROOT, who('1'))).toMatchObject({ sender: { notice: undefined } })
    expect(await dm.approve(ROOT, { ...at(), typed: code })).toMatchObject({
      settled: { outcome: 'expired' },
    })
  })

  it('ends a block and confirms whoever was revoked', async () => {
    const { dm } = world()
    await dm.block(ROOT, who('1'))
    expect(await dm.allow(ROOT, who('1'))).toMatchObject({
      changed: true,
      note: 'the block has ended',
    })
    await dm.revoke(ROOT, who('1'))
    await dm.allow(ROOT, who('1'))
    expect((await dm.gate(message('1'))).outcome).toBe('deliver')
  })

  it('for a while can be made longer, or for ever', async () => {
    const { dm, clock } = world()
    await dm.allow(ROOT, who('1'), { expiresInMs: MINUTE })
    const longer = await dm.allow(ROOT, who('1'), { expiresInMs: HOUR })
    expect(longer).toMatchObject({ sender: { expiresAt: clock.now() + HOUR } })
    expect(await dm.allow(ROOT, who('1'))).toMatchObject({ sender: { expiresAt: undefined } })
    clock.advance(2 * HOUR)
    expect((await dm.gate(message('1'))).outcome).toBe('deliver')
    await expect(dm.allow(ROOT, who('1'), { expiresInMs: 1 })).rejects.toMatchObject({
      code: 'ERR_DM_EXPIRY_RANGE',
    })
  })

  it('says when the policy does not let the store count', async () => {
    const { dm } = world({ policy: { policy: 'allowlist' } })
    const outcome = await dm.allow(ROOT, who('1'))
    expect(outcome).toMatchObject({ note: expect.stringContaining(CONFIGURED) })
    expect((await dm.gate(message('1'))).outcome).toBe('ignored')
  })

  it('refuses what is no id of the channel', async () => {
    const { dm, begun } = world()
    await expect(dm.allow(ROOT, who('@bob'))).rejects.toMatchObject({ code: 'ERR_TEST_SENDER' })
    await expect(dm.allow(ROOT, who('*', at('whatsapp')))).rejects.toMatchObject({
      code: 'ERR_DM_SENDER_INVALID',
    })
    expect(begun.size).toBe(0)
  })
})

describe('revoke', () => {
  it('keeps them out for the very next message, in every process; they may ask again', async () => {
    const here = world()
    const other = here.another()
    await here.dm.allow(ROOT, who('1'))
    expect((await other.gate(message('1'))).outcome).toBe('deliver')
    expect(await here.dm.revoke(ROOT, who('1'))).toMatchObject({
      changed: true,
      sender: { state: 'revoked' },
    })
    expect((await other.gate(message('1'))).outcome).toBe('challenge')
    expect(await here.dm.revoke(ROOT, who('1'))).toMatchObject({ changed: true })
    expect(await here.dm.revoke(ROOT, who('1'))).toMatchObject({ changed: false })
  })

  it('takes a request of theirs away too', async () => {
    const { dm } = world()
    const { code } = await challenged(dm, '1')
    expect(await dm.revoke(ROOT, who('1'))).toMatchObject({ outcome: 'done', changed: true })
    expect(await dm.approve(ROOT, { ...at(), typed: code })).toMatchObject({ outcome: 'settled' })
    expect((await dm.gate(message('1'))).outcome).toBe('challenge')
  })

  it('says where the configuration still admits them, and ends the grant of the store', async () => {
    const here = world({ policy: { allowFrom: ['tg:1'] } })
    await here.dm.allow(ROOT, who('1'))
    expect(await here.dm.revoke(ROOT, who('1'))).toEqual({
      outcome: 'in-configuration',
      senderId: '1',
      where: CONFIGURED,
    })
    expect((await here.dm.gate(message('1'))).outcome).toBe('deliver')
    here.policy = policy()
    expect((await here.dm.gate(message('1'))).outcome).toBe('challenge')
    expect(await here.dm.revoke(ROOT, who('999'))).toMatchObject({
      outcome: 'in-configuration',
      where: expect.stringContaining('owners'),
    })
  })

  it('of somebody nobody knows says so', async () => {
    const { dm } = world()
    expect(await dm.revoke(ROOT, who('5'))).toEqual({ outcome: 'not-known', senderId: '5' })
    expect(await dm.unblock(ROOT, who('5'))).toEqual({ outcome: 'not-known', senderId: '5' })
  })

  it('can name a sender whom the channel would not read any more', async () => {
    const { dm, store, clock } = world()
    await store.transact({ scope: 'x' as never, actor: ROOT, action: 'test' }, (tx) =>
      tx.put(raw('dm.senders'), 'telegram/default/@old', {
        state: 'allowed',
        by: { kind: 'system', part: 'outside' },
        since: clock.now(),
        meta: {},
      }),
    )
    expect((await dm.gate(message('@old'))).outcome).toBe('deliver')
    expect(await dm.revoke(ROOT, who('@old'))).toMatchObject({ changed: true })
  })

  it('on one account leaves the others alone', async () => {
    const { dm } = world()
    await dm.allow(ROOT, who('1'))
    await dm.allow(ROOT, who('1', at('telegram', 'work')))
    await dm.revoke(ROOT, who('1'))
    expect((await dm.gate(message('1', at('telegram', 'work')))).outcome).toBe('deliver')
  })
})

describe('block and unblock', () => {
  it('outranks a grant, the configuration and the list of owners', async () => {
    const { dm } = world({ policy: { allowFrom: ['1'] } })
    await dm.allow(ROOT, who('1'))
    expect(await dm.block(ROOT, who('1'))).toMatchObject({
      changed: true,
      note: expect.stringContaining(CONFIGURED),
    })
    await dm.block(ROOT, who('999'))
    for (const sender of ['1', '999']) {
      expect(await dm.gate(message(sender))).toMatchObject({ because: 'blocked' })
    }
    expect(await dm.block(ROOT, who('1'))).toMatchObject({ changed: false })
    expect(await dm.revoke(ROOT, who('1'))).toMatchObject({ outcome: 'done', changed: false })
  })

  it('takes a request away, and a blocked stranger makes no new one', async () => {
    const { dm, store } = world()
    const { code } = await challenged(dm, '1')
    await dm.block(ROOT, who('1'))
    expect(await dm.approve(ROOT, { ...at(), typed: code })).toMatchObject({
      settled: { outcome: 'blocked' },
    })
    await dm.gate(message('1'))
    expect(stored(store, 'dm.requests')).toEqual({})
  })

  it('unblock makes them a stranger again, also after a grant', async () => {
    const { dm } = world()
    await dm.allow(ROOT, who('1'))
    await dm.block(ROOT, who('1'))
    expect(await dm.unblock(ROOT, who('1'))).toMatchObject({ sender: { state: 'revoked' } })
    expect(await dm.unblock(ROOT, who('1'))).toMatchObject({ changed: false })
    expect((await dm.gate(message('1'))).outcome).toBe('challenge')
  })
})

describe('allowed', () => {
  async function people(): Promise<World> {
    const here = world({ policy: { allowFrom: ['tg:50', '60', '*', 'nonsense'] } })
    await here.dm.allow(ROOT, who('10'))
    await here.dm.allow(ROOT, who('20'), { expiresInMs: MINUTE })
    await here.dm.allow(ROOT, who('50'))
    await here.dm.block(ROOT, who('60'))
    await here.dm.allow(ROOT, who('30'))
    await here.dm.revoke(ROOT, who('30'))
    await here.dm.allow(ROOT, who('70', at('telegram', 'work')))
    return here
  }
  const ids = (senders: unknown) =>
    (senders as readonly { senderId: string; via: string; account: string }[]).map(
      ({ senderId, via, account }) => `${account} ${senderId} ${via}`,
    )

  it('merges the store, the configuration and the owners; each sender once', async () => {
    const { dm, clock } = await people()
    expect(ids(await dm.allowed(ROOT)).sort()).toEqual([
      'default 10 store',
      'default 20 store',
      'default 50 config',
      'default 999 owner',
      'work 50 config',
      'work 60 config',
      'work 70 store',
      'work 999 owner',
    ])
    expect(ids(await dm.allowed(ROOT, at('telegram', 'work'))).sort()).toHaveLength(4)
    clock.advance(MINUTE)
    expect(ids(await dm.allowed(ROOT, at()))).not.toContain('default 20 store')
  })

  it('narrows to the blocked and the revoked, ended grants among them', async () => {
    const { dm, clock } = await people()
    clock.advance(MINUTE)
    expect(ids(await dm.allowed(ROOT, {}, 'blocked'))).toEqual(['default 60 store'])
    expect(ids(await dm.allowed(ROOT, {}, 'revoked'))).toEqual([
      'default 20 store',
      'default 30 store',
    ])
  })

  it('says who decided, and nothing of that for the configuration', async () => {
    const { dm, clock } = await people()
    const all = await dm.allowed(ROOT, at())
    if ('outcome' in all) throw new Error('denied')
    const byId = new Map(all.map((sender) => [sender.senderId, sender]))
    expect(byId.get(id('10'))).toMatchObject({
      by: expect.stringContaining('anna'),
      since: clock.now(),
    })
    expect(byId.get(id('50'))).toMatchObject({ by: undefined, since: undefined })
  })
})

describe('why', () => {
  const reasons: readonly [string, (here: World) => Promise<unknown>, string, RegExp][] = [
    ['a stranger', async () => undefined, 'challenge', /next message makes a request/],
    ['a waiting one', ({ dm }) => dm.gate(message('1')), 'pending', /request req-\w+ waits/],
    [
      'a rejected one',
      async ({ dm }) => {
        const { code } = await challenged(dm, '1')
        await dm.reject(ROOT, { ...at(), typed: code })
      },
      'pending',
      /rejected, and may ask again at 2026-03-01T11:00:00.000Z/,
    ],
    ['an approved one', ({ dm }) => dm.allow(ROOT, who('1')), 'deliver', /the owner approved them/],
    ['a blocked one', ({ dm }) => dm.block(ROOT, who('1')), 'ignored', /blocked them/],
    [
      'one before a full list',
      async ({ dm }) => {
        for (const sender of ['2', '3', '4']) await challenged(dm, sender)
      },
      'full',
      /3 requests wait already/,
    ],
  ]
  it.each(reasons)('explains %s as the gate decides', async (_who, prepare, decision, fact) => {
    const here = world()
    await prepare(here)
    const told = await here.dm.why(ROOT, who('1'))
    if ('outcome' in told) throw new Error('denied')
    expect(told.decision).toBe(decision)
    expect(told.facts[0]).toMatch(fact)
    expect((await here.dm.gate(message('1'))).outcome).toBe(decision)
  })

  it('names the place in the configuration, the policy and what cannot be read', async () => {
    const here = world({ policy: { policy: 'allowlist', allowFrom: ['5', '@bob\u001b[31m', '*'] } })
    await here.dm.allow(ROOT, who('1'), { expiresInMs: MINUTE })
    const told = await here.dm.why(ROOT, who('1'))
    expect(told).toMatchObject({ decision: 'ignored' })
    const facts = 'facts' in told ? told.facts.join('\n') : ''
    expect(facts).toContain(CONFIGURED)
    expect(facts).toContain('the policy of telegram (default) is allowlist')
    expect(facts).toContain('"@bob" in the configuration names no sender')
    expect(facts).toContain('"*" counts under open only')
    expect(facts).toContain('the grant ends at 2026-03-01T10:01:00.000Z')
    expect(await here.dm.why(ROOT, who('5'))).toMatchObject({
      decision: 'deliver',
      facts: expect.arrayContaining([`let in: they stand in ${CONFIGURED}`]),
    })
  })

  it('tells what became of their last request', async () => {
    const { dm, clock } = world()
    await challenged(dm, '1')
    clock.advance(HOUR)
    await dm.housekeeping()
    const told = await dm.why(ROOT, who('1'))
    expect('facts' in told && told.facts.join('\n')).toMatch(/last request req-\w+ was expired at/)
  })
})
