import { describe, expect, it } from 'vitest'
import { at, challenged, message, OWNER, ROOT, raw, who, world } from './world.ts'

const WORK = at('telegram', 'work')

async function withOwner(policy: Parameters<typeof world>[0] = {}) {
  const here = world({ addresses: () => [at(), WORK], ...policy })
  await here.dm.addOwner(ROOT, who('42'))
  return here
}

describe('deciding about an owner of the store', () => {
  it('revoke ends what was granted besides, and says that they are an owner', async () => {
    const { dm } = await withOwner()
    expect(await dm.revoke(ROOT, who('42'))).toEqual({ outcome: 'is-owner', senderId: '42' })
    await dm.allow(ROOT, who('42'))
    expect(await dm.revoke(ROOT, who('42'))).toMatchObject({ outcome: 'is-owner' })
    expect((await dm.gate(message('42'))).outcome).toBe('deliver')
    await dm.removeOwner(ROOT, who('42'))
    expect((await dm.gate(message('42'))).outcome).toBe('challenge')
  })

  it('a block outranks it: on that account nothing is delivered, and nowhere do they decide', async () => {
    const { dm } = await withOwner()
    expect(await dm.block(ROOT, who('42'))).toMatchObject({
      outcome: 'done',
      note: 'they are an owner; the block outranks it',
    })
    expect((await dm.gate(message('42'))).outcome).toBe('ignored')
    expect(dm.isOwner(who('42', WORK))).toBe(false)
    expect(await dm.owners(ROOT)).toMatchObject([{ senderId: '42', blockedOn: ['default'] }, {}])
    expect(await dm.unblock(ROOT, who('42'))).toMatchObject({
      note: 'they are an owner, who may write',
    })
    expect(dm.isOwner(who('42'))).toBe(true)
  })

  it('allow has no reservation about an allowlist that does not keep them out', async () => {
    const { dm } = await withOwner({ policy: { policy: 'allowlist' } })
    expect(await dm.allow(ROOT, who('42'))).toMatchObject({ note: undefined })
    expect(await dm.allow(ROOT, who('999'))).toMatchObject({ note: undefined })
  })

  it('why says since when and by whom, and where they are blocked', async () => {
    const { dm } = await withOwner()
    const made = "an owner since 2026-03-01T10:00:00.000Z by you at this machine's terminal (anna)"
    expect(await dm.why(ROOT, who('42'))).toMatchObject({
      decision: 'deliver',
      facts: expect.arrayContaining(['let in: they are an owner', made]),
    })
    await dm.block(ROOT, who('42', WORK))
    expect(await dm.why(ROOT, who('42'))).toMatchObject({
      facts: expect.arrayContaining([expect.stringContaining('blocked on the account work')]),
    })
    expect(await dm.why(ROOT, who('7'))).not.toMatchObject({
      facts: expect.arrayContaining([expect.stringContaining('owner since')]),
    })
  })

  it('allowed lists them on every account, once, also when they were approved besides', async () => {
    const { dm, clock } = await withOwner({ policy: { owners: [], allowFrom: ['42'] } })
    await dm.allow(ROOT, who('42'))
    const all = await dm.allowed(ROOT)
    expect(all).toMatchObject(
      ['default', 'work'].map((account) => ({
        account,
        senderId: '42',
        via: 'owner',
        since: clock.now(),
        by: expect.stringContaining('anna'),
      })),
    )
    await dm.block(ROOT, who('42'))
    expect(await dm.allowed(ROOT, at())).toEqual([])
    expect(await dm.allowed(ROOT, at(), 'blocked')).toMatchObject([{ senderId: '42' }])
  })

  it('an owner decides nothing about themselves in chat, not even that they are none', async () => {
    const { dm } = await withOwner()
    const actor = { ...OWNER, senderId: '42' }
    for (const verb of [dm.allow, dm.revoke, dm.block, dm.unblock]) {
      expect(await verb(actor, who('42', WORK))).toMatchObject({ code: 'ERR_AUTHORITY_SELF' })
    }
  })

  it('the notice of their approval is sent although no approval stands beside', async () => {
    const { dm } = world({ policy: { owners: [] } })
    await challenged(dm, '42')
    await dm.addOwner(ROOT, who('42'))
    const [notice] = await dm.dueNotices(at())
    await dm.block(ROOT, who('42'))
    expect(await dm.claimNotice(notice?.noticeId ?? '')).toBe(false)
  })
})

describe('a record that cannot be read', () => {
  it('makes no owner and delivers nothing of theirs; others are not kept up by it', async () => {
    const { dm, store } = world()
    const intent = { scope: 'test' as never, actor: ROOT, action: 'test.damage' }
    await store.transact(intent, (tx) => tx.put(raw('dm.owners'), 'telegram/42', { since: 'ever' }))
    expect(() => dm.isOwner(who('42'))).toThrow(
      expect.objectContaining({ code: expect.any(String) }),
    )
    await expect(dm.gate(message('42'))).rejects.toMatchObject({ code: expect.any(String) })
    expect((await dm.gate(message('999'))).outcome).toBe('deliver')
  })
})

describe('an owner of the configuration', () => {
  it('is refused a revocation with the place where they stand', async () => {
    const where = 'commands.ownerAllowFrom in openclaw.json'
    const { dm } = world({ policy: { ownersSource: where } })
    expect(await dm.revoke(ROOT, who('999'))).toMatchObject({ outcome: 'in-configuration', where })
    expect(await dm.why(ROOT, who('999'))).toMatchObject({
      facts: expect.arrayContaining([`let in: they stand in ${where}`]),
    })
  })

  it('counts for nobody while the configuration cannot be read; one of the store does', async () => {
    let isBroken = false
    const here = world()
    const { policy } = here
    Object.defineProperty(here, 'policy', {
      get: () => {
        if (isBroken) throw new Error('unreadable')
        return policy
      },
    })
    await here.dm.addOwner(ROOT, who('42'))
    isBroken = true
    expect(here.dm.isOwner(who('999'))).toBe(false)
    expect(here.dm.isOwner(who('42'))).toBe(true)
    expect(await here.dm.owners(ROOT)).toMatchObject([{ senderId: '42' }])
    await expect(here.dm.gate(message('42'))).rejects.toThrow('unreadable')
  })
})
