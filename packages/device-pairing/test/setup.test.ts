import { describe, expect, it } from 'vitest'
import { type DevicePairing, SETUP_BOUND_MS, SETUP_UNBOUND_MS } from '../src/index.ts'
import {
  admitted,
  asks,
  boundCode,
  codeState,
  keyOf,
  MINUTE,
  newCode,
  OWNER,
  operator,
  PAGE,
  paired,
  ROOT,
  sha256,
  shown,
  stored,
  world,
} from './world.ts'

const PHONE = keyOf('phone').deviceId
const OTHER = keyOf('other').deviceId
const NOTHING = { mayAsk: { by: 'nothing' } } as const

describe('a setup code', () => {
  it('is made with a secret that is kept as a hash alone', async () => {
    const { door, store, clock } = world()
    const outcome = await door.setup.create(ROOT)
    if (outcome.outcome !== 'created') throw new Error(outcome.outcome)
    const { setup, secret } = outcome
    expect(secret).toMatch(/^[\w-]{43}$/)
    expect(setup).toEqual({
      setupId: expect.stringMatching(/^setup-[0-9a-z]{12}$/),
      state: 'unbound',
      createdAt: clock.now(),
      expiresAt: clock.now() + SETUP_UNBOUND_MS,
      createdBy: ROOT,
      deviceId: undefined,
      boundAt: undefined,
    })
    const kept = stored(store, 'devices.setup')
    expect(kept[setup.setupId]).toMatchObject({ hash: `sha256:${sha256(secret)}` })
    const everything = [kept, await store.history(0 as never, 100), await door.setup.list(ROOT)]
    expect(JSON.stringify(everything)).not.toContain(secret)
  })

  it('is bound by the first key that shows it, and by no other', async () => {
    const { door, clock, written } = world()
    const { setupId, secret } = await newCode(door)
    clock.advance(5_000)
    expect(await door.setup.redeem(secret, PHONE)).toEqual({ outcome: 'redeemed', setupId })
    const before = written()
    expect(await door.setup.redeem(secret, OTHER)).toEqual({ outcome: 'bound', setupId })
    expect(await door.setup.redeem(secret, PHONE)).toEqual({ outcome: 'redeemed', setupId })
    expect(written()).toBe(before)
    const [code] = (await door.setup.list(ROOT)) as readonly unknown[]
    expect(code).toMatchObject({
      state: 'bound',
      deviceId: PHONE,
      boundAt: clock.now(),
      expiresAt: clock.now() + SETUP_BOUND_MS,
    })
  })

  it.each([
    ['nothing', ''],
    ['a guess', 'A'.repeat(43)],
    ['a code with a character missing', undefined],
    ['a long text', 'A'.repeat(100_000)],
  ])('is unknown to %s, without a transaction', async (_, guess) => {
    const { door, begun } = world()
    const { secret } = await newCode(door)
    const outcome = await door.setup.redeem(guess ?? secret.slice(0, -1), PHONE)
    expect(outcome).toEqual({ outcome: 'unknown' })
    expect(await door.setup.redeem(secret, 'no-device')).toEqual({ outcome: 'unknown' })
    expect([...begun.keys()]).toEqual(['setup.create'])
  })

  it('lets its key ask as a node, and the approval uses it up', async () => {
    const { door } = world()
    const mayAsk = await boundCode(door, 'phone')
    const request = await asks(door, 'phone', { mayAsk })
    expect(request).toMatchObject({ askedBy: 'setup-code', setupId: mayAsk.setupId, scopes: [] })
    expect((await asks(door, 'phone', { mayAsk })).requestId).toBe(request.requestId)
    const { digest } = await shown(door, request.requestId)
    expect((await door.approve(OWNER, request.requestId, { digest })).outcome).toBe('approved')
    expect(await codeState(door, mayAsk.setupId)).toBe('used')
    expect((await admitted(door, 'phone', NOTHING)).token?.token).toMatch(/^[\w-]{43}$/)
  })
})

describe('at the same time', () => {
  it('one key of many wins, and the others are told so', async () => {
    const here = world()
    const { secret, setupId } = await newCode(here.door)
    const doors = [here.door, here.another(), here.another(), here.another()]
    const outcomes = await Promise.all(
      doors.map((door, index) => door.setup.redeem(secret, keyOf(`key ${String(index)}`).deviceId)),
    )
    expect(outcomes.filter(({ outcome }) => outcome === 'redeemed')).toEqual([
      { outcome: 'redeemed', setupId },
    ])
    expect(outcomes.filter(({ outcome }) => outcome === 'bound')).toHaveLength(3)
  })

  it.each([
    ['withdrawn', (door: DevicePairing, setupId: string) => door.setup.withdraw(ROOT, setupId)],
    ['bound', (door: DevicePairing, _: string, secret: string) => door.setup.redeem(secret, OTHER)],
  ] as const)('what another process did first holds: %s', async (outcome, first) => {
    const here = world()
    const { secret, setupId } = await newCode(here.door)
    here.meanwhile = () => first(here.another(), setupId, secret)
    expect(await here.door.setup.redeem(secret, PHONE)).toEqual({ outcome, setupId })
  })

  it('nothing is bound when the disk is full, and everything when it is not any more', async () => {
    const here = world()
    const { secret } = await newCode(here.door)
    here.failing = new Error('ENOSPC')
    await expect(here.door.setup.redeem(secret, PHONE)).rejects.toThrow('ENOSPC')
    await expect(here.door.setup.create(ROOT)).rejects.toThrow('ENOSPC')
    here.failing = undefined
    expect((await here.another().setup.redeem(secret, OTHER)).outcome).toBe('redeemed')
    expect((await here.door.setup.redeem(secret, PHONE)).outcome).toBe('bound')
  })
})

describe('bounds', () => {
  const actors = Array.from({ length: 5 }, (_, index) =>
    operator(`laptop ${String(index)}`, 'operator.pairing'),
  )

  it('16 live of one actor and 64 in all, and none is taken from anybody', async () => {
    const { door, clock } = world()
    for (const actor of actors.slice(0, 4)) {
      for (let count = 0; count < 16; count += 1) await newCode(door, actor)
      expect(await door.setup.create(actor)).toEqual({ outcome: 'full', live: 16 })
    }
    expect(await door.setup.create(ROOT)).toEqual({ outcome: 'full', live: 64 })
    const [newest] = (await door.setup.list(ROOT)) as readonly { setupId: string }[]
    await door.setup.withdraw(ROOT, newest?.setupId ?? '')
    await newCode(door)
    clock.advance(SETUP_UNBOUND_MS)
    await newCode(door)
  })

  it('an owner in chat keeps what they have when there is no room', async () => {
    const { door } = world()
    for (const actor of actors.slice(0, 4)) {
      for (let count = 0; count < 16; count += 1) {
        if (actor === actors[3] && count === 0) continue
        await newCode(door, actor)
      }
    }
    const { setupId } = await newCode(door, OWNER)
    const next = await newCode(door, OWNER)
    expect(await codeState(door, setupId)).toBe('withdrawn')
    await door.setup.redeem(next.secret, PHONE)
    expect(await door.setup.create(OWNER)).toEqual({ outcome: 'full', live: 64 })
    expect(await codeState(door, next.setupId)).toBe('bound')
  })

  it('200 that ended are kept, for 7 days', async () => {
    const { door, clock } = world()
    const first = await newCode(door)
    await door.setup.withdraw(ROOT, first.setupId)
    for (let count = 0; count < 200; count += 1) {
      clock.advance(1)
      const { setupId } = await newCode(door)
      await door.setup.withdraw(ROOT, setupId)
    }
    const last = await newCode(door)
    expect(await door.setup.list(ROOT)).toHaveLength(201)
    expect((await door.setup.redeem(first.secret, PHONE)).outcome).toBe('unknown')
    clock.advance(SETUP_UNBOUND_MS)
    await door.housekeeping()
    clock.advance(7 * 24 * 60 * MINUTE - 1)
    await door.housekeeping()
    expect((await door.setup.redeem(last.secret, PHONE)).outcome).toBe('expired')
    clock.advance(1)
    await door.housekeeping()
    expect(await door.setup.list(ROOT)).toEqual([])
  })
})

describe('time', () => {
  it('is over for an unbound one after 10 minutes to the millisecond', async () => {
    const { door, clock } = world()
    const { setupId, secret } = await newCode(door)
    clock.advance(SETUP_UNBOUND_MS - 1)
    expect(await codeState(door, setupId)).toBe('unbound')
    clock.advance(1)
    expect(await codeState(door, setupId)).toBe('expired')
    expect(await door.setup.redeem(secret, PHONE)).toEqual({ outcome: 'expired', setupId })
    const { setupId: later, secret: fresh } = await newCode(door)
    clock.advance(SETUP_UNBOUND_MS - 1)
    expect(await door.setup.redeem(fresh, PHONE)).toEqual({ outcome: 'redeemed', setupId: later })
  })

  it('is decided by the store that writes, where the clock of the process is behind', async () => {
    const here = world()
    const { setupId, secret } = await newCode(here.door)
    here.clock.advance(SETUP_UNBOUND_MS - 1)
    here.meanwhile = async () => here.clock.advance(1)
    expect(await here.door.setup.redeem(secret, PHONE)).toEqual({ outcome: 'expired', setupId })
  })

  it('that was set back by more than an hour ends what was made after it', async () => {
    const { door, clock } = world()
    const { secret } = await newCode(door)
    clock.advance(-30 * MINUTE)
    expect((await door.setup.redeem(secret, PHONE)).outcome).toBe('redeemed')
    const later = await newCode(door)
    clock.advance(-61 * MINUTE)
    expect((await door.setup.redeem(later.secret, OTHER)).outcome).toBe('expired')
  })

  it('is written down by housekeeping once, and costs nothing before and after', async () => {
    const { door, clock, begun, store } = world()
    const { setupId } = await newCode(door)
    await door.housekeeping()
    clock.advance(SETUP_UNBOUND_MS)
    for (let time = 0; time < 3; time += 1) await door.housekeeping()
    expect(begun.get('setup.expire')).toBe(1)
    const entry = (await store.history(0 as never, 100)).at(-1)
    expect(entry).toMatchObject({
      action: 'setup.expire',
      actor: { kind: 'system', part: 'expiry' },
      detail: { setupIds: [setupId] },
    })
    expect(stored(store, 'devices.setup')[setupId]).toMatchObject({ ended: 'expired' })
  })
})

describe('an owner who is one no more', () => {
  const removedMeanwhile = () => {
    let isOne = true
    const here = world({}, 7, { isOwner: ({ senderId }) => isOne && senderId === '999' })
    const remove = async () => {
      isOne = false
    }
    return { here, remove }
  }
  const denied = { outcome: 'denied', code: 'ERR_AUTHORITY_NOT_OWNER' }

  it('makes and withdraws no code, also where they were removed while they waited for the store', async () => {
    const { here, remove } = removedMeanwhile()
    const { setupId } = await newCode(here.door, OWNER)
    here.meanwhile = remove
    expect(await here.door.setup.create(OWNER)).toMatchObject(denied)
    expect(await here.door.setup.withdraw(OWNER, setupId)).toMatchObject(denied)
    expect((await here.door.setup.create(ROOT)).outcome).toBe('created')
  })

  it('left codes that let no new device ask', async () => {
    const { here, remove } = removedMeanwhile()
    const { secret, setupId } = await newCode(here.door, OWNER)
    await remove()
    const phone = keyOf('phone').deviceId
    expect(await here.door.setup.redeem(secret, phone)).toEqual({ outcome: 'withdrawn', setupId })
  })

  it('decides about no device', async () => {
    const { here, remove } = removedMeanwhile()
    const { door } = here
    await paired(door, 'tablet')
    const { requestId } = await asks(door, 'phone')
    const { digest } = await shown(door, requestId)
    const tablet = { deviceId: keyOf('tablet').deviceId, role: 'node' }
    here.meanwhile = remove
    expect(await door.approve(OWNER, requestId, { digest })).toMatchObject(denied)
    expect(await door.reject(OWNER, requestId)).toMatchObject(denied)
    expect(await door.revoke(OWNER, tablet)).toMatchObject(denied)
    expect(await door.remove(OWNER, tablet.deviceId)).toMatchObject(denied)
    expect(await door.rename(OWNER, tablet.deviceId, 'mine')).toMatchObject(denied)
    expect(await door.rotate(OWNER, tablet)).toMatchObject(denied)
    expect(await door.list(ROOT)).toMatchObject({ waiting: [{ requestId }] })
  })
})

describe('who may', () => {
  it.each([ROOT, OWNER, PAGE, operator('laptop', 'operator.pairing')])(
    'make, see and withdraw: $kind',
    async (actor) => {
      const { door } = world()
      const { setupId } = await newCode(door, actor)
      expect(await door.setup.list(actor)).toMatchObject([{ setupId, createdBy: actor }])
      expect(await door.setup.withdraw(actor, setupId)).toMatchObject({
        outcome: 'withdrawn',
        setup: { setupId, state: 'withdrawn' },
      })
    },
  )

  it('is nobody else, who learns nothing and changes nothing', async () => {
    const { door, written } = world()
    const { setupId } = await newCode(door)
    await paired(door, 'phone')
    const before = written()
    const { channel, account, senderId } = OWNER as Extract<typeof OWNER, { kind: 'owner' }>
    for (const actor of [
      { kind: 'sender', channel, account, senderId },
      { kind: 'device', deviceId: PHONE, role: 'node' },
      operator('laptop', 'operator.write', 'operator.read'),
    ] as const) {
      expect((await door.setup.create(actor)).outcome).toBe('denied')
      expect(await door.setup.list(actor)).toMatchObject({ outcome: 'denied' })
      expect((await door.setup.withdraw(actor, setupId)).outcome).toBe('denied')
    }
    expect(written()).toBe(before)
  })
})
