import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  AUTH_FAILURES,
  AUTH_LOCK_MS,
  HALF_OPEN_GRACE_MS,
  MAX_HALF_OPEN_PER_ADDRESS,
  MAX_WATCHED_ADDRESSES,
  TRANSITIONS,
} from '../src/index.ts'
import { connectParams, signedParams, testDevice } from './support/device.ts'
import { codeOf, errorOf, SECRET, testGateway } from './support/gateway.ts'
import { node, operator } from './support/people.ts'
import { settled } from './support/timers.ts'

type Step =
  | { readonly do: 'say'; readonly text: string }
  | { readonly do: 'binary' }
  | { readonly do: 'connect'; readonly as: 'paired' | 'stranger' | 'nobody' | 'replay' }
  | { readonly do: 'closed' }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'revoke' }
  | { readonly do: 'slow' }
  | { readonly do: 'shutdown' }

const frames = fc.oneof(
  fc.record({
    type: fc.constantFrom('req', 'res', 'event', 'x'),
    id: fc.oneof(fc.constantFrom('1', '2'), fc.integer()),
    method: fc.constantFrom('connect', 'health', 'device.pair.list', 'node.event', '', 'x'),
    params: fc.oneof(fc.constant({}), fc.jsonValue()),
  }),
  fc.jsonValue(),
)

const step: fc.Arbitrary<Step> = fc.oneof(
  frames.map((frame): Step => ({ do: 'say', text: JSON.stringify(frame) })),
  fc.string().map((text): Step => ({ do: 'say', text })),
  fc.constantFrom<Step>(
    { do: 'binary' },
    { do: 'connect', as: 'paired' },
    { do: 'connect', as: 'stranger' },
    { do: 'connect', as: 'nobody' },
    { do: 'connect', as: 'replay' },
    { do: 'closed' },
    { do: 'wait', ms: 10_000 },
    { do: 'wait', ms: 31_000 },
    { do: 'revoke' },
    { do: 'slow' },
    { do: 'shutdown' },
  ),
)

describe('the life of a connection', () => {
  it('moves only along the table, and ends', () => {
    const states = Object.keys(TRANSITIONS)
    for (const [state, moves] of Object.entries(TRANSITIONS)) {
      for (const to of Object.values(moves)) expect(states).toContain(to)
      expect(moves.admit === undefined || state === 'connecting').toBe(true)
      expect(moves.gone).toBe(state === 'closed' ? undefined : 'closed')
    }
    expect(TRANSITIONS.closed).toEqual({})
    expect(TRANSITIONS.refused).toEqual({ gone: 'closed' })
    expect(TRANSITIONS.closing).toEqual({ gone: 'closed' })
  })

  it('whatever happens: nothing throws, nothing is said after the end, nobody gets in unadmitted', async () => {
    const paired = testDevice()
    const stranger = testDevice()
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const gateway = testGateway()
        gateway.door.pair(paired, { role: 'node' })
        const earlier = gateway.socket()
        const now = gateway.clock.now()
        const replayed = signedParams(paired, earlier.nonce(), { signedAt: now })
        const socket = gateway.socket()
        let mayBeIn = false
        for (const each of steps) {
          if (each.do === 'connect') {
            const signedAt = gateway.clock.now()
            const ask = { signedAt, auth: { token: SECRET } }
            const params = {
              paired: () => signedParams(paired, socket.nonce(), ask),
              stranger: () => signedParams(stranger, socket.nonce(), ask),
              nobody: () => connectParams({ auth: { token: SECRET } }),
              replay: () => replayed,
            }[each.as]()
            if (each.as === 'paired') mayBeIn = true
            socket.say({ type: 'req', id: 'c', method: 'connect', params })
          } else if (each.do === 'say') socket.say(each.text)
          else if (each.do === 'binary') socket.session.message(new Uint8Array(3))
          else if (each.do === 'closed') socket.session.closed()
          else if (each.do === 'wait') await gateway.timers.pass(each.ms)
          else if (each.do === 'slow') socket.buffer(1e9)
          else if (each.do === 'shutdown') await gateway.sessions.shutdown('x')
          else {
            const root = { kind: 'root', user: 'o' } as const
            await gateway.door.revoke(root, { deviceId: paired.id, role: 'node' })
            gateway.sessions.recheck()
          }
          await settled()
          const { nodes, operators, halfOpen } = gateway.sessions.figures()
          expect(nodes + operators).toBeLessThanOrEqual(mayBeIn ? 1 : 0)
          expect(socket.admitted()).toBeLessThanOrEqual(mayBeIn ? 1 : 0)
          if (socket.closes.length > 0) expect([nodes, operators]).toEqual([0, 0])
          expect(halfOpen).toBeLessThanOrEqual(2)
        }
        const hellos = socket.sent.filter((text) => text.includes('hello-ok'))
        expect(hellos.length).toBeLessThanOrEqual(mayBeIn ? 1 : 0)
        expect(gateway.said()).not.toContain(SECRET)
        expect(JSON.stringify(gateway.notices)).not.toContain(SECRET)
      }),
      { numRuns: 400 },
    )
  })

  it('says no secret to anybody but its own device, in any frame or notice', async () => {
    const gateway = testGateway()
    const device = testDevice()
    const token = gateway.door.pair(device, { role: 'node' })
    const admin = await operator(gateway, ['operator.admin'])
    await gateway.socket().as(device, { auth: { token } })
    await gateway.socket().as(testDevice(), { auth: { token: SECRET } })
    await gateway.socket().as(testDevice(), { auth: { token: 'guess-of-a-secret' } })
    await gateway.socket().as(testDevice(), { auth: { bootstrapToken: 'setup-of-a-secret' } })
    await admin.socket.call('device.pair.list')
    await admin.socket.call('node.list')
    await admin.socket.call('status')
    await gateway.timers.pass(31_000)
    const notices = JSON.stringify(gateway.notices)
    for (const secret of [SECRET, 'guess-of-a-secret', 'setup-of-a-secret']) {
      expect(gateway.said()).not.toContain(secret)
      expect(notices).not.toContain(secret)
    }
    expect(admin.socket.sent.slice(2).join('\n')).not.toContain('device-token-')
    expect(notices).not.toContain('device-token-')
  })

  it('survives a socket that throws', async () => {
    const gateway = testGateway()
    const broken = () => {
      throw new Error('EPIPE')
    }
    const facts = { address: 'a', limitKey: 'a', host: undefined, origin: undefined }
    const session = gateway.sessions.open({
      facts: { ...facts, forwarded: false, local: false },
      send: broken,
      close: broken,
      bufferedBytes: () => 0,
    })
    session.message('{}')
    session.closed()
    expect(gateway.sessions.figures().halfOpen).toBe(0)
    expect(gateway.notices).toContainEqual(expect.objectContaining({ what: 'failed' }))
  })
})

describe('what a host gets wrong', () => {
  it('ends a client that could not be greeted', async () => {
    const health = () => {
      throw new Error('no health')
    }
    const gateway = testGateway({ components: { health } })
    const device = testDevice()
    gateway.door.pair(device, { role: 'operator', scopes: ['operator.read'] })
    const socket = gateway.socket()
    void socket.as(device, { role: 'operator', scopes: ['operator.read'] }).catch(() => undefined)
    await settled()
    await settled()
    expect(socket.closes.map(({ code }) => code)).toEqual([1013])
    expect(gateway.sessions.figures()).toMatchObject({ operators: 0, closed: { failed: 1 } })
  })

  it('lets no log decide who is connected', async () => {
    const onNotice = () => {
      throw new Error('disk full')
    }
    const gateway = testGateway({ components: { onNotice } })
    const { socket } = await node(gateway)
    expect((await socket.call('health')).ok).toBe(true)
    socket.session.closed()
    expect(gateway.sessions.figures().nodes).toBe(0)
  })
})

describe('revocation', () => {
  it('ends exactly the connections that no longer hold', async () => {
    const gateway = testGateway()
    const root = { kind: 'root', user: 'o' } as const
    const [kept, removed, revoked, rotated] = [
      await node(gateway),
      await node(gateway),
      await node(gateway),
      await node(gateway),
    ]
    const scopeless = gateway.socket()
    await scopeless.connect(connectParams({ role: 'operator', auth: { token: SECRET } }))
    await gateway.door.remove(root, removed.device.id)
    await gateway.door.revoke(root, { deviceId: revoked.device.id, role: 'node' })
    await gateway.door.rotate(root, { deviceId: rotated.device.id, role: 'node' })
    expect(gateway.sessions.recheck()).toBe(3)
    expect(kept.socket.closes).toEqual([])
    expect(scopeless.closes).toEqual([])
    expect([removed, revoked, rotated].map(({ socket }) => socket.closes)).toEqual([
      [{ code: 1008, reason: 'device removed' }],
      [{ code: 1008, reason: 'device role revoked' }],
      [{ code: 1008, reason: 'device token rotated: connect again' }],
    ])
    expect(gateway.sessions.recheck()).toBe(0)
    expect(gateway.sessions.figures().closed).toEqual({ removed: 1, revoked: 1, rotated: 1 })
  })

  it('is noticed at the next tick where nobody said so', async () => {
    const gateway = testGateway()
    const { socket, device } = await node(gateway)
    await gateway.door.remove({ kind: 'root', user: 'o' }, device.id)
    await gateway.timers.pass(30_000)
    expect(socket.closes).toHaveLength(1)
    expect(socket.events('tick')).toEqual([])
  })

  it('throws what the door throws, and ends nobody for it', async () => {
    const gateway = testGateway()
    const { socket } = await node(gateway)
    gateway.door.broken = new Error('unreadable')
    expect(() => gateway.sessions.recheck()).toThrow('unreadable')
    await gateway.timers.pass(30_000)
    expect(socket.closes).toEqual([])
    expect(socket.events('tick')).toHaveLength(1)
  })

  it('looks at 10,000 connections within 50 ms', async () => {
    const gateway = testGateway({
      options: {
        caps: {
          maxConnectionsPerDevice: 20_000,
          maxHalfOpenPerAddress: 20_000,
          maxHalfOpen: 20_000,
        },
      },
    })
    const device = testDevice()
    gateway.door.pair(device, { role: 'operator' })
    gateway.door.proof = (claim) => ({ ...claim, role: 'operator', payload: 'v2' })
    const params = connectParams({ role: 'operator' })
    const { id, publicKey } = device
    const key = { id, publicKey, signature: 'x', signedAt: 1, nonce: 'n' }
    for (let each = 0; each < 10_000; each += 1) {
      gateway
        .socket()
        .say({ type: 'req', id: 'c', method: 'connect', params: { ...params, device: key } })
    }
    await settled()
    expect(gateway.sessions.figures().operators).toBe(10_000)
    const rounds = [1, 2, 3].map(() => {
      const began = performance.now()
      expect(gateway.sessions.recheck()).toBe(0)
      return performance.now() - began
    })
    expect(Math.min(...rounds)).toBeLessThan(50)
  })
})

describe('room', () => {
  it('is not taken from whoever has just come, also while the clock goes back a little', () => {
    const gateway = testGateway({ options: { caps: { maxHalfOpenPerAddress: 1 } } })
    const first = gateway.socket()
    gateway.clock.advance(-3)
    const second = gateway.socket()
    expect([first, second].map(({ closes }) => closes.length)).toEqual([0, 1])
    gateway.clock.advance(-3_600_000)
    gateway.socket()
    expect(first.closes.map(({ code }) => code)).toEqual([1013])
  })

  it('takes the place of whoever was silent for longest, per address and in all', () => {
    const caps = { maxHalfOpen: 4, maxHalfOpenPerAddress: 2 }
    const gateway = testGateway({ options: { caps } })
    const from = (limitKey: string) => gateway.socket({ address: limitKey, limitKey })
    const [a1, a2] = [from('a'), from('a')]
    gateway.clock.advance(HALF_OPEN_GRACE_MS)
    const a3 = from('a')
    expect(a1.closes.map(({ code }) => code)).toEqual([1013])
    expect(a2.closes).toEqual([])
    const others = [from('b'), from('c'), from('d')]
    expect(a2.closes.map(({ code }) => code)).toEqual([1013])
    expect([a3, ...others].flatMap(({ closes }) => closes)).toEqual([])
    expect(gateway.sessions.figures()).toMatchObject({
      halfOpen: 4,
      refused: { 'too-many-half-open': 2 },
    })
    for (const socket of [a3, ...others]) socket.session.closed()
    expect(gateway.sessions.figures().halfOpen).toBe(0)
  })

  it('never takes the place of who is being decided about', async () => {
    const gateway = testGateway({ options: { caps: { maxHalfOpenPerAddress: 1 } } })
    const busy = gateway.socket()
    gateway.door.admission = () => new Promise(() => undefined)
    void busy.as(testDevice(), { auth: { token: SECRET } }).catch(() => undefined)
    await settled()
    const late = gateway.socket()
    expect(late.closes.map(({ code }) => code)).toEqual([1013])
    expect(late.sent).toEqual([])
    expect(busy.closes).toEqual([])
  })

  it('leaves whoever has just come the time to speak, so that a crowd gets in one after the other', async () => {
    const gateway = testGateway({ options: { caps: { maxHalfOpenPerAddress: 1 } } })
    const device = testDevice()
    gateway.door.pair(device, { role: 'node' })
    const [quick, late] = [gateway.socket(), gateway.socket()]
    expect(late.closes.map(({ code }) => code)).toEqual([1013])
    expect((await quick.as(device)).ok).toBe(true)
  })

  it('lets the owner in beside any crowd of its own address', async () => {
    const gateway = testGateway()
    for (let each = 0; each < 64; each += 1) {
      const params = connectParams({ role: 'operator', auth: { token: SECRET } })
      expect((await gateway.socket().connect(params)).ok).toBe(true)
    }
    gateway.door.admission = () => new Promise(() => undefined)
    for (let each = 0; each < 200; each += 1) {
      void gateway
        .socket()
        .as(testDevice(), { auth: { token: SECRET } })
        .catch(() => undefined)
    }
    expect(gateway.sessions.figures().halfOpen).toBe(MAX_HALF_OPEN_PER_ADDRESS)
    const passedOn = gateway.socket({ local: true, forwarded: true })
    expect(passedOn.closes.map(({ code }) => code)).toEqual([1013])
    const owner = gateway.socket({ local: true })
    expect((await owner.connect(connectParams({ role: 'operator' }))).ok).toBe(true)
  })

  it('lets a healthy client in while one address floods', async () => {
    const gateway = testGateway()
    for (let each = 0; each < 10_000; each += 1) gateway.socket({ address: 'x', limitKey: 'x' })
    expect(gateway.sessions.figures().halfOpen).toBe(MAX_HALF_OPEN_PER_ADDRESS)
    const { socket } = await node(gateway)
    expect((await socket.call('health')).ok).toBe(true)
    await gateway.timers.pass(10_000)
    expect(gateway.sessions.figures().halfOpen).toBe(0)
  })

  it('gives one device 64 connections', async () => {
    const gateway = testGateway()
    const { device } = await operator(gateway, [])
    const ask = { role: 'operator' }
    for (let each = 1; each < 64; each += 1)
      expect((await gateway.socket().as(device, ask)).ok).toBe(true)
    const late = gateway.socket()
    expect(codeOf(await late.as(device, ask))).toBe('RATE_LIMITED')
    expect(late.closes.map(({ code }) => code)).toEqual([1013])
    expect(errorOf(await gateway.socket().as(device, ask)).retryable).toBe(true)
  })
})

describe('counted guesses', () => {
  const wrong = connectParams({ role: 'operator', auth: { token: 'wrong' } })
  const right = connectParams({ role: 'operator', auth: { token: SECRET } })

  function counted() {
    const gateway = testGateway()
    const try_ = async (limitKey: string, params = right) => {
      const answer = await gateway.socket({ limitKey }).connect(params)
      return answer.ok ? 'ok' : codeOf(answer)
    }
    const guess = async (keys: readonly string[]) => {
      for (const [at, limitKey] of keys.entries()) {
        gateway.socket({ limitKey }).say({ type: 'req', id: '1', method: 'connect', params: wrong })
        if (at % 500 === 499) await settled()
      }
      await settled()
    }
    return { gateway, try_, guess }
  }

  it('take a bounded place, and a flood of addresses frees nobody', async () => {
    const { gateway, try_, guess } = counted()
    await guess(Array.from({ length: AUTH_FAILURES }, () => 'attacker'))
    expect(await try_('attacker')).toBe('AUTH_RATE_LIMITED')
    const flood = Array.from(
      { length: MAX_WATCHED_ADDRESSES + 50 },
      (_, each) => `f${String(each)}`,
    )
    await guess(flood)
    expect(await try_('attacker')).toBe('AUTH_RATE_LIMITED')
    // Beyond what is watched one by one, all others are one.
    expect(await try_('somebody new')).toBe('AUTH_RATE_LIMITED')
    expect(gateway.sessions.figures().lockedAddresses).toBe(2)
    gateway.clock.advance(AUTH_LOCK_MS)
    expect(await try_('attacker')).toBe('ok')
    expect(await try_('somebody new')).toBe('ok')
  })

  it('from one network lock that network, however many addresses it has, and nobody elsewhere', async () => {
    const { try_, guess } = counted()
    const from = (site: number, count: number) =>
      Array.from(
        { length: count },
        (_, each) => `2001:db8:${String(site)}:${each.toString(16)}::/64`,
      )
    await guess(from(0, MAX_WATCHED_ADDRESSES))
    await guess(from(1, AUTH_FAILURES))
    expect(await try_('2001:db8:1:ffff::/64')).toBe('AUTH_RATE_LIMITED')
    expect(await try_('2001:db8:2:1::/64')).toBe('ok')
    await guess(Array.from({ length: AUTH_FAILURES }, (_, each) => `203.0.${String(each)}.9`))
    expect(await try_('203.0.113.9')).toBe('AUTH_RATE_LIMITED')
    expect(await try_('198.51.100.7')).toBe('ok')
  })

  it('lock nobody for longer when the clock is turned back', async () => {
    const { gateway, try_, guess } = counted()
    await guess(Array.from({ length: AUTH_FAILURES }, () => 'a'))
    expect(await try_('a')).toBe('AUTH_RATE_LIMITED')
    gateway.clock.advance(-24 * 3_600_000)
    expect(await try_('a')).toBe('ok')
  })

  it('are not reset by a right one in between', async () => {
    const { try_, guess } = counted()
    await guess(Array.from({ length: AUTH_FAILURES - 1 }, () => 'a'))
    expect(await try_('a')).toBe('ok')
    expect(await try_('a', wrong)).toBe('AUTH_TOKEN_MISMATCH')
    expect(await try_('a')).toBe('AUTH_RATE_LIMITED')
  })
})
