import type { Actor } from '@openclaw/pairing-contracts'
import { describe, expect, it } from 'vitest'
import {
  deviceDocumentFamilies,
  hashPlainTokens,
  legacyNodes,
  plainTokens,
  REQUEST_TTL_MS,
} from '../src/index.ts'
import { directory } from './directory.ts'
import old from './fixtures/openclaw-2026.2.json' with { type: 'json' }
import {
  type ArrivalOptions,
  admitted,
  arrival,
  asks,
  keyOf,
  MINUTE,
  paired,
  ROOT,
  SECOND,
  sha256,
  sha256Bytes,
  stored,
  type World,
  world,
} from './world.ts'

const PAIRED = 'devices/paired.json'
const PENDING = 'devices/pending.json'
const NODE_ONE = '268f9801d37ec41e07c5727c51fc10ab2d7bb117fe5ee98159a760185ceb9177'
const CLI = 'e5b880293914a2df40c38d43829a27148243dfff8b90d384e79c2678b1c49649'
/** A second after the recording ended. */
const THEN = 1_795_371_100_000

function later(): World {
  const here = world()
  here.clock.set(THEN)
  return here
}

type OldDevices = Record<
  string,
  {
    publicKey: string
    scopes?: string[]
    platform: string
    clientId: string
    clientMode: string
    role: 'node' | 'operator'
    tokens: Record<string, { token: string }>
  }
>
const devices = old[PAIRED] as unknown as OldDevices

/** A device of the old directory connects as its client does, with the token that it has. */
function oldArrival(deviceId: string, over: ArrivalOptions = {}) {
  const device = devices[deviceId]
  if (!device) throw new Error('no such device')
  const { platform, clientId, clientMode, role, publicKey, scopes = [], tokens } = device
  const base = arrival('old', {
    role,
    scopes,
    commands: role === 'node' ? ['system.run', 'system.which'] : [],
    description: { platform, clientId, clientMode },
    mayAsk: { by: 'nothing' },
    deviceToken: tokens[role]?.token,
    ...over,
  })
  return { ...base, device: { ...base.device, deviceId, publicKey } }
}

describe('a directory of 2026.2', () => {
  it('is taken over: every device connects with its token, none is asked again', async () => {
    const here = later()
    const refusals = await directory(here, old).sync()
    for (const deviceId of Object.keys(devices)) {
      const outcome = await here.door.arrive(oldArrival(deviceId))
      expect(outcome).toMatchObject({ outcome: 'admitted', presented: 'right', token: undefined })
      expect(outcome.outcome === 'admitted' && outcome.device.scopes).toEqual(
        [...(devices[deviceId]?.scopes ?? [])].sort(),
      )
    }
    // 2026.2 had made a token for a role that no device has
    expect(refusals).toEqual([
      {
        subject: expect.stringContaining(`device ${NODE_ONE.slice(0, 20)}`),
        why: 'admin is no role of a device',
        fix: 'Let it connect and ask again, then: openclaw devices list',
      },
    ])
  })

  it('pins the commands that a node first offers, once, and asks the owner about more', async () => {
    const here = later()
    await directory(here, old).sync()
    const lists = await here.door.list(ROOT)
    const known = 'outcome' in lists ? [] : lists.devices
    expect(known.find(({ deviceId }) => deviceId === NODE_ONE)?.grants[0]).toMatchObject({
      commands: [],
      commandsOpen: true,
    })
    await here.door.arrive(oldArrival(NODE_ONE, { commands: [] }))
    const first = await here.door.arrive(oldArrival(NODE_ONE))
    expect(first).toMatchObject({ device: { commands: ['system.run', 'system.which'] } })
    const before = here.written()
    await here.door.arrive(oldArrival(NODE_ONE))
    expect(here.written()).toBe(before)
    const more = await here.door.arrive(oldArrival(NODE_ONE, { commands: ['camera.snap'] }))
    expect(more).toMatchObject({
      device: { commands: [] },
      asks: { request: { reason: 'command-upgrade' } },
    })
  })

  it('keeps its plain tokens in the file alone, until they are replaced by hashes', async () => {
    const here = later()
    const folder = directory(here, old)
    await folder.sync()
    const secret = devices[NODE_ONE]?.tokens['node']?.token ?? ''
    const journal = async () => JSON.stringify(await here.store.history(0 as never, 100))
    expect(await journal()).not.toContain(secret)
    expect(folder.read(PAIRED)[NODE_ONE]).toMatchObject({ tokens: { node: { token: secret } } })
    const found = plainTokens(here.store)
    expect(found).toHaveLength(6)
    expect(found).toContainEqual({ kind: 'node', nodeId: 'legacy-1' })
    const page: Actor = { kind: 'page', session: 's' }
    expect(await hashPlainTokens(here.store, page)).toMatchObject({ outcome: 'denied' })
    const before = here.written()
    expect(await hashPlainTokens(here.store, ROOT)).toEqual(found)
    expect(here.written()).toBe(before + 1)
    folder.write()
    expect(plainTokens(here.store)).toEqual([])
    const files = JSON.stringify([...folder.files.values()])
    for (const { tokens } of Object.values(devices)) {
      for (const { token } of Object.values(tokens)) expect(files).not.toContain(token)
    }
    expect(folder.read(PAIRED)[NODE_ONE]).toMatchObject({
      tokens: { node: { tokenHash: `sha256:${sha256(secret)}`, createdAtMs: 1795370988314 } },
    })
    expect(await here.door.arrive(oldArrival(NODE_ONE))).toMatchObject({ presented: 'right' })
    const nodes = legacyNodes({
      store: here.store,
      clock: here.clock,
      random: () => new Uint8Array(),
      sha256,
    })
    const legacy = 'bYKz1yoEINrVKqgxpR5pvM9T7RxaUz3kyQDEZ0mxcgA'
    expect(await nodes.verify(ROOT, 'legacy-1', legacy)).toMatchObject({ outcome: 'right' })
    expect(await folder.sync()).toEqual([])
    expect(await hashPlainTokens(here.store, ROOT)).toEqual([])
  })

  it('says nothing else than it did when nothing happened, and keeps what only others know', async () => {
    const here = later()
    const files = structuredClone(old) as unknown as Record<
      string,
      Record<string, Record<string, unknown>>
    >
    const cli = files[PAIRED]?.[CLI]
    if (cli) Object.assign(cli, { approvedScopes: ['operator.admin'], nick: { a: 1 } })
    const folder = directory(here, files)
    await folder.sync()
    expect(folder.read(PAIRED)[CLI]).toMatchObject({ nick: { a: 1 } })
    expect(Object.keys(folder.read(PAIRED))).toEqual(Object.keys(devices))
    const { tokens, ...node } = folder.read(PAIRED)[NODE_ONE] ?? {}
    const { tokens: before, ...expected } = (old[PAIRED] as unknown as typeof files)[NODE_ONE] ?? {}
    expect(node).toEqual(expected)
    expect(tokens).toEqual({ node: (before as Record<string, unknown>)['node'] })
    // a scope that was taken away is not left where a later version reads it
    await here.door.rotate(ROOT, { deviceId: CLI, role: 'operator' }, { scopes: ['operator.read'] })
    folder.write()
    expect(folder.read(PAIRED)[CLI]).toMatchObject({
      scopes: ['operator.read'],
      approvedScopes: ['operator.read'],
      nick: { a: 1 },
    })
  })

  it('settles its old requests as expired; young ones wait on', async () => {
    const here = later()
    const [, young = ''] = Object.keys(old[PENDING])
    const times = structuredClone(old[PENDING]) as Record<string, { ts: number }>
    for (const [id, entry] of Object.entries(times))
      entry.ts = id === young ? THEN - SECOND : THEN - 10 * MINUTE
    const folder = directory(here, { ...old, [PENDING]: times })
    await folder.sync()
    expect(Object.keys(folder.read(PENDING))).toEqual([young])
    expect(await here.door.find(ROOT, young)).toMatchObject({
      outcome: 'waiting',
      request: { deviceId: NODE_ONE, role: 'operator', reason: 'role-upgrade' },
    })
    const expired = Object.keys(times)[0] ?? ''
    expect(await here.door.find(ROOT, expired)).toMatchObject({ settled: { outcome: 'expired' } })
    expect((await here.door.approve(ROOT, young)).outcome).toBe('approved')
  })

  it('does not bring in a device under an id that is not the one of its key', async () => {
    const here = later()
    const entry = { ...old[PAIRED][NODE_ONE], publicKey: keyOf('x').publicKey }
    const wrong = { [NODE_ONE]: entry, ['f'.repeat(64)]: old[PAIRED][CLI] }
    const refusals = await directory(here, { [PAIRED]: wrong }).sync()
    expect(refusals.map(({ why }) => why)).toEqual(
      Array.from({ length: 2 }, () => 'its id is not the one of its key'),
    )
    expect(stored(here.store, 'devices.paired')).toEqual({})
  })

  it.each([
    ['a list', []],
    ['a text', 'x'],
    ['an entry that is none', { a: null }],
    ['no key', { a: {} }],
    ['a number for a key', { a: { publicKey: 1 } }],
    ['roles that are no list', { a: { publicKey: 'x', roles: 'node' } }],
    ['tokens that are a list', { a: { publicKey: 'x', tokens: [] } }],
    ['a token that is a text', { a: { publicKey: 'x', tokens: { node: 'x' } } }],
  ])('is damage with %s, never an empty list', (_, json) => {
    const [family] = deviceDocumentFamilies({ sha256, sha256Bytes })
    expect(() => family?.check('paired.json', json)).toThrow(
      expect.objectContaining({ code: 'ERR_DEVICE_DOCUMENT_MALFORMED' }),
    )
  })
})

describe('the files of devices', () => {
  it('have the shape of 2026.2, and no token', async () => {
    const here = world()
    const folder = directory(here)
    const { secret } = await paired(here.door, 'phone')
    const { requestId } = await asks(here.door, 'phone', {
      role: 'operator',
      scopes: ['operator.read'],
    })
    await here.door.rename(ROOT, keyOf('phone').deviceId, 'Kitchen')
    folder.write()
    const { deviceId, publicKey } = keyOf('phone')
    const now = here.clock.now()
    const device = {
      deviceId,
      publicKey,
      platform: 'linux',
      clientId: 'cli',
      clientMode: 'cli',
      remoteIp: '203.0.113.9',
    }
    expect(folder.read(PAIRED)).toEqual({
      [deviceId]: {
        ...device,
        displayName: 'Kitchen',
        role: 'node',
        roles: ['node'],
        tokens: {
          node: {
            role: 'node',
            scopes: [],
            createdAtMs: now,
            tokenHash: `sha256:${sha256(secret)}`,
          },
        },
        createdAtMs: now,
        approvedAtMs: now,
      },
    })
    expect(folder.read(PENDING)).toEqual({
      [requestId]: {
        ...device,
        requestId,
        displayName: 'phone',
        role: 'operator',
        roles: ['operator'],
        scopes: ['operator.read'],
        silent: false,
        isRepair: true,
        ts: now,
      },
    })
  })

  it('are not made while there is nothing to show', () => {
    const folder = directory(world())
    folder.write()
    expect([...folder.files.keys()]).toEqual([])
  })
})

describe('what another program does to the files', () => {
  const phone = keyOf('phone').deviceId
  const node = { deviceId: phone, role: 'node' }

  it('a device that went is out; it may be put back by the same way until the owner confirms', async () => {
    const here = world()
    const folder = directory(here)
    const { device } = await paired(here.door, 'phone')
    folder.write()
    const before = structuredClone(folder.read(PAIRED)[phone])
    folder.edit(PAIRED, (json) => delete json[phone])
    expect(await folder.sync()).toEqual([])
    expect(here.door.standing(device)).toEqual({ holds: false, because: 'removed' })
    const back = () => folder.edit(PAIRED, (json) => Object.assign(json, { [phone]: before }))
    back()
    expect(await folder.sync()).toEqual([])
    await admitted(here.door, 'phone', { mayAsk: { by: 'nothing' } })
    expect(here.door.standing(device)).toEqual({ holds: false, because: 'removed' })
    folder.edit(PAIRED, (json) => delete json[phone])
    await folder.sync()
    expect(await here.door.remove(ROOT, phone)).toMatchObject({ changed: true })
    back()
    expect(await folder.sync()).toMatchObject([
      { why: expect.stringContaining('removed or revoked at') },
    ])
    expect(folder.read(PAIRED)).toEqual({})
  })

  it('a device that the owner removed, revoked or rejected stays out', async () => {
    const here = world()
    const folder = directory(here)
    await paired(here.door, 'phone')
    folder.write()
    const before = structuredClone(folder.read(PAIRED)[phone])
    await here.door.revoke(ROOT, node)
    folder.write()
    expect(folder.read(PAIRED)[phone]).toMatchObject({
      roles: [],
      tokens: { node: { revokedAtMs: here.clock.now() } },
    })
    folder.edit(PAIRED, (json) => Object.assign(json, { [phone]: before }))
    expect(await folder.sync()).toMatchObject([{ why: expect.stringContaining('revoked at') }])
    expect(folder.read(PAIRED)[phone]).toMatchObject({ roles: [] })
    expect((await here.door.arrive(arrival('phone', { mayAsk: { by: 'nothing' } }))).outcome).toBe(
      'revoked',
    )

    await here.door.remove(ROOT, phone)
    folder.write()
    folder.edit(PAIRED, (json) => Object.assign(json, { [phone]: before }))
    expect(await folder.sync()).toMatchObject([
      { why: expect.stringContaining('removed or revoked at') },
    ])
    const { requestId } = await asks(here.door, 'other')
    await here.door.reject(ROOT, requestId)
    const other = {
      ...before,
      deviceId: keyOf('other').deviceId,
      publicKey: keyOf('other').publicKey,
    }
    folder.edit(PAIRED, (json) => Object.assign(json, { [other.deviceId]: other }))
    expect(await folder.sync()).toMatchObject([{ why: expect.stringContaining('rejected') }])
    expect(folder.read(PAIRED)).toEqual({})
  })

  it.each([
    ['the role', ['node']],
    ['one of its roles', ['node', 'operator']],
  ] as const)(
    'a device that the owner closed %s of stays out when it went from the file, and is put back',
    async (_, roles) => {
      const here = world()
      const folder = directory(here)
      for (const role of roles) await paired(here.door, 'phone', { role })
      folder.write()
      const before = structuredClone(folder.read(PAIRED)[phone])
      await here.door.revoke(ROOT, node)
      folder.write()
      folder.edit(PAIRED, (json) => delete json[phone])
      expect(await folder.sync()).toEqual([])
      folder.edit(PAIRED, (json) => Object.assign(json, { [phone]: before }))
      expect(await folder.sync()).toMatchObject([
        { why: expect.stringContaining("by you at this machine's terminal") },
      ])
      for (const role of roles) {
        const outcome = await here.door.arrive(
          arrival('phone', { role, mayAsk: { by: 'nothing' } }),
        )
        expect(outcome.outcome).toBe('may-not-ask')
      }
      expect(stored(here.store, 'devices.paired')).toEqual({})
      await paired(here.door, 'phone')
    },
  )

  it('an approval is honoured: the request is settled, its commands are granted', async () => {
    const here = world()
    const folder = directory(here)
    const { requestId, publicKey } = await asks(here.door, 'phone', { commands: ['a'] })
    folder.write()
    folder.edit(PENDING, (json) => delete json[requestId])
    folder.edit(PAIRED, (json) =>
      Object.assign(json, {
        [phone]: {
          deviceId: phone,
          publicKey,
          platform: 'linux',
          role: 'node',
          roles: ['node'],
          tokens: {},
        },
      }),
    )
    expect(await folder.sync()).toEqual([])
    expect(await here.door.find(ROOT, requestId)).toMatchObject({
      settled: { outcome: 'approved' },
    })
    expect((await admitted(here.door, 'phone', { commands: ['a', 'b'] })).device.commands).toEqual([
      'a',
    ])
    expect(await folder.sync()).toEqual([])
  })

  it.each([
    ['before', 'the wider request was written'],
    ['after', 'the wider request was written'],
  ])('an approval that came %s %s gives nothing of it', async (when) => {
    const here = world()
    const folder = directory(here)
    const { requestId, publicKey } = await asks(here.door, 'phone', { commands: ['a'] })
    folder.write()
    const wider = await asks(here.door, 'phone', { commands: ['a', 'system.run'] })
    if (when === 'after') folder.write()
    folder.edit(PENDING, (json) => {
      for (const id of [requestId, wider.requestId]) delete json[id]
    })
    folder.edit(PAIRED, (json) =>
      Object.assign(json, {
        [phone]: { deviceId: phone, publicKey, platform: 'linux', role: 'node', roles: ['node'] },
      }),
    )
    expect(await folder.sync()).toEqual([])
    const offers = { commands: ['a', 'system.run'], mayAsk: { by: 'nothing' } } as const
    expect(await admitted(here.door, 'phone', offers)).toMatchObject({
      device: { commands: [] },
      asks: { created: false, request: { requestId: wider.requestId, reason: 'command-upgrade' } },
    })
    expect(folder.read(PENDING)).toEqual({})
    expect((await here.door.approve(ROOT, wider.requestId)).outcome).toBe('approved')
    expect((await admitted(here.door, 'phone', offers)).device.commands).toEqual(offers.commands)
  })

  it('an approval of an operator whose request was widened gives what was approved; the rest waits', async () => {
    const here = world()
    const folder = directory(here)
    const role = 'operator'
    const first = await asks(here.door, 'cli', { role, scopes: ['operator.read'] })
    folder.write()
    const wider = await asks(here.door, 'cli', { role, scopes: ['operator.admin'] })
    const { deviceId, publicKey } = keyOf('cli')
    folder.edit(PENDING, (json) => delete json[first.requestId])
    folder.edit(PAIRED, (json) =>
      Object.assign(json, {
        [deviceId]: { deviceId, publicKey, roles: [role], scopes: ['operator.read'], tokens: {} },
      }),
    )
    expect(await folder.sync()).toEqual([])
    expect(await here.door.find(ROOT, wider.requestId)).toMatchObject({
      request: { reason: 'scope-upgrade', difference: ['scope operator.admin'] },
    })
  })

  it('a request that went is rejected, one that came waits', async () => {
    const here = world()
    const folder = directory(here)
    const { requestId } = await asks(here.door, 'phone')
    folder.write()
    const entry = structuredClone(folder.read(PENDING)[requestId])
    folder.edit(PENDING, (json) => delete json[requestId])
    await folder.sync()
    expect(await here.door.find(ROOT, requestId)).toMatchObject({
      settled: { outcome: 'rejected' },
    })
    expect((await here.door.arrive(arrival('phone'))).outcome).toBe('resting')
    const { deviceId, publicKey } = keyOf('other')
    const foreign = { ...entry, requestId: 'abc-1', deviceId, publicKey }
    folder.edit(PENDING, (json) => Object.assign(json, { 'abc-1': foreign, [requestId]: entry }))
    expect(await folder.sync()).toMatchObject([{ why: expect.stringContaining('it was rejected') }])
    expect(await here.door.find(ROOT, 'abc-1')).toMatchObject({ outcome: 'waiting' })
    expect(Object.keys(folder.read(PENDING))).toEqual(['abc-1'])
    here.clock.advance(REQUEST_TTL_MS)
    expect(await here.door.find(ROOT, 'abc-1')).toMatchObject({ settled: { outcome: 'expired' } })
  })

  it('revocations, narrower scopes, another token and another name hold at once', async () => {
    const here = world()
    const folder = directory(here)
    const role = 'operator'
    const scopes = ['operator.read', 'operator.approvals']
    const cli = keyOf('cli').deviceId
    const first = await paired(here.door, 'cli', { role, scopes })
    folder.write()
    const change = async (edit: (entry: Record<string, never>) => void) => {
      folder.edit(PAIRED, (json) => edit((json[cli] ?? {}) as never))
      expect(await folder.sync()).toEqual([])
    }
    await change((entry) => Object.assign(entry, { displayName: 'Desk' }))
    expect(here.door.standing(first.device)).toEqual({ holds: true })
    expect((await admitted(here.door, 'cli', { role })).name).toBe('Desk')
    await change((entry) => Object.assign(entry, { scopes: ['operator.read'] }))
    expect(here.door.standing(first.device)).toEqual({ holds: false, because: 'narrowed' })
    const second = await admitted(here.door, 'cli', { role, scopes: ['operator.read'] })
    await change((entry) =>
      Object.assign(entry['tokens']?.['operator'] ?? {}, { token: 'other-token' }),
    )
    expect(here.door.standing(second.device)).toEqual({ holds: false, because: 'rotated' })
    const third = await admitted(here.door, 'cli', { role, deviceToken: 'other-token' })
    expect(third.presented).toBe('right')
    await change((entry) => Object.assign(entry['tokens']?.['operator'] ?? {}, { revokedAtMs: 5 }))
    expect(here.door.standing(third.device)).toEqual({ holds: false, because: 'revoked' })
    expect(folder.read(PAIRED)[cli]).toMatchObject({ roles: [], scopes: [] })
  })

  it('an edit that cannot be read does not take a device away', async () => {
    const here = world()
    const folder = directory(here)
    const { device } = await paired(here.door, 'phone')
    folder.write()
    folder.edit(PAIRED, (json) =>
      Object.assign(json[phone] ?? {}, { publicKey: keyOf('x').publicKey }),
    )
    expect(await folder.sync()).toHaveLength(1)
    expect(here.door.standing(device)).toEqual({ holds: true })
    expect(folder.read(PAIRED)[phone]).toMatchObject({ publicKey: keyOf('phone').publicKey })
  })

  it('keys of objects are keys, nothing more', async () => {
    const here = world()
    const folder = directory(here, {
      [PAIRED]: JSON.parse(`{"__proto__": {"publicKey": "x"}, "constructor": {"publicKey": "y"}}`),
      'nodes/paired.json': JSON.parse(`{"__proto__": {"nodeId": "__proto__", "token": "t"}}`),
    })
    await folder.sync()
    expect(stored(here.store, 'devices.paired')).toEqual({})
    const nodes = legacyNodes({ ...here, random: () => new Uint8Array(), sha256 })
    expect(await nodes.verify(ROOT, '__proto__', 't')).toMatchObject({ outcome: 'right' })
    here.clock.advance(MINUTE)
  })
})
