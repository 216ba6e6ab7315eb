import { describe, expect, it } from 'vitest'
import { type DevicePairing, SETUP_BOUND_MS, SETUP_UNBOUND_MS } from '../src/index.ts'
import {
  admitted,
  arrival,
  asks,
  boundCode,
  keyOf,
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
