import { describe, expect, it } from 'vitest'
import { type DevicePairing, SETUP_BOUND_MS, SETUP_UNBOUND_MS } from '../src/index.ts'
import { directory } from './directory.ts'
import {
  admitted,
  arrival,
  asks,
  boundCode,
  codeState,
  keyOf,
  MINUTE,
  newCode,
  OWNER,
  paired,
  ROOT,
  shown,
  world,
} from './world.ts'

const PHONE = keyOf('phone').deviceId
const NOTHING = { mayAsk: { by: 'nothing' } } as const

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
    // what waits by then waits on, and nothing new is asked
    await asks(door, 'phone', { mayAsk })
    clock.advance(5 * MINUTE)
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

it('never lets a key ask that only names a code', async () => {
  const { door } = world()
  const { setupId } = await newCode(door)
  const mayAsk = { by: 'setup-code', setupId } as const
  expect((await door.arrive(arrival('phone', { mayAsk }))).outcome).toBe('may-not-ask')
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
    expect(await codeState(door, mayAsk.setupId)).toBe('used')
    expect(await codeState(door, second.setupId)).toBe('used')
    expect(await codeState(door, elsewhere.setupId)).toBe('bound')
  })

  it('no decision about the same key as an operator', async () => {
    const { door } = world()
    const mayAsk = await boundCode(door, 'phone')
    await paired(door, 'phone', { role: 'operator' })
    expect(await codeState(door, mayAsk.setupId)).toBe('bound')
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
    expect(await codeState(door, mayAsk.setupId)).toBe('used')
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
    expect(await codeState(here.door, mayAsk.setupId)).toBe('used')
  })

  it('a withdrawal, after which the request waits on until it is decided', async () => {
    const { door, clock } = world()
    const { setupId, secret } = await newCode(door)
    expect(await door.setup.withdraw(ROOT, 'setup-000000000000')).toEqual({ outcome: 'unknown' })
    await door.setup.redeem(secret, PHONE)
    const mayAsk = { by: 'setup-code', setupId } as const
    const { requestId } = await asks(door, 'phone', { mayAsk })
    const setup = { setupId, state: 'withdrawn', deviceId: PHONE }
    expect(await door.setup.withdraw(OWNER, setupId)).toMatchObject({ outcome: 'withdrawn', setup })
    expect(await door.setup.withdraw(OWNER, setupId)).toMatchObject({ outcome: 'over', setup })
    expect(await door.setup.redeem(secret, PHONE)).toEqual({ outcome: 'withdrawn', setupId })
    for (let minutes = 0; minutes < 12; minutes += 4) {
      const wide = { mayAsk, commands: ['system.run'], scopes: ['operator.admin'] }
      const again = await asks(door, 'phone', wide)
      expect(again).toMatchObject({ requestId, commands: ['system.which'], scopes: [] })
      clock.advance(4 * MINUTE)
    }
    expect((await door.arrive(arrival('other', { mayAsk }))).outcome).toBe('may-not-ask')
    expect((await door.approve(ROOT, requestId)).outcome).toBe('approved')
    expect(await codeState(door, setupId)).toBe('withdrawn')
    await admitted(door, 'phone', { mayAsk })
  })

  it('no rejection of another request: a key that rests leaves a new code to others', async () => {
    const { door, clock } = world()
    await door.reject(ROOT, (await asks(door, 'phone')).requestId)
    const { setupId, secret } = await newCode(door)
    clock.advance(MINUTE)
    const retryAfterMs = 9 * MINUTE
    const resting = { outcome: 'resting', setupId, retryAfterMs }
    expect(await door.setup.redeem(secret, PHONE)).toEqual(resting)
    expect(await codeState(door, setupId)).toBe('unbound')
    const other = keyOf('other').deviceId
    expect((await door.setup.redeem(secret, other)).outcome).toBe('redeemed')
    expect((await door.setup.redeem(secret, PHONE)).outcome).toBe('bound')
  })

  it('a newer one of the same owner in chat, unless a device has it', async () => {
    const { door } = world()
    const other = { ...OWNER, account: 'second' } as typeof OWNER
    const of = async (actor: typeof OWNER) => (await newCode(door, actor)).setupId
    const first = await of(OWNER)
    const stranger = await of({ ...OWNER, senderId: '111' } as typeof OWNER)
    const roots = [await of(ROOT), await of(ROOT)]
    const second = await newCode(door, other)
    expect(await codeState(door, first)).toBe('withdrawn')
    await door.setup.redeem(second.secret, PHONE)
    const third = await of(OWNER)
    for (const id of [stranger, ...roots, third]) expect(await codeState(door, id)).toBe('unbound')
    expect(await codeState(door, second.setupId)).toBe('bound')
  })
})
