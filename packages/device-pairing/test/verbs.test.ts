import type { Actor } from '@openclaw/pairing-contracts'
import { describe, expect, it } from 'vitest'
import {
  type ApproveDeviceOptions,
  afterApproval,
  deviceListing,
  isDeviceRequestId,
  REQUEST_TTL_MS,
} from '../src/index.ts'
import {
  admitted,
  arrival,
  asks,
  keyOf,
  MINUTE,
  OWNER,
  operator,
  PAGE,
  paired,
  ROOT,
  SECOND,
  sha256,
  shown,
  stored,
  type World,
  world,
} from './world.ts'

const phone = keyOf('phone')
const NODE = { deviceId: phone.deviceId, role: 'node' }
const DEVICE: Actor = { kind: 'device', deviceId: phone.deviceId, role: 'node' }
const SENDER: Actor = { ...OWNER, kind: 'sender' } as Actor
const SYSTEM: Actor = { kind: 'system', part: 'expiry' }
const PAIRING = operator('cli', 'operator.pairing')
const ADMIN = operator('cli', 'operator.admin')

describe('the list', () => {
  it('has who waits, oldest first, and who is paired, newest first, without any token', async () => {
    const { door, clock } = world()
    const { secret } = await paired(door, 'one')
    clock.advance(SECOND)
    await paired(door, 'two', { role: 'operator', scopes: ['operator.read'] })
    await asks(door, 'three')
    clock.advance(SECOND)
    await asks(door, 'four')
    const lists = await door.list(ROOT)
    if ('outcome' in lists) throw new Error('denied')
    expect(lists.waiting.map(({ description }) => description.displayName)).toEqual([
      'three',
      'four',
    ])
    expect(lists.devices.map(({ description }) => description.displayName)).toEqual(['two', 'one'])
    expect(lists.devices[1]).toMatchObject({
      fingerprint: expect.arrayContaining([expect.any(String)]),
      grants: [{ role: 'node', approvedBy: "you at this machine's terminal (anna)" }],
      tokens: [{ role: 'node', rotatedAt: undefined, revokedAt: undefined }],
      lastSeenAt: expect.any(Number),
    })
    expect(JSON.stringify(lists)).not.toContain(secret)
    expect(lists.turnedAway).toBeUndefined()
  })

  it.each([
    ['a device', DEVICE],
    ['a sender', SENDER],
    ['an operator without the scope', operator('cli', 'operator.read', 'operator.write')],
  ])('is not for %s, nor is anything that an id could be guessed by', async (_, actor) => {
    const { door } = world()
    const { requestId } = await asks(door, 'phone')
    for (const id of [requestId, 'device-000000000000']) {
      for (const verb of [door.find, door.approve, door.reject]) {
        expect((await verb(actor, id)).outcome).toBe('denied')
      }
    }
    expect(await door.list(actor)).toMatchObject({ outcome: 'denied' })
  })

  it.each([PAGE, OWNER, PAIRING, SYSTEM])('is for %j', async (actor) => {
    const { door } = world()
    expect(await door.list(actor)).toMatchObject({ waiting: [], devices: [] })
  })
})

describe('an approval', () => {
  it('names the request, what was granted and by whom', async () => {
    const { door, clock } = world()
    const { requestId } = await asks(door, 'phone')
    expect(isDeviceRequestId(requestId)).toBe(true)
    expect(await door.approve(ROOT, requestId, { label: ' My phone ' })).toMatchObject({
      outcome: 'approved',
      requestId,
      device: {
        deviceId: phone.deviceId,
        label: 'My phone',
        approvedAt: clock.now(),
        grants: [{ role: 'node', scopes: [], commands: ['system.which'] }],
        tokens: [],
      },
    })
    expect(await door.approve(ROOT, requestId)).toMatchObject({
      outcome: 'settled',
      settled: { outcome: 'approved', by: "you at this machine's terminal (anna)" },
    })
    expect(await door.approve(ROOT, 'device-000000000000')).toEqual({ outcome: 'unknown' })
    expect(await door.approve(ROOT, '')).toEqual({ outcome: 'unknown' })
    expect(await door.approve(ROOT, '__proto__')).toEqual({ outcome: 'unknown' })
  })

  it.each([PAGE, OWNER, ADMIN])('from afar needs what was shown: %j', async (actor) => {
    const { door } = world()
    const { requestId } = await asks(door, 'phone')
    expect(await door.approve(actor, requestId)).toMatchObject({ code: 'ERR_AUTHORITY_NOT_SHOWN' })
    const { digest } = await shown(door, requestId)
    expect((await door.approve(actor, requestId, { digest })).outcome).toBe('approved')
  })

  it('a list without digests shows the same, and approves nothing with what stands in their place', async () => {
    const { door } = world()
    const { requestId } = await asks(door, 'phone')
    const whole = await door.list(ROOT)
    const quick = await door.list(ROOT, { digests: 'left-out' })
    if ('outcome' in whole || 'outcome' in quick) throw new Error('denied')
    const [first] = whole.waiting
    expect(quick).toEqual({ ...whole, waiting: [{ ...first, digest: '' }] })
    expect(first?.digest).not.toBe('')
    const approved = await door.approve(PAGE, requestId, {
      digest: quick.waiting[0]?.digest ?? 'x',
    })
    expect(approved.outcome).toBe('changed')
  })

  it('has a list without the doors, which is the same once a door wrote what it counted', async () => {
    const { door, store, clock, another } = world({ maxWaiting: 7 })
    await asks(door, 'phone')
    await paired(door, 'one')
    const listing = deviceListing({ store, clock, sha256 }, { maxWaiting: 7 })
    // as of any process but the one that has counted the visit and not written it yet
    expect(await listing.pairing.list(ROOT)).toEqual(await another().list(ROOT))
    await door.housekeeping('closing')
    expect(await listing.pairing.list(ROOT)).toEqual(await door.list(ROOT))
    expect(await listing.pairing.list(DEVICE)).toMatchObject({ outcome: 'denied' })
    expect(await listing.legacyNodes.list(ROOT)).toEqual({ waiting: [], nodes: [] })
    expect(await listing.legacyNodes.list(DEVICE)).toMatchObject({ outcome: 'denied' })
  })

  const CLI = { role: 'operator', scopes: ['operator.read', 'operator.write'] } as const
  const asAndroid = { role: 'operator', description: { platform: 'android' } } as const

  const APPROVALS = 'operator.approvals'
  it.each<[readonly string[], ApproveDeviceOptions, readonly string[]]>([
    [[], {}, CLI.scopes],
    [[], { commands: [] }, CLI.scopes],
    [[], { scopes: [] }, []],
    [[], { scopes: ['operator.read'] }, ['operator.read']],
    [[APPROVALS], {}, [APPROVALS, ...CLI.scopes]],
    [[APPROVALS], { scopes: [APPROVALS, 'operator.write'] }, [APPROVALS, 'operator.write']],
  ])(
    'of another kind of machine decides all of it again: asked %j, chosen %j, left %j',
    async (more, choice, scopes) => {
      const { door } = world()
      const { device } = await paired(door, 'phone', CLI)
      const { requestId } = await asks(door, 'phone', { ...asAndroid, scopes: more })
      const request = await shown(door, requestId)
      expect(afterApproval(request, choice).scopes).toEqual(scopes)
      expect(await door.approve(ROOT, requestId, choice)).toMatchObject({
        outcome: 'approved',
        device: { grants: [{ role: 'operator', scopes }] },
      })
      const wanted = {
        ...asAndroid,
        scopes: ['operator.write'],
        mayAsk: { by: 'nothing' },
      } as const
      const { device: after } = await admitted(door, 'phone', wanted)
      expect(after.scopes).toEqual(scopes.includes('operator.write') ? ['operator.write'] : [])
      const kept = scopes.includes('operator.write')
      expect(door.standing(device)).toEqual(
        kept ? { holds: true } : { holds: false, because: 'narrowed' },
      )
    },
  )

  it('of another kind of machine gives no more than was granted and asked, and than the approver has', async () => {
    const { door } = world()
    await paired(door, 'phone', CLI)
    const { requestId } = await asks(door, 'phone', asAndroid)
    const { digest } = await shown(door, requestId)
    expect(
      await door.approve(ROOT, requestId, { scopes: ['operator.read', 'operator.pairing'] }),
    ).toMatchObject({ code: 'ERR_DEVICE_GRANT_TOO_WIDE' })
    const by = operator('cli', 'operator.pairing', 'operator.read')
    expect(await door.approve(by, requestId, { digest })).toMatchObject({
      code: 'ERR_DEVICE_GRANT_TOO_WIDE',
    })
    const narrow = { digest, scopes: ['operator.read'] }
    expect((await door.approve(by, requestId, narrow)).outcome).toBe('approved')
  })

  it('of what is not what was shown is refused with the difference', async () => {
    const { door } = world()
    const { requestId } = await asks(door, 'phone')
    const other = await asks(door, 'tablet', { commands: ['camera.snap'] })
    const { digest } = await shown(door, other.requestId)
    const outcome = await door.approve(PAGE, requestId, { digest })
    expect(outcome).toMatchObject({ outcome: 'changed', request: { requestId } })
    expect(outcome.outcome === 'changed' && outcome.difference.join('; ')).toContain(
      'it now offers system.which',
    )
    for (const wrong of ['', 'x', digest.slice(0, -1)]) {
      expect((await door.approve(ROOT, requestId, { digest: wrong })).outcome).toBe('changed')
    }
    expect((await door.arrive(arrival('phone'))).outcome).toBe('waiting')
  })

  it('is bound to what was granted before as well, but not to retries', async () => {
    const { door, clock } = world()
    const role = 'operator'
    await paired(door, 'cli2', { role, scopes: ['operator.read'] })
    const { requestId } = await asks(door, 'cli2', { role, scopes: ['operator.write'] })
    const { digest } = await shown(door, requestId)
    clock.advance(MINUTE)
    await asks(door, 'cli2', { role, scopes: ['operator.write'] })
    expect((await shown(door, requestId)).digest).toBe(digest)
    await door.rotate(ROOT, { deviceId: keyOf('cli2').deviceId, role }, { scopes: [] })
    expect(await door.approve(PAGE, requestId, { digest })).toMatchObject({
      outcome: 'changed',
      difference: ['what it was granted before is not what was shown'],
    })
  })

  it('may be of less than was asked, never of more', async () => {
    const { door } = world()
    const role = 'operator'
    const scopes = ['operator.read', 'operator.approvals']
    const { requestId } = await asks(door, 'cli2', { role, scopes })
    for (const more of [{ scopes: ['operator.admin'] }, { commands: ['system.run'] }]) {
      expect(await door.approve(ROOT, requestId, more)).toMatchObject({
        outcome: 'denied',
        code: 'ERR_DEVICE_GRANT_TOO_WIDE',
      })
    }
    const fewer = await door.approve(ROOT, requestId, { scopes: ['operator.read'] })
    expect(fewer).toMatchObject({ device: { grants: [{ scopes: ['operator.read'] }] } })
    const outcome = await door.arrive(arrival('cli2', { role, scopes }))
    expect(outcome).toMatchObject({ outcome: 'waiting', reason: 'scope-upgrade' })
  })

  it('names what policy would leave out of a choice, instead of leaving it out', async () => {
    const { door } = world({ policy: (_, kind, name) => kind === 'scope' && name !== 'operator.x' })
    const { requestId } = await asks(door, 'cli2', { role: 'operator', scopes: ['operator.admin'] })
    const scopes = ['operator.read', 'operator.x']
    expect(await door.approve(ROOT, requestId, { scopes })).toMatchObject({
      outcome: 'denied',
      code: 'ERR_DEVICE_GRANT_TOO_WIDE',
      why: expect.stringContaining('operator.x'),
    })
    expect(await shown(door, requestId)).toMatchObject({ requestId })
  })

  it('by an operator hands out no scope that the operator has not', async () => {
    const { door } = world()
    const { requestId } = await asks(door, 'other', {
      role: 'operator',
      scopes: ['operator.admin'],
    })
    const { digest } = await shown(door, requestId)
    expect(await door.approve(PAIRING, requestId, { digest })).toMatchObject({
      code: 'ERR_DEVICE_GRANT_TOO_WIDE',
      why: expect.stringContaining('operator.admin'),
    })
    const empty = { digest, scopes: [] }
    expect((await door.approve(PAIRING, requestId, empty)).outcome).toBe('approved')
  })

  it("of a node's commands is for operators who may use them", async () => {
    const { door } = world()
    const { requestId } = await asks(door, 'phone')
    const { digest } = await shown(door, requestId)
    expect(await door.approve(PAIRING, requestId, { digest })).toMatchObject({
      code: 'ERR_DEVICE_GRANT_TOO_WIDE',
      why: expect.stringContaining('operator.write'),
    })
    const writer = operator('cli', 'operator.pairing', 'operator.write')
    expect((await door.approve(writer, requestId, { digest })).outcome).toBe('approved')
  })

  it('of oneself is refused, also with every scope', async () => {
    const { door } = world()
    const { requestId } = await asks(door, 'cli')
    const { digest } = await shown(door, requestId)
    expect(await door.approve(ADMIN, requestId, { digest })).toMatchObject({
      code: 'ERR_AUTHORITY_SELF',
    })
  })

  it('that lets a wide grant run on another kind of machine needs all of its scopes', async () => {
    const { door } = world()
    const role = 'operator'
    await paired(door, 'mac', { role, scopes: ['operator.admin'] })
    const description = { platform: 'win32' }
    const { requestId } = await asks(door, 'mac', { role, scopes: [], description })
    const { digest } = await shown(door, requestId)
    expect(await door.approve(PAIRING, requestId, { digest })).toMatchObject({
      code: 'ERR_DEVICE_GRANT_TOO_WIDE',
    })
    expect((await door.approve(ADMIN, requestId, { digest })).outcome).toBe('approved')
    await admitted(door, 'mac', { role, description })
  })

  it('of a request that is over says so', async () => {
    const { door, clock } = world()
    const { requestId } = await asks(door, 'phone')
    clock.advance(REQUEST_TTL_MS)
    expect(await door.approve(ROOT, requestId)).toMatchObject({
      outcome: 'settled',
      settled: { outcome: 'expired', at: clock.now(), successor: undefined },
    })
    expect(await door.list(ROOT)).toMatchObject({ waiting: [] })
  })

  it('takes no name that is more than a line', async () => {
    const { door } = world()
    const { requestId } = await asks(door, 'phone')
    await expect(door.approve(ROOT, requestId, { label: 'a\nb' })).rejects.toMatchObject({
      code: 'ERR_DEVICE_LABEL_INVALID',
    })
  })

  it('while the device retries in another process is of the same request', async () => {
    const here = world()
    const gateway = here.door
    const cli = here.another()
    const { requestId } = await asks(gateway, 'phone')
    for (let at = 0; at < 30; at += 1) {
      here.clock.advance(30 * SECOND)
      await asks(gateway, 'phone')
      await gateway.housekeeping()
    }
    expect((await cli.approve(ROOT, requestId)).outcome).toBe('approved')
  })
})

describe('a rejection', () => {
  it('answers what became of it, once', async () => {
    const { door, clock } = world()
    const { requestId } = await asks(door, 'phone')
    expect(await door.reject(OWNER, requestId)).toEqual({
      outcome: 'rejected',
      settled: {
        requestId,
        deviceId: phone.deviceId,
        outcome: 'rejected',
        at: clock.now(),
        by: 'owner 999 on telegram',
        successor: undefined,
      },
    })
    expect(await door.reject(ROOT, requestId)).toMatchObject({ outcome: 'settled' })
    expect(await door.reject(ROOT, 'nope')).toEqual({ outcome: 'unknown' })
  })

  it('that was a mistake is undone by removing the device', async () => {
    const { door } = world()
    const { requestId } = await asks(door, 'phone')
    await door.reject(ROOT, requestId)
    expect((await door.arrive(arrival('phone'))).outcome).toBe('resting')
    expect(await door.remove(ROOT, phone.deviceId)).toMatchObject({ changed: true })
    await asks(door, 'phone')
  })
})

describe('removing and renaming', () => {
  it('forgets the device and what it asks for', async () => {
    const { door, store } = world()
    await paired(door, 'phone')
    const { requestId } = await asks(door, 'phone', { role: 'operator' })
    expect(await door.remove(PAIRING, phone.deviceId)).toEqual({
      outcome: 'done',
      changed: true,
      device: undefined,
    })
    expect(stored(store, 'devices.paired')).toEqual({})
    expect(await door.find(ROOT, requestId)).toMatchObject({ settled: { outcome: 'rejected' } })
    expect(await door.remove(ROOT, phone.deviceId)).toEqual({
      outcome: 'not-known',
      deviceId: phone.deviceId,
    })
    expect((await door.remove(DEVICE, phone.deviceId)).outcome).toBe('denied')
  })

  it('gives the owner a name for it that stays through later approvals', async () => {
    const { door } = world()
    await paired(door, 'phone')
    expect(await door.rename(ROOT, phone.deviceId, 'Kitchen')).toMatchObject({
      changed: true,
      device: { label: 'Kitchen' },
    })
    expect(await door.rename(ROOT, phone.deviceId, 'Kitchen')).toMatchObject({ changed: false })
    expect((await admitted(door, 'phone')).name).toBe('Kitchen')
    await paired(door, 'phone', { role: 'operator' })
    expect((await admitted(door, 'phone')).name).toBe('Kitchen')
    expect(await door.rename(ROOT, phone.deviceId, '')).toMatchObject({
      device: { label: undefined },
    })
    expect((await admitted(door, 'phone')).name).toBe('phone')
    expect(await door.rename(ROOT, 'x', 'y')).toEqual({ outcome: 'not-known', deviceId: 'x' })
    for (const label of ['x'.repeat(65), 'a\u202eb', 'a\tb']) {
      await expect(door.rename(ROOT, phone.deviceId, label)).rejects.toMatchObject({
        code: 'ERR_DEVICE_LABEL_INVALID',
      })
    }
  })
})

describe('rotating', () => {
  it('ends the token and the connections; the new one works', async () => {
    const { door, clock } = world()
    const { secret, device } = await paired(door, 'phone')
    clock.advance(MINUTE)
    const outcome = await door.rotate(ROOT, NODE)
    expect(outcome).toMatchObject({
      outcome: 'rotated',
      rotatedAt: clock.now(),
      scopes: [],
      device: { tokens: [{ rotatedAt: clock.now() }] },
    })
    expect(door.standing(device)).toEqual({ holds: false, because: 'rotated' })
    const token = outcome.outcome === 'rotated' ? outcome.token?.token : undefined
    expect((await admitted(door, 'phone', { deviceToken: token })).presented).toBe('right')
    expect((await admitted(door, 'phone', { deviceToken: secret })).presented).toBe('stale')
  })

  it('hands a fresh token at the next connect, however short the time since', async () => {
    const { door } = world()
    const { secret } = await paired(door, 'phone')
    await door.rotate(PAGE, NODE)
    const again = await admitted(door, 'phone', { deviceToken: secret })
    expect(again.token).toBeDefined()
  })

  it.each([PAGE, OWNER, ADMIN])('tells the token to nobody else: %j', async (actor) => {
    const { door } = world()
    await paired(door, 'phone')
    const outcome = await door.rotate(actor, NODE)
    expect(outcome).toMatchObject({ outcome: 'rotated', token: undefined })
  })

  it('is for the device itself, and for none of the others', async () => {
    const { door } = world()
    await paired(door, 'phone')
    await paired(door, 'other')
    const own = await door.rotate(DEVICE, NODE)
    expect(own.outcome === 'rotated' && own.token?.token).toMatch(/^[\w-]{43}$/)
    const { deviceId } = keyOf('other')
    expect(await door.rotate(DEVICE, { deviceId, role: 'node' })).toMatchObject({
      outcome: 'denied',
    })
    expect(await door.rotate(operator('phone'), NODE)).toMatchObject({ outcome: 'rotated' })
    expect(await door.rotate(operator('other', 'operator.read'), NODE)).toMatchObject({
      code: 'ERR_AUTHORITY_SCOPE_MISSING',
    })
  })

  it('never widens, and narrows when fewer scopes are named', async () => {
    const { door } = world()
    const role = 'operator'
    const cli = { deviceId: keyOf('cli2').deviceId, role }
    const { device } = await paired(door, 'cli2', { role, scopes: ['operator.write'] })
    const own = operator('cli2', 'operator.write')
    for (const actor of [ROOT, own]) {
      expect(await door.rotate(actor, cli, { scopes: ['operator.admin'] })).toMatchObject({
        code: 'ERR_DEVICE_GRANT_TOO_WIDE',
      })
    }
    expect(door.standing(device)).toEqual({ holds: true })
    expect(await door.rotate(own, cli, { scopes: ['operator.read'] })).toMatchObject({
      scopes: ['operator.read'],
      device: { grants: [{ scopes: ['operator.read'] }] },
    })
    expect((await door.arrive(arrival('cli2', { role, scopes: ['operator.write'] }))).outcome).toBe(
      'waiting',
    )
  })

  it('by an operator is not for a device that has more', async () => {
    const { door } = world()
    const role = 'operator'
    await paired(door, 'boss', { role, scopes: ['operator.admin'] })
    const boss = { deviceId: keyOf('boss').deviceId, role }
    expect(await door.rotate(PAIRING, boss)).toMatchObject({ code: 'ERR_DEVICE_GRANT_TOO_WIDE' })
  })

  it('makes no token for a role that was never granted, or was revoked', async () => {
    const { door } = world()
    await paired(door, 'phone')
    await door.revoke(ROOT, NODE)
    for (const role of ['operator', 'admin', '__proto__', 'node']) {
      const ref = { deviceId: phone.deviceId, role }
      expect(await door.rotate(ROOT, ref)).toEqual({ outcome: 'not-known', ...ref })
    }
  })
})

describe('revoking', () => {
  it('is said once, and settles what waited for the role', async () => {
    const { door } = world()
    const role = 'operator'
    await paired(door, 'cli2', { role, scopes: ['operator.read'] })
    const { requestId } = await asks(door, 'cli2', { role, scopes: ['operator.write'] })
    const cli = { deviceId: keyOf('cli2').deviceId, role }
    const by = operator('cli', 'operator.pairing', 'operator.read')
    expect(await door.revoke(by, cli)).toMatchObject({
      changed: true,
      device: { grants: [{ revokedAt: expect.any(Number) }] },
    })
    expect(await door.revoke(by, cli)).toMatchObject({ changed: false })
    expect(await door.find(ROOT, requestId)).toMatchObject({ settled: { outcome: 'rejected' } })
    const ref = { ...cli, role: 'node' }
    expect(await door.revoke(ROOT, ref)).toEqual({ outcome: 'not-known', ...ref })
  })

  it('renaming and removing are not for whoever has less than the device; a node anybody may shut out', async () => {
    const { door } = world()
    const role = 'operator'
    const { device } = await paired(door, 'cli2', { role, scopes: ['operator.admin'] })
    const { deviceId } = device
    const wide = { code: 'ERR_DEVICE_GRANT_TOO_WIDE' }
    expect(await door.revoke(PAIRING, { deviceId, role })).toMatchObject(wide)
    expect(await door.remove(PAIRING, deviceId)).toMatchObject(wide)
    expect(await door.rename(PAIRING, deviceId, 'Mine')).toMatchObject(wide)
    expect(door.standing(device)).toEqual({ holds: true })
    const itself = operator('cli2', 'operator.pairing')
    expect(await door.rename(itself, deviceId, 'Mine')).toMatchObject({ changed: true })
    // a role that is closed holds nothing
    expect(await door.revoke(ADMIN, { deviceId, role })).toMatchObject({ changed: true })
    expect(await door.remove(PAIRING, deviceId)).toMatchObject({ changed: true })
    await paired(door, 'phone', { commands: ['system.run'] })
    expect(await door.revoke(PAIRING, NODE)).toMatchObject({ changed: true })
  })

  it('by a device is of itself alone', async () => {
    const { door } = world()
    await paired(door, 'phone')
    expect(
      (await door.revoke({ ...DEVICE, deviceId: keyOf('x').deviceId } as Actor, NODE)).outcome,
    ).toBe('denied')
    expect(await door.revoke(DEVICE, NODE)).toMatchObject({ changed: true })
  })
})

describe('ids that no device or request has', () => {
  const odd = [
    '',
    ' ',
    '\u0000',
    '\ud800',
    'x'.repeat(10_000),
    '__proto__',
    phone.deviceId.toUpperCase(),
  ]

  it.each(odd)('are answered as unknown: %j', async (id) => {
    const { door, written } = world()
    await paired(door, 'phone')
    const before = written()
    for (const verb of [door.find, door.approve, door.reject]) {
      expect(await verb(ROOT, id)).toEqual({ outcome: 'unknown' })
    }
    const ref = { deviceId: id, role: 'node' }
    expect(await door.remove(ROOT, id)).toMatchObject({ outcome: 'not-known' })
    expect(await door.rename(ROOT, id, 'x')).toMatchObject({ outcome: 'not-known' })
    expect(await door.rotate(ROOT, ref)).toMatchObject({ outcome: 'not-known' })
    expect(await door.revoke(ROOT, ref)).toMatchObject({ outcome: 'not-known' })
    expect(written()).toBe(before)
  })
})

describe('a failing store', () => {
  it('leaves everything as it was', async () => {
    const here = world()
    const { requestId } = await asks(here.door, 'phone')
    here.failing = new Error('disk full')
    for (const verb of [here.door.approve, here.door.reject]) {
      await expect(verb(ROOT, requestId)).rejects.toThrow('disk full')
    }
    here.failing = undefined
    expect((await asks(here.door, 'phone')).requestId).toBe(requestId)
  })
})

describe('housekeeping', () => {
  const seenOf = async ({ door }: World) => {
    const lists = await door.list(ROOT)
    return 'outcome' in lists ? undefined : lists.devices[0]?.lastSeenAt
  }

  it('writes retries seldom, and once more when closing', async () => {
    const here = world()
    await asks(here.door, 'phone')
    await here.door.housekeeping()
    const before = here.written()
    for (let at = 0; at < 240; at += 1) {
      here.clock.advance(SECOND)
      await asks(here.door, 'phone')
      await here.door.housekeeping()
    }
    expect(here.written() - before).toBeLessThan(15)
    here.clock.advance(SECOND)
    await asks(here.door, 'phone')
    await here.door.housekeeping('closing')
    expect(await here.another().list(ROOT)).toMatchObject({
      waiting: [{ lastAskedAt: here.clock.now() }],
    })
  })

  it('writes once a minute when devices were seen, and shows it before', async () => {
    const here = world()
    await paired(here.door, 'phone')
    await here.door.housekeeping()
    const before = here.written()
    for (let at = 0; at < 59; at += 1) {
      here.clock.advance(SECOND)
      await here.door.arrive(arrival('phone', { deviceToken: 'x' }))
      await here.door.housekeeping()
    }
    const handed = 5
    expect(here.written() - before).toBeLessThanOrEqual(handed)
    expect(await seenOf(here)).toBe(here.clock.now())
    here.clock.advance(SECOND)
    await here.door.housekeeping()
    expect(await seenOf({ ...here, door: here.another() })).toBe(here.clock.now() - SECOND)
  })

  it('settles what is over, keeps figures a day, and does nothing when nothing is to be done', async () => {
    const here = world({ maxWaiting: 1 })
    const { requestId } = await asks(here.door, 'phone')
    await here.door.arrive(arrival('other'))
    here.clock.advance(REQUEST_TTL_MS)
    await here.door.housekeeping()
    expect(stored(here.store, 'devices.requests')).toEqual({})
    expect(stored(here.store, 'devices.settled')).toMatchObject({
      [requestId]: { outcome: 'expired' },
    })
    expect(stored(here.store, 'devices.counters')).toMatchObject({ all: { count: 1 } })
    here.clock.advance(24 * 60 * MINUTE)
    await here.door.housekeeping()
    expect(stored(here.store, 'devices.counters')).toEqual({})
    const before = [...here.begun.values()]
    for (let at = 0; at < 100; at += 1) {
      here.clock.advance(MINUTE)
      await here.door.housekeeping()
    }
    expect([...here.begun.values()]).toEqual(before)
  })

  it('keeps 500 outcomes, none longer than 30 days', async () => {
    const here = world()
    const ids: string[] = []
    for (let at = 0; at < 503; at += 1) {
      const { requestId } = await asks(here.door, 'phone')
      ids.push(requestId)
      here.clock.advance(SECOND)
      await here.door.reject(ROOT, requestId)
      await here.door.remove(ROOT, phone.deviceId)
    }
    expect(await here.door.find(ROOT, ids[2] ?? '')).toEqual({ outcome: 'unknown' })
    expect(await here.door.find(ROOT, ids[3] ?? '')).toMatchObject({
      settled: { successor: ids[4] },
    })
    here.clock.advance(30 * 24 * 60 * MINUTE + SECOND)
    await here.door.housekeeping()
    expect(stored(here.store, 'devices.settled')).toEqual({})
  })

  it('keeps what could not be written', async () => {
    const here = world({ maxWaiting: 1 })
    await asks(here.door, 'phone')
    await here.door.arrive(arrival('other'))
    here.failing = new Error('disk full')
    await expect(here.door.housekeeping('closing')).rejects.toThrow('disk full')
    here.failing = undefined
    expect(await here.door.list(ROOT)).toMatchObject({ turnedAway: { count: 1 } })
    await here.door.housekeeping('closing')
    expect(stored(here.store, 'devices.counters')).toMatchObject({ all: { count: 1 } })
  })
})
