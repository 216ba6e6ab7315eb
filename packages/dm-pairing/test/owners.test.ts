import { describe, expect, it } from 'vitest'
import { at, challenged, message, OWNER, PAGE, ROOT, stored, who, world } from './world.ts'

const WORK = at('telegram', 'work')
const person = (senderId: string) => {
  const { channel, senderId: id } = who(senderId)
  return { channel, senderId: id }
}

describe('addOwner', () => {
  it('makes an owner whom the gate lets in on every account of the channel, at once, in every process', async () => {
    const here = world({ policy: { owners: [] } })
    const other = here.another()
    expect((await other.gate(message('42'))).outcome).toBe('challenge')
    expect(here.dm.isOwner(person('42'))).toBe(false)
    expect(await here.dm.addOwner(ROOT, person('tg:42'))).toMatchObject({
      outcome: 'done',
      changed: true,
      owner: { channel: 'telegram', senderId: '42', via: 'store', blockedOn: [] },
    })
    for (const address of [at(), WORK]) {
      expect(await other.gate(message('42', address))).toMatchObject({
        outcome: 'deliver',
        grant: { via: 'owner' },
      })
    }
    expect(other.isOwner(person('42'))).toBe(true)
    expect(other.isOwner(person('43'))).toBe(false)
    expect(other.isOwner({ ...person('42'), channel: at('whatsapp').channel })).toBe(false)
  })

  it('lets in under allowlist too, and under disabled nobody', async () => {
    const here = world({ policy: { policy: 'allowlist', owners: [] } })
    await here.dm.addOwner(ROOT, person('42'))
    expect((await here.dm.gate(message('42'))).outcome).toBe('deliver')
    here.policy = { ...here.policy, policy: 'disabled' }
    expect((await here.dm.gate(message('42'))).outcome).toBe('ignored')
  })

  it('knows an owner by another id that the same event proves', async () => {
    const { dm } = world({ policy: { owners: [] } })
    await dm.addOwner(ROOT, person('42'))
    const seen = await dm.gate(message('77', { aliases: [who('42').senderId] }))
    expect(seen).toMatchObject({ outcome: 'deliver', grant: { via: 'owner' } })
  })

  it('said twice changes nothing the second time', async () => {
    const { dm } = world()
    await dm.addOwner(ROOT, person('42'))
    expect(await dm.addOwner(ROOT, person('42'))).toMatchObject({ changed: false })
    expect(await dm.addOwner(ROOT, person('999'))).toMatchObject({
      changed: false,
      owner: { via: 'config', since: undefined },
    })
  })

  it('approves what they asked for, on each account, and they are told', async () => {
    const { dm } = world({ policy: { owners: [] }, addresses: () => [at(), WORK] })
    await challenged(dm, '42')
    await challenged(dm, '42', WORK)
    await challenged(dm, '7')
    await dm.addOwner(ROOT, person('42'))
    expect(await dm.list(ROOT)).toMatchObject([
      { account: 'default', requests: [{ senderId: '7' }] },
      { account: 'work', requests: [] },
    ])
    const [notice] = await dm.dueNotices(WORK)
    expect(notice).toMatchObject({ kind: 'approved', senderId: '42' })
    expect(await dm.claimNotice(notice?.noticeId ?? '')).toBe(true)
  })

  it('takes nobody who is blocked on any account', async () => {
    const { dm, store } = world()
    await dm.block(ROOT, who('42', WORK))
    expect(await dm.addOwner(ROOT, person('42'))).toMatchObject({
      outcome: 'sender-blocked',
      blockedOn: [WORK],
    })
    expect(stored(store, 'dm.owners')).toEqual({})
  })

  it('is for whoever holds the store alone', async () => {
    const { dm, store } = world()
    for (const actor of [OWNER, PAGE]) {
      expect(await dm.addOwner(actor, person('42'))).toMatchObject({
        outcome: 'denied',
        code: 'ERR_AUTHORITY_LOCAL_ONLY',
      })
    }
    expect(stored(store, 'dm.owners')).toEqual({})
  })

  it.each(['@bob', '', '*', 'telegram:*'])('refuses %j, which names nobody', async (typed) => {
    const { dm, begun } = world()
    await expect(dm.addOwner(ROOT, person(typed))).rejects.toMatchObject({
      code: 'ERR_TEST_SENDER',
    })
    expect(begun.size).toBe(0)
  })

  it('refuses a wildcard and a channel that is not known', async () => {
    const { dm } = world()
    const everybody = { ...person('*'), channel: at('whatsapp').channel }
    await expect(dm.addOwner(ROOT, everybody)).rejects.toMatchObject({
      code: 'ERR_DM_SENDER_INVALID',
    })
    const nowhere = { ...person('42'), channel: at('myspace').channel }
    await expect(dm.addOwner(ROOT, nowhere)).rejects.toMatchObject({
      code: 'ERR_DM_CHANNEL_UNKNOWN',
    })
  })

  it('takes a hundred, and no more', async () => {
    const { dm } = world()
    for (let n = 1; n <= 100; n += 1) await dm.addOwner(ROOT, person(String(n)))
    await expect(dm.addOwner(ROOT, person('101'))).rejects.toMatchObject({
      code: 'ERR_DM_OWNERS_FULL',
    })
    expect(await dm.addOwner(ROOT, person('100'))).toMatchObject({ changed: false })
  })

  it('changes nothing on a full disk', async () => {
    const here = world()
    here.failing = new Error('ENOSPC')
    await expect(here.dm.addOwner(ROOT, person('42'))).rejects.toThrow('ENOSPC')
    here.failing = undefined
    expect(here.dm.isOwner(person('42'))).toBe(false)
  })

  it('finds the owner who was made while the gate was looking', async () => {
    const here = world()
    here.meanwhile = () => here.another().addOwner(ROOT, person('42'))
    expect(await here.dm.gate(message('42'))).toMatchObject({
      outcome: 'deliver',
      grant: { via: 'owner' },
    })
  })
})

describe('removeOwner', () => {
  it('makes a stranger of somebody who was nothing else', async () => {
    const { dm } = world()
    await dm.addOwner(ROOT, person('42'))
    expect(await dm.removeOwner(ROOT, person('tg:42'))).toMatchObject({
      outcome: 'done',
      changed: true,
      owner: { senderId: '42', via: 'store' },
    })
    expect(dm.isOwner(person('42'))).toBe(false)
    expect((await dm.gate(message('42'))).outcome).toBe('challenge')
    expect(await dm.removeOwner(ROOT, person('42'))).toMatchObject({
      changed: false,
      owner: undefined,
    })
  })

  it('leaves an approval as it was', async () => {
    const { dm } = world()
    await dm.allow(ROOT, who('42'))
    await dm.addOwner(ROOT, person('42'))
    await dm.removeOwner(ROOT, person('42'))
    expect(await dm.gate(message('42'))).toMatchObject({
      outcome: 'deliver',
      grant: { via: 'store' },
    })
  })

  it('says where the configuration names an owner, who stays one', async () => {
    const where = 'commands.ownerAllowFrom in openclaw.json'
    const { dm } = world({ policy: { ownersSource: where } })
    expect(await dm.removeOwner(ROOT, person('999'))).toEqual({
      outcome: 'in-configuration',
      where,
    })
    expect(dm.isOwner(person('999'))).toBe(true)
  })

  it('is for whoever holds the store alone', async () => {
    const { dm } = world()
    await dm.addOwner(ROOT, person('42'))
    expect(await dm.removeOwner(OWNER, person('42'))).toMatchObject({ outcome: 'denied' })
    expect(dm.isOwner(person('42'))).toBe(true)
  })
})

describe('owners', () => {
  it('lists those of the store and of the configuration, with what is known of them', async () => {
    const { dm, clock } = world()
    await challenged(dm, '42', { meta: { username: 'bob' } })
    await dm.addOwner(ROOT, person('42'))
    await dm.block(ROOT, who('999', WORK))
    expect(await dm.owners(OWNER)).toEqual([
      {
        ...person('42'),
        via: 'store',
        since: clock.now(),
        by: "you at this machine's terminal (anna)",
        meta: { username: 'bob' },
        blockedOn: [],
      },
      {
        ...person('999'),
        via: 'config',
        since: undefined,
        by: undefined,
        meta: {},
        blockedOn: ['work'],
      },
    ])
    expect(dm.isOwner(person('999'))).toBe(false)
  })

  it('are those of the configuration without an account as well, each once', async () => {
    const far = world({ addresses: () => [], ownerChannels: () => [at().channel] })
    expect(await far.dm.owners(ROOT)).toMatchObject([{ ...person('999'), via: 'config' }])
    const near = world({ ownerChannels: () => [at().channel] })
    expect(await near.dm.owners(ROOT)).toHaveLength(1)
    const none = world({ addresses: () => [] })
    expect(await none.dm.owners(ROOT)).toEqual([])
  })

  it('are not told to whoever only asks', async () => {
    const { dm } = world()
    const actor = { kind: 'sender', ...who('1') } as const
    expect(await dm.owners(actor)).toMatchObject({ code: 'ERR_AUTHORITY_NOT_OWNER' })
  })
})
