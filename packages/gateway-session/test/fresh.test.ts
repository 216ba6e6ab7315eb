import { OpenClawError } from '@openclaw/pairing-contracts'
import { describe, expect, it } from 'vitest'
import { TICK_INTERVAL_MS } from '../src/index.ts'
import { STALE_LOOK_MS, STALE_LOOKS, STALE_PAUSE_MS } from '../src/limits.ts'
import { testDevice } from './support/device.ts'
import {
  codeOf,
  errorOf,
  resultOf,
  SECRET,
  type TestGateway,
  testGateway,
} from './support/gateway.ts'
import { node, operator, type Person } from './support/people.ts'
import { settled } from './support/timers.ts'

class Stale extends OpenClawError {
  override readonly code = 'ERR_STORE_STALE'
}

const PATIENCE_MS = STALE_LOOK_MS * STALE_LOOKS

/** A gateway that has been cut off from its store for a while. */
async function cutOff(gateway: TestGateway, { socket }: Person): Promise<void> {
  gateway.door.broken = new Stale('10.0.0.7 does not answer')
  const first = socket.call('system-presence')
  await gateway.timers.pass(PATIENCE_MS)
  expect(codeOf(await first)).toBe('STORE_UNAVAILABLE')
}

function order(nodeId: string, idempotencyKey: string) {
  return { nodeId, command: 'system.which', idempotencyKey }
}

describe('a gateway whose store cannot say who may be here', () => {
  it('admits nobody, and says that it is worth another try', async () => {
    const gateway = testGateway()
    const device = testDevice()
    gateway.door.pair(device, { role: 'node' })
    gateway.door.broken = new Stale('10.0.0.7 does not answer')
    const socket = gateway.socket()
    const error = errorOf(await socket.as(device, { auth: { token: SECRET } }))
    expect(error).toMatchObject({
      code: 'UNAVAILABLE',
      retryable: true,
      retryAfterMs: 1_000,
      details: { code: 'STORE_UNAVAILABLE', error: 'ERR_STORE_STALE' },
    })
    expect(socket.closes).toEqual([{ code: 1013, reason: 'state cannot be read or written' }])
    expect(gateway.said()).not.toContain('10.0.0.7')
  })

  it('admits nobody whose admission became unknown while it was decided', async () => {
    const gateway = testGateway()
    const device = testDevice()
    gateway.door.pair(device, { role: 'node' })
    const { arrive } = gateway.door
    gateway.door.admission = async (arrival) => {
      gateway.door.admission = undefined
      const admission = await arrive(arrival)
      gateway.door.broken = new Stale('gone')
      return admission
    }
    expect(codeOf(await gateway.socket().as(device))).toBe('STORE_UNAVAILABLE')
  })

  it('does nothing for whoever is connected but say that it lives', async () => {
    const gateway = testGateway()
    const person = await operator(gateway, ['operator.admin'])
    const runner = await node(gateway)
    await cutOff(gateway, person)
    const calls: readonly (readonly [string, object | undefined])[] = [
      ['system-presence', undefined],
      ['status', undefined],
      ['node.list', undefined],
      ['node.invoke', order(runner.device.id, 'k')],
      ['device.pair.list', undefined],
      ['device.pair.approve', { requestId: 'req-0' }],
      ['device.token.rotate', { deviceId: runner.device.id, role: 'node' }],
    ]
    for (const [method, params] of calls) {
      const answer = await person.socket.call(method, params as never)
      expect(errorOf(answer), method).toMatchObject({
        retryable: true,
        retryAfterMs: 1_000,
        details: { code: 'STORE_UNAVAILABLE', error: 'ERR_STORE_STALE' },
      })
    }
    expect((await person.socket.call('health')).ok).toBe(true)
    expect(runner.socket.events('node.invoke.request')).toEqual([])
    expect([person, runner].map(({ socket }) => socket.closes)).toEqual([[], []])
    expect(gateway.notices.filter(({ what }) => what === 'failed')).toHaveLength(1)
  })

  it('takes nothing from nodes, and gives nobody what one said before', async () => {
    const told: unknown[] = []
    const gateway = testGateway({ components: { onNodeEvent: (each) => void told.push(each) } })
    const person = await operator(gateway, ['operator.write', 'operator.read'])
    const runner = await node(gateway)
    const nodeId = runner.device.id
    const answers = ['early', 'late'].map((key) =>
      person.socket.call('node.invoke', order(nodeId, key)),
    )
    await settled()
    const [early, late] = runner.socket
      .events('node.invoke.request')
      .map(({ payload }) => (payload as { readonly id: string }).id)
    gateway.door.broken = new Stale('gone')
    const said = runner.socket.call('node.invoke.result', { id: early ?? '', nodeId, ok: true })
    const event = runner.socket.call('node.event', { event: 'x' })
    await gateway.timers.pass(PATIENCE_MS)
    expect([codeOf(await said), codeOf(await event)]).toEqual([
      'STORE_UNAVAILABLE',
      'STORE_UNAVAILABLE',
    ])
    expect(told).toEqual([])
    gateway.door.broken = undefined
    await gateway.timers.pass(STALE_PAUSE_MS)
    await runner.socket.call('node.invoke.result', { id: late ?? '', nodeId, ok: true })
    expect((await answers[1])?.ok).toBe(true)
    await gateway.timers.pass(30_000)
    expect(answers[0] && codeOf(await answers[0])).toBe('NODE_TIMEOUT')
  })

  it('gives the answer of a node to nobody who lost their access while it worked', async () => {
    const gateway = testGateway()
    const person = await operator(gateway, ['operator.write'])
    const runner = await node(gateway)
    const nodeId = runner.device.id
    void person.socket.call('node.invoke', order(nodeId, 'k')).catch(() => undefined)
    await settled()
    const [asked] = runner.socket.events('node.invoke.request')
    const { id } = (asked?.payload ?? {}) as { readonly id: string }
    await gateway.door.revoke(
      { kind: 'root', user: 'x' },
      { deviceId: person.device.id, role: 'operator' },
    )
    const said = { id, nodeId, ok: true, payloadJSON: '"secret picture"' }
    expect(resultOf(await runner.socket.call('node.invoke.result', said))).toEqual({ ok: true })
    await settled()
    expect(person.socket.closes).toEqual([{ code: 1008, reason: 'device role revoked' }])
    expect(person.socket.sent.join()).not.toContain('secret picture')
  })

  it('keeps ticking, and tells nothing of what goes on', async () => {
    const gateway = testGateway()
    const reader = await operator(gateway, ['operator.read', 'operator.pairing'])
    await gateway.timers.pass(2_000)
    const before = reader.socket.events('presence').length
    await cutOff(gateway, reader)
    await node(gateway).catch(() => undefined)
    gateway.sessions.publish('device.pair.resolved', {
      requestId: 'r1',
      deviceId: 'd',
      decision: 'approved',
      ts: 1,
    })
    gateway.sessions.publish('health', { ok: true, ts: 1 })
    await gateway.timers.pass(TICK_INTERVAL_MS)
    expect(reader.socket.events('presence')).toHaveLength(before)
    expect(reader.socket.events('device.pair.resolved')).toEqual([])
    expect(reader.socket.events('health')).toEqual([])
    expect(reader.socket.events('tick')).toHaveLength(1)
    expect(gateway.sessions.figures().droppedEvents).toBe(2)
    const seqs = reader.socket.events().flatMap(({ seq }) => seq ?? [])
    expect(seqs.at(-1)).toBe(seqs.length + 2)
  })

  it('goes on by itself when the store can say it again, and ends who was revoked meanwhile', async () => {
    const gateway = testGateway()
    const reader = await operator(gateway, ['operator.read'])
    const revoked = await operator(gateway, ['operator.read'])
    await gateway.timers.pass(2_000)
    await cutOff(gateway, reader)
    gateway.door.broken = undefined
    await gateway.door.revoke(
      { kind: 'root', user: 'x' },
      { deviceId: revoked.device.id, role: 'operator' },
    )
    expect(revoked.socket.closes).toEqual([])
    await gateway.timers.pass(STALE_PAUSE_MS)
    expect(revoked.socket.closes).toEqual([{ code: 1008, reason: 'device role revoked' }])
    expect((await reader.socket.call('node.list')).ok).toBe(true)
    await gateway.timers.pass(2_000)
    expect(reader.socket.events('presence').length).toBeGreaterThan(0)
  })

  it('answers as ever when it was a moment in which the store read what others wrote', async () => {
    const gateway = testGateway()
    const reader = await operator(gateway, ['operator.read', 'operator.pairing'])
    await gateway.timers.pass(2_000)
    gateway.door.broken = new Stale('a change is not read back yet')
    const answers = ['node.list', 'device.pair.list'].map((each) => reader.socket.call(each))
    gateway.sessions.publish('device.pair.resolved', {
      requestId: 'r1',
      deviceId: 'd',
      decision: 'approved',
      ts: 1,
    })
    gateway.sessions.publish('device.pair.resolved', {
      requestId: 'r2',
      deviceId: 'd',
      decision: 'rejected',
      ts: 2,
    })
    await settled()
    expect(reader.socket.events('device.pair.resolved')).toEqual([])
    gateway.door.broken = undefined
    await gateway.timers.pass(2 * STALE_LOOK_MS)
    expect((await Promise.all(answers)).map(({ ok }) => ok)).toEqual([true, true])
    const told = reader.socket.events('device.pair.resolved').map(({ payload }) => payload)
    expect(told).toMatchObject([{ requestId: 'r1' }, { requestId: 'r2' }])
    expect(gateway.notices.filter(({ what }) => what === 'failed')).toEqual([])
    expect(gateway.timers.waiting()).toBe(1)
  })
})

describe('a look at all connections', () => {
  it('that failed for a moment is made up for', async () => {
    const gateway = testGateway()
    const person = await operator(gateway, ['operator.read'])
    await gateway.door.revoke(
      { kind: 'root', user: 'x' },
      { deviceId: person.device.id, role: 'operator' },
    )
    gateway.door.broken = new Stale('a change is not read back yet')
    expect(() => gateway.sessions.recheck(person.device.id)).toThrow(Stale)
    gateway.door.broken = undefined
    await gateway.timers.pass(2 * STALE_LOOK_MS)
    expect(person.socket.closes).toEqual([{ code: 1008, reason: 'device role revoked' }])
  })
})

describe('a connection whose admission is over', () => {
  it('gets nothing done, also before anybody reported it', async () => {
    const gateway = testGateway()
    const person = await operator(gateway, ['operator.admin'])
    const runner = await node(gateway)
    const deviceId = person.device.id
    await gateway.door.revoke({ kind: 'root', user: 'x' }, { deviceId, role: 'operator' })
    person.socket.say({
      type: 'req',
      id: 'x',
      method: 'node.invoke',
      params: order(runner.device.id, 'k'),
    })
    await settled()
    expect(person.socket.closes).toEqual([{ code: 1008, reason: 'device role revoked' }])
    expect(runner.socket.events('node.invoke.request')).toEqual([])
  })

  it('hears nothing more', async () => {
    const gateway = testGateway()
    const person = await operator(gateway, ['operator.pairing'])
    await gateway.door.remove({ kind: 'root', user: 'x' }, person.device.id)
    gateway.sessions.publish('device.pair.resolved', {
      requestId: 'r1',
      deviceId: 'd',
      decision: 'approved',
      ts: 1,
    })
    expect(person.socket.closes).toEqual([{ code: 1008, reason: 'device removed' }])
    expect(person.socket.events('device.pair.resolved')).toEqual([])
  })

  it('of a node is not asked', async () => {
    const gateway = testGateway()
    const person = await operator(gateway, ['operator.write'])
    const runner = await node(gateway)
    const { id: deviceId } = runner.device
    await gateway.door.revoke({ kind: 'root', user: 'x' }, { deviceId, role: 'node' })
    expect(codeOf(await person.socket.call('node.invoke', order(deviceId, 'k')))).toBe(
      'NOT_CONNECTED',
    )
    expect(runner.socket.events('node.invoke.request')).toEqual([])
    expect(runner.socket.closes).toEqual([{ code: 1008, reason: 'device role revoked' }])
  })
})
