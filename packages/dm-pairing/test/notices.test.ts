import { describe, expect, it } from 'vitest'
import {
  at,
  challenged,
  HOUR,
  MINUTE,
  message,
  ROOT,
  stored,
  type World,
  who,
  world,
} from './world.ts'

async function approvedOne(here: World, senderId = '1', address = at()) {
  const { code } = await challenged(here.dm, senderId, address)
  await here.dm.approve(ROOT, { ...address, typed: code })
  const [notice] = (await here.dm.dueNotices(address)).slice(-1)
  if (!notice) throw new Error('no notice')
  return notice
}

async function stateOf(here: World, senderId = '1', address = at()) {
  const all = await here.dm.allowed(ROOT, address)
  if ('outcome' in all) throw new Error('denied')
  return all.find((sender) => sender.senderId === senderId)?.notice
}

describe('a notice of an approval', () => {
  it('is due where they asked, in one line', async () => {
    const here = world()
    const notice = await approvedOne(here)
    expect(notice).toEqual({
      ...who('1'),
      noticeId: expect.any(String),
      kind: 'approved',
      replyTo: 'chat-1',
      text: 'Approved: you can write to this assistant now.',
    })
    expect(await here.dm.dueNotices(at('telegram', 'work'))).toEqual([])
  })

  it('is claimed by one process alone and sent at most once', async () => {
    const here = world()
    const { noticeId } = await approvedOne(here)
    const claims = await Promise.all(
      Array.from({ length: 20 }, () => here.another().claimNotice(noticeId)),
    )
    expect(claims.filter(Boolean)).toHaveLength(1)
    expect(await here.dm.dueNotices(at())).toEqual([])
    expect(await stateOf(here)).toEqual({ state: 'sending', since: here.clock.now() })
    here.clock.advance(1_000)
    await here.dm.settleNotice(noticeId, { outcome: 'sent' })
    expect(await stateOf(here)).toEqual({ state: 'sent', at: here.clock.now() })
    await here.dm.settleNotice(noticeId, { outcome: 'failed', reason: 'late' })
    expect(await stateOf(here)).toMatchObject({ state: 'sent' })
    expect(await here.dm.claimNotice(noticeId)).toBe(false)
  })

  it.each([
    ['refused', 'failed'],
    ['failed', 'failed'],
    ['unknown', 'unknown'],
    ['unsupported', 'unsupported'],
  ] as const)(
    'that was %s is recorded as %s, with a reason that can be shown',
    async (outcome, state) => {
      const here = world()
      const { noticeId } = await approvedOne(here)
      await here.dm.claimNotice(noticeId)
      await here.dm.settleNotice(noticeId, {
        outcome,
        reason: 'bot was \u001b[31mblocked\n by them',
      })
      expect(await stateOf(here)).toMatchObject({ state, reason: 'bot was blocked by them' })
      expect(await here.dm.dueNotices(at())).toEqual([])
      const told = await here.dm.why(ROOT, who('1'))
      expect('facts' in told && told.facts.join()).toContain(`${state}: bot was blocked by them`)
    },
  )

  it('whose process died is unknown after two minutes and not repeated', async () => {
    const here = world()
    const { noticeId } = await approvedOne(here)
    await here.dm.claimNotice(noticeId)
    here.clock.advance(2 * MINUTE - 1)
    await here.dm.housekeeping()
    expect(await stateOf(here)).toMatchObject({ state: 'sending' })
    here.clock.advance(10_001)
    await here.dm.housekeeping()
    expect(await stateOf(here)).toMatchObject({ state: 'unknown' })
    expect(await here.dm.dueNotices(at())).toEqual([])
    expect(await here.dm.claimNotice(noticeId)).toBe(false)
    await here.dm.settleNotice(noticeId, { outcome: 'sent' })
    expect(await stateOf(here)).toMatchObject({ state: 'sent' })
  })

  it('is due again where the platform drops a second send', async () => {
    const here = world()
    const address = at('whatsapp')
    const { noticeId } = await approvedOne(here, '1', address)
    await here.dm.claimNotice(noticeId)
    here.clock.advance(2 * MINUTE)
    await here.dm.housekeeping()
    expect(await here.dm.claimNotice(noticeId)).toBe(true)
  })

  it('that nobody could send for a day is given up', async () => {
    const here = world()
    const { noticeId } = await approvedOne(here)
    here.clock.advance(24 * HOUR)
    expect(await here.dm.dueNotices(at())).toEqual([])
    expect(await here.dm.claimNotice(noticeId)).toBe(false)
    await here.dm.housekeeping()
    expect(await stateOf(here)).toMatchObject({
      state: 'failed',
      reason: expect.stringMatching(/^too old/),
    })
  })

  it('is not sent to somebody who was revoked or blocked meanwhile', async () => {
    const here = world()
    const first = await approvedOne(here, '1')
    await here.dm.revoke(ROOT, who('1'))
    expect(await here.dm.claimNotice(first.noticeId)).toBe(false)
    const second = await approvedOne(here, '2')
    await here.dm.block(ROOT, who('2'))
    expect(await here.dm.claimNotice(second.noticeId)).toBe(false)
  })

  it('of an earlier approval is not mistaken for that of a later one', async () => {
    const here = world()
    const first = await approvedOne(here)
    await here.dm.claimNotice(first.noticeId)
    await here.dm.revoke(ROOT, who('1'))
    here.clock.advance(1)
    const second = await approvedOne(here)
    expect(second.noticeId).not.toBe(first.noticeId)
    await here.dm.settleNotice(first.noticeId, { outcome: 'sent' })
    expect(await stateOf(here)).toMatchObject({ state: 'due' })
    expect(await here.dm.claimNotice(second.noticeId)).toBe(true)
    await here.dm.settleNotice(first.noticeId, { outcome: 'sent' })
    expect(await stateOf(here)).toMatchObject({ state: 'sending' })
  })

  it('is not made where the account answers nobody, nor for an id that never asked', async () => {
    const here = world({ policy: { replyMode: 'silent' } })
    const silent = await here.dm.gate(message('1'))
    if (silent.outcome !== 'challenge') throw new Error('no challenge')
    await here.dm.approve(ROOT, { ...at(), typed: silent.requestId })
    await here.dm.allow(ROOT, who('2'))
    expect(await here.dm.dueNotices(at())).toEqual([])
    expect(await stateOf(here)).toBeUndefined()
  })

  it('takes nonsense for no notice', async () => {
    const { dm } = world()
    for (const noticeId of ['', 'x', 'req-1@2', 'a@b@c/d', 'a@1@telegram/default/1']) {
      expect(await dm.claimNotice(noticeId)).toBe(false)
      await dm.settleNotice(noticeId, { outcome: 'sent' })
    }
  })

  it('is kept for the latest 500 approvals of an account', async () => {
    const here = world()
    for (let count = 0; count < 510; count += 1) {
      here.clock.advance(1_000)
      const { noticeId } = await approvedOne(here, String(count + 1_000))
      await here.dm.claimNotice(noticeId)
      await here.dm.settleNotice(noticeId, { outcome: 'sent' })
    }
    here.clock.advance(2 * HOUR)
    await challenged(here.dm, '1')
    here.clock.advance(2 * HOUR)
    await here.dm.housekeeping()
    const kept = Object.keys(stored(here.store, 'dm.notices'))
    expect(kept).toHaveLength(500)
    expect(kept).toContain('telegram/default/1509')
  })
})
