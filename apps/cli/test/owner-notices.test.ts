import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openPairing } from '@openclaw/pairing/node'
import { CHANNELS } from '@openclaw/pairing-config'
import type { EpochMs, JournalEntry, SendOutcome } from '@openclaw/pairing-contracts'
import { ownerNotices, ownerPlaces } from '@openclaw/pairing-owner-notices'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { eventsOf } from '../src/audit/events.ts'
import type { Home } from './support/cli.ts'
import { deviceIdOf, waits } from './support/devices.ts'
import { homeHere } from './support/here.ts'
import { asks } from './support/people.ts'

let home: Home
beforeEach(async () => {
  home = await homeHere()
})
afterEach(() => home.remove())

const BOT = { channels: { telegram: { botToken: `1234567890:${'A'.repeat(35)}` } } }

async function configure(config: unknown): Promise<void> {
  await mkdir(home.stateDir, { recursive: true, mode: 0o700 })
  await writeFile(join(home.stateDir, 'openclaw.json'), JSON.stringify(config), { mode: 0o600 })
}

/** A gateway tells the owners on this state, by a platform that answers this, until each was tried. */
async function told(answer: SendOutcome): Promise<void> {
  const pairing = await openPairing({ env: home.env })
  const stop = new AbortController()
  const { store, people } = pairing
  const settled = new Promise<void>((resolve, reject) => {
    const channels = (name: string) => CHANNELS.find((each) => each.name === name)
    void ownerNotices(
      {
        ...{ store, people, channels, devices: pairing.devices().pairing },
        clock: { now: () => Date.now() as EpochMs },
        accounts: () => ['default' as never],
        sends: () => ({ isReady: () => true, send: async () => answer }),
        placeOf: ownerPlaces(store).of,
        deviceCard: () => ({ text: '', isWhole: true }),
        remember: async () => {},
      },
      { cli: 'openclaw', onError: reject, onSettled: () => resolve() },
      stop.signal,
    )
  })
  await settled
  stop.abort()
  await pairing.close()
}

const findings = async (): Promise<readonly { readonly id: string }[]> =>
  ((await home.json(['doctor']))['findings'] as { id: string }[]).filter(({ id }) =>
    id.includes('owner'),
  )

describe('openclaw owner notices', () => {
  it('says that nobody is an owner, and what makes somebody one', async () => {
    const { stdout, exit } = await home.run(['owner', 'notices'])
    expect(exit).toBe(0)
    expect(stdout).toBe(
      [
        'No owner was to be told of anybody.',
        '',
        'Nobody is an owner, so nobody is told. To make somebody one:',
        '  openclaw owner add telegram <id>',
        '',
      ].join('\n'),
    )
    expect(await home.json(['owner', 'notices'])).toEqual({ notices: [] })
  })

  it('shows what is still to be told, what was told and what failed', async () => {
    await configure({ ...BOT, commands: { ownerAllowFrom: ['telegram:1'] } })
    const meta = { firstName: 'Ada\u001b[31m\u202e', username: 'ada' }
    const first = await asks(home, { id: '100001', meta })
    expect((await home.run(['owner', 'notices'])).stdout).toMatch(
      new RegExp(`telegram 1 +100001 “Ada” @ada +${first.requestId} +not yet +just now`),
    )
    await told({ outcome: 'sent' })
    expect(await home.json(['owner', 'notices'])).toEqual({
      notices: [
        {
          ...{ channel: 'telegram', senderId: '1', account: 'default' },
          ...{ requestId: first.requestId, about: 'person', state: 'sent', tries: 1 },
          ...{ at: expect.stringMatching(/Z$/), folded: false, waiting: true, reason: null },
          whom: { senderId: '100001', meta: expect.objectContaining({ username: 'ada' }) },
        },
      ],
    })
    const second = await asks(home, { id: '100002' })
    await told({ outcome: 'refused', reason: 'Forbidden: bot was \u001b[31mblocked\u202e' })
    const { stdout } = await home.run(['owner', 'notices'])
    expect(stdout).toMatch(new RegExp(`${second.requestId} +no: Forbidden: bot was blocked +`))
    expect(stdout).toMatch(new RegExp(`${first.requestId} +yes +`))
  })

  it('says which device asked, also once that is decided', async () => {
    await configure({ ...BOT, commands: { ownerAllowFrom: ['telegram:1'] } })
    const requestId = await waits(home, { key: 'kitchen' })
    await told({ outcome: 'sent' })
    const named = new RegExp(
      `telegram 1 +${deviceIdOf('kitchen').slice(0, 12)} “kitchen” +${requestId}`,
    )
    expect((await home.run(['owner', 'notices'])).stdout).toMatch(named)
    await home.run(['devices', 'reject', requestId])
    expect((await home.run(['owner', 'notices'])).stdout).toMatch(named)
  })

  it('says what is missing where a bot cannot begin a chat, as long as that helps', async () => {
    await configure({ ...BOT, commands: { ownerAllowFrom: ['telegram:1'] } })
    const { requestId } = await asks(home, { id: '100001' })
    await told({ outcome: 'refused', reason: 'Bad Request: chat not found' })
    expect((await home.run(['owner', 'notices'])).stdout).toContain(
      'not yet: they have to write to the bot once (Bad Request: chat not found)',
    )
    await home.run(['pairing', 'reject', 'telegram', requestId])
    expect((await home.run(['owner', 'notices'])).stdout).toMatch(/no: Bad Request: chat not found/)
  })

  it('is offered by completion, and explained', async () => {
    const { stdout } = await home.run(['__complete', '--', 'owner', 'n'])
    expect(stdout).toContain('notices')
    expect((await home.run(['help', 'owner', 'notices'])).stdout).toContain(
      'which owners were told',
    )
  })
})

describe('audit', () => {
  it('says which owner was told of whom, and of a flood once', async () => {
    await configure({ ...BOT, commands: { ownerAllowFrom: ['telegram:1'] } })
    const { requestId } = await asks(home, { id: '100001' })
    await told({ outcome: 'sent' })
    const rows = (await home.json(['audit'])) as unknown as readonly {
      readonly events: readonly object[]
    }[]
    expect(rows.flatMap(({ events }) => events)).toMatchObject([
      { what: 'asked', senderId: '100001' },
      { what: 'owner told', channel: 'telegram', senderId: '1', requestId },
    ])
    expect(rows).toHaveLength(2)
    const line = (id: number) => ({
      collection: 'owner.notices',
      key: `telegram/1/device-${String(id)}`,
      value: { state: 'failed', batch: 'device-1@1', reason: 'blocked' },
    })
    const flood = {
      actor: { kind: 'system', part: 'owner-notices' },
      changes: [1, 2, 3].map(line),
    } as unknown as JournalEntry
    expect(eventsOf(flood)).toEqual([
      {
        what: 'owner could not be told of 3 in one line',
        ...{ channel: 'telegram', senderId: '1', detail: 'blocked' },
      },
    ])
  })
})

describe('doctor', () => {
  it('says when a bot has no owner, and what to do', async () => {
    expect(await findings()).toEqual([])
    await configure(BOT)
    expect(await findings()).toMatchObject([
      {
        id: 'no-owner',
        severity: 'warning',
        fix: expect.stringContaining('openclaw owner add telegram <id>'),
      },
    ])
    await configure({ ...BOT, commands: { ownerAllowFrom: ['telegram:1'] } })
    expect(await findings()).toEqual([])
  })

  it('says when an owner was not told of the last one who asked, until they were', async () => {
    await configure({ ...BOT, commands: { ownerAllowFrom: ['telegram:1'] } })
    await asks(home, { id: '100001' })
    await told({ outcome: 'refused', reason: 'Bad Request: chat not found' })
    expect(await findings()).toMatchObject([
      {
        id: 'owner-not-told',
        severity: 'warning',
        subject: 'owner 1 on telegram',
        problem: expect.stringContaining('Bad Request: chat not found'),
      },
    ])
    await asks(home, { id: '100002' })
    await told({ outcome: 'sent' })
    expect(await findings()).toEqual([])
  })
})
