import { describe, expect, it } from 'vitest'
import {
  at,
  challenged,
  HOUR,
  MINUTE,
  message,
  ROOT,
  stored,
  transactions,
  who,
  world,
} from './world.ts'

describe('housekeeping', () => {
  it('does nothing when there is nothing to do', async () => {
    const { dm, begun, clock } = world()
    await dm.allow(ROOT, who('1'), { expiresInMs: HOUR })
    await challenged(dm, '2')
    begun.clear()
    for (let second = 0; second < 60; second += 1) {
      clock.advance(1_000)
      await dm.housekeeping()
    }
    expect(transactions(begun)).toBe(0)
  })

  it('settles requests whose hour is over and ends grants, one transaction per account', async () => {
    const { dm, clock, begun, store } = world()
    const { requestId } = await challenged(dm, '1')
    await challenged(dm, '2', at('telegram', 'work'))
    await dm.allow(ROOT, who('3'), { expiresInMs: HOUR })
    const since = clock.now() + HOUR
    clock.advance(HOUR + MINUTE)
    begun.clear()
    await dm.housekeeping()
    expect(transactions(begun)).toBe(2)
    expect(stored(store, 'dm.requests')).toEqual({})
    expect(stored(store, 'dm.settled')).toMatchObject({
      [`telegram/default/${requestId}`]: {
        outcome: 'expired',
        at: since,
        by: { kind: 'system', part: 'expiry' },
      },
    })
    expect(stored(store, 'dm.senders')).toMatchObject({
      'telegram/default/3': { state: 'revoked', since, by: { kind: 'system', part: 'expiry' } },
    })
    await dm.housekeeping()
    expect(transactions(begun)).toBe(2)
  })

  it('writes figures of a flood at most every 5 s, then less often, and again at once when it was quiet', async () => {
    const { dm, clock, begun } = world({ policy: { maxPending: 1 } })
    await challenged(dm, '1')
    begun.clear()
    const writes: number[] = []
    for (let second = 0; second < 120; second += 1) {
      await dm.gate(message('2'))
      await dm.housekeeping()
      if (begun.get('dm.housekeeping')) writes.push(second)
      begun.clear()
      clock.advance(1_000)
    }
    expect(writes).toEqual([0, 5, 15, 35, 75])
    clock.advance(20 * MINUTE)
    await dm.gate(message('2'))
    await dm.housekeeping()
    expect(begun.get('dm.housekeeping')).toBe(1)
    expect(await dm.list(ROOT)).toMatchObject([{ turnedAway: { count: 121 } }])
  })

  it('writes everything before closing', async () => {
    const here = world({ policy: { maxPending: 1 } })
    await challenged(here.dm, '1')
    for (let count = 0; count < 3; count += 1) {
      await here.dm.gate(message('2'))
      await here.dm.housekeeping('closing')
    }
    expect(await here.another().list(ROOT)).toMatchObject([{ turnedAway: { count: 3 } }])
  })

  it('loses no figure when the store fails, and goes on with other accounts', async () => {
    const here = world({ policy: { maxPending: 1 } })
    await challenged(here.dm, '1')
    await here.dm.gate(message('2'))
    here.failing = new Error('disk full')
    await expect(here.dm.housekeeping()).rejects.toThrow('disk full')
    await here.dm.gate(message('2'))
    here.failing = undefined
    await here.dm.housekeeping('closing')
    expect(await here.another().list(ROOT)).toMatchObject([{ turnedAway: { count: 2 } }])
  })

  it('sums up what several processes counted, and forgets it a day after the last one', async () => {
    const here = world({ policy: { maxPending: 1 } })
    const other = here.another()
    await challenged(here.dm, '1')
    await here.dm.gate(message('2'))
    await other.gate(message('2'))
    await Promise.all([here.dm.housekeeping(), other.housekeeping()])
    expect(await here.another().list(ROOT)).toMatchObject([{ turnedAway: { count: 2 } }])
    here.clock.advance(24 * HOUR)
    await here.dm.housekeeping()
    expect(await here.dm.list(ROOT)).toMatchObject([{ turnedAway: undefined }])
  })

  it('runs once for all who call at the same time', async () => {
    const { dm, clock, begun } = world()
    await challenged(dm, '1')
    clock.advance(HOUR)
    begun.clear()
    await Promise.all(Array.from({ length: 10 }, () => dm.housekeeping()))
    expect(transactions(begun)).toBe(1)
  })

  it('tidies accounts of channels that are not known any more', async () => {
    let known = true
    const here = world({
      channels: (name) => (known ? anyChannel(name) : undefined),
    })
    await challenged(here.dm, '1')
    known = false
    here.clock.advance(HOUR)
    await here.dm.housekeeping()
    expect(stored(here.store, 'dm.requests')).toEqual({})
  })

  it('forgets rejections that are over', async () => {
    const { dm, clock, store } = world()
    const { code } = await challenged(dm, '1')
    await dm.reject(ROOT, { ...at(), typed: code })
    clock.advance(HOUR)
    await dm.housekeeping()
    expect(stored(store, 'dm.rests')).toEqual({})
  })
})

function anyChannel(name: string) {
  return {
    name: name as never,
    idLabel: 'id',
    idLine: undefined,
    personal: false,
    idempotentSend: false,
    parseSender: (typed: string) => typed as never,
  }
}

describe('a damaged record', () => {
  it('stops the gate and the lists with a code: nobody is let in, nothing is taken for empty', async () => {
    const shapes: readonly unknown[] = [
      null,
      [],
      'x',
      {},
      { state: 'allowed', since: 1, meta: {} },
      { state: 'godlike', by: { kind: 'root', user: 'x' }, since: 1, meta: {} },
      { state: 'allowed', by: { kind: 'emperor' }, since: 1, meta: {} },
      { state: 'allowed', by: { kind: 'root', user: 'x' }, since: '1', meta: {} },
      { state: 'allowed', by: { kind: 'root', user: 'x' }, since: 1, meta: { a: 1 } },
      { state: 'allowed', by: { kind: 'root', user: 'x' }, since: 1, meta: {}, expiresAt: -1 },
    ]
    for (const shape of shapes) {
      const { dm, store } = world()
      await store.transact({ scope: 'x' as never, actor: ROOT, action: 'test' }, (tx) =>
        tx.put(
          { name: 'dm.senders', decode: (value) => value, encode: (value) => value },
          'telegram/default/1',
          shape as never,
        ),
      )
      const damaged = { code: 'ERR_STORE_RECORD_DAMAGED' }
      await expect(dm.gate(message('1'))).rejects.toMatchObject(damaged)
      await expect(dm.allowed(ROOT)).rejects.toMatchObject(damaged)
      await expect(dm.allow(ROOT, who('1'))).rejects.toMatchObject(damaged)
    }
  })
})
