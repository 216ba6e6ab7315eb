import { describe, expect, it } from 'vitest'
import {
  at,
  challenged,
  HOUR,
  id,
  MINUTE,
  message,
  OWNER,
  ROOT,
  raw,
  stored,
  transactions,
  type World,
  who,
  world,
} from './world.ts'

const HERE = at('signal')
const N = '+1555'
const A = 'uuid:a'
const B = 'uuid:b'

/** A message whose event shows these ids of one person. */
const from = (senderId: string, ...aliases: readonly string[]) =>
  message(senderId, { ...HERE, aliases: aliases.map(id) })
const said = async ({ dm }: World, ...ids: readonly [string, ...string[]]) =>
  (await dm.gate(from(...ids))).outcome
const asked = async ({ dm }: World, ...[senderId, ...aliases]: readonly [string, ...string[]]) =>
  challenged(dm, senderId, { ...HERE, aliases: aliases.map(id) })
const person = (senderId: string) => who(senderId, HERE)
const known = (here: World) => stored(here.store, 'dm.senders')

async function approved(here: World, ...ids: readonly [string, ...string[]]): Promise<void> {
  const { code } = await asked(here, ...ids)
  expect(await here.dm.approve(ROOT, { ...HERE, typed: code })).toMatchObject({
    outcome: 'approved',
    sender: ids.length > 1 ? { aliases: ids.slice(1) } : {},
  })
}

describe('who has several ids', () => {
  it('and was approved is let in by each, in every process', async () => {
    const here = world()
    await approved(here, N, A)
    expect(await said(here, A)).toBe('deliver')
    expect(await said({ ...here, dm: here.another() }, A)).toBe('deliver')
    expect(await said(here, N)).toBe('deliver')
    expect(await said(here, B)).toBe('challenge')
  })

  it('is known by those that later messages showed while they waited', async () => {
    const here = world()
    const { code } = await asked(here, A)
    expect(await said(here, N, A)).toBe('pending')
    expect(await said(here, N)).toBe('pending')
    await here.dm.approve(ROOT, { ...HERE, typed: code })
    expect(await said(here, N)).toBe('deliver')
  })

  it('asks once and waits once, whichever of them a message shows', async () => {
    const here = world()
    await asked(here, N, A)
    const before = transactions(here.begun)
    const orders: readonly (readonly [string, ...string[]])[] = [[N, A], [A], [N], [A, N]]
    for (const ids of orders) expect(await said(here, ...ids)).toBe('pending')
    expect(transactions(here.begun)).toBe(before)
  })

  it('and is let in by one learns the others, with one transaction for each', async () => {
    const here = world()
    await here.dm.allow(ROOT, person(N))
    expect(await said(here, A)).toBe('challenge')
    here.begun.clear()
    for (const _ of [1, 2, 3]) expect(await said(here, N, A)).toBe('deliver')
    expect(transactions(here.begun)).toBe(1)
    expect(await said(here, A)).toBe('deliver')
    expect(transactions(here.begun)).toBe(1)
  })

  it('has at most eight others', async () => {
    const here = world({ channels: () => ({ ...here0, lastingKind: () => 'id' }) })
    await here.dm.allow(ROOT, person(N))
    for (let index = 0; index < 20; index += 1) {
      expect(await said(here, N, `id:${String(index)}`)).toBe('deliver')
    }
    const record = known(here)[`signal/default/${N}`] as { aliases?: readonly string[] }
    expect(record.aliases).toHaveLength(8)
    expect(Object.keys(stored(here.store, 'dm.aliases'))).toHaveLength(8)
  })

  it('is let in although nothing can be written, and that is not tried for every message', async () => {
    const here = world()
    await here.dm.allow(ROOT, person(N))
    here.begun.clear()
    here.failing = new Error('disk full')
    for (const _ of [1, 2, 3]) expect(await said(here, N, A)).toBe('deliver')
    expect(transactions(here.begun)).toBe(1)
    here.failing = undefined
    here.clock.advance(MINUTE)
    expect(await said(here, N, A)).toBe('deliver')
    expect(await said(here, A)).toBe('deliver')
  })

  it('is shown once, with the others beside', async () => {
    const here = world()
    const { code } = await asked(here, N, A)
    const [list] = (await here.dm.list(ROOT, HERE)) as readonly { requests: readonly unknown[] }[]
    expect(list?.requests).toMatchObject([{ senderId: N, aliases: [A] }])
    const found = await here.dm.find(ROOT, { ...HERE, typed: code })
    expect(found).toMatchObject({ request: { senderId: N, aliases: [A] } })
    await here.dm.approve(ROOT, { ...HERE, typed: code })
    const inside = (await here.dm.allowed(ROOT, HERE)) as readonly object[]
    expect(inside.filter((each) => 'aliases' in each)).toMatchObject([
      { senderId: N, aliases: [A] },
    ])
    await here.dm.allow(ROOT, person('+1666'))
    const plain = (await here.dm.allowed(ROOT, HERE)) as readonly { senderId: string }[]
    expect(plain.find(({ senderId }) => senderId === '+1666')).not.toHaveProperty('aliases')
    const told = await here.dm.why(ROOT, person(A))
    expect(told).toMatchObject({ decision: 'deliver' })
    expect('facts' in told && told.facts.join()).toContain(`the same person: ${N}`)
  })

  it('is approved as shown: an id that came since is said first', async () => {
    const here = world()
    const { code } = await asked(here, A)
    const found = await here.dm.find(OWNER, { ...HERE, typed: code })
    const digest = 'request' in found ? found.request.digest : ''
    await said(here, N, A)
    expect(await here.dm.approve(OWNER, { ...HERE, typed: code }, { digest })).toMatchObject({
      outcome: 'changed',
      difference: [expect.stringContaining(N)],
    })
  })
})
const here0 = {
  name: 'signal' as never,
  idLabel: 'id',
  idLine: undefined,
  personal: false,
  idempotentSend: false,
  parseSender: (typed: string) => id(typed.trim()),
}

describe('what the owner decides about one id', () => {
  const verbs = ['block', 'revoke'] as const
  it.each(verbs)('holds for all of them: %s', async (verb) => {
    for (const named of [N, A]) {
      const here = world()
      await approved(here, N, A)
      expect(await here.dm[verb](ROOT, person(named))).toMatchObject({
        outcome: 'done',
        changed: true,
        sender: { senderId: N, aliases: [A] },
      })
      expect(await said(here, N)).not.toBe('deliver')
      expect(await said(here, A)).not.toBe('deliver')
      expect(await said(here, N, A)).not.toBe('deliver')
      expect(await here.dm[verb](ROOT, person(A))).toMatchObject({ changed: verb === 'revoke' })
    }
  })

  it('a block of who only asked keeps out every id that they showed, and ends for all', async () => {
    const here = world()
    await asked(here, N, A)
    await here.dm.block(ROOT, person(A))
    expect(stored(here.store, 'dm.requests')).toEqual({})
    expect(await said(here, N)).toBe('ignored')
    expect(await said(here, A)).toBe('ignored')
    expect(await here.dm.unblock(ROOT, person(A))).toMatchObject({ changed: true })
    expect(await said(here, A)).toBe('challenge')
    expect(await said(here, N)).toBe('challenge')
  })

  it('a block is learnt too: who was blocked by number stays out by the uuid that came with it', async () => {
    const here = world()
    await here.dm.block(ROOT, person(N))
    expect(await said(here, N, A)).toBe('ignored')
    expect(await said(here, A)).toBe('ignored')
  })

  it('a block of one id outranks a grant of another, from the event on that shows both', async () => {
    const here = world()
    await here.dm.allow(ROOT, person(A))
    await here.dm.block(ROOT, person(N))
    expect(await said(here, A)).toBe('deliver')
    expect(await said(here, A, N)).toBe('ignored')
    expect(await said(here, A)).toBe('ignored')
    expect(await here.dm.allow(ROOT, person(A))).toMatchObject({ note: 'the block has ended' })
    expect(await said(here, A)).toBe('deliver')
    expect(await said(here, N, A)).toBe('deliver')
  })

  it('a rejection rests for all of them', async () => {
    const here = world()
    const { code } = await asked(here, N, A)
    await here.dm.reject(ROOT, { ...HERE, typed: code })
    expect(await said(here, A)).toBe('pending')
    expect(await said(here, N)).toBe('pending')
    here.clock.advance(HOUR)
    expect(await said(here, A)).toBe('challenge')
  })

  it('and so does the end of a block, after which each of them may ask', async () => {
    const here = world()
    const { code } = await asked(here, N, A)
    await here.dm.reject(ROOT, { ...HERE, typed: code })
    await here.dm.block(ROOT, person(N))
    await said(here, N, A)
    await here.dm.unblock(ROOT, person(N))
    expect(await said(here, A)).toBe('challenge')
  })

  it('approving who was blocked under another id is refused', async () => {
    const here = world()
    const { code } = await asked(here, A)
    await here.dm.block(ROOT, person(N))
    here.meanwhile = undefined
    await said(here, N, A)
    expect(await here.dm.approve(ROOT, { ...HERE, typed: code })).toMatchObject({
      outcome: expect.stringMatching(/sender-blocked|settled/),
    })
    expect(await said(here, A)).toBe('ignored')
  })

  it('a request turns out to be of who was blocked under another id, and asks no more', async () => {
    const here = world()
    const { code } = await asked(here, N)
    await here.dm.block(ROOT, person(A))
    expect(await said(here, N, A)).toBe('ignored')
    expect(stored(here.store, 'dm.requests')).toEqual({})
    expect(Object.values(stored(here.store, 'dm.settled'))).toMatchObject([{ outcome: 'blocked' }])
    const late = await here.dm.approve(ROOT, { ...HERE, typed: code })
    expect(late.outcome).not.toBe('approved')
    expect(await said(here, N, A)).toBe('ignored')
  })

  it('a person with two records is one: what is said of one holds for both', async () => {
    const here = world()
    await here.dm.allow(ROOT, person(N))
    await here.dm.allow(ROOT, person(A))
    await said(here, N, A)
    await here.dm.revoke(ROOT, person(A))
    expect(await said(here, N)).toBe('challenge')
    await here.dm.block(ROOT, person(N))
    expect(await said(here, A)).toBe('ignored')
  })

  it('a grant for a while ends for all of them', async () => {
    const here = world()
    await here.dm.allow(ROOT, person(N), { expiresInMs: MINUTE })
    await said(here, N, A)
    expect(await said(here, A)).toBe('deliver')
    here.clock.advance(MINUTE)
    expect(await said(here, A)).toBe('challenge')
  })

  it('says nothing about another account', async () => {
    const here = world()
    await approved(here, N, A)
    const there = at('signal', 'work')
    expect((await here.dm.gate(message(A, there))).outcome).toBe('challenge')
    await here.dm.block(ROOT, who(A, there))
    expect(await said(here, N)).toBe('deliver')
  })
})

describe('a number that passed on', () => {
  it('lets in nobody else, and nobody by itself any more; whom it was of is still known', async () => {
    const here = world()
    await approved(here, N, A)
    expect(await said(here, N, B)).toBe('challenge')
    expect(await said(here, B)).toBe('pending')
    expect(await said(here, A)).toBe('deliver')
    const inside = (await here.dm.allowed(ROOT, HERE)) as readonly { senderId: string }[]
    expect(inside.map(({ senderId }) => senderId).filter((each) => each !== '999')).toEqual([A])
  })

  it('does not count alone afterwards, until the platform shows it with them again', async () => {
    const here = world({ policy: { maxPending: 1 } })
    await approved(here, N, A)
    // The list is full, so nothing of theirs is kept but that the number is not A's.
    await asked(here, '+1999')
    expect(await said(here, N, B)).toBe('full')
    expect(await said(here, N)).toBe('full')
    expect(await said(here, N, A)).toBe('deliver')
    expect(await said(here, N)).toBe('deliver')
  })

  it('does not count either when nothing could be written', async () => {
    const here = world()
    await approved(here, N, A)
    here.failing = new Error('disk full')
    await expect(here.dm.gate(from(N, B))).rejects.toThrow('disk full')
    here.failing = undefined
    expect(await said(here, N, B)).toBe('challenge')
  })

  it('stays with its new person when they are approved; the two are not one', async () => {
    const here = world()
    await approved(here, N, A)
    await approved(here, N, B)
    for (const each of [A, B, N]) expect(await said(here, each)).toBe('deliver')
    expect(await here.dm.revoke(ROOT, person(N))).toMatchObject({
      sender: { senderId: N, aliases: [B] },
    })
    expect(await said(here, A)).toBe('deliver')
    expect(await said(here, B)).toBe('challenge')
  })

  it('is not taken by a request that waits from that of another', async () => {
    const here = world()
    const { code } = await asked(here, N, A)
    expect(await said(here, N, B)).toBe('challenge')
    expect(await here.dm.approve(ROOT, { ...HERE, typed: code })).toMatchObject({
      // What is said to the number would reach another.
      sender: { senderId: A, notice: { state: 'unsupported' } },
    })
    for (const each of [N, B]) expect(await said(here, each)).toBe('pending')
    expect(await said(here, A)).toBe('deliver')
  })

  it('that is blocked stays blocked, for whoever has it', async () => {
    const here = world()
    await approved(here, N, A)
    await here.dm.block(ROOT, person(A))
    expect(await said(here, N, B)).toBe('ignored')
    expect(await said(here, N)).toBe('ignored')
    // Nothing says that who has it now is whom the owner meant.
    expect(await said(here, B)).toBe('challenge')
  })

  it('lets in its new person, and leaves out whoever was blocked under it', async () => {
    const here = world()
    await asked(here, N, A)
    await here.dm.block(ROOT, person(N))
    expect(await said(here, N, B)).toBe('ignored')
    await here.dm.allow(ROOT, person(B))
    expect(await said(here, N, B)).toBe('ignored')
    expect(await here.dm.allow(ROOT, person(N))).toMatchObject({
      sender: { senderId: B, aliases: [N] },
    })
    for (const each of [N, B]) expect(await said(here, each)).toBe('deliver')
    expect(await said(here, N, B)).toBe('deliver')
    expect(await said(here, A)).toBe('ignored')
    expect(await said(here, '+1777', A)).toBe('ignored')
  })

  it('leaves a block behind that outranks a grant, as before', async () => {
    const here = world()
    await here.dm.allow(ROOT, person(A))
    await here.dm.block(ROOT, person(N))
    expect(await said(here, N, A)).toBe('ignored')
    await here.dm.allow(ROOT, person(B))
    await said(here, N, B)
    await here.dm.allow(ROOT, person(N))
    expect(await said(here, N, B)).toBe('deliver')
    expect(await said(here, A)).toBe('ignored')
  })

  it('stays theirs when whoever had it before is let in by an id of their own', async () => {
    const here = world()
    await asked(here, N, A)
    await here.dm.block(ROOT, person(N))
    await here.dm.allow(ROOT, person(B))
    await said(here, N, B)
    await here.dm.allow(ROOT, person(A))
    for (const each of [A, B]) expect(await said(here, each)).toBe('deliver')
    expect(await said(here, N, B)).toBe('deliver')
    await here.dm.revoke(ROOT, person(B))
    expect(await said(here, A)).toBe('deliver')
    expect(await said(here, N)).toBe('challenge')
  })

  it('joins nobody with who had it before, when the block ends first', async () => {
    const here = world()
    await asked(here, N, A)
    await here.dm.block(ROOT, person(N))
    await here.dm.allow(ROOT, person(B))
    await said(here, N, B)
    await here.dm.unblock(ROOT, person(N))
    await here.dm.allow(ROOT, person(N))
    expect(await said(here, N, B)).toBe('deliver')
    expect(await said(here, A)).toBe('challenge')
    await here.dm.block(ROOT, person(A))
    expect(await said(here, '+1777', A)).toBe('ignored')
    expect(await said(here, N, B)).toBe('deliver')
  })

  it('is left behind with a new one: the old number does not let in any more', async () => {
    const here = world()
    await approved(here, N, A)
    expect(await said(here, '+1777', A)).toBe('deliver')
    expect(await said(here, '+1777')).toBe('deliver')
    expect(await said(here, N)).toBe('challenge')
  })

  it('makes nobody an owner who has it now', async () => {
    const here = world({ policy: { owners: [N] } })
    await here.dm.allow(ROOT, person(N))
    await said(here, N, A)
    expect(here.dm.isOwner({ ...person(N), aliases: [id(A)] })).toBe(true)
    expect(await said(here, N, B)).toBe('challenge')
    expect(here.dm.isOwner({ ...person(N), aliases: [id(B)] })).toBe(false)
    expect(here.dm.isOwner(person(N))).toBe(false)
    // The platform shows it with them again.
    expect(await said(here, N, A)).toBe('deliver')
    expect(here.dm.isOwner({ ...person(A), aliases: [id(N)] })).toBe(true)
  })

  it('that is an owner of the configuration counts for its new person once the owner says so', async () => {
    const here = world({ policy: { owners: [N] } })
    await here.dm.allow(ROOT, person(N))
    await said(here, N, A)
    await said(here, N, B)
    await here.dm.allow(ROOT, person(N))
    expect(await here.dm.gate(from(N, B))).toMatchObject({ grant: { via: 'owner' } })
    expect(await said(here, A)).toBe('deliver')
  })
})

describe('what nobody vouched for', () => {
  it('an id that somebody names in a text or a name lets in nobody', async () => {
    const here = world()
    await approved(here, N, A)
    const claim = message(B, { ...HERE, text: A, replyTo: A, meta: { number: N, uuid: A } })
    expect((await here.dm.gate(claim)).outcome).toBe('challenge')
    expect(await said(here, B)).toBe('pending')
  })

  it('a hidden number of an approved one gives nothing to who only has that number', async () => {
    const here = world()
    await approved(here, A)
    expect(await said(here, N)).toBe('challenge')
    expect(await said(here, N, A)).toBe('deliver')
  })
})

describe('owners', () => {
  it('who are named by number are owners when the event shows uuid and number', async () => {
    const here = world({ policy: { owners: [N] } })
    expect(here.dm.isOwner({ ...person(A), aliases: [id(N)] })).toBe(true)
    expect(here.dm.isOwner(person(A))).toBe(false)
    expect(await here.dm.gate(from(A, N))).toMatchObject({ grant: { via: 'owner' } })
  })

  it('are none while any id of theirs is blocked', async () => {
    const here = world({ policy: { owners: [N] } })
    await approved(here, A, '+1888')
    await here.dm.block(ROOT, person('+1888'))
    expect(here.dm.isOwner({ ...person(N), aliases: [id(A)] })).toBe(false)
    expect(here.dm.isOwner(person(N))).toBe(true)
  })

  it('are not made of somebody who is blocked under another id, and what they asked for is approved', async () => {
    const here = world()
    await asked(here, N, A)
    expect(await here.dm.addOwner(ROOT, person(A))).toMatchObject({ approvedOn: ['default'] })
    await here.dm.removeOwner(ROOT, person(A))
    await approved(here, N, A)
    await here.dm.block(ROOT, person(N))
    expect(await here.dm.addOwner(ROOT, person(A))).toMatchObject({ outcome: 'sender-blocked' })
  })
})

describe('records of before', () => {
  it('without other ids read as they are, and learn', async () => {
    const here = world()
    const by = { kind: 'root', user: 'anna' }
    const old = { state: 'allowed', by, since: 1, meta: {} }
    await here.store.transact({ scope: 'x' as never, actor: ROOT, action: 'test' }, (tx) =>
      tx.put(raw('dm.senders'), `signal/default/${N}`, old),
    )
    expect(await said(here, N)).toBe('deliver')
    expect(await said(here, N, A)).toBe('deliver')
    expect(known(here)[`signal/default/${N}`]).toEqual({ ...old, aliases: [A] })
  })
})
