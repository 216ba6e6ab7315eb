import { describe, expect, it } from 'vitest'
import { DEFAULT_MAX_PER_ADDRESS, REJECTED_REST_MS, REQUEST_TTL_MS } from '../src/index.ts'
import {
  admitted,
  arrival,
  asks,
  boundCode,
  keyOf,
  MINUTE,
  paired,
  ROOT,
  SECOND,
  shown,
  stored,
  world,
} from './world.ts'

const NOTHING = { mayAsk: { by: 'nothing' } } as const

describe('a device that nobody knows', () => {
  it('waits for the owner when it has what lets it ask', async () => {
    const { door } = world()
    const outcome = await door.arrive(arrival('phone'))
    expect(outcome).toMatchObject({
      outcome: 'waiting',
      reason: 'not-paired',
      created: true,
      granted: undefined,
      request: {
        deviceId: keyOf('phone').deviceId,
        role: 'node',
        commands: ['system.which'],
        askedBy: 'shared-secret',
        address: '203.0.113.9',
        reason: 'not-paired',
      },
    })
  })

  it('may not even ask without it, whatever token it shows, and nothing is written', async () => {
    const { door, written } = world()
    expect(await door.arrive(arrival('phone', NOTHING))).toEqual({
      outcome: 'may-not-ask',
      deviceToken: 'absent',
    })
    const { secret } = await paired(door, 'other')
    const before = written()
    expect(await door.arrive(arrival('phone', { ...NOTHING, deviceToken: secret }))).toEqual({
      outcome: 'may-not-ask',
      deviceToken: 'stale',
    })
    expect(written()).toBe(before)
  })

  it('asks as a node with a setup code, never as an operator', async () => {
    const { door } = world()
    const mayAsk = await boundCode(door, 'phone')
    expect((await asks(door, 'phone', { mayAsk })).askedBy).toBe('setup-code')
    const wide = arrival('phone', { mayAsk, role: 'operator', scopes: ['operator.admin'] })
    expect((await door.arrive(wide)).outcome).toBe('may-not-ask')
  })

  it('is shown without what a terminal would act on', async () => {
    const { door } = world()
    const description = { displayName: '\u001b[31mMy\u202e phone\n'.padEnd(300, 'x') }
    const { description: seen } = await asks(door, 'phone', { description })
    expect(seen.displayName).toMatch(/^\[31mMy phone x+…$/)
    expect([...(seen.displayName ?? '')]).toHaveLength(64)
  })

  it('asks for nothing that policy never gives', async () => {
    const { door } = world()
    const node = await asks(door, 'phone', { scopes: ['operator.admin'] })
    expect(node.scopes).toEqual([])
    const scopes = ['operator.read', 'root', '*']
    const cli = await asks(door, 'cli', { role: 'operator', scopes, commands: ['x'] })
    expect(cli).toMatchObject({ scopes: ['operator.read'], commands: [] })
  })
})

describe('a request', () => {
  it('keeps its id while the ask is the same or narrower, and writes nothing for a retry', async () => {
    const { door, clock, written } = world()
    const first = await asks(door, 'phone', { commands: ['a', 'b'] })
    const before = written()
    for (const commands of [['a', 'b'], ['a'], []]) {
      clock.advance(MINUTE)
      const again = await door.arrive(arrival('phone', { commands }))
      expect(again).toMatchObject({ created: false, request: { requestId: first.requestId } })
    }
    expect(written()).toBe(before)
  })

  it('lives five minutes after the last retry, and the next one has another id', async () => {
    const { door, clock } = world()
    const first = await asks(door, 'phone')
    clock.advance(REQUEST_TTL_MS - 1)
    expect((await asks(door, 'phone')).requestId).toBe(first.requestId)
    clock.advance(REQUEST_TTL_MS)
    const second = await asks(door, 'phone')
    expect(second.requestId).not.toBe(first.requestId)
    expect(await door.find(ROOT, first.requestId)).toMatchObject({
      outcome: 'settled',
      settled: { outcome: 'expired', successor: second.requestId },
    })
  })

  it('gets a new id when the ask is wider, and the old id says which', async () => {
    const { door } = world()
    const role = 'operator'
    const first = await asks(door, 'cli', { role, scopes: ['operator.read'] })
    const second = await asks(door, 'cli', { role, scopes: ['operator.approvals'] })
    expect(second.requestId).not.toBe(first.requestId)
    expect(second.scopes).toEqual(['operator.approvals', 'operator.read'])
    expect(await door.approve(ROOT, first.requestId)).toMatchObject({
      outcome: 'settled',
      settled: { outcome: 'superseded', successor: second.requestId },
    })
    // two programs of one key do not take turns
    expect((await asks(door, 'cli', { role, scopes: ['operator.read'] })).requestId).toBe(
      second.requestId,
    )
  })

  it('can be widened ten times, then it stays as it is until it ends', async () => {
    const { door, written } = world()
    const asked = async (at: number) => asks(door, 'phone', { commands: [`c${String(at)}`] })
    for (let at = 0; at < 12; at += 1) await asked(at)
    const before = written()
    for (let at = 12; at < 40; at += 1) await asked(at)
    expect(written()).toBe(before)
  })

  it('of another kind of machine is another request', async () => {
    const { door } = world()
    const first = await asks(door, 'phone')
    const second = await asks(door, 'phone', { description: { platform: 'darwin' } })
    expect(second.requestId).not.toBe(first.requestId)
  })

  it('waits once for each role', async () => {
    const { door } = world()
    const node = await asks(door, 'laptop')
    const cli = await asks(door, 'laptop', { role: 'operator', scopes: ['operator.read'] })
    expect(cli.requestId).not.toBe(node.requestId)
    expect((await asks(door, 'laptop')).requestId).toBe(node.requestId)
  })

  it('is capped for each address and in all; those turned away are counted, not written', async () => {
    const { door, clock, written } = world({ maxWaiting: 6 })
    for (let at = 0; at < DEFAULT_MAX_PER_ADDRESS; at += 1) await asks(door, `p${String(at)}`)
    const before = written()
    expect(await door.arrive(arrival('more'))).toEqual({
      outcome: 'full',
      where: 'address',
      retryAfterMs: REQUEST_TTL_MS,
    })
    await asks(door, 'elsewhere', { address: '198.51.100.1' })
    expect(await door.arrive(arrival('x', { address: '198.51.100.1' }))).toMatchObject({
      outcome: 'full',
      where: 'everywhere',
    })
    expect(written()).toBe(before + 1)
    expect(await door.list(ROOT)).toMatchObject({
      maxWaiting: 6,
      turnedAway: { count: 2, since: clock.now(), lastAt: clock.now() },
    })
    // whoever waits is not turned away by the cap
    expect((await door.arrive(arrival('p0'))).outcome).toBe('waiting')
  })

  it('counts the IPv6 addresses of one customer together', async () => {
    const { door } = world()
    for (let at = 0; at < 5; at += 1) {
      await asks(door, `p${String(at)}`, { address: `2001:db8:1:2::${String(at)}` })
    }
    expect(await door.arrive(arrival('q', { address: '2001:0db8:1:2:9::1' }))).toMatchObject({
      outcome: 'full',
    })
    await asks(door, 'r', { address: '2001:db8:1:3::1' })
    await asks(door, 's', { address: '::ffff:203.0.113.7' })
  })

  it('is judged again in the transaction: two at once take one place', async () => {
    const here = world({ maxWaiting: 1 })
    here.meanwhile = () => here.another().arrive(arrival('first'))
    expect((await here.door.arrive(arrival('second'))).outcome).toBe('full')
    expect(Object.keys(stored(here.store, 'devices.requests'))).toHaveLength(1)
  })
})

describe('a paired device', () => {
  it('is admitted with the right token, and nothing is written', async () => {
    const { door, clock, begun, written } = world()
    const { secret, device, token } = await paired(door, 'phone')
    expect(secret).toMatch(/^[\w-]{43}$/)
    expect(token).toMatchObject({ role: 'node', scopes: [] })
    const [before, transactions] = [written(), [...begun.values()]]
    for (let at = 0; at < 50; at += 1) {
      clock.advance(SECOND)
      const again = await admitted(door, 'phone', { ...NOTHING, deviceToken: secret })
      expect(again).toMatchObject({ presented: 'right', token: undefined, name: 'phone', device })
    }
    expect([...begun.values()]).toEqual(transactions)
    expect(written()).toBe(before)
    expect(door.standing(device)).toEqual({ holds: true })
  })

  it.each([
    ['no token', undefined, 'absent'],
    ['a token that is over', 'stale-token', 'stale'],
    ['a token without end', 'x'.repeat(5_000), 'stale'],
  ])('is admitted with %s and handed a fresh one', async (_, deviceToken, presented) => {
    const { door, clock } = world()
    const { secret } = await paired(door, 'phone')
    clock.advance(MINUTE)
    const again = await admitted(door, 'phone', { ...NOTHING, deviceToken })
    expect(again).toMatchObject({ presented, token: { issuedAt: clock.now() } })
    expect(again.token?.token).not.toBe(secret)
    const fresh = await admitted(door, 'phone', { deviceToken: again.token?.token })
    expect(fresh.presented).toBe('right')
  })

  it('is handed at most one token in ten seconds, and is admitted all the same', async () => {
    const { door, clock, written } = world()
    await paired(door, 'phone')
    const before = written()
    for (let at = 0; at < 9; at += 1) {
      clock.advance(SECOND)
      expect((await admitted(door, 'phone')).token).toBeUndefined()
    }
    expect(written()).toBe(before)
    clock.advance(SECOND)
    expect((await admitted(door, 'phone')).token).toBeDefined()
  })

  it("keeps another program's connection when it is handed a token", async () => {
    const { door, clock } = world()
    const first = await paired(door, 'phone')
    clock.advance(MINUTE)
    await admitted(door, 'phone')
    expect(door.standing(first.device)).toEqual({ holds: true })
  })

  it('has at most what it asked for of what it was granted; admin includes the others', async () => {
    const { door } = world()
    const role = 'operator'
    await paired(door, 'cli', { role, scopes: ['operator.admin'] })
    const scopes = ['operator.read', 'operator.pairing']
    const { device } = await admitted(door, 'cli', { role, scopes })
    expect(device.scopes).toEqual(['operator.pairing', 'operator.read'])
    expect((await admitted(door, 'cli', { role })).device.scopes).toEqual([])
  })

  it('that asks for more waits, and gets in as before meanwhile', async () => {
    const { door } = world()
    const role = 'operator'
    const narrow = { role, scopes: ['operator.read'] } as const
    const wide = { role, scopes: ['operator.read', 'operator.admin'] } as const
    const { secret } = await paired(door, 'cli', narrow)
    const outcome = await door.arrive(arrival('cli', { ...wide, deviceToken: secret }))
    expect(outcome).toMatchObject({
      outcome: 'waiting',
      reason: 'scope-upgrade',
      granted: { scopes: ['operator.read'], revokedAt: undefined },
    })
    expect((await admitted(door, 'cli', { ...narrow, deviceToken: secret })).presented).toBe(
      'right',
    )
    const { requestId } = outcome.outcome === 'waiting' ? outcome.request : { requestId: '' }
    expect((await shown(door, requestId)).difference).toEqual(['scope operator.admin'])
    await door.approve(ROOT, requestId)
    const { device, presented } = await admitted(door, 'cli', { ...wide, deviceToken: secret })
    expect({ presented, scopes: device.scopes }).toEqual({
      presented: 'right',
      scopes: ['operator.admin', 'operator.read'],
    })
  })

  it('that asks for more without what lets it ask uses what it has', async () => {
    const { door, written } = world()
    const role = 'operator'
    const { secret } = await paired(door, 'cli', { role, scopes: ['operator.read'] })
    const before = written()
    const scopes = ['operator.read', 'operator.admin']
    const { device, presented } = await admitted(door, 'cli', {
      role,
      scopes,
      ...NOTHING,
      deviceToken: secret,
    })
    expect({ presented, scopes: device.scopes }).toEqual({
      presented: 'right',
      scopes: ['operator.read'],
    })
    expect(written()).toBe(before)
  })

  it('waits for a role that it was not granted', async () => {
    const { door } = world()
    await paired(door, 'laptop')
    const wide = { role: 'operator', scopes: ['operator.read'] } as const
    expect(await door.arrive(arrival('laptop', wide))).toMatchObject({
      outcome: 'waiting',
      reason: 'role-upgrade',
      granted: undefined,
    })
    expect(await door.arrive(arrival('laptop', { ...wide, ...NOTHING }))).toMatchObject({
      outcome: 'may-not-ask',
    })
  })

  it('that is another kind of machine now waits, whatever it shows; a new version does not', async () => {
    const { door } = world()
    const ios = { platform: 'iOS 18.4.0', deviceFamily: 'iPhone' }
    const { secret } = await paired(door, 'phone', { description: ios })
    const updated = { platform: 'ios 19.0', deviceFamily: 'iPhone' }
    await admitted(door, 'phone', { description: updated, deviceToken: secret })
    for (const description of [
      { platform: 'linux' },
      { platform: '' },
      { ...ios, deviceFamily: 'iPad' },
    ]) {
      const outcome = await door.arrive(
        arrival('phone', { description, deviceToken: secret, ...NOTHING }),
      )
      expect(outcome).toMatchObject({ outcome: 'waiting', reason: 'metadata-upgrade' })
    }
    const { waiting } = (await door.list(ROOT)) as {
      waiting: readonly { difference: readonly string[] }[]
    }
    expect(waiting[0]?.difference).toEqual(['device family iPad instead of iphone'])
  })

  it('that is another kind of machine now asks for no more than it has, without what lets it ask', async () => {
    const { door } = world()
    const scopes = ['operator.read']
    await paired(door, 'laptop', { role: 'operator', scopes })
    await paired(door, 'phone', { commands: ['a'] })
    const android = { description: { platform: 'android' }, ...NOTHING }
    const wide = { role: 'operator', scopes: ['operator.admin', 'operator.read'] } as const
    const setup = await boundCode(door, 'laptop')
    for (const mayAsk of [NOTHING.mayAsk, setup]) {
      expect(await asks(door, 'laptop', { ...wide, ...android, mayAsk })).toMatchObject({
        scopes,
        askedBy: 'paired-key',
      })
    }
    expect(await asks(door, 'phone', { commands: ['a', 'b'], ...android })).toMatchObject({
      commands: ['a'],
    })
    const secret = { by: 'shared-secret' } as const
    expect(await asks(door, 'laptop', { ...wide, ...android, mayAsk: secret })).toMatchObject({
      scopes: wide.scopes,
    })
  })

  it('pins only what was claimed when it was approved, for each role by itself', async () => {
    const { door } = world()
    await paired(door, 'laptop', { role: 'operator', scopes: ['operator.read'] })
    const description = { deviceFamily: 'Linux' }
    await paired(door, 'laptop', { description })
    await admitted(door, 'laptop', { role: 'operator' })
    await admitted(door, 'laptop', { role: 'operator', description })
    expect((await door.arrive(arrival('laptop', NOTHING))).outcome).toBe('waiting')
  })

  it('offers only granted commands; more are recorded as a request and keep it connected', async () => {
    const { door, written } = world()
    const { secret } = await paired(door, 'phone', { commands: ['a', 'b'] })
    const more = { commands: ['a', 'c'], deviceToken: secret, ...NOTHING }
    const outcome = await admitted(door, 'phone', more)
    expect(outcome.device.commands).toEqual(['a'])
    expect(outcome.asks).toMatchObject({
      created: true,
      request: { reason: 'command-upgrade', askedBy: 'paired-key', commands: ['a', 'c'] },
    })
    const { requestId = '' } = outcome.asks?.request ?? {}
    expect((await shown(door, requestId)).difference).toEqual(['command c'])
    const before = written()
    expect((await admitted(door, 'phone', more)).asks?.created).toBe(false)
    expect(written()).toBe(before)
    await door.approve(ROOT, requestId)
    expect(door.standing(outcome.device)).toEqual({ holds: true })
    const after = await admitted(door, 'phone', { ...more, commands: ['a', 'b', 'c'] })
    expect(after).toMatchObject({ device: { commands: ['a', 'b', 'c'] } })
    expect(after.asks).toBeUndefined()
  })

  it('that offers more is asked about for a day, and takes no place of those that wait', async () => {
    const { door, clock } = world({ maxWaiting: 1 })
    for (const name of ['a', 'b', 'c']) await paired(door, name)
    for (const name of ['a', 'b', 'c']) {
      const { asks: asked } = await admitted(door, name, { commands: ['more'] })
      expect(asked?.created).toBe(true)
    }
    const { requestId } = await asks(door, 'd')
    clock.advance(24 * 60 * MINUTE - 1)
    await door.housekeeping()
    expect((await door.find(ROOT, requestId)).outcome).toBe('settled')
    expect(await door.list(ROOT)).toMatchObject({ waiting: [{}, {}, {}] })
    clock.advance(1)
    expect(await door.list(ROOT)).toMatchObject({ waiting: [] })
  })

  it('is asked about rejected commands again only after a day, and may ask for other things', async () => {
    const { door, clock } = world()
    await paired(door, 'phone')
    const { asks: asked } = await admitted(door, 'phone', { commands: ['more'] })
    await door.reject(ROOT, asked?.request.requestId ?? '')
    clock.advance(24 * 60 * MINUTE - 1)
    expect((await admitted(door, 'phone', { commands: ['more'] })).asks).toBeUndefined()
    await asks(door, 'phone', { role: 'operator' })
    clock.advance(1)
    expect((await admitted(door, 'phone', { commands: ['more'] })).asks?.created).toBe(true)
  })

  it('is let in when the owner approved it while it asked', async () => {
    const here = world()
    here.meanwhile = async () => {
      const other = here.another()
      const { requestId } = await asks(other, 'phone')
      await other.approve(ROOT, requestId)
    }
    expect((await here.door.arrive(arrival('phone'))).outcome).toBe('admitted')
    expect(stored(here.store, 'devices.requests')).toEqual({})
  })

  it('is admitted by its own key alone', async () => {
    const { door } = world()
    const { secret } = await paired(door, 'phone')
    const forged = arrival('phone', { deviceToken: secret, ...NOTHING })
    const device = { ...forged.device, publicKey: keyOf('other').publicKey }
    expect((await door.arrive({ ...forged, device })).outcome).toBe('may-not-ask')
  })

  it('is not handed a token that was revoked while it connected', async () => {
    const here = world()
    await paired(here.door, 'phone')
    here.clock.advance(MINUTE)
    const { deviceId } = keyOf('phone')
    here.meanwhile = () => here.another().revoke(ROOT, { deviceId, role: 'node' })
    expect(await here.door.arrive(arrival('phone', NOTHING))).toEqual({ outcome: 'revoked' })
  })

  it('is not admitted when the store fails', async () => {
    const here = world()
    await paired(here.door, 'phone')
    here.clock.advance(MINUTE)
    here.failing = new Error('the disk is full')
    await expect(here.door.arrive(arrival('phone'))).rejects.toThrow('the disk is full')
  })
})

describe('after a decision', () => {
  it('a rejected key rests for ten minutes, in every role, and writes nothing meanwhile', async () => {
    const { door, clock, written } = world()
    const { requestId } = await asks(door, 'phone')
    await door.reject(ROOT, requestId)
    const before = written()
    clock.advance(MINUTE)
    for (const role of ['node', 'operator'] as const) {
      expect(await door.arrive(arrival('phone', { role }))).toEqual({
        outcome: 'resting',
        retryAfterMs: REJECTED_REST_MS - MINUTE,
      })
    }
    expect(written()).toBe(before)
    clock.advance(REJECTED_REST_MS)
    expect((await asks(door, 'phone')).requestId).not.toBe(requestId)
    expect(await door.find(ROOT, requestId)).toMatchObject({ settled: { outcome: 'rejected' } })
  })

  it('a rejected key rests also while the clock goes back a little, and not for longer where it was set back', async () => {
    const { door, clock } = world()
    const { requestId } = await asks(door, 'phone')
    await door.reject(ROOT, requestId)
    clock.advance(-20)
    await door.housekeeping('closing')
    expect((await door.arrive(arrival('phone'))).outcome).toBe('resting')
    clock.advance(-MINUTE)
    expect((await door.arrive(arrival('phone'))).outcome).toBe('waiting')
  })

  it('a rejection of more leaves what was granted', async () => {
    const { door } = world()
    const role = 'operator'
    const { secret } = await paired(door, 'cli', { role, scopes: ['operator.read'] })
    const { requestId } = await asks(door, 'cli', { role, scopes: ['operator.write'] })
    await door.reject(ROOT, requestId)
    const narrow = { role, scopes: ['operator.read'], deviceToken: secret } as const
    expect((await admitted(door, 'cli', narrow)).presented).toBe('right')
    expect((await door.arrive(arrival('cli', { role, scopes: ['operator.write'] }))).outcome).toBe(
      'resting',
    )
  })

  it('a revoked role stays closed whatever is presented; with the secret it may ask, and the owner sees it', async () => {
    const { door, clock } = world()
    const { secret, device } = await paired(door, 'phone')
    const { deviceId } = keyOf('phone')
    await door.revoke(ROOT, { deviceId, role: 'node' })
    expect(door.standing(device)).toEqual({ holds: false, because: 'revoked' })
    for (const deviceToken of [secret, undefined, 'x']) {
      const outcome = await door.arrive(arrival('phone', { ...NOTHING, deviceToken }))
      expect(outcome).toEqual({ outcome: 'revoked' })
    }
    const outcome = await door.arrive(arrival('phone', { deviceToken: secret }))
    expect(outcome).toMatchObject({
      outcome: 'waiting',
      reason: 'role-upgrade',
      granted: { revokedAt: clock.now() },
    })
    const { requestId } = outcome.outcome === 'waiting' ? outcome.request : { requestId: '' }
    expect((await shown(door, requestId)).difference).toEqual([
      'role node, which was revoked',
      'command system.which',
    ])
    await door.approve(ROOT, requestId)
    const again = await admitted(door, 'phone', { deviceToken: secret })
    // the token from before does not come back to life
    expect(again).toMatchObject({ presented: 'stale', token: { role: 'node' } })
    expect(door.standing(device)).toEqual({ holds: false, because: 'revoked' })
    expect(door.standing(again.device)).toEqual({ holds: true })
  })

  it('what a revoked role had does not come back with a smaller approval', async () => {
    const { door } = world()
    const role = 'operator'
    await paired(door, 'cli', { role, scopes: ['operator.admin'] })
    await door.revoke(ROOT, { deviceId: keyOf('cli').deviceId, role })
    const { requestId } = await asks(door, 'cli', { role, scopes: [] })
    await door.approve(ROOT, requestId)
    const scopes = ['operator.admin']
    expect((await admitted(door, 'cli', { role, scopes, ...NOTHING })).device.scopes).toEqual([])
  })

  it('a removed device has to ask again, and its live connection ends for good', async () => {
    const { door } = world()
    const { device, secret } = await paired(door, 'phone')
    await door.remove(ROOT, keyOf('phone').deviceId)
    expect(door.standing(device)).toEqual({ holds: false, because: 'removed' })
    expect((await door.arrive(arrival('phone', { ...NOTHING, deviceToken: secret }))).outcome).toBe(
      'may-not-ask',
    )
    await paired(door, 'phone')
    expect(door.standing(device)).toEqual({ holds: false, because: 'removed' })
  })
})

describe('approval of nodes of this machine', () => {
  const local = { local: true, commands: ['a'] }

  it('is off unless it is turned on', async () => {
    const { door } = world()
    expect((await door.arrive(arrival('node', local))).outcome).toBe('waiting')
  })

  it('lets the first request of a local node in, with its token, in one transaction', async () => {
    const { door, begun, written } = world({ autoApproveLocal: 'nodes' })
    const { token, device } = await admitted(door, 'node', local)
    expect(token?.token).toMatch(/^[\w-]{43}$/)
    expect(device.commands).toEqual(['a'])
    expect(begun).toEqual(new Map([['device.request', 1]]))
    expect(written()).toBe(1)
    expect(door.standing(device)).toEqual({ holds: true })
    const lists = await door.list(ROOT)
    expect('devices' in lists && lists.devices[0]?.grants[0]?.approvedBy).toContain(
      'standing order',
    )
    expect((await admitted(door, 'node', { ...local, deviceToken: token?.token })).presented).toBe(
      'right',
    )
  })

  it.each([
    ['from elsewhere', { local: false }],
    ['an operator', { role: 'operator' as const }],
    ['with scopes', { scopes: ['operator.read'] }],
    ['with a scope that nodes never get', { scopes: ['x'] }],
  ])('asks the owner about one %s', async (_, over) => {
    const { door } = world({ autoApproveLocal: 'nodes' })
    expect((await door.arrive(arrival('node', { ...local, ...over }))).outcome).toBe('waiting')
  })

  it('does not stand in for the secret', async () => {
    const { door } = world({ autoApproveLocal: 'nodes' })
    expect((await door.arrive(arrival('node', { ...local, ...NOTHING }))).outcome).toBe(
      'may-not-ask',
    )
  })

  it('does not undo what the owner decided, nor widen what is there', async () => {
    const { door, clock } = world({ autoApproveLocal: 'nodes' })
    const { deviceId } = keyOf('node')
    await admitted(door, 'node', local)
    const more = await admitted(door, 'node', { ...local, commands: ['a', 'b'] })
    expect(more).toMatchObject({ device: { commands: ['a'] }, asks: { created: true } })
    await door.revoke(ROOT, { deviceId, role: 'node' })
    expect((await door.arrive(arrival('node', local))).outcome).toBe('waiting')
    await door.remove(ROOT, deviceId)
    expect((await door.arrive(arrival('node', local))).outcome).toBe('waiting')
    const { requestId } = await asks(door, 'other', { commands: [] })
    await door.reject(ROOT, requestId)
    clock.advance(REJECTED_REST_MS)
    await door.housekeeping()
    expect((await door.arrive(arrival('other', local))).outcome).toBe('waiting')
    clock.advance(REQUEST_TTL_MS)
    expect((await door.arrive(arrival('node', local))).outcome).toBe('waiting')
  })
})
