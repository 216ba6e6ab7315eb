import { decodeResult, METHOD_NAMES, type MethodName } from '@openclaw/pairing-protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { holdsScope, methodAccess, type OperatorScope } from '../src/index.ts'
import { STALE_LOOK_MS, STALE_LOOKS } from '../src/limits.ts'
import { testDevice } from './support/device.ts'
import { codeOf, errorOf, helloOf, resultOf, SECRET, testGateway } from './support/gateway.ts'
import { fakeLegacyNodes } from './support/legacy.ts'
import { node, operator } from './support/people.ts'
import { settled } from './support/timers.ts'

const SCOPES: readonly OperatorScope[] = [
  'operator.admin',
  'operator.write',
  'operator.read',
  'operator.pairing',
  'operator.approvals',
]

/** Parameters with which each method would work, or find nothing. */
const PARAMS: Readonly<Record<string, object>> = {
  'device.pair.approve': { requestId: 'req-0' },
  'device.pair.reject': { requestId: 'req-0' },
  'device.pair.remove': { deviceId: 'nobody' },
  'device.pair.rename': { deviceId: 'nobody', label: 'x' },
  'device.token.rotate': { deviceId: 'nobody', role: 'node' },
  'device.token.revoke': { deviceId: 'nobody', role: 'node' },
  'node.describe': { nodeId: 'nobody' },
  'node.rename': { nodeId: 'nobody', displayName: 'x' },
  'node.invoke': { nodeId: 'nobody', command: 'system.which', idempotencyKey: 'k' },
  'node.invoke.result': { id: 'x', nodeId: 'nobody', ok: true },
  'node.event': { event: 'x' },
  'node.pair.request': { nodeId: 'old' },
  'node.pair.approve': { requestId: 'none' },
  'node.pair.reject': { requestId: 'none' },
  'node.pair.verify': { nodeId: 'old', token: 'x' },
}

const legacyNodes = fakeLegacyNodes()
const rows = methodAccess(legacyNodes)
const REFUSED = ['SCOPE_MISSING', 'ROLE_UNAUTHORIZED', 'METHOD_UNKNOWN']

describe('who may call what', () => {
  it('has a row for every method of the protocol but connect', () => {
    const names = rows.map(({ method }) => method)
    expect(new Set([...names, 'connect'])).toEqual(new Set([...METHOD_NAMES, 'status']))
  })

  it.each(rows)('$method is open to $audience and nobody else', async ({ method, audience }) => {
    const gateway = testGateway({ components: { legacyNodes } })
    const subsets = [[], ...SCOPES.map((scope) => [scope]), SCOPES.slice(1)]
    for (const scopes of subsets) {
      const { socket } = await operator(gateway, scopes)
      const answer = await socket.call(method, { ...PARAMS[method] })
      const isOpen = audience === 'anybody' || (audience !== 'node' && holdsScope(scopes, audience))
      const code = answer.ok ? 'ok' : codeOf(answer)
      expect([scopes, REFUSED.includes(String(code))]).toEqual([scopes, !isOpen])
    }
    const { socket } = await node(gateway)
    const answer = await socket.call(method, { ...PARAMS[method] })
    const isOpen = audience === 'anybody' || audience === 'node'
    expect(answer.ok || !REFUSED.includes(String(codeOf(answer)))).toBe(isOpen)
  })

  it('never answers ok without the scope, whatever is sent', async () => {
    const gateway = testGateway({ components: { legacyNodes } })
    const method = fc.oneof(fc.constantFrom(...rows.map((row) => row.method)), fc.string())
    const params = fc.oneof(
      fc.constantFrom(...Object.values(PARAMS)),
      fc.jsonValue() as fc.Arbitrary<never>,
    )
    await fc.assert(
      fc.asyncProperty(fc.subarray([...SCOPES]), method, params, async (scopes, name, given) => {
        const { socket } = await operator(gateway, scopes)
        socket.say({ type: 'req', id: 'q', method: name, params: given })
        await settled()
        await settled()
        const answer = socket.frames().find((each) => each.type === 'res' && each.id === 'q')
        socket.session.closed()
        if (answer?.type !== 'res' || !answer.ok) return true
        const row = rows.find((each) => each.method === name)
        if (row === undefined || row.audience === 'node') return false
        return row.audience === 'anybody' || holdsScope(scopes, row.audience)
      }),
      { numRuns: 300 },
    )
  })

  it('lists in hello-ok what may be called', async () => {
    const gateway = testGateway({ components: { legacyNodes } })
    const device = testDevice()
    gateway.door.pair(device, { role: 'operator', scopes: ['operator.read'] })
    const ask = { role: 'operator', scopes: ['operator.read'] }
    const { features, snapshot } = helloOf(await gateway.socket().as(device, ask))
    expect(features.methods).toEqual([
      'health',
      'system-presence',
      'status',
      'node.list',
      'node.describe',
    ])
    expect(features.events).toEqual(['connect.challenge', 'tick', 'shutdown', 'presence', 'health'])
    expect(snapshot.presence.map(({ mode }) => mode)).toEqual(['gateway', 'ui'])
  })

  it('says the documented words', async () => {
    const gateway = testGateway()
    const reader = await operator(gateway, ['operator.read'])
    const admin = await operator(gateway, ['operator.admin'])
    const { socket } = await node(gateway)
    const words = async (answer: ReturnType<typeof socket.call>) => errorOf(await answer).message
    expect(await words(reader.socket.call('device.pair.list'))).toBe(
      'missing scope: operator.pairing',
    )
    expect(await words(reader.socket.call('config.get'))).toBe('missing scope: operator.admin')
    expect(await words(admin.socket.call('config.get'))).toBe('unknown method: config.get')
    expect(await words(admin.socket.call('node.event', { event: 'x' }))).toBe(
      'unauthorized role: operator',
    )
    expect(await words(socket.call('node.list'))).toBe('unauthorized role: node')
    expect(await words(admin.socket.call('connect'))).toBe(
      'connect is only valid as the first request',
    )
    expect(await words(admin.socket.call('device.pair.list', { x: 1 }))).toContain('invalid params')
    expect(await words(admin.socket.call('status', { x: 1 }))).toContain('invalid params')
  })

  it('has no node.pair.* without the old store', async () => {
    const { socket } = await operator(testGateway(), ['operator.admin'])
    expect(codeOf(await socket.call('node.pair.list'))).toBe('METHOD_UNKNOWN')
  })
})

describe('devices', () => {
  async function waiting() {
    const gateway = testGateway()
    const { socket } = await operator(gateway, ['operator.pairing'])
    const device = testDevice()
    const ask = { auth: { token: SECRET }, displayName: 'kitchen' }
    await gateway.socket().as(device, ask)
    const [request] = gateway.door.waiting()
    return { gateway, socket, device, ask, requestId: request?.requestId ?? '' }
  }

  it('lists what waits and what is paired, without tokens, in the published shape', async () => {
    const { gateway, socket, requestId, device } = await waiting()
    gateway.door.pair(testDevice(), { role: 'node' })
    const answer = await socket.call('device.pair.list')
    const list = decodeResult('device.pair.list', resultOf(answer) as never)
    if (!list.ok) throw new Error(list.refusal.message)
    expect(list.value.pending).toMatchObject([
      {
        requestId,
        deviceId: device.id,
        displayName: 'kitchen',
        platform: 'linux',
        role: 'node',
        roles: ['node'],
        scopes: [],
        remoteIp: '203.0.113.9',
        isRepair: false,
        silent: false,
        digest: expect.any(String),
        fingerprint: ['amber', 'boat', 'cedar'],
      },
    ])
    expect(list.value.paired).toHaveLength(2)
    expect(JSON.stringify(list.value)).not.toContain('device-token')
  })

  it('tells of each role what was granted, when and by whom, and who is here now', async () => {
    const gateway = testGateway()
    const { socket, device: own } = await operator(gateway, ['operator.pairing'])
    const device = testDevice()
    const approvedAtMs = gateway.clock.now()
    gateway.door.pair(device, { role: 'node', commands: ['lamp.switch'] })
    await gateway.timers.pass(5_000)
    gateway.door.pair(device, { role: 'operator', scopes: ['operator.read'] })
    const now = gateway.clock.now()
    const paired = async () => {
      const answer = await socket.call('device.pair.list')
      const list = resultOf<{ paired: { deviceId: string }[] }>(answer)
      return new Map(list.paired.map((each) => [each.deviceId, each]))
    }
    const listed = await paired()
    expect(listed.get(own.id)).toMatchObject({ connected: true, lastSeenAtMs: now })
    expect(listed.get(device.id)).toMatchObject({
      connected: false,
      grants: [
        { role: 'node', scopes: [], commands: ['lamp.switch'], approvedAtMs, approvedBy: 'root' },
        { role: 'operator', scopes: ['operator.read'], approvedAtMs: now, approvedBy: 'root' },
      ],
    })
    expect(listed.get(device.id)).not.toHaveProperty('lastSeenAtMs')
    await socket.call('device.token.revoke', { deviceId: device.id, role: 'node' })
    expect((await paired()).get(device.id)).toMatchObject({
      roles: ['operator'],
      grants: [{ role: 'node', revokedAtMs: expect.any(Number) }, { role: 'operator' }],
    })
  })

  it('approves by an id alone, as existing clients do', async () => {
    const { gateway, socket, device, ask, requestId } = await waiting()
    const approved = resultOf(await socket.call('device.pair.approve', { requestId }))
    expect(decodeResult('device.pair.approve', approved as never).ok).toBe(true)
    expect(socket.events('device.pair.resolved')).toMatchObject([
      { payload: { requestId, deviceId: device.id, decision: 'approved' } },
    ])
    expect((await gateway.socket().as(device, ask)).ok).toBe(true)
  })

  it('approves what was listed, not what it became', async () => {
    const { gateway, socket, requestId } = await waiting()
    await socket.call('device.pair.list')
    const [request] = gateway.door.waiting()
    Object.assign(request ?? {}, { digest: 'digest-of-more', difference: ['command camera.snap'] })
    const answer = await socket.call('device.pair.approve', { requestId })
    expect(errorOf(answer)).toMatchObject({
      message: 'request changed since it was shown: command camera.snap',
      details: { code: 'REQUEST_CHANGED', difference: ['command camera.snap'] },
    })
    expect((await socket.call('device.pair.approve', { requestId })).ok).toBe(true)
  })

  it('approves by a digest', async () => {
    const { socket, requestId } = await waiting()
    const wrong = await socket.call('device.pair.approve', { requestId, digest: 'another' })
    expect(codeOf(wrong)).toBe('REQUEST_CHANGED')
  })

  it('says what became of an old id', async () => {
    const { socket, requestId } = await waiting()
    await socket.call('device.pair.reject', { requestId })
    for (const method of ['device.pair.reject', 'device.pair.approve']) {
      const answer = await socket.call(method, { requestId })
      expect(errorOf(answer).details).toMatchObject({
        code: 'REQUEST_SETTLED',
        outcome: 'rejected',
      })
      expect(codeOf(await socket.call(method, { requestId: 'nope' }))).toBe('REQUEST_UNKNOWN')
    }
  })

  it('passes the actor, and its refusal', async () => {
    const gateway = testGateway()
    const { socket, device } = await operator(gateway, ['operator.pairing'])
    let actor: unknown
    const list = gateway.door.list
    Object.assign(gateway.door, {
      list: (given: Parameters<typeof list>[0]) => {
        actor = given
        return list({ kind: 'operator', deviceId: device.id, scopes: [] })
      },
    })
    const answer = await socket.call('device.pair.list')
    expect(actor).toEqual({ kind: 'operator', deviceId: device.id, scopes: ['operator.pairing'] })
    expect(codeOf(answer)).toBe('SCOPE_MISSING')
  })

  it('rotates: the token goes to its own device alone, and connections end after the answer', async () => {
    const gateway = testGateway()
    const { socket, device } = await operator(gateway, ['operator.pairing'])
    const other = await node(gateway)
    const answer = await socket.call('device.token.rotate', {
      deviceId: other.device.id,
      role: 'node',
    })
    expect(resultOf(answer)).toEqual({
      deviceId: other.device.id,
      role: 'node',
      scopes: [],
      rotatedAtMs: gateway.clock.now(),
      tokenDelivery: 'withheld-cross-device',
    })
    expect(other.socket.closes).toEqual([
      { code: 1008, reason: 'device token rotated: connect again' },
    ])
    const own = await socket.call('device.token.rotate', { deviceId: device.id, role: 'operator' })
    expect(resultOf(own)).toMatchObject({ token: expect.stringMatching(/^device-token-/) })
    expect(socket.closes).toHaveLength(1)
  })

  it.each([
    ['device.token.rotate', 'rotate'],
    ['device.token.revoke', 'revoke'],
  ] as const)(
    'answers %s of its own before it ends, however early the journal tells',
    async (method, verb) => {
      const gateway = testGateway()
      const { socket, device } = await operator(gateway, ['operator.pairing'])
      const { [verb]: act } = gateway.door
      const early = async (...given: Parameters<typeof act>) => {
        const outcome = await (act as (...all: unknown[]) => Promise<unknown>)(...given)
        gateway.sessions.recheck(device.id)
        return outcome
      }
      Object.assign(gateway.door, { [verb]: early })
      const answer = await socket.call(method, { deviceId: device.id, role: 'operator' })
      expect(resultOf(answer)).toMatchObject({ deviceId: device.id })
      expect(socket.closes).toHaveLength(1)
    },
  )

  it('ends a connection for what happened while it was refused to end itself', async () => {
    const gateway = testGateway()
    const { socket, device } = await operator(gateway, ['operator.pairing'])
    const rotate = async () => {
      gateway.door.revoke({ kind: 'root', user: 'ada' }, { deviceId: device.id, role: 'operator' })
      gateway.sessions.recheck(device.id)
      return { outcome: 'not-known', deviceId: device.id }
    }
    Object.assign(gateway.door, { rotate })
    const answer = await socket.call('device.token.rotate', {
      deviceId: device.id,
      role: 'operator',
    })
    expect(codeOf(answer)).toBe('DEVICE_UNKNOWN')
    expect(socket.closes).toHaveLength(1)
  })

  it('hands a rotated token to the terminal of this machine', async () => {
    const gateway = testGateway()
    const { device } = await node(gateway)
    const socket = gateway.socket({ local: true })
    await socket.connect({ ...localParams })
    const answer = await socket.call('device.token.rotate', { deviceId: device.id, role: 'node' })
    expect(resultOf(answer)).toMatchObject({ tokenDelivery: 'in-band' })
  })

  it.each(['device.token.revoke', 'device.pair.remove'])(
    '%s ends its connections',
    async (method) => {
      const gateway = testGateway()
      const { socket } = await operator(gateway, ['operator.pairing'])
      const { device, socket: live } = await node(gateway)
      const role = method.endsWith('revoke') ? { role: 'node' } : {}
      const answer = resultOf(await socket.call(method, { deviceId: device.id, ...role }))
      expect(decodeResult(method as MethodName, answer as never).ok).toBe(true)
      expect(live.closes.map(({ code }) => code)).toEqual([1008])
      expect((await gateway.socket().as(device)).ok).toBe(false)
    },
  )

  it('refuses more than was approved, and who is not known', async () => {
    const gateway = testGateway()
    const { socket, device } = await operator(gateway, ['operator.pairing'])
    const rotate = { deviceId: device.id, role: 'operator', scopes: ['operator.admin'] }
    expect(codeOf(await socket.call('device.token.rotate', rotate))).toBe('GRANT_TOO_WIDE')
    const nobody = { deviceId: 'nobody', role: 'node' }
    expect(codeOf(await socket.call('device.token.rotate', nobody))).toBe('DEVICE_ROLE_UNKNOWN')
    expect(codeOf(await socket.call('device.token.revoke', nobody))).toBe('DEVICE_ROLE_UNKNOWN')
    expect(codeOf(await socket.call('device.pair.remove', { deviceId: 'nobody' }))).toBe(
      'DEVICE_UNKNOWN',
    )
    const label = { deviceId: 'nobody', label: 'x' }
    expect(codeOf(await socket.call('device.pair.rename', label))).toBe('DEVICE_UNKNOWN')
  })

  it('answers that a name is wrong, which is no fault to try again after or to log', async () => {
    const gateway = testGateway()
    const { socket, device } = await operator(gateway, ['operator.pairing'])
    const label = { deviceId: device.id, label: 'x'.repeat(200) }
    const name = { nodeId: device.id, displayName: 'x'.repeat(200) }
    for (const answer of [
      await socket.call('device.pair.rename', label),
      await socket.call('node.rename', name),
    ]) {
      expect(codeOf(answer)).toBe('PARAMS_INVALID')
      expect(errorOf(answer).retryable).not.toBe(true)
    }
    expect(gateway.notices.filter(({ what }) => what === 'failed')).toEqual([])
  })

  it('answers that the state cannot be read, without its words', async () => {
    const gateway = testGateway()
    const { socket } = await operator(gateway, ['operator.pairing'])
    gateway.door.broken = new Error('/home/owner/devices/paired.json')
    const answer = socket.call('device.pair.list')
    await gateway.timers.pass(STALE_LOOK_MS * STALE_LOOKS)
    expect(codeOf(await answer)).toBe('STORE_UNAVAILABLE')
    expect(gateway.said()).not.toContain('paired.json')
    gateway.door.broken = undefined
    expect((await socket.call('device.pair.list')).ok).toBe(true)
  })
})

const localParams = {
  minProtocol: 3,
  maxProtocol: 4,
  client: { id: 'cli', version: '1', platform: 'linux', mode: 'cli' },
}

describe('nodes of the old pairing', () => {
  it('are asked for, approved, verified and renamed in their own store', async () => {
    const gateway = testGateway({ components: { legacyNodes: fakeLegacyNodes() } })
    const { socket } = await operator(gateway, ['operator.pairing'])
    const ask = { nodeId: 'legacy-1', displayName: 'Legacy' }
    const first = resultOf(await socket.call('node.pair.request', ask))
    expect(first).toMatchObject({ status: 'pending', created: true })
    expect(resultOf(await socket.call('node.pair.request', ask))).toMatchObject({ created: false })
    const { requestId } = first['request'] as { requestId: string }
    const approved = resultOf(await socket.call('node.pair.approve', { requestId }))
    expect(approved).toMatchObject({ requestId, node: { token: 'old-token-legacy-1' } })
    const proof = { nodeId: 'legacy-1', token: 'old-token-legacy-1' }
    const verified = resultOf(await socket.call('node.pair.verify', proof))
    expect(verified).toMatchObject({ ok: true, node: { nodeId: 'legacy-1' } })
    expect(JSON.stringify(verified)).not.toContain('old-token')
    const wrong = { ...proof, token: 'wrong' }
    expect(resultOf(await socket.call('node.pair.verify', wrong))).toEqual({ ok: false })
    expect(JSON.stringify(resultOf(await socket.call('node.pair.list')))).not.toContain('old-token')
    const name = { nodeId: 'legacy-1', displayName: 'x' }
    expect(resultOf(await socket.call('node.rename', name))).toEqual(name)
    expect(codeOf(await socket.call('node.pair.reject', { requestId: 'nope' }))).toBe(
      'REQUEST_UNKNOWN',
    )
    expect(socket.events().map(({ event }) => event)).toEqual([
      'connect.challenge',
      'node.pair.requested',
      'node.pair.resolved',
    ])
  })
})

describe('the gateway itself', () => {
  it('tells its health to everybody, its parts to those who may read', async () => {
    const channels = { telegram: { linked: true } }
    const health = () => ({ ok: true, ts: 1, channels })
    const gateway = testGateway({ components: { health } })
    const reader = await operator(gateway, ['operator.read'])
    const nobody = await operator(gateway, [])
    const { socket } = await node(gateway)
    expect(resultOf(await reader.socket.call('health'))).toEqual({ ok: true, ts: 1, channels })
    expect(resultOf(await nobody.socket.call('health'))).toEqual({ ok: true, ts: 1 })
    expect(resultOf(await socket.call('health'))).toEqual({ ok: true, ts: 1 })
  })

  it('tells its status', async () => {
    const gateway = testGateway()
    gateway.clock.advance(5_000)
    const { socket } = await operator(gateway, ['operator.read'])
    await node(gateway)
    expect(resultOf(await socket.call('status'))).toEqual({
      ts: gateway.clock.now(),
      version: '1.2.3',
      uptimeMs: 5_000,
      operators: 1,
      nodes: 1,
      pendingInvokes: 0,
    })
  })

  it('answers frames that are none, and ignores what is not JSON', async () => {
    const { socket } = await operator(testGateway(), ['operator.admin'])
    socket.say('{')
    socket.say({ type: 'event', id: 'e1', event: 'tick' })
    socket.say({ type: 'req', id: 7, method: 'health' })
    await settled()
    const answers = socket.frames().filter((frame) => frame.type === 'res')
    expect(answers.map((frame) => [frame.id, frame.ok])).toEqual([
      ['r1', true],
      ['e1', false],
      ['invalid', false],
    ])
    expect(socket.closes).toEqual([])
  })

  it('answers no more than 64 requests of one connection at once', async () => {
    const gateway = testGateway()
    const { socket } = await operator(gateway, ['operator.pairing'])
    const answers = Array.from({ length: 70 }, () => socket.call('device.pair.list'))
    const codes = (await Promise.all(answers)).map((each) => (each.ok ? 'ok' : codeOf(each)))
    expect(codes.filter((code) => code === 'RATE_LIMITED')).toHaveLength(6)
    expect((await socket.call('device.pair.list')).ok).toBe(true)
  })
})
