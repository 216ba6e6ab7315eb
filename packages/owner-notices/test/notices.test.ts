import type { AccountId, ChannelName, SenderId } from '@openclaw/pairing-contracts'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ownerPlaces } from '../src/index.ts'
import {
  device,
  HOUR,
  MINUTE,
  message,
  ROOT,
  SECOND,
  stranger,
  type World,
  world,
} from './world.ts'

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 2, 1, 10) })
})
afterEach(() => {
  vi.useRealTimers()
})

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)
const texts = ({ phone }: World) => phone.got.map(({ text }) => text)
async function states(here: World) {
  return (await here.notices()).map(({ requestId, state }) => `${requestId} ${state}`)
}

describe('an owner', () => {
  it('is told once of a stranger: who, where from, what for, and the command', async () => {
    const here = world()
    const stop = here.start()
    const { requestId, code } = await stranger(here, '100001')
    await pass(MINUTE)
    await here.people.gate(message('100001'))
    await pass(MINUTE)
    expect(here.phone.got).toHaveLength(1)
    const [first] = here.phone.got
    expect(first).toMatchObject({
      by: 'telegram/default',
      to: '1',
      copyable: `openclaw pairing approve telegram ${code}`,
    })
    expect(first?.text).toBe(
      [
        'Somebody asks to write to this assistant.',
        '',
        'Name: “Ada”, user name “ada” (chosen by themselves)',
        'From: telegram, id 100001',
        `Code: ${code}, good for 60 minutes`,
        '',
        'You know them, and this is how they would write to you? Then run:',
        `openclaw pairing approve telegram ${code}`,
        '',
        'Else do nothing: it ends by itself.',
      ].join('\n'),
    )
    expect(await here.notices()).toEqual([
      {
        channel: 'telegram',
        senderId: '1',
        requestId,
        about: 'person',
        state: 'sent',
        at: Date.UTC(2026, 2, 1, 10),
        tries: 1,
        folded: false,
        account: 'default',
        reason: undefined,
        waiting: true,
      },
    ])
    await stop()
  })

  it('is shown a device and how to approve it in the chat, and the card counts as shown', async () => {
    const here = world()
    const stop = here.start()
    const requestId = await device(here, 'phone')
    await pass(SECOND)
    expect(texts(here)).toEqual([expect.stringContaining(`Request: ${requestId}`)])
    expect(here.phone.got[0]).toMatchObject({
      copyable: '/pair approve',
      preformatted: expect.stringContaining(requestId),
    })
    expect(here.remembered).toEqual([`default/1 ${requestId}`])
    const second = await device(here, 'tablet')
    await pass(SECOND)
    expect(here.phone.got[1]).toMatchObject({ copyable: `/pair approve ${second}` })
    await stop()
  })

  it('is sent to the terminal for a device that asks for more than a card shows', async () => {
    const here = world()
    const stop = here.start()
    const requestId = await device(here, 'wide')
    await pass(SECOND)
    expect(here.phone.got[0]).toMatchObject({ copyable: `openclaw devices approve ${requestId}` })
    expect(here.remembered).toEqual([])
    await stop()
  })

  it('is told where they wrote last, also after a restart', async () => {
    const here = world()
    const places = ownerPlaces(here.store)
    await places.record(message('1', { replyTo: 'chat-7' }))
    here.phone.connected.add('telegram/work')
    await places.record(message('1', { replyTo: 'chat-8', account: 'work' as AccountId }))
    const stop = here.start()
    await stranger(here, '100001')
    await pass(SECOND)
    expect(here.phone.got[0]).toMatchObject({ by: 'telegram/work', to: 'chat-8' })
    here.phone.connected.delete('telegram/work')
    await stranger(here, '100002')
    await pass(SECOND)
    expect(here.phone.got[1]).toMatchObject({ by: 'telegram/default', to: '1' })
    await stop()
  })

  it('hears of what happened while no gateway ran, once', async () => {
    const here = world()
    await stranger(here, '100001')
    await device(here, 'phone')
    expect((await states(here)).map((state) => state.split(' ')[1])).toEqual(['due', 'due'])
    await pass(MINUTE)
    const stop = here.start()
    await pass(MINUTE)
    await stop()
    const again = here.start()
    await pass(MINUTE)
    expect(here.phone.got).toHaveLength(2)
    await again()
  })

  it('is not told of what was decided or had ended before', async () => {
    const here = world()
    const { code } = await stranger(here, '100001')
    await here.people.approve(ROOT, { ...message('x'), typed: code })
    await stranger(here, '100002')
    await device(here, 'phone')
    await pass(2 * HOUR)
    const stop = here.start()
    await pass(MINUTE)
    expect(here.phone.got).toEqual([])
    await stop()
  })

  it('who comes later is told of those who still wait; one who is no owner any more of nobody', async () => {
    const here = world({ owners: [] })
    const stop = here.start()
    await stranger(here, '100001')
    await pass(MINUTE)
    expect(here.phone.got).toEqual([])
    await here.people.addOwner(ROOT, {
      channel: 'telegram' as ChannelName,
      senderId: '5' as SenderId,
    })
    await pass(SECOND)
    expect(here.phone.got.map(({ to }) => to)).toEqual(['5'])
    await here.people.removeOwner(ROOT, {
      channel: 'telegram' as ChannelName,
      senderId: '5' as SenderId,
    })
    await stranger(here, '100002')
    await pass(MINUTE)
    expect(here.phone.got).toHaveLength(1)
    await stop()
  })
})

describe('several owners', () => {
  it('are told once each, and a slow platform of one holds up nobody else', async () => {
    const here = world({ owners: ['telegram:1', 'telegram:2'] })
    here.phone.answer = async ({ to }) => {
      if (to === '1') await new Promise((resolve) => setTimeout(resolve, 30 * SECOND))
      return { outcome: 'sent' }
    }
    const stop = here.start()
    await stranger(here, '100001')
    await pass(SECOND)
    await stranger(here, '100002')
    await pass(SECOND)
    expect(here.phone.got.map(({ to }) => to)).toEqual(['1', '2', '2'])
    await pass(2 * MINUTE)
    expect(here.phone.got.map(({ to }) => to)).toEqual(['1', '2', '2', '1'])
    await stop()
  })

  it('hear of a device with a setup code after whoever made the code had a minute', async () => {
    const here = world({ owners: ['telegram:1', 'telegram:2'] })
    const stop = here.start()
    await device(here, 'phone', '2')
    await pass(59 * SECOND)
    expect(here.phone.got.map(({ to }) => to)).toEqual(['2'])
    await pass(7 * SECOND)
    expect(here.phone.got.map(({ to }) => to)).toEqual(['2', '1'])
    await stop()
  })

  it('hear of it at once when whoever made the code could not be told', async () => {
    const here = world({ owners: ['telegram:1', 'telegram:2'] })
    here.phone.answer = ({ to }) =>
      to === '2' ? { outcome: 'refused', reason: 'blocked' } : { outcome: 'sent' }
    const stop = here.start()
    await device(here, 'phone', '2')
    await pass(6 * SECOND)
    expect(here.phone.got.map(({ to }) => to)).toEqual(['2', '1'])
    await stop()
  })
})

describe('a flood', () => {
  it('of fifty devices is three messages and one line', async () => {
    const here = world()
    const stop = here.start()
    for (let count = 0; count < 50; count += 1) await device(here, `phone ${String(count)}`)
    await pass(MINUTE)
    expect(here.phone.got).toHaveLength(4)
    expect(texts(here)[3]).toBe('47 more devices wait for your decision: openclaw devices list')
    expect(here.remembered).toHaveLength(3)
    const all = await here.notices()
    expect(all).toHaveLength(50)
    expect(all.every(({ state }) => state === 'sent')).toBe(true)
    expect(all.filter(({ folded }) => folded)).toHaveLength(47)
    await pass(3 * MINUTE)
    expect(here.phone.got).toHaveLength(4)
    await stop()
  })

  it('names both lists where people and devices wait', async () => {
    const here = world()
    for (let count = 0; count < 4; count += 1) {
      await device(here, `phone ${String(count)}`)
      await stranger(here, String(200_000 + count))
    }
    const stop = here.start()
    await pass(MINUTE)
    expect(texts(here)[3]).toMatch(
      /^5 more \(1 person and 4 devices\) wait for your decision: openclaw pairing list, openclaw devices list$/,
    )
    await stop()
  })

  it('that goes on for an hour stays within a few dozen messages, and nobody is left out', async () => {
    const here = world({ maxPending: 100 })
    const stop = here.start()
    for (let count = 0; count < 100; count += 1) {
      await stranger(here, String(300_000 + count))
      await pass(30 * SECOND)
    }
    await pass(11 * MINUTE)
    expect(here.phone.got.length).toBeLessThan(36)
    expect(here.phone.got.length).toBeGreaterThan(20)
    const all = await here.notices()
    expect(all).toHaveLength(100)
    expect(all.filter(({ state }) => state !== 'sent')).toEqual([])
    await stop()
  })

  it('lets the device through that the owner waits for', async () => {
    const here = world()
    const stop = here.start()
    for (let count = 0; count < 60; count += 1) await stranger(here, String(200_000 + count))
    await pass(5 * SECOND)
    const before = here.phone.got.length
    const requestId = await device(here, 'phone', '1')
    await pass(SECOND)
    expect(texts(here)[before]).toContain(requestId)
    await stop()
  })

  it('of four within ten seconds is four messages, the last one a little later', async () => {
    const here = world()
    const stop = here.start()
    for (let count = 0; count < 4; count += 1) await stranger(here, String(200_000 + count))
    await pass(9 * SECOND)
    expect(here.phone.got).toHaveLength(3)
    await pass(2 * SECOND)
    expect(texts(here)[3]).toContain('id 200003')
    await stop()
  })
})

describe('a message', () => {
  it('that the platform did not take is tried again, five times at most, and has failed then', async () => {
    const here = world()
    here.phone.answer = () => ({ outcome: 'failed', reason: 'out of \u001b[31morder' })
    const stop = here.start()
    const { requestId } = await stranger(here, '100001')
    await pass(10 * MINUTE)
    expect(here.phone.got).toHaveLength(5)
    expect(new Set(here.phone.got.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1)
    const [notice] = await here.notices()
    expect(notice).toMatchObject({ requestId, state: 'failed', tries: 5, reason: 'out of order' })
    await stop()
  })

  it('arrives once when the platform comes back', async () => {
    const here = world()
    let isUp = false
    here.phone.answer = () =>
      isUp ? { outcome: 'sent' } : { outcome: 'failed', reason: 'unreachable' }
    const stop = here.start()
    await stranger(here, '100001')
    await pass(20 * SECOND)
    isUp = true
    await pass(10 * MINUTE)
    expect(await here.notices()).toMatchObject([{ state: 'sent', tries: 3 }])
    expect(here.phone.got).toHaveLength(3)
    await stop()
  })

  it('waits, without being tried, while the channel is not connected', async () => {
    const here = world()
    here.phone.ready = false
    const stop = here.start()
    await stranger(here, '100001')
    await pass(5 * MINUTE)
    expect(here.phone.got).toEqual([])
    expect(await here.notices()).toMatchObject([{ state: 'due', tries: 0 }])
    here.phone.ready = true
    await pass(SECOND)
    expect(here.phone.got).toHaveLength(1)
    await stop()
  })

  it('of which nobody knows whether it arrived is not repeated', async () => {
    const here = world()
    here.phone.answer = () => ({ outcome: 'unknown', reason: 'no answer' })
    const stop = here.start()
    await stranger(here, '100001')
    await pass(30 * MINUTE)
    expect(here.phone.got).toHaveLength(1)
    expect(await here.notices()).toMatchObject([{ state: 'unknown', reason: 'no answer' }])
    await stop()
  })

  it('is repeated with the same key where the platform drops a second one', async () => {
    const here = world({ owners: ['discord:9'] })
    await ownerPlaces(here.store).record(
      message('9', { channel: 'discord' as ChannelName, replyTo: 'dm-9' }),
    )
    here.phone.answer = () => ({ outcome: 'unknown', reason: 'no answer' })
    const stop = here.start()
    await stranger(here, '100001')
    await pass(30 * MINUTE)
    expect(here.phone.got).toHaveLength(5)
    expect(new Set(here.phone.got.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1)
    expect(await here.notices()).toMatchObject([{ state: 'unknown' }])
    await stop()
  })

  it('that was refused is sent when the owner writes again', async () => {
    const here = world()
    here.phone.answer = () => ({ outcome: 'refused', reason: 'bot was blocked by the user' })
    const places = ownerPlaces(here.store)
    await places.record(message('1'))
    const stop = here.start()
    await pass(SECOND)
    await stranger(here, '100001')
    await pass(MINUTE)
    expect(here.phone.got).toHaveLength(1)
    expect(await here.notices()).toMatchObject([
      { state: 'failed', reason: 'bot was blocked by the user' },
    ])
    here.phone.answer = () => ({ outcome: 'sent' })
    await places.record(message('1'))
    await pass(SECOND)
    expect(here.phone.got).toHaveLength(2)
    expect(await here.notices()).toMatchObject([{ state: 'sent' }])
    await stop()
  })

  it('that is refused is not sent for ever when the clock is set back', async () => {
    const here = world()
    here.phone.answer = () => ({ outcome: 'refused', reason: 'bot was blocked by the user' })
    await ownerPlaces(here.store).record(message('1'))
    vi.setSystemTime(Date.now() - HOUR)
    const stop = here.start()
    await stranger(here, '100001')
    await pass(10 * MINUTE)
    expect(here.phone.got).toHaveLength(1)
    await stop()
  })

  it('to somebody who never wrote, on a channel that needs that, waits for them to write', async () => {
    const here = world({ owners: ['discord:9'] })
    const stop = here.start()
    await stranger(here, '100001')
    await pass(MINUTE)
    expect(await here.notices()).toMatchObject([
      { state: 'unsupported', reason: expect.stringContaining('has not written') },
    ])
    await ownerPlaces(here.store).record(
      message('9', { channel: 'discord' as ChannelName, replyTo: 'dm-9' }),
    )
    await pass(SECOND)
    expect(here.phone.got).toMatchObject([{ by: 'discord/default', to: 'dm-9' }])
    await stop()
  })

  it('to a channel that is not connected here is unsupported, and says so', async () => {
    const here = world()
    here.phone.connected.clear()
    const stop = here.start()
    await stranger(here, '100001')
    await pass(MINUTE)
    expect(await here.notices()).toMatchObject([
      { state: 'unsupported', reason: 'this gateway is not connected to telegram' },
    ])
    await stop()
  })

  it('is not sent when somebody decides between the claim and the send', async () => {
    const here = world()
    const { code } = await stranger(here, '100001')
    let claims = 0
    const store: World['store'] = {
      ...here.store,
      transact: async (intent, work) => {
        const result = await here.store.transact(intent, work)
        if (intent.action === 'owner.notice' && claims++ === 0) {
          await here.people.approve(ROOT, { ...message('x'), typed: code })
        }
        return result
      },
    }
    const stop = here.start({ store })
    await pass(MINUTE)
    expect(here.phone.got).toEqual([])
    expect(await here.notices()).toMatchObject([{ state: 'over' }])
    await stop()
  })

  it('whose retry never came because the request ended has failed, and says why', async () => {
    const here = world()
    here.phone.answer = () => ({ outcome: 'failed', reason: 'unreachable' })
    const stop = here.start()
    const { code } = await stranger(here, '100001')
    await pass(SECOND)
    await here.people.approve(ROOT, { ...message('x'), typed: code })
    await pass(MINUTE)
    expect(await here.notices()).toMatchObject([
      { state: 'failed', reason: 'unreachable; the request ended before the next try' },
    ])
    await stop()
  })

  it('is not sent while the claim cannot be written, and once when it can', async () => {
    const here = world()
    let isFull = true
    const store: World['store'] = {
      ...here.store,
      transact: async (intent, work) => {
        if (isFull && intent.action === 'owner.notice') throw new Error('no space left')
        return here.store.transact(intent, work)
      },
    }
    const stop = here.start({ store })
    await stranger(here, '100001')
    await pass(30 * SECOND)
    expect(here.phone.got).toEqual([])
    expect(here.errors.length).toBeGreaterThan(1)
    expect(here.errors.length).toBeLessThan(15)
    isFull = false
    await pass(30 * SECOND)
    expect(here.phone.got).toHaveLength(1)
    await stop()
  })

  it('that was sent while the disk was full is unknown after two minutes and not repeated', async () => {
    const here = world()
    let isFull = false
    here.phone.answer = () => {
      isFull = true
      return { outcome: 'sent' }
    }
    const store: World['store'] = {
      ...here.store,
      transact: async (intent, work) => {
        if (isFull) throw new Error('no space left')
        return here.store.transact(intent, work)
      },
    }
    const stop = here.start({ store })
    await stranger(here, '100001')
    await pass(SECOND)
    isFull = false
    await pass(5 * MINUTE)
    expect(here.phone.got).toHaveLength(1)
    expect(await here.notices()).toMatchObject([{ state: 'unknown' }])
    await stop()
  })

  it('counts as sent although the device could not be noted as shown', async () => {
    const here = world()
    const stop = here.start({ remember: () => Promise.reject(new Error('no space left')) })
    await device(here, 'phone')
    await pass(MINUTE)
    expect(await here.notices()).toMatchObject([{ state: 'sent' }])
    expect(here.errors).toHaveLength(1)
    await stop()
  })
})

describe('two gateways', () => {
  it('on one store never both send', async () => {
    const here = world({ owners: ['telegram:1', 'telegram:2', 'telegram:3'] })
    const stops = [here.start(), here.start(), here.start()]
    for (let count = 0; count < 6; count += 1) {
      await stranger(here, String(200_000 + count))
      await device(here, `phone ${String(count)}`)
      await pass(7 * SECOND)
    }
    await pass(2 * MINUTE)
    const about = here.phone.got.map(({ to, idempotencyKey }) => `${to} ${idempotencyKey ?? ''}`)
    expect(new Set(about).size).toBe(about.length)
    const all = await here.notices()
    expect(all).toHaveLength(36)
    expect(all.every(({ state, tries }) => state === 'sent' && tries === 1)).toBe(true)
    for (const stop of stops) await stop()
  })
})

describe('what became of messages', () => {
  it('is kept while the request waits, and the newest 200 afterwards', async () => {
    const here = world()
    const stop = here.start()
    for (const batch of [200_000, 300_000, 400_000]) {
      const codes: string[] = []
      for (let count = 0; count < 90; count += 1) {
        codes.push((await stranger(here, String(batch + count))).code)
      }
      await pass(2 * MINUTE)
      expect((await here.notices()).filter(({ state }) => state !== 'sent')).toEqual([])
      for (const code of codes) await here.people.reject(ROOT, { ...message('x'), typed: code })
    }
    expect(await here.notices()).toHaveLength(270)
    await stop()
    vi.setSystemTime(Date.now() + HOUR)
    const { requestId } = await stranger(here, '500000')
    const again = here.start()
    await pass(MINUTE)
    const all = await here.notices()
    expect(all).toHaveLength(201)
    expect(all).toContainEqual(expect.objectContaining({ requestId, waiting: true }))
    vi.setSystemTime(Date.now() + 31 * 24 * HOUR)
    await pass(MINUTE)
    expect(await here.notices()).toEqual([])
    await again()
  })
})

describe('where an owner writes', () => {
  it('is written only when it changes', async () => {
    const here = world()
    const places = ownerPlaces(here.store)
    const seq = () => here.store.history(0 as never, 100).then((entries) => entries.length)
    await places.record(message('1'))
    const before = await seq()
    for (let count = 0; count < 10; count += 1) await places.record(message('1'))
    expect(await seq()).toBe(before)
    await places.record(message('1', { replyTo: 'elsewhere' }))
    expect(await seq()).toBe(before + 1)
    expect(places.of({ channel: 'telegram' as ChannelName, senderId: '1' as SenderId })).toEqual({
      channel: 'telegram',
      account: 'default',
      replyTo: 'elsewhere',
      at: Date.now(),
    })
  })

  it('is not kept when it is endless or empty', async () => {
    const here = world()
    const places = ownerPlaces(here.store)
    await places.record(message('1', { replyTo: 'x'.repeat(2_000) }))
    await places.record(message('1', { replyTo: '' }))
    const owner = { channel: 'telegram' as ChannelName, senderId: '1' as SenderId }
    expect(places.of(owner)).toBeUndefined()
  })
})
