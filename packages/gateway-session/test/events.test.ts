import { decodeEvent, type EventName, isEventName } from '@openclaw/pairing-protocol'
import { describe, expect, it } from 'vitest'
import {
  EVENTS,
  type Heard,
  holdsScope,
  MAX_PRESENCE,
  MAX_WAITING_FRAMES,
  PAUSE_BYTES,
  PAUSE_FRAMES,
  PRESENCE_TTL_MS,
  type SessionCaps,
  TICK_INTERVAL_MS,
} from '../src/index.ts'
import { connectParams, testDevice } from './support/device.ts'
import { codeOf, helloOf, resultOf, SECRET, testGateway } from './support/gateway.ts'
import { node, operator, type Person } from './support/people.ts'
import { settled } from './support/timers.ts'

const REQUEST = { requestId: 'r', deviceId: 'd', publicKey: 'k', ts: 1 }
const RESOLVED = { requestId: 'r', deviceId: 'd', decision: 'approved', ts: 1 }
const OLD = { requestId: 'r', nodeId: 'n', ts: 1 }
const OLD_RESOLVED = { requestId: 'r', nodeId: 'n', decision: 'approved', ts: 1 }

/** How each event comes about. */
const CAUSES: Readonly<Record<Heard, (gateway: ReturnType<typeof testGateway>) => unknown>> = {
  tick: ({ timers }) => timers.pass(TICK_INTERVAL_MS),
  shutdown: ({ sessions }) => sessions.shutdown('update'),
  presence: async (gateway) => {
    await operator(gateway, [])
    await gateway.timers.pass(1_000)
  },
  health: ({ sessions }) => sessions.publish('health', { ok: true, ts: 1 }),
  'device.pair.requested': ({ sessions }) => sessions.publish('device.pair.requested', REQUEST),
  'device.pair.resolved': ({ sessions }) => sessions.publish('device.pair.resolved', RESOLVED),
  'node.pair.requested': ({ sessions }) => sessions.publish('node.pair.requested', OLD),
  'node.pair.resolved': ({ sessions }) => sessions.publish('node.pair.resolved', OLD_RESOLVED),
}

const SCOPES = ['admin', 'write', 'read', 'pairing', 'approvals'].map((each) => `operator.${each}`)

describe('who hears what', () => {
  it.each(Object.entries(EVENTS))('%s goes to its audience and nobody else', async (name, row) => {
    const gateway = testGateway()
    const people: [readonly string[] | 'node' | 'half-open', Person['socket']][] = [
      ['node', (await node(gateway)).socket],
      ['half-open', gateway.socket()],
    ]
    for (const scopes of [[], ...SCOPES.map((scope) => [scope])]) {
      people.push([scopes, (await operator(gateway, scopes)).socket])
    }
    await gateway.timers.pass(1_000)
    const before = people.map(([, socket]) => socket.events(name).length)
    await CAUSES[name as Heard](gateway)
    for (const [at, [who, socket]] of people.entries()) {
      const heard = socket.events(name).length - (before[at] ?? 0)
      const may =
        who !== 'half-open' &&
        (row.to === 'everyone' || (who !== 'node' && holdsScope(who, row.to)))
      expect([who, heard]).toEqual([who, may ? 1 : 0])
    }
  })

  it('tells only what the protocol knows, in its shapes', async () => {
    const gateway = testGateway()
    const { socket } = await operator(gateway, ['operator.admin'])
    const { shutdown, ...others } = CAUSES
    for (const cause of [...Object.values(others), shutdown]) await cause(gateway)
    const names = new Set(socket.events().map(({ event }) => event))
    expect(names).toEqual(new Set(['connect.challenge', ...Object.keys(EVENTS)]))
    for (const { event, payload } of socket.events()) {
      expect(isEventName(event) && decodeEvent(event as EventName, payload).ok).toBe(true)
    }
  })

  it('numbers events for each client, so that nobody counts what others heard', async () => {
    const gateway = testGateway()
    const admin = await operator(gateway, ['operator.admin'])
    const { socket } = await node(gateway)
    gateway.sessions.publish('health', { ok: true, ts: 1 })
    gateway.sessions.publish('device.pair.requested', REQUEST)
    await gateway.timers.pass(TICK_INTERVAL_MS)
    const seqs = (each: typeof socket) =>
      each.events().flatMap(({ event, seq }) => (event === 'connect.challenge' ? [] : [seq]))
    expect(seqs(socket)).toEqual([1])
    expect(seqs(admin.socket)).toEqual([1, 2, 3, 4])
  })

  it('tells a request and a decision once, however often they are published', async () => {
    const gateway = testGateway()
    const { socket } = await operator(gateway, ['operator.pairing'])
    const device = testDevice()
    await gateway.socket().as(device, { auth: { token: SECRET } })
    const [request] = gateway.door.waiting()
    const requestId = request?.requestId ?? ''
    gateway.sessions.publish('device.pair.requested', { ...REQUEST, requestId })
    await socket.call('device.pair.approve', { requestId })
    gateway.sessions.publish('device.pair.resolved', { ...RESOLVED, requestId })
    expect(socket.events('device.pair.requested')).toHaveLength(1)
    expect(socket.events('device.pair.requested')[0]?.payload).toMatchObject({
      requestId,
      deviceId: device.id,
      remoteIp: '203.0.113.9',
      fingerprint: ['amber', 'boat', 'cedar'],
    })
    expect(socket.events('device.pair.resolved')).toHaveLength(1)
    const order = socket.frames().map((each) => (each.type === 'event' ? each.event : each.id))
    expect(order.slice(-2)).toEqual(['device.pair.resolved', 'r2'])
  })

  it('does not tell again of a request that only waits', async () => {
    const gateway = testGateway()
    const { socket } = await operator(gateway, ['operator.pairing'])
    const device = testDevice()
    for (let round = 0; round < 3; round += 1) {
      await gateway.socket().as(device, { auth: { token: SECRET } })
    }
    expect(socket.events('device.pair.requested')).toHaveLength(1)
  })
})

describe('slow readers', () => {
  it('miss what is said again, and see that they did', async () => {
    const gateway = testGateway()
    const { socket } = await operator(gateway, ['operator.read'])
    socket.buffer(60_000_000)
    gateway.sessions.publish('health', { ok: true, ts: 1 })
    expect(socket.events('health')).toEqual([])
    expect(socket.closes).toEqual([])
    expect(gateway.sessions.figures().droppedEvents).toBe(1)
    socket.buffer(0)
    gateway.sessions.publish('health', { ok: true, ts: 2 })
    expect(socket.events('health').map(({ seq }) => seq)).toEqual([2])
  })

  it.each([
    ['a tick', (gateway: ReturnType<typeof testGateway>) => gateway.timers.pass(TICK_INTERVAL_MS)],
    [
      'a request',
      (gateway: ReturnType<typeof testGateway>) =>
        gateway.sessions.publish('device.pair.requested', REQUEST),
    ],
  ])('are ended by %s, which must not be missed', async (_, cause) => {
    const gateway = testGateway()
    const { socket } = await operator(gateway, ['operator.admin'])
    socket.buffer(60_000_000)
    await cause(gateway)
    expect(socket.closes).toEqual([{ code: 1008, reason: 'slow consumer' }])
    expect(gateway.sessions.figures()).toMatchObject({
      operators: 0,
      closed: { 'slow-consumer': 1 },
    })
  })

  it('are ended by an answer, and the limit is the one of hello-ok', async () => {
    const caps: Partial<SessionCaps> = { maxBufferedBytes: 1_000 }
    const gateway = testGateway({ options: { caps } })
    const device = testDevice()
    gateway.door.pair(device, { role: 'node' })
    const socket = gateway.socket()
    const hello = helloOf(await socket.as(device))
    expect(hello.policy.maxBufferedBytes).toBe(1_000)
    socket.buffer(1_001)
    socket.say({ type: 'req', id: 'h', method: 'health' })
    await settled()
    expect(socket.closes).toEqual([{ code: 1008, reason: 'slow consumer' }])
  })

  it.each([
    ['bytes', PAUSE_BYTES + 1, 1],
    ['messages', PAUSE_FRAMES * 50, PAUSE_FRAMES + 1],
  ])('are not read from while many %s wait, until most are gone', async (_, bytes, waiting) => {
    const gateway = testGateway()
    const { socket } = await operator(gateway, ['operator.read'])
    socket.buffer(bytes, waiting)
    await socket.call('health')
    expect(socket.isRead()).toBe(false)
    socket.buffer(bytes / 2, waiting / 2)
    socket.session.drained()
    expect(socket.isRead()).toBe(false)
    socket.buffer(bytes / 5, waiting / 5)
    socket.session.drained()
    expect(socket.isRead()).toBe(true)
    expect(socket.closes).toEqual([])
  })

  it('are ended by many small messages as well', async () => {
    const gateway = testGateway()
    const { socket } = await operator(gateway, ['operator.read'])
    socket.buffer(100_000, MAX_WAITING_FRAMES + 1)
    await gateway.timers.pass(TICK_INTERVAL_MS)
    expect(socket.closes).toEqual([{ code: 1008, reason: 'slow consumer' }])
  })

  it('have far less to themselves where they hold no scope', async () => {
    const gateway = testGateway()
    const bare = gateway.socket()
    const params = connectParams({ role: 'operator', auth: { token: SECRET } })
    const { policy } = helloOf(await bare.connect(params))
    expect(policy).toMatchObject({ maxPayload: 65_536, maxBufferedBytes: 262_144 })
    bare.buffer(70_000, 3)
    await bare.call('health')
    expect(bare.isRead()).toBe(false)
    bare.buffer(262_145, 3)
    await gateway.timers.pass(TICK_INTERVAL_MS)
    expect(bare.closes).toEqual([{ code: 1008, reason: 'slow consumer' }])
  })

  it('share what there is: those who have most waiting go first', async () => {
    const caps = { maxBufferedTotalBytes: 10_000_000 }
    const gateway = testGateway({ options: { caps } })
    const people = await Promise.all([1, 2, 3, 4].map(() => operator(gateway, ['operator.read'])))
    for (const [at, { socket }] of people.entries()) {
      socket.buffer(2_000_000 + at * 500_000, 1)
      await socket.call('health')
    }
    const ended = people.map(({ socket }) => socket.closes.length)
    expect(ended).toEqual([0, 0, 0, 1])
    people[0]?.socket.session.closed()
    people[1]?.socket.buffer(0)
    people[1]?.socket.session.drained()
    const { socket } = await operator(gateway, ['operator.read'])
    socket.buffer(5_000_000, 1)
    await socket.call('health')
    expect(socket.closes).toEqual([])
  })

  it('cost nobody else anything', async () => {
    const gateway = testGateway()
    const slow = await operator(gateway, ['operator.read'])
    const quick = await operator(gateway, ['operator.read'])
    slow.socket.buffer(60_000_000)
    gateway.sessions.publish('health', { ok: true, ts: 1 })
    await gateway.timers.pass(TICK_INTERVAL_MS)
    expect(quick.socket.events('health')).toHaveLength(1)
    expect(quick.socket.events('tick')).toHaveLength(1)
  })
})

describe('presence', () => {
  it('lists who is here and who left, without one-off commands', async () => {
    const gateway = testGateway()
    const reader = await operator(gateway, ['operator.read'])
    const cli = await operator(gateway, ['operator.read'], { mode: 'cli' })
    const gone = await node(gateway, { displayName: 'kitchen' })
    gateway.clock.advance(1_000)
    gone.socket.session.closed()
    cli.socket.session.closed()
    const list = resultOf<object[]>(await reader.socket.call('system-presence'))
    expect(list).toMatchObject([
      { mode: 'gateway', reason: 'self', version: '1.2.3' },
      { host: 'kitchen', mode: 'node', reason: 'disconnect', deviceId: gone.device.id },
      { mode: 'ui', reason: 'connect', deviceId: reader.device.id, ip: '203.0.113.9' },
    ])
    expect(list).toHaveLength(3)
    expect(JSON.stringify(list[0])).not.toContain('host')
    gateway.clock.advance(PRESENCE_TTL_MS + 1)
    expect(resultOf<object[]>(await reader.socket.call('system-presence'))).toHaveLength(2)
  })

  it('lets nobody take the entry of a device by its name', async () => {
    const gateway = testGateway()
    const reader = await operator(gateway, ['operator.read'])
    const kitchen = await node(gateway, { displayName: 'kitchen' })
    const liar = gateway.socket()
    const params = connectParams({ role: 'operator', auth: { token: SECRET } })
    const client = { ...params.client, instanceId: kitchen.device.id.toUpperCase() }
    expect((await liar.connect({ ...params, client })).ok).toBe(true)
    liar.session.closed()
    const list = resultOf<object[]>(await reader.socket.call('system-presence'))
    expect(list).toContainEqual(
      expect.objectContaining({ host: 'kitchen', reason: 'connect', deviceId: kitchen.device.id }),
    )
  })

  it('keeps a device that has another connection', async () => {
    const gateway = testGateway()
    const reader = await operator(gateway, ['operator.read'])
    const second = gateway.socket()
    await second.as(reader.device, { role: 'operator', scopes: ['operator.read'] })
    second.session.closed()
    const list = resultOf<object[]>(await reader.socket.call('system-presence'))
    expect(list).toMatchObject([{ mode: 'gateway' }, { reason: 'connect' }])
  })

  it('never holds more than 200 entries', async () => {
    const gateway = testGateway()
    const reader = await operator(gateway, ['operator.read'])
    for (let each = 0; each < MAX_PRESENCE + 50; each += 1) {
      const socket = gateway.socket()
      await socket.as(reader.device, { role: 'operator', scopes: [] })
      await node(gateway)
      socket.session.closed()
    }
    const list = resultOf<object[]>(await reader.socket.call('system-presence'))
    expect(list.length).toBe(MAX_PRESENCE)
  })

  it('tells many changes as one', async () => {
    const gateway = testGateway()
    const { socket } = await operator(gateway, ['operator.read'])
    for (let each = 0; each < 20; each += 1) (await node(gateway)).socket.session.closed()
    expect(socket.events('presence')).toEqual([])
    await gateway.timers.pass(1_000)
    expect(socket.events('presence')).toHaveLength(1)
    expect(socket.events('presence')[0]?.stateVersion?.presence).toBeGreaterThan(20)
    await gateway.timers.pass(10_000)
    expect(socket.events('presence')).toHaveLength(1)
  })
})

describe('the end of the gateway', () => {
  it('says goodbye, answers what was begun, and closes with 1012', async () => {
    const gateway = testGateway()
    const writer = await operator(gateway, ['operator.admin'])
    const runner = await node(gateway)
    const half = gateway.socket()
    const waits = writer.socket.call('node.invoke', {
      nodeId: runner.device.id,
      command: 'system.which',
      idempotencyKey: 'k',
    })
    const lists = writer.socket.call('device.pair.list')
    await gateway.sessions.shutdown('update', 5_000)
    expect(codeOf(await waits)).toBe('SHUTTING_DOWN')
    expect((await lists).ok).toBe(true)
    for (const { socket } of [writer, runner]) {
      expect(socket.events('shutdown').map(({ payload }) => payload)).toEqual([
        { reason: 'update', restartExpectedMs: 5_000 },
      ])
    }
    const all = [writer.socket, runner.socket, half, gateway.socket()]
    for (const { closes } of all)
      expect(closes).toEqual([{ code: 1012, reason: 'service restart' }])
    expect(gateway.sessions.figures()).toMatchObject({ operators: 0, nodes: 0, halfOpen: 0 })
    expect(gateway.timers.waiting()).toBe(0)
  })

  it('begins nothing more, and waits no longer than two seconds', async () => {
    const gateway = testGateway()
    const { socket } = await operator(gateway, ['operator.admin'])
    Object.assign(gateway.door, { list: () => new Promise(() => undefined) })
    socket.say({ type: 'req', id: 'hangs', method: 'device.pair.list' })
    const over = gateway.sessions.shutdown('update')
    expect(codeOf(await socket.call('health'))).toBe('SHUTTING_DOWN')
    await gateway.timers.pass(2_000)
    await over
    expect(socket.closes).toEqual([{ code: 1012, reason: 'service restart' }])
  })

  it('may be said twice', async () => {
    const gateway = testGateway()
    const { socket } = await operator(gateway, [])
    await Promise.all([gateway.sessions.shutdown('a'), gateway.sessions.shutdown('b')])
    expect(socket.events('shutdown')).toHaveLength(1)
    expect(socket.closes).toHaveLength(1)
  })

  it('admits nobody who is just being decided about', async () => {
    const gateway = testGateway()
    const socket = gateway.socket()
    const params = connectParams({ role: 'operator', auth: { token: SECRET } })
    socket.say({ type: 'req', id: 'c', method: 'connect', params })
    await gateway.sessions.shutdown('update')
    await settled()
    expect(gateway.sessions.figures().operators).toBe(0)
    expect(socket.closes).toEqual([{ code: 1012, reason: 'service restart' }])
  })
})
