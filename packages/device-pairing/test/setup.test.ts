import { describe, expect, it } from 'vitest'
import { type DevicePairing, SETUP_BOUND_MS, SETUP_UNBOUND_MS } from '../src/index.ts'
import { directory } from './directory.ts'
import {
  admitted,
  arrival,
  asks,
  boundCode,
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

async function stateOf(door: DevicePairing, setupId: string) {
  const codes = await door.setup.list(ROOT)
  if ('outcome' in codes) throw new Error('root is denied')
  return codes.find((code) => code.setupId === setupId)?.state
}

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
    expect(await stateOf(door, mayAsk.setupId)).toBe('used')
    expect((await admitted(door, 'phone', NOTHING)).token?.token).toMatch(/^[\w-]{43}$/)
  })
})

describe('a setup code as a reason to ask', () => {
  const wide = { commands: ['camera.snap', 'system.run', 'system.which'] }

  it('is one for a node alone, and for no scopes, whatever policy allows', async () => {
    const { door } = world({ policy: () => true })
    const mayAsk = await boundCode(door, 'phone')
    const scopes = ['operator.admin']
    const as = arrival('phone', { mayAsk, role: 'operator', scopes })
    expect((await door.arrive(as)).outcome).toBe('may-not-ask')
    const request = await asks(door, 'phone', { mayAsk, scopes })
    expect(request).toMatchObject({ role: 'node', scopes: [], commands: ['system.which'] })
    await door.approve(ROOT, request.requestId)
    expect((await admitted(door, 'phone', { ...NOTHING, scopes })).device.scopes).toEqual([])
  })

  it.each([{}, { mayAsk: 'setup-code' }])('widens nothing that waits: %j', async (first) => {
    const { door, written } = world()
    const mayAsk = await boundCode(door, 'phone')
    const before = await asks(door, 'phone', 'mayAsk' in first ? { mayAsk } : {})
    const { digest } = await shown(door, before.requestId)
    const at = written()
    for (const more of [wide, { description: { platform: 'darwin' } }]) {
      const again = await asks(door, 'phone', { mayAsk, ...more })
      expect(again).toMatchObject({
        requestId: before.requestId,
        commands: before.commands,
        askedBy: before.askedBy,
        description: before.description,
      })
    }
    expect(written()).toBe(at)
    expect(await door.approve(OWNER, before.requestId, { digest })).toMatchObject({
      outcome: 'approved',
      device: { grants: [{ commands: ['system.which'], scopes: [] }] },
    })
    const { device, asks: more } = await admitted(door, 'phone', { ...NOTHING, ...wide })
    expect(device.commands).toEqual(['system.which'])
    expect(more?.request).toMatchObject({ reason: 'command-upgrade', askedBy: 'paired-key' })
    expect(more?.request).not.toHaveProperty('setupId')
  })

  it('gives way to the shared secret, which may ask for more', async () => {
    const { door } = world()
    const mayAsk = await boundCode(door, 'phone')
    const before = await asks(door, 'phone', { mayAsk })
    const after = await asks(door, 'phone', wide)
    expect(after.requestId).not.toBe(before.requestId)
    expect(after).toMatchObject({ askedBy: 'shared-secret', commands: wide.commands })
    expect(after).not.toHaveProperty('setupId')
    expect((await asks(door, 'phone', { mayAsk })).requestId).toBe(after.requestId)
  })

  it('serves the retries of its key after the request ran out, and until an hour is over', async () => {
    const { door, clock } = world()
    const { secret, setupId } = await newCode(door)
    clock.advance(SETUP_UNBOUND_MS - 1)
    const mayAsk = { by: 'setup-code', setupId } as const
    expect((await door.setup.redeem(secret, PHONE)).outcome).toBe('redeemed')
    const first = await asks(door, 'phone', { mayAsk })
    clock.advance(6 * MINUTE)
    await door.housekeeping()
    const second = await asks(door, 'phone', { mayAsk })
    expect(second.requestId).not.toBe(first.requestId)
    clock.advance(SETUP_BOUND_MS - 6 * MINUTE - 1)
    expect((await door.setup.redeem(secret, PHONE)).outcome).toBe('redeemed')
    await asks(door, 'phone', { mayAsk })
    clock.advance(1)
    expect(await door.setup.redeem(secret, PHONE)).toEqual({ outcome: 'expired', setupId })
    expect((await door.arrive(arrival('phone', { mayAsk }))).outcome).toBe('may-not-ask')
  })

  it('is none for another key, nor for one that is paired', async () => {
    const { door } = world()
    const mayAsk = await boundCode(door, 'phone')
    expect((await door.arrive(arrival('other', { mayAsk }))).outcome).toBe('may-not-ask')
    await paired(door, 'tablet')
    const other = await boundCode(door, 'tablet')
    const kind = { description: { platform: 'darwin' } }
    expect(await asks(door, 'tablet', { mayAsk: other, ...kind })).toMatchObject({
      reason: 'metadata-upgrade',
      askedBy: 'paired-key',
    })
  })

  it('is none any more when it is withdrawn between its redemption and the request', async () => {
    const here = world()
    const mayAsk = await boundCode(here.door, 'phone')
    here.meanwhile = () => here.another().setup.withdraw(ROOT, mayAsk.setupId)
    expect((await here.door.arrive(arrival('phone', { mayAsk }))).outcome).toBe('may-not-ask')
    expect(await here.door.list(ROOT)).toMatchObject({ waiting: [] })
  })

  it('lets a revoked node ask again, as a new decision', async () => {
    const { door } = world()
    await paired(door, 'phone')
    await door.revoke(ROOT, { deviceId: PHONE, role: 'node' })
    expect((await door.arrive(arrival('phone', NOTHING))).outcome).toBe('revoked')
    const mayAsk = await boundCode(door, 'phone')
    expect(await asks(door, 'phone', { mayAsk })).toMatchObject({ reason: 'role-upgrade' })
  })
})

describe('what ends a setup code', () => {
  const decisions: readonly (readonly [string, (door: DevicePairing, id: string) => unknown])[] = [
    ['an approval', (door, id) => door.approve(ROOT, id)],
    ['a rejection', (door, id) => door.reject(ROOT, id)],
    ['a removal', (door) => door.remove(ROOT, PHONE)],
  ]
  it.each(decisions)('%s of its device', async (_, decide) => {
    const { door, clock } = world()
    const mayAsk = await boundCode(door, 'phone')
    const second = await boundCode(door, 'phone')
    const elsewhere = await boundCode(door, 'other')
    const { requestId } = await asks(door, 'phone', { mayAsk })
    clock.advance(1)
    await decide(door, requestId)
    expect(await stateOf(door, mayAsk.setupId)).toBe('used')
    expect(await stateOf(door, second.setupId)).toBe('used')
    expect(await stateOf(door, elsewhere.setupId)).toBe('bound')
  })

  it('no decision about the same key as an operator', async () => {
    const { door } = world()
    const mayAsk = await boundCode(door, 'phone')
    await paired(door, 'phone', { role: 'operator' })
    expect(await stateOf(door, mayAsk.setupId)).toBe('bound')
  })

  it('a rejection, which its own key hears of and no other', async () => {
    const { door, clock } = world()
    const mayAsk = await boundCode(door, 'phone')
    const { requestId } = await asks(door, 'phone', { mayAsk })
    await door.reject(ROOT, requestId)
    clock.advance(MINUTE)
    expect(await door.arrive(arrival('phone', { mayAsk }))).toEqual({
      outcome: 'resting',
      retryAfterMs: 9 * MINUTE,
    })
    expect((await door.arrive(arrival('other', { mayAsk }))).outcome).toBe('may-not-ask')
    clock.advance(9 * MINUTE)
    expect((await door.arrive(arrival('phone', { mayAsk }))).outcome).toBe('may-not-ask')
  })

  it('the standing order for nodes of this machine', async () => {
    const { door } = world({ autoApproveLocal: 'nodes' })
    const mayAsk = await boundCode(door, 'phone')
    await admitted(door, 'phone', { mayAsk, local: true })
    expect(await stateOf(door, mayAsk.setupId)).toBe('used')
  })

  it('an approval by the program of 2026.2, which knows no setup codes', async () => {
    const here = world()
    const files = directory(here)
    const mayAsk = await boundCode(here.door, 'phone')
    const { requestId } = await asks(here.door, 'phone', { mayAsk })
    await files.sync()
    expect(files.read('devices/pending.json')[requestId]).not.toHaveProperty('setupId')
    files.edit('devices/pending.json', (all) => delete all[requestId])
    files.edit('devices/paired.json', (all) => {
      all[PHONE] = {
        deviceId: PHONE,
        publicKey: keyOf('phone').publicKey,
        roles: ['node'],
        role: 'node',
        scopes: [],
        tokens: {},
        createdAtMs: here.clock.now(),
        approvedAtMs: here.clock.now(),
      }
    })
    await files.sync()
    await admitted(here.door, 'phone', NOTHING)
    expect(await stateOf(here.door, mayAsk.setupId)).toBe('used')
  })

  it('a withdrawal, after which the request that waits can still be decided', async () => {
    const { door } = world()
    const { setupId, secret } = await newCode(door)
    expect(await door.setup.withdraw(ROOT, 'setup-000000000000')).toEqual({ outcome: 'unknown' })
    await door.setup.redeem(secret, PHONE)
    const mayAsk = { by: 'setup-code', setupId } as const
    const { requestId } = await asks(door, 'phone', { mayAsk })
    const setup = { setupId, state: 'withdrawn', deviceId: PHONE }
    expect(await door.setup.withdraw(OWNER, setupId)).toMatchObject({ outcome: 'withdrawn', setup })
    expect(await door.setup.withdraw(OWNER, setupId)).toMatchObject({ outcome: 'over', setup })
    expect(await door.setup.redeem(secret, PHONE)).toEqual({ outcome: 'withdrawn', setupId })
    expect((await door.arrive(arrival('phone', { mayAsk }))).outcome).toBe('may-not-ask')
    expect((await door.approve(ROOT, requestId)).outcome).toBe('approved')
    expect(await stateOf(door, setupId)).toBe('withdrawn')
  })

  it('a newer one of the same owner in chat, unless a device has it', async () => {
    const { door } = world()
    const other = { ...OWNER, account: 'second' } as typeof OWNER
    const of = async (actor: typeof OWNER) => (await newCode(door, actor)).setupId
    const first = await of(OWNER)
    const stranger = await of({ ...OWNER, senderId: '111' } as typeof OWNER)
    const roots = [await of(ROOT), await of(ROOT)]
    const second = await newCode(door, other)
    expect(await stateOf(door, first)).toBe('withdrawn')
    await door.setup.redeem(second.secret, PHONE)
    const third = await of(OWNER)
    for (const id of [stranger, ...roots, third]) expect(await stateOf(door, id)).toBe('unbound')
    expect(await stateOf(door, second.setupId)).toBe('bound')
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
    expect(await stateOf(door, setupId)).toBe('withdrawn')
    await door.setup.redeem(next.secret, PHONE)
    expect(await door.setup.create(OWNER)).toEqual({ outcome: 'full', live: 64 })
    expect(await stateOf(door, next.setupId)).toBe('bound')
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
    expect(await stateOf(door, setupId)).toBe('unbound')
    clock.advance(1)
    expect(await stateOf(door, setupId)).toBe('expired')
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

it('never lets a key ask that only names a code', async () => {
  const { door } = world()
  const { setupId } = await newCode(door)
  const mayAsk = { by: 'setup-code', setupId } as const
  expect((await door.arrive(arrival('phone', { mayAsk }))).outcome).toBe('may-not-ask')
})
