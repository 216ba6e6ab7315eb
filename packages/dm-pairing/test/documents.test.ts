import type { ChannelName, Json, JsonObject } from '@openclaw/pairing-contracts'
import { fixedClock } from '@openclaw/pairing-testing'
import { describe, expect, it } from 'vitest'
import { dmDocumentFamilies } from '../src/index.ts'
import { directory } from './directory.ts'
import fixtures from './fixtures/openclaw-2026.2.json' with { type: 'json' }
import { at, challenged, HOUR, MINUTE, message, policy, ROOT, stored, who, world } from './world.ts'

const PAIRING = 'telegram-pairing.json'
const ALLOW = 'telegram-allowFrom.json'
const SCOPED = 'telegram-default-allowFrom.json'
const WORK_PAIRING = 'telegram-work-pairing.json'
const WORK_ALLOW = 'telegram-work-allowFrom.json'

/** A directory of OpenClaw 2026.2 as it was recorded, a minute after its last change. */
async function takenOver(name: keyof typeof fixtures) {
  const here = world({ clock: fixedClock(Date.parse('2026-11-22T18:17:00.000Z')) })
  const folder = directory(here)
  for (const [fileName, json] of Object.entries(fixtures[name])) folder.files.set(fileName, json)
  const refusals = await folder.sync()
  return { ...here, here, folder, refusals }
}

function requestsIn(json: Json | undefined): readonly JsonObject[] {
  return ((json as JsonObject)['requests'] ?? []) as readonly JsonObject[]
}
function idsIn(json: Json | undefined): readonly Json[] {
  return ((json as JsonObject)['allowFrom'] ?? []) as readonly Json[]
}
/** Edits a file as another program would. */
function edit(
  files: Map<string, Json>,
  fileName: string,
  change: (json: Record<string, Json[]>) => void,
): void {
  const copy = structuredClone(files.get(fileName) ?? { version: 1, allowFrom: [], requests: [] })
  change(copy as unknown as Record<string, Json[]>)
  files.set(fileName, copy)
}
const entry = (over: Readonly<Record<string, Json>> = {}): JsonObject => ({
  id: '77',
  code: 'ABCD2345',
  createdAt: '2026-03-01T09:59:00.000Z',
  lastSeenAt: '2026-03-01T09:59:30.000Z',
  meta: { username: 'carl', accountId: 'default' },
  ...over,
})

describe('the names of the files', () => {
  const [allowFrom, pairing] = dmDocumentFamilies(['telegram' as ChannelName])
  it.each([
    [PAIRING, 'pairing', 'telegram/default/'],
    [WORK_PAIRING, 'pairing', 'telegram/work/'],
    ['telegram-my-shop-pairing.json', 'pairing', 'telegram/my-shop/'],
    ['telegram-pairing-pairing.json', 'pairing', 'telegram/pairing/'],
    ['telegram-x-allowFrom-pairing.json', 'pairing', undefined],
    ['telegram-default-pairing.json', 'pairing', undefined],
    ['telegram--pairing.json', 'pairing', undefined],
    ['telegram-A-pairing.json', 'pairing', undefined],
    ['signal-pairing.json', 'pairing', undefined],
    ['telegram-pairing.json.lock', 'pairing', undefined],
    ['-pairing.json', 'pairing', undefined],
    ['telegrampairing.json', 'pairing', undefined],
    [ALLOW, 'allowFrom', 'telegram/default/'],
    [SCOPED, 'allowFrom', 'telegram/default/'],
    ['telegram-default-2-allowFrom.json', 'allowFrom', 'telegram/default-2/'],
    [WORK_ALLOW, 'allowFrom', 'telegram/work/'],
    ['telegram-pairing-allowFrom.json', 'allowFrom', 'telegram/pairing/'],
    ['telegram-allowfrom.json', 'allowFrom', undefined],
  ])('%s as %s shows %s', (fileName, kind, prefix) => {
    const family = kind === 'pairing' ? pairing : allowFrom
    expect(family?.owns(fileName)).toBe(prefix !== undefined)
    expect(family?.sourcesOf(fileName).map((source) => source.prefix)).toEqual(
      prefix === undefined ? [] : [prefix],
    )
  })

  it('never make two accounts share a file', () => {
    const accounts = ['default', 'work', 'default-2', 'pairing', 'allowfrom', 'a', 'a-b', 'a_b']
    const names = accounts.flatMap((account) => [
      ...(pairing?.documentsOf({ collection: 'dm.requests', key: `telegram/${account}/1` }) ?? []),
      ...(allowFrom?.documentsOf({ collection: 'dm.senders', key: `telegram/${account}/1` }) ?? []),
    ])
    expect(new Set(names).size).toBe(names.length)
    expect(names).toHaveLength(2 * accounts.length + 1)
    expect(pairing?.documentsOf({ collection: 'dm.senders', key: 'telegram/a/1' })).toEqual([])
    expect(pairing?.documentsOf({ collection: 'dm.requests', key: 'signal/a/1' })).toEqual([])
    expect(pairing?.documentsOf({ collection: 'dm.requests', key: 'nonsense' })).toEqual([])
  })
})

describe('taking over a directory of 2026.2', () => {
  it('keeps an empty list as it is', async () => {
    const { folder, refusals, store } = await takenOver('0-after-list-on-nothing')
    expect(refusals).toEqual([])
    expect(folder.files.get(PAIRING)).toEqual({ version: 1, requests: [] })
    expect(stored(store, 'dm.requests')).toEqual({})
  })

  it('takes three requests; their codes can be approved; the file says the same with the account', async () => {
    const { folder, refusals, dm } = await takenOver('1-three-pending')
    expect(refusals).toEqual([])
    const before = fixtures['1-three-pending'][PAIRING].requests
    expect(requestsIn(folder.files.get(PAIRING))).toEqual(
      before.map((request) => ({ ...request, meta: { ...request.meta, accountId: 'default' } })),
    )
    expect(await dm.gate(message('1000001'))).toMatchObject({ outcome: 'pending' })
    const approved = await dm.approve(ROOT, { ...at(), typed: 'xgh6nvw4' })
    expect(approved).toMatchObject({
      outcome: 'approved',
      sender: {
        senderId: '1000003',
        meta: { username: 'user2', firstName: 'Test' },
        notice: { state: 'unsupported' },
      },
    })
    folder.write()
    expect(requestsIn(folder.files.get(PAIRING)).map(({ id }) => id)).toEqual([
      '1000001',
      '1000002',
    ])
    expect(folder.files.get(ALLOW)).toEqual({ version: 1, allowFrom: ['1000003'] })
  })

  it('lets in whoever was approved there', async () => {
    const { folder, dm } = await takenOver('2-one-approved')
    expect((await dm.gate(message('1000001'))).outcome).toBe('deliver')
    expect(folder.files.get(ALLOW)).toEqual(fixtures['2-one-approved'][ALLOW])
    expect(await dm.allowed(ROOT, at())).toEqual(
      expect.arrayContaining([expect.objectContaining({ senderId: '1000001', via: 'store' })]),
    )
  })

  it('moves requests to the account that they name, and files of unknown channels stay', async () => {
    const { folder, dm, refusals } = await takenOver('3-account-approved')
    expect(refusals).toEqual([])
    expect(folder.files.get(PAIRING)).toEqual({ version: 1, requests: [] })
    expect(requestsIn(folder.files.get(WORK_PAIRING))).toMatchObject([
      { id: '1000002', code: '44VG4ZDJ', meta: { username: 'user1', accountId: 'work' } },
      { id: '1000003', code: 'XGH6NVW4' },
    ])
    expect(folder.files.get('nochannel-pairing.json')).toEqual({ version: 1, requests: [] })
    const work = at('telegram', 'work')
    expect((await dm.gate(message('1000001', work))).outcome).toBe('deliver')
    expect((await dm.gate(message('1000002', work))).outcome).toBe('pending')
    expect((await dm.gate(message('1000002'))).outcome).toBe('challenge')
    expect(await folder.sync()).toEqual([])
  })

  it('settles what was over by then', async () => {
    const here = world({ clock: fixedClock(Date.parse('2026-11-22T19:15:42.592Z')) })
    const folder = directory(here)
    folder.files.set(PAIRING, structuredClone(fixtures['1-three-pending'][PAIRING]))
    expect(await folder.sync()).toEqual([])
    expect(requestsIn(folder.files.get(PAIRING)).map(({ id }) => id)).toEqual([
      '1000002',
      '1000003',
    ])
    expect(await here.dm.approve(ROOT, { ...at(), typed: 'L77SDRQT' })).toMatchObject({
      settled: { outcome: 'expired', senderId: '1000001' },
    })
  })

  it('reads both allowFrom files of the default account; a revocation clears both', async () => {
    const here = world()
    const folder = directory(here)
    folder.files.set(ALLOW, { version: 1, allowFrom: ['1', '2'] })
    folder.files.set(SCOPED, { version: 1, allowFrom: ['3', '1'] })
    await folder.sync()
    expect((await here.dm.gate(message('3'))).outcome).toBe('deliver')
    expect(idsIn(folder.files.get(ALLOW))).toEqual(['1', '2', '3'])
    await here.dm.revoke(ROOT, who('1'))
    await here.dm.allow(ROOT, who('4'))
    expect(await folder.sync()).toEqual([])
    expect(idsIn(folder.files.get(ALLOW))).toEqual(['2', '3', '4'])
    expect(idsIn(folder.files.get(SCOPED))).toEqual(['3'])
  })
})

describe('what we write', () => {
  it('makes no file without something to say, and never the second one of the default account', async () => {
    const here = world()
    const folder = directory(here)
    folder.write()
    await here.dm.block(ROOT, who('9'))
    folder.write()
    expect([...folder.files.keys()]).toEqual([])
    await here.dm.allow(ROOT, who('1'))
    folder.write()
    expect([...folder.files.keys()]).toEqual([ALLOW])
  })

  it('keeps the order, and every key that only others know', async () => {
    const here = world()
    const folder = directory(here)
    folder.files.set(PAIRING, {
      note: 'mine',
      version: 1,
      requests: [
        entry({ id: '5', code: 'AAAA2222', flag: true, meta: { username: 'e', extra: [1] } }),
        entry({ id: '4', code: 'BBBB2222' }),
      ],
    })
    folder.files.set(ALLOW, { allowFrom: ['9', '8'], comment: { a: 1 }, version: 1 })
    await folder.sync()
    here.clock.advance(1)
    const { code } = await challenged(here.dm, '1')
    await here.dm.allow(ROOT, who('7'))
    await folder.sync()
    expect(Object.keys(folder.files.get(PAIRING) as JsonObject)).toEqual([
      'note',
      'version',
      'requests',
    ])
    expect(requestsIn(folder.files.get(PAIRING))).toMatchObject([
      { id: '5', flag: true, meta: { username: 'e', extra: [1], accountId: 'default' } },
      { id: '4' },
      { id: '1', code },
    ])
    expect(folder.files.get(ALLOW)).toEqual({
      allowFrom: ['9', '8', '7'],
      comment: { a: 1 },
      version: 1,
    })
  })

  it('shows a grant for a while as long as it is valid', async () => {
    const here = world()
    const folder = directory(here)
    await here.dm.allow(ROOT, who('1'), { expiresInMs: MINUTE })
    folder.write()
    expect(idsIn(folder.files.get(ALLOW))).toEqual(['1'])
    here.clock.advance(MINUTE)
    await here.dm.housekeeping()
    expect(await folder.sync()).toEqual([])
    expect(idsIn(folder.files.get(ALLOW))).toEqual([])
  })

  it('is stable: reading back what was written changes nothing', async () => {
    const here = world()
    const folder = directory(here)
    await challenged(here.dm, '1', { meta: { firstName: 'Ольга 👩‍👩‍👧', username: 'o' } })
    await here.dm.allow(ROOT, who('2'))
    folder.write()
    const [before, seq] = [
      structuredClone([...folder.files]),
      (await here.store.history(0 as never, 99)).length,
    ]
    expect(await folder.sync()).toEqual([])
    folder.families.forEach((family) => {
      for (const [name, json] of folder.files) if (family.owns(name)) family.check(name, json)
    })
    expect([...folder.files]).toEqual(before)
    expect(await here.store.history(0 as never, 99)).toHaveLength(seq)
  })
})

describe('an approval by the CLI of 2026.2', () => {
  /** It takes the request out of one file, then puts the id into the other. */
  async function approvedOutside(order: 'together' | 'pairing first' | 'allowFrom first') {
    const here = world()
    const folder = directory(here)
    const { code, requestId } = await challenged(here.dm, '1', { meta: { username: 'bob' } })
    folder.write()
    const takeOut = () => edit(folder.files, PAIRING, (json) => json['requests']?.pop())
    const putIn = () => edit(folder.files, SCOPED, (json) => json['allowFrom']?.push('1'))
    const refusals = []
    if (order === 'together') {
      takeOut()
      putIn()
    } else if (order === 'pairing first') {
      takeOut()
      refusals.push(...(await folder.sync()))
      expect(await here.dm.approve(ROOT, { ...at(), typed: code })).toMatchObject({
        settled: { outcome: 'rejected', by: expect.stringContaining('outside') },
      })
      putIn()
    } else {
      putIn()
      refusals.push(...(await folder.sync()))
      takeOut()
    }
    refusals.push(...(await folder.sync()))
    return { ...here, folder, code, requestId, refusals }
  }

  it.each(['together', 'pairing first', 'allowFrom first'] as const)(
    'is honoured, and the sender is told (%s)',
    async (order) => {
      const { dm, code, requestId, folder, refusals } = await approvedOutside(order)
      expect(refusals).toEqual([])
      expect((await dm.gate(message('1'))).outcome).toBe('deliver')
      expect(await dm.approve(ROOT, { ...at(), typed: code })).toMatchObject({
        outcome: 'settled',
        settled: { requestId, outcome: 'approved', by: expect.stringContaining('outside') },
      })
      expect(await dm.dueNotices(at())).toMatchObject([{ senderId: '1', replyTo: 'chat-1' }])
      expect(await dm.allowed(ROOT, at())).toEqual(
        expect.arrayContaining([
          expect.objectContaining({ senderId: '1', meta: { username: 'bob' } }),
        ]),
      )
      expect(requestsIn(folder.files.get(PAIRING))).toEqual([])
      expect(idsIn(folder.files.get(ALLOW))).toEqual(['1'])
    },
  )

  it('long after a request vanished is a new decision, not that approval', async () => {
    const here = world()
    const folder = directory(here)
    const { code } = await challenged(here.dm, '1')
    folder.write()
    edit(folder.files, PAIRING, (json) => json['requests']?.pop())
    await folder.sync()
    here.clock.advance(11 * MINUTE)
    edit(folder.files, ALLOW, (json) => json['allowFrom']?.push('1'))
    await folder.sync()
    expect((await here.dm.gate(message('1'))).outcome).toBe('deliver')
    expect(await here.dm.approve(ROOT, { ...at(), typed: code })).toMatchObject({
      settled: { outcome: 'rejected' },
    })
  })
})

describe('an allowFrom file that was edited outside', () => {
  it('lets in who was added and revokes who was removed', async () => {
    const here = world()
    const folder = directory(here)
    for (const sender of ['1', '2']) await here.dm.allow(ROOT, who(sender))
    folder.write()
    folder.files.set(ALLOW, { version: 1, allowFrom: ['tg:3', 2, ' 4 '] })
    expect(await folder.sync()).toEqual([])
    expect(idsIn(folder.files.get(ALLOW))).toEqual(['3', '2', '4'])
    for (const sender of ['2', '3', '4']) {
      expect((await here.dm.gate(message(sender))).outcome).toBe('deliver')
    }
    expect((await here.dm.gate(message('1'))).outcome).toBe('challenge')
    expect(await here.dm.allowed(ROOT, at(), 'revoked')).toMatchObject([
      { senderId: '1', by: expect.stringContaining('outside') },
    ])
  })

  it('never brings back who was revoked or blocked here, or whose grant ended', async () => {
    const here = world({ cli: 'openclaw' })
    const folder = directory(here, { cli: 'openclaw --profile x' })
    await here.dm.allow(ROOT, who('1'))
    await here.dm.revoke(ROOT, who('1'))
    await here.dm.block(ROOT, who('2'))
    await here.dm.allow(ROOT, who('3'), { expiresInMs: MINUTE })
    here.clock.advance(MINUTE)
    folder.files.set(ALLOW, { version: 1, allowFrom: ['1', '2', '3'] })
    const refusals = await folder.sync()
    expect(refusals.map(({ fix }) => fix)).toEqual([
      'openclaw --profile x pairing allow telegram 1',
      'openclaw --profile x pairing allow telegram 2',
      'openclaw --profile x pairing allow telegram 3',
    ])
    expect(idsIn(folder.files.get(ALLOW))).toEqual([])
    for (const sender of ['1', '2', '3']) {
      expect((await here.dm.gate(message(sender))).outcome).not.toBe('deliver')
    }
    await here.dm.allow(ROOT, who('1'))
    expect(await folder.sync()).toEqual([])
    expect(idsIn(folder.files.get(ALLOW))).toEqual(['1'])
  })

  it('may give back what it took', async () => {
    const here = world()
    const folder = directory(here)
    await here.dm.allow(ROOT, who('1'))
    folder.write()
    for (const allowFrom of [[], ['1']]) {
      folder.files.set(ALLOW, { version: 1, allowFrom })
      expect(await folder.sync()).toEqual([])
    }
    expect((await here.dm.gate(message('1'))).outcome).toBe('deliver')
  })

  describe('with a record of the owner’s', () => {
    /** Lets `1` in, has another program take the id out, and answers how to put the older file back. */
    async function takenOut(options: { readonly expiresInMs?: number } = {}) {
      const here = world()
      const folder = directory(here)
      await here.dm.allow(ROOT, who('1'), options)
      folder.write()
      const older = structuredClone(folder.files.get(ALLOW) as Json)
      folder.files.set(ALLOW, { version: 1, allowFrom: [] })
      expect(await folder.sync()).toEqual([])
      const restore = async () => {
        folder.files.set(ALLOW, structuredClone(older))
        return folder.sync()
      }
      return { here, folder, restore, dm: here.dm, clock: here.clock }
    }
    const fix = 'openclaw pairing allow telegram 1'

    it('does not give back whom the owner revoked after it was taken out', async () => {
      const { dm, restore, folder } = await takenOut()
      expect(await dm.revoke(ROOT, who('1'))).toMatchObject({
        outcome: 'done',
        changed: true,
        sender: { state: 'revoked', by: expect.stringContaining('anna') },
      })
      expect(await dm.revoke(ROOT, who('1'))).toMatchObject({ changed: false })
      expect(await restore()).toMatchObject([{ fix, why: expect.stringContaining('anna') }])
      expect(idsIn(folder.files.get(ALLOW))).toEqual([])
      expect((await dm.gate(message('1'))).outcome).toBe('challenge')
    })

    it('nor whom the configuration let in when the owner revoked them', async () => {
      const { dm, here, restore } = await takenOut()
      here.policy = policy({ allowFrom: ['1'] })
      expect((await dm.revoke(ROOT, who('1'))).outcome).toBe('in-configuration')
      here.policy = policy()
      expect(await restore()).toMatchObject([{ fix }])
      expect((await dm.gate(message('1'))).outcome).toBe('challenge')
    })

    it('nor whom the owner rejected when they asked again, however long ago', async () => {
      const { dm, clock, restore } = await takenOut()
      const { code } = await challenged(dm, '1')
      expect((await dm.reject(ROOT, { ...at(), typed: code })).outcome).toBe('rejected')
      clock.advance(2 * HOUR)
      expect(await restore()).toMatchObject([{ fix, why: expect.stringContaining('anna') }])
      expect((await dm.gate(message('1'))).outcome).toBe('challenge')
    })

    it('nor whom the owner blocked and unblocked', async () => {
      const { dm, restore } = await takenOut()
      await dm.block(ROOT, who('1'))
      expect(await restore()).toMatchObject([{ fix }])
      await dm.unblock(ROOT, who('1'))
      expect(await restore()).toMatchObject([{ fix }])
      expect((await dm.gate(message('1'))).outcome).toBe('challenge')
    })

    it('gives back a grant for a while with the end that it had', async () => {
      const { dm, clock, restore, here } = await takenOut({ expiresInMs: HOUR })
      const end = clock.now() + HOUR
      expect(await dm.allowed(ROOT, at(), 'revoked')).toMatchObject([
        { senderId: '1', expiresAt: undefined },
      ])
      clock.advance(MINUTE)
      await dm.housekeeping()
      expect(await restore()).toEqual([])
      expect(await dm.gate(message('1'))).toMatchObject({
        outcome: 'deliver',
        grant: { expiresAt: end },
      })
      clock.advance(HOUR - MINUTE)
      expect((await dm.gate(message('1'))).outcome).toBe('challenge')
      await dm.housekeeping()
      expect(stored(here.store, 'dm.senders')['telegram/default/1']).toMatchObject({
        state: 'revoked',
        by: { part: 'expiry' },
      })
    })

    it('gives it back with that end also when they asked again meanwhile', async () => {
      const { dm, clock, restore } = await takenOut({ expiresInMs: HOUR })
      await challenged(dm, '1')
      expect(await restore()).toEqual([])
      clock.advance(HOUR)
      expect((await dm.gate(message('1'))).outcome).toBe('challenge')
    })

    it('gives it back with that end also when their request vanished just before', async () => {
      const { dm, clock, restore, folder } = await takenOut({ expiresInMs: HOUR })
      await challenged(dm, '1')
      folder.write()
      edit(folder.files, PAIRING, (json) => json['requests']?.pop())
      await folder.sync()
      expect(await restore()).toEqual([])
      expect((await dm.gate(message('1'))).outcome).toBe('deliver')
      clock.advance(HOUR)
      expect((await dm.gate(message('1'))).outcome).toBe('challenge')
    })

    it.each([
      ['is over', HOUR],
      ['was over long ago', 50 * HOUR],
      ['lies in the future of a clock that was set back', -2 * HOUR],
    ])('does not give back a grant for a while that %s', async (_when, later) => {
      const { dm, clock, restore } = await takenOut({ expiresInMs: HOUR })
      clock.advance(later)
      expect(await restore()).toMatchObject([{ fix, why: expect.stringContaining('ended') }])
      expect((await dm.gate(message('1'))).outcome).toBe('challenge')
    })

    it.each([
      ['was over', HOUR],
      ['did not count, because the clock was set back,', -2 * HOUR],
    ])(
      'does not give back a grant for a while that %s when it was taken out',
      async (_w, later) => {
        const here = world()
        const folder = directory(here)
        await here.dm.allow(ROOT, who('1'), { expiresInMs: HOUR })
        folder.write()
        here.clock.advance(later)
        for (const allowFrom of [[], ['1']]) {
          folder.files.set(ALLOW, { version: 1, allowFrom })
          expect(await folder.sync()).toHaveLength(allowFrom.length)
        }
        expect(stored(here.store, 'dm.senders')['telegram/default/1']).toMatchObject({
          state: 'revoked',
          by: { part: 'expiry' },
        })
      },
    )

    it('does not give back through the second file of the default account either', async () => {
      const { dm, folder } = await takenOut()
      await dm.revoke(ROOT, who('1'))
      folder.files.set(SCOPED, { version: 1, allowFrom: ['1'] })
      expect(await folder.sync()).toMatchObject([{ fix }])
      expect(idsIn(folder.files.get(SCOPED))).toEqual([])
      expect((await dm.gate(message('1'))).outcome).toBe('challenge')
    })
  })

  it('does not let in a stranger whose request the owner revoked', async () => {
    const here = world()
    const folder = directory(here)
    await challenged(here.dm, '1')
    expect(await here.dm.revoke(ROOT, who('1'))).toMatchObject({ sender: { state: 'revoked' } })
    folder.files.set(ALLOW, { version: 1, allowFrom: ['1'] })
    expect(await folder.sync()).toHaveLength(1)
    expect((await here.dm.gate(message('1'))).outcome).toBe('challenge')
  })

  it('does not let in whom the owner rejected within the last hour; later it is a new decision', async () => {
    const here = world()
    const folder = directory(here)
    const { code, requestId } = await challenged(here.dm, '1')
    await here.dm.reject(ROOT, { ...at(), typed: code })
    folder.files.set(ALLOW, { version: 1, allowFrom: ['1'] })
    expect(await folder.sync()).toMatchObject([{ why: expect.stringContaining('rejected') }])
    expect(await here.dm.gate(message('1'))).toMatchObject({ outcome: 'pending', requestId })
    here.clock.advance(HOUR)
    folder.files.set(ALLOW, { version: 1, allowFrom: ['1'] })
    expect(await folder.sync()).toEqual([])
    expect((await here.dm.gate(message('1'))).outcome).toBe('deliver')
  })

  it('never grants a wildcard or what is no id', async () => {
    const here = world()
    const folder = directory(here)
    const bad = ['*', ' * ', '@bob', '', 'x\u001b[31m']
    folder.files.set(ALLOW, { version: 1, allowFrom: [...bad, '5'] })
    const refusals = await folder.sync()
    expect(refusals).toHaveLength(bad.length)
    expect(JSON.stringify(refusals)).not.toContain('\\u001b')
    expect(Object.keys(stored(here.store, 'dm.senders'))).toEqual(['telegram/default/5'])
    expect(idsIn(folder.files.get(ALLOW))).toEqual(['5'])
  })

  it('of one account says nothing about another', async () => {
    const here = world()
    const folder = directory(here)
    folder.files.set(WORK_ALLOW, { version: 1, allowFrom: ['1'] })
    await folder.sync()
    expect((await here.dm.gate(message('1', at('telegram', 'work')))).outcome).toBe('deliver')
    expect((await here.dm.gate(message('1'))).outcome).toBe('challenge')
    expect(folder.files.has(ALLOW)).toBe(false)
  })

  it('loses no approval that was made here in the meantime', async () => {
    const here = world()
    const folder = directory(here)
    await here.dm.allow(ROOT, who('1'))
    folder.write()
    await here.dm.allow(ROOT, who('2'))
    edit(folder.files, ALLOW, (json) => json['allowFrom']?.push('3'))
    await folder.sync()
    expect(idsIn(folder.files.get(ALLOW))).toEqual(['1', '3', '2'])
  })

  it('settles a waiting request of whoever it lets in', async () => {
    const here = world()
    const folder = directory(here)
    await challenged(here.dm, '1')
    folder.write()
    folder.files.set(ALLOW, { version: 1, allowFrom: ['1'] })
    await folder.sync()
    expect(requestsIn(folder.files.get(PAIRING))).toEqual([])
    expect((await here.dm.gate(message('1'))).outcome).toBe('deliver')
  })
})

describe('a pairing file that was edited outside', () => {
  it('gives a new request an id, and its code can be approved', async () => {
    const here = world()
    const folder = directory(here)
    folder.files.set(PAIRING, { version: 1, requests: [entry({ code: 'abcd2345' })] })
    expect(await folder.sync()).toEqual([])
    const [list] = (await here.dm.list(ROOT)) as never as readonly {
      requests: readonly { requestId: string; expiresAt: number }[]
    }[]
    expect(list?.requests).toMatchObject([
      {
        requestId: expect.stringMatching(/^req-[0-9a-z]{12}$/),
        code: 'ABCD2345',
        expiresAt: Date.parse('2026-03-01T10:59:00.000Z'),
        meta: { username: 'carl' },
      },
    ])
    expect((await here.dm.approve(ROOT, { ...at(), typed: 'ABCD2345' })).outcome).toBe('approved')
  })

  it('never makes a request live longer: not from the future, not by moving its time', async () => {
    const here = world()
    const folder = directory(here)
    const future = '2030-01-01T00:00:00.000Z'
    folder.files.set(PAIRING, {
      version: 1,
      requests: [entry({ createdAt: future, lastSeenAt: future })],
    })
    await folder.sync()
    here.clock.advance(MINUTE)
    const now = new Date(here.clock.now()).toISOString()
    edit(folder.files, PAIRING, ({ requests }) =>
      Object.assign(requests?.[0] as object, { createdAt: now }),
    )
    expect(await folder.sync()).toHaveLength(1)
    here.clock.advance(HOUR - MINUTE)
    expect(await here.dm.approve(ROOT, { ...at(), typed: 'ABCD2345' })).toMatchObject({
      settled: { outcome: 'expired' },
    })
  })

  it.each([
    ['a code that is none', [entry({ code: 'ABCD0O1I' })]],
    ['an id that is none', [entry({ id: '@carl' })]],
    ['an account that is none', [entry({ meta: { accountId: 'A B' } })]],
    [
      'the same sender twice',
      [entry({ id: '1', code: 'AAAA2222' }), entry({ id: '1', code: 'BBBB2222' })],
    ],
    ['the same code twice', [entry({ id: '1' }), entry({ id: '2' })]],
    [
      'more than fit',
      ['1', '2', '3', '4'].map((id) => entry({ id, code: `ABCD222${String(Number(id) + 1)}` })),
    ],
  ])('refuses %s', async (_what, requests) => {
    const here = world()
    const folder = directory(here)
    folder.files.set(PAIRING, { version: 1, requests })
    expect(await folder.sync()).toHaveLength(1)
    expect(Object.keys(stored(here.store, 'dm.requests'))).toHaveLength(requests.length - 1)
    expect(requestsIn(folder.files.get(PAIRING))).toHaveLength(requests.length - 1)
  })

  it('refuses what the owner decided before: blocked, resting, already settled', async () => {
    const here = world()
    const folder = directory(here)
    const { code } = await challenged(here.dm, '1')
    await here.dm.approve(ROOT, { ...at(), typed: code })
    await here.dm.revoke(ROOT, who('1'))
    const second = await challenged(here.dm, '2')
    await here.dm.reject(ROOT, { ...at(), typed: second.code })
    await here.dm.block(ROOT, who('3'))
    folder.files.set(PAIRING, {
      version: 1,
      requests: [
        entry({ id: '1', code }),
        entry({ id: '2', code: 'AAAA2222' }),
        entry({ id: '3', code: 'BBBB2222' }),
      ],
    })
    expect(await folder.sync()).toHaveLength(3)
    expect(stored(here.store, 'dm.requests')).toEqual({})
    expect(requestsIn(folder.files.get(PAIRING))).toEqual([])
  })

  it('passes over a request of somebody who is in already, and one that is here already', async () => {
    const here = world()
    const folder = directory(here)
    await here.dm.allow(ROOT, who('1'))
    const { code, requestId } = await challenged(here.dm, '2')
    folder.files.set(PAIRING, {
      version: 1,
      requests: [entry({ id: '1' }), entry({ id: '2', code })],
    })
    expect(await folder.sync()).toEqual([])
    expect(await here.dm.list(ROOT)).toMatchObject([{ requests: [{ senderId: '2', requestId }] }])
  })

  it('takes a changed name over, so that an approval of the old one is refused', async () => {
    const here = world()
    const folder = directory(here)
    const { code } = await challenged(here.dm, '1')
    const found = await here.dm.find(ROOT, { ...at(), typed: code })
    folder.write()
    edit(folder.files, PAIRING, ({ requests }) =>
      Object.assign(requests?.[0] as object, { meta: { username: 'mum' } }),
    )
    await folder.sync()
    const digest = found.outcome === 'pending' ? found.request.digest : ''
    expect(await here.dm.approve(ROOT, { ...at(), typed: code }, { digest })).toMatchObject({
      outcome: 'changed',
      request: { meta: { username: 'mum' } },
    })
  })

  it('replaces a request whose code was changed', async () => {
    const here = world()
    const folder = directory(here)
    const { code } = await challenged(here.dm, '1')
    folder.write()
    edit(folder.files, PAIRING, ({ requests }) =>
      Object.assign(requests?.[0] as object, { code: 'AAAA2222' }),
    )
    expect(await folder.sync()).toEqual([])
    expect(await here.dm.approve(ROOT, { ...at(), typed: code })).toMatchObject({
      settled: { outcome: 'superseded' },
    })
    expect((await here.dm.approve(ROOT, { ...at(), typed: 'AAAA2222' })).outcome).toBe('approved')
  })

  it('rejects what was deleted there', async () => {
    const here = world()
    const folder = directory(here)
    const { requestId } = await challenged(here.dm, '1')
    folder.write()
    folder.files.set(PAIRING, { version: 1, requests: [] })
    await folder.sync()
    expect(await here.dm.gate(message('1'))).toMatchObject({ outcome: 'pending', requestId })
    here.clock.advance(HOUR)
    expect((await here.dm.gate(message('1'))).outcome).toBe('challenge')
  })

  it('rejects it also when an older grant of the sender had ended', async () => {
    const here = world()
    const folder = directory(here)
    await here.dm.allow(ROOT, who('1'), { expiresInMs: MINUTE })
    here.clock.advance(MINUTE)
    const { code } = await challenged(here.dm, '1')
    folder.write()
    folder.files.set(PAIRING, { version: 1, requests: [] })
    await folder.sync()
    expect(await here.dm.approve(ROOT, { ...at(), typed: code })).toMatchObject({
      settled: { outcome: 'rejected' },
    })
  })

  it('does not let the pruning of 2026.2 reject requests', async () => {
    const here = world({ policy: { maxPending: 10 } })
    const folder = directory(here)
    for (const sender of ['1', '2', '3', '4', '5']) {
      here.clock.advance(1)
      await challenged(here.dm, sender)
    }
    folder.write()
    edit(folder.files, PAIRING, (json) => json['requests']?.splice(0, 2))
    expect(await folder.sync()).toHaveLength(2)
    expect(requestsIn(folder.files.get(PAIRING))).toHaveLength(5)
    here.policy = policy({ maxPending: 10 })
    expect((await here.dm.gate(message('1'))).outcome).toBe('pending')
  })

  it('never revives what was approved here while another program held an older file', async () => {
    const here = world()
    const folder = directory(here)
    const { code } = await challenged(here.dm, '1')
    folder.write()
    const older = structuredClone(folder.files.get(PAIRING) as Json)
    await here.dm.approve(ROOT, { ...at(), typed: code })
    await here.dm.revoke(ROOT, who('1'))
    folder.write()
    folder.files.set(PAIRING, older)
    expect(await folder.sync()).toHaveLength(1)
    expect(stored(here.store, 'dm.requests')).toEqual({})
  })
})

describe('a file of another shape', () => {
  const [allowFrom, pairing] = dmDocumentFamilies(['telegram' as ChannelName])
  it.each([
    [pairing, null, 'the document'],
    [pairing, [], 'the document'],
    [pairing, {}, 'requests'],
    [pairing, { version: 2, requests: [] }, 'version'],
    [pairing, { version: 1, requests: {} }, 'requests'],
    [pairing, { version: 1, requests: [null] }, 'requests[0]'],
    [pairing, { version: 1, requests: [{ code: 'x' }] }, 'requests[0].id'],
    [pairing, { version: 1, requests: [entry(), { id: '1', code: 5 }] }, 'requests[1].code'],
    [pairing, { version: 1, requests: [entry({ meta: 'x' })] }, 'requests[0].meta'],
    [allowFrom, {}, 'allowFrom'],
    [allowFrom, { version: 1, allowFrom: [{}] }, 'allowFrom[0]'],
    [allowFrom, { version: 1, allowFrom: ['1', 1.5] }, 'allowFrom[1]'],
    [allowFrom, { version: '1', allowFrom: [] }, 'version'],
  ] as const)('is refused with its path (%#)', async (family, json, path) => {
    const fileName = family === pairing ? PAIRING : ALLOW
    const refusal = expect.objectContaining({ code: 'ERR_DM_DOCUMENT_MALFORMED', path })
    expect(() => family?.check(fileName, json as Json)).toThrow(refusal)
    const name = { folder: 'credentials', fileName }
    const { store } = world()
    const reading = store.transact({ scope: 'x' as never, actor: ROOT, action: 'x' }, async (tx) =>
      family?.reconcile(tx, { name, before: undefined, after: json as Json }),
    )
    await expect(reading).rejects.toMatchObject({ path })
  })

  it('is no trouble as the previous one when we write', () => {
    const key = 'telegram/default/1'
    const value = { state: 'allowed', by: { kind: 'root', user: 'x' }, since: 1, meta: {} }
    const record = { collection: 'dm.senders', key, value }
    for (const previous of [null, 'x', [], { allowFrom: 5 }]) {
      const json = allowFrom?.encode(ALLOW, [record], previous as Json)
      expect(idsIn(json)).toEqual(['1'])
    }
  })
})
