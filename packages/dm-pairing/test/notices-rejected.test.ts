import { describe, expect, it } from 'vitest'
import { at, challenged, HOUR, MINUTE, message, ROOT, type World, who, world } from './world.ts'

async function rejectedOne(here: World, senderId = '1') {
  const { code } = await challenged(here.dm, senderId)
  const outcome = await here.dm.reject(ROOT, { ...at(), typed: code })
  expect(outcome).toMatchObject({ outcome: 'rejected', notice: { state: 'due' } })
  const [notice] = (await here.dm.dueNotices(at())).slice(-1)
  if (!notice) throw new Error('no notice')
  return notice
}

async function factsOf({ dm }: World, senderId = '1'): Promise<string> {
  const told = await dm.why(ROOT, who(senderId))
  return 'facts' in told ? told.facts.join('\n') : ''
}

describe('a notice of a rejection', () => {
  it('is due where they asked, blames nobody and is sent once', async () => {
    const here = world()
    const notice = await rejectedOne(here)
    expect(notice).toMatchObject({ ...who('1'), kind: 'rejected', replyTo: 'chat-1' })
    expect(notice.text).toMatch(/was not approved/)
    expect(notice.text).not.toMatch(/reject|refus|den[iy]|block|req-|[A-HJ-NP-Z2-9]{8}/i)
    const claims = await Promise.all(
      Array.from({ length: 10 }, () => here.another().claimNotice(notice.noticeId)),
    )
    expect(claims.filter(Boolean)).toHaveLength(1)
    await here.dm.settleNotice(notice.noticeId, { outcome: 'sent' })
    expect(await here.dm.dueNotices(at())).toEqual([])
    expect(await factsOf(here)).toContain('telling them that they were not approved: sent')
    expect((await here.dm.gate(message('1'))).outcome).toBe('pending')
    expect(await here.dm.dueNotices(at())).toEqual([])
  })

  it('waits for a gateway that is down, for a day', async () => {
    const here = world()
    const early = await rejectedOne(here)
    here.clock.advance(23 * HOUR)
    expect(await here.another().dueNotices(at())).toMatchObject([{ kind: 'rejected' }])
    here.clock.advance(HOUR)
    expect(await here.dm.dueNotices(at())).toEqual([])
    expect(await here.dm.claimNotice(early.noticeId)).toBe(false)
  })

  it('whose sender died in the middle is not repeated', async () => {
    const here = world()
    const { noticeId } = await rejectedOne(here)
    await here.dm.claimNotice(noticeId)
    here.clock.advance(2 * MINUTE)
    await here.dm.housekeeping()
    expect(await here.dm.dueNotices(at())).toEqual([])
    expect(await factsOf(here)).toContain('not approved: unknown')
  })

  it('is not made when the owner wants to say nothing, and takes an older one along', async () => {
    const here = world()
    const { code } = await challenged(here.dm, '1')
    const outcome = await here.dm.reject(ROOT, { ...at(), typed: code }, { tell: 'nobody' })
    expect(outcome).toMatchObject({ outcome: 'rejected', notice: undefined })
    expect(await here.dm.dueNotices(at())).toEqual([])
    expect((await here.dm.gate(message('1'))).outcome).toBe('pending')
  })

  it('is not made on an account that answers nobody', async () => {
    const { dm } = world({ policy: { replyMode: 'silent' } })
    const asked = await dm.gate(message('1'))
    const typed = 'requestId' in asked ? asked.requestId : ''
    expect(await dm.reject(ROOT, { ...at(), typed })).toMatchObject({
      outcome: 'rejected',
      notice: undefined,
    })
    expect(await dm.dueNotices(at())).toEqual([])
  })

  it('is not made by an expiry, a revocation or a block', async () => {
    const { dm, clock } = world()
    await challenged(dm, '1')
    clock.advance(HOUR)
    await dm.housekeeping()
    await challenged(dm, '2')
    await dm.revoke(ROOT, who('2'))
    await challenged(dm, '3')
    await dm.block(ROOT, who('3'))
    expect(await dm.dueNotices(at())).toEqual([])
  })

  it.each([
    ['let in', (here: World) => here.dm.allow(ROOT, who('1')), 'was let in meanwhile'],
    ['made an owner', (here: World) => here.dm.addOwner(ROOT, who('1')), 'was let in meanwhile'],
    ['blocked', (here: World) => here.dm.block(ROOT, who('1')), 'was blocked meanwhile'],
    [
      'waiting again',
      async (here: World) => {
        here.clock.advance(HOUR)
        await challenged(here.dm, '1')
      },
      'asked again meanwhile',
    ],
  ])('is not sent to somebody who is %s by now', async (_, meanwhile, reason) => {
    const here = world()
    const { noticeId } = await rejectedOne(here)
    await meanwhile(here)
    expect(await here.dm.claimNotice(noticeId)).toBe(false)
    expect(await factsOf(here)).toContain(`not approved: failed: the sender ${reason}`)
  })

  it('is no notice of an approval: who is let in later was not told of that', async () => {
    const here = world()
    const { noticeId } = await rejectedOne(here)
    await here.dm.claimNotice(noticeId)
    await here.dm.settleNotice(noticeId, { outcome: 'sent' })
    expect(await here.dm.allow(ROOT, who('1'))).toMatchObject({ sender: { notice: undefined } })
    expect(await here.dm.allowed(ROOT)).toMatchObject([{ senderId: '999' }, { notice: undefined }])
  })

  it('gives way to the approval of a later request', async () => {
    const here = world()
    const { noticeId } = await rejectedOne(here)
    here.clock.advance(HOUR)
    const { code } = await challenged(here.dm, '1')
    await here.dm.approve(ROOT, { ...at(), typed: code })
    expect(await here.dm.dueNotices(at())).toMatchObject([{ kind: 'approved' }])
    expect(await here.dm.claimNotice(noticeId)).toBe(false)
    expect(await here.dm.dueNotices(at())).toMatchObject([{ kind: 'approved' }])
  })
})
