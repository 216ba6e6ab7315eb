import type { Json, JsonObject } from '@openclaw/pairing-contracts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  decodeEvent,
  decodeParams,
  decodeResult,
  EVENT_NAMES,
  type EventName,
  isEventName,
  isMethodName,
  METHOD_NAMES,
  type MethodName,
} from '../src/index.ts'

/** The least that each method takes. */
const least: Readonly<Record<MethodName, JsonObject>> = {
  connect: {
    minProtocol: 3,
    maxProtocol: 3,
    client: { id: 'cli', version: '1', platform: 'linux', mode: 'cli' },
  },
  health: {},
  'system-presence': {},
  'device.pair.list': {},
  'device.pair.approve': { requestId: 'r' },
  'device.pair.reject': { requestId: 'r' },
  'device.pair.remove': { deviceId: 'd' },
  'device.pair.rename': { deviceId: 'd', label: 'Kitchen' },
  'device.token.rotate': { deviceId: 'd', role: 'node' },
  'device.token.revoke': { deviceId: 'd', role: 'node' },
  'node.list': {},
  'node.describe': { nodeId: 'n' },
  'node.rename': { nodeId: 'n', displayName: 'Kitchen' },
  'node.invoke': { nodeId: 'n', command: 'system.which', idempotencyKey: 'k' },
  'node.invoke.result': { id: 'i', nodeId: 'n', ok: true },
  'node.event': { event: 'exec.started' },
  'skills.bins': {},
  'node.pair.request': { nodeId: 'n' },
  'node.pair.list': {},
  'node.pair.approve': { requestId: 'r' },
  'node.pair.reject': { requestId: 'r' },
  'node.pair.verify': { nodeId: 'n', token: 't' },
}

/** Everything else that a method takes. */
const more: Partial<Record<MethodName, JsonObject>> = {
  health: { probe: true },
  'device.pair.approve': { digest: 'sha256-x' },
  'device.token.rotate': { scopes: ['operator.read'] },
  'node.invoke': { params: [null], timeoutMs: 3_600_000 },
  'node.invoke.result': { payload: 0, payloadJSON: null, error: null },
  'node.event': { payload: false, payloadJSON: '{}' },
  'node.pair.request': {
    displayName: 'N',
    platform: 'ios',
    version: '1',
    coreVersion: '1',
    uiVersion: '1',
    deviceFamily: 'iPhone',
    modelIdentifier: 'iPhone17,1',
    caps: ['canvas'],
    commands: ['canvas.present'],
    remoteIp: '192.0.2.1',
    silent: true,
  },
}

function problem(method: MethodName, params: Json): string | undefined {
  const decoded = decodeParams(method, params)
  if (decoded.ok) return undefined
  expect(decoded.refusal.code).toBe('invalid-params')
  return decoded.refusal.message
}

describe.each(METHOD_NAMES)('the parameters of %s', (method) => {
  it('are taken at their least and at their most', () => {
    for (const params of [least[method], { ...least[method], ...more[method] }])
      expect(decodeParams(method, params)).toEqual({ ok: true, value: params })
  })

  it('are refused with an unknown key, which is named', () => {
    if (method === 'connect') return
    expect(problem(method, { ...least[method], surprise: 1 })).toBe(
      'at root: unexpected property "surprise"',
    )
  })

  it('are refused without each that is needed, and where one has another type', () => {
    for (const key of Object.keys(least[method])) {
      const { [key]: _, ...rest } = least[method]
      expect(problem(method, rest)).toContain(`at ${key}`)
      for (const wrong of [null, [], {}, 'x\u0000', '\ud800'])
        expect(problem(method, { ...least[method], [key]: wrong })).toContain(`at ${key}`)
    }
  })

  it('may be absent only where none is needed', () => {
    const optional = Object.keys(least[method]).length === 0
    for (const params of [undefined, null]) expect(decodeParams(method, params).ok).toBe(optional)
    expect(decodeParams(method, [])).toMatchObject({ ok: false })
  })

  it('never make it throw', () => {
    const keys = [...Object.keys(least[method]), 'surprise']
    const body = fc.dictionary(fc.constantFrom(...keys), fc.jsonValue())
    fc.assert(fc.property(body, (params) => void decodeParams(method, params as JsonObject)))
    fc.assert(fc.property(fc.jsonValue(), (payload) => void decodeResult(method, payload as Json)))
  })
})

it.each([
  ['node.invoke', { timeoutMs: 3_600_001 }],
  ['node.invoke', { timeoutMs: -1 }],
  ['node.invoke', { timeoutMs: 0.5 }],
  ['node.invoke', { idempotencyKey: 'k'.repeat(129) }],
  ['node.invoke.result', { ok: 'true' }],
  ['node.invoke.result', { error: { code: 'X', stack: '' } }],
  ['node.invoke.result', { payloadJSON: {} }],
  ['node.event', { payloadJSON: 1 }],
  ['node.rename', { displayName: ' ' }],
  ['device.pair.rename', { label: '' }],
  ['device.pair.rename', { label: 'x'.repeat(257) }],
  ['device.token.rotate', { role: 'a|b' }],
  ['device.token.rotate', { scopes: Array(33).fill('s') }],
  ['device.token.rotate', { scopes: ['a,b'] }],
  ['node.pair.request', { caps: Array(513).fill('c') }],
  ['node.pair.request', { permissions: {} }],
  ['node.pair.verify', { token: 't'.repeat(1_025) }],
  ['health', { probe: 1 }],
] as const)('%s refuses %j', (method, change) => {
  expect(problem(method, { ...least[method], ...change })).toBeDefined()
})

it.each([
  ['node.list', { ts: 1, nodes: [{ nodeId: 'n' }] }],
  ['node.invoke', { ok: false, nodeId: 'n', command: 'c' }],
  ['device.pair.list', { pending: [] }],
  ['device.token.rotate', { deviceId: 'd', role: 'node', scopes: [] }],
  ['node.pair.request', { status: 'approved' }],
  ['skills.bins', { bins: 'sh' }],
  ['system-presence', {}],
  ['connect', { type: 'hello', protocol: 3 }],
  ['health', undefined],
] as const)('a result of %s that is %j is refused', (method, payload) => {
  expect(decodeResult(method, payload)).toMatchObject({ refusal: { code: 'invalid-payload' } })
})

it('keeps what a newer gateway adds to a result or an event', () => {
  const result = { deviceId: 'd', label: 'Kitchen', since: 2027 }
  expect(decodeResult('device.pair.rename', result)).toEqual({ ok: true, value: result })
  const tick = { ts: 1, load: [0.5] }
  expect(decodeEvent('tick', tick)).toEqual({ ok: true, value: tick })
})

it('takes results that no recording has', () => {
  const done: readonly (readonly [MethodName, Json])[] = [
    ['device.pair.remove', { deviceId: 'd' }],
    ['node.rename', { nodeId: 'n', displayName: 'N' }],
    ['node.pair.reject', { requestId: 'r', nodeId: 'n' }],
    ['skills.bins', { bins: ['sh'] }],
    ['system-presence', [{ ts: 1, host: 'h' }]],
    ['health', { ok: true, ts: 1 }],
    ['device.token.rotate', { deviceId: 'd', role: 'node', scopes: [], rotatedAtMs: 1 }],
    ['node.invoke.result', { ok: true, ignored: true }],
  ]
  for (const [method, payload] of done)
    expect(decodeResult(method, payload)).toEqual({ ok: true, value: payload })
})

it.each(EVENT_NAMES)('the payload of %s is refused where it is none', (event) => {
  for (const payload of [undefined, null, 'x', []])
    expect(decodeEvent(event, payload)).toMatchObject({ refusal: { code: 'invalid-payload' } })
  fc.assert(fc.property(fc.jsonValue(), (payload) => void decodeEvent(event, payload as Json)))
})

it.each([
  {},
  { nonce: 'n' },
  { ts: 1 },
  { nonce: '', ts: 1 },
  { nonce: 'n', ts: 1.5 },
  { nonce: 'n', ts: '1' },
])('a challenge of %j cannot be signed', (payload) => {
  expect(decodeEvent('connect.challenge', payload)).toMatchObject({ ok: false })
})

it.each(['constructor', '__proto__', 'toString', 'hasOwnProperty', '', 'node'])(
  'knows no %j',
  (name) => {
    expect(isMethodName(name)).toBe(false)
    expect(isEventName(name)).toBe(false)
    expect(decodeParams(name as MethodName, {})).toMatchObject({
      refusal: { code: 'unknown-method' },
    })
    expect(decodeResult(name as MethodName, {})).toMatchObject({
      refusal: { code: 'unknown-method' },
    })
    expect(decodeEvent(name as EventName, {})).toMatchObject({ refusal: { code: 'unknown-event' } })
  },
)
