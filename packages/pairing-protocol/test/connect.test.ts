import type { JsonObject } from '@openclaw/pairing-contracts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { commonVersion, decodeConnect, MAX_CLAIMS, PROTOCOL_VERSIONS } from '../src/index.ts'

const client = { id: 'node-host', version: '2026.2.17', platform: 'linux', mode: 'node' }
const device = {
  id: 'a'.repeat(64),
  publicKey: 'b'.repeat(43),
  signature: 'c'.repeat(86),
  signedAt: 1_760_000_000_000,
  nonce: 'n-1',
}
const connect = { minProtocol: 3, maxProtocol: 4, client }

function problem(change: JsonObject): string | undefined {
  const decoded = decodeConnect({ ...connect, ...change })
  if (decoded.ok) return undefined
  expect(decoded.refusal.code).toBe('invalid-params')
  return decoded.refusal.message
}

describe('connect', () => {
  it('takes the least there is, and everything there is', () => {
    expect(problem({})).toBeUndefined()
    const all = {
      ...connect,
      client: { ...client, displayName: 'Kitchen ☕', deviceFamily: 'Linux', timeZone: 'Etc/UTC' },
      caps: ['system'],
      commands: ['system.run'],
      permissions: { camera: false },
      pathEnv: '/bin',
      role: 'node',
      scopes: [],
      device,
      auth: { token: '', deviceToken: 'd', bootstrapToken: 'b', password: 'p' },
      locale: 'en',
      userAgent: 'x',
    }
    expect(decodeConnect(all)).toEqual({ ok: true, value: all })
  })

  it('takes any well-formed client id and mode', () => {
    const word = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/)
    fc.assert(
      fc.property(word, word, (id, mode) => {
        expect(problem({ client: { ...client, id, mode } })).toBeUndefined()
      }),
    )
  })

  it.each(['id', 'mode'])('never takes what separates signed fields in client.%s', (key) => {
    for (const value of ['', 'a|b', 'a,b', 'a b', '-a', 'ü', 'a\n', 'x'.repeat(65), 7, null, ['a']])
      expect(problem({ client: { ...client, [key]: value } })).toContain(`at client.${key}`)
  })

  it.each(['role', 'scopes'])('never takes it in %s', (key) => {
    for (const value of ['', 'a|b', 'a,b', 'a b', 'x'.repeat(65), 7])
      expect(problem({ [key]: key === 'role' ? value : [value] })).toContain(`at ${key}`)
  })

  it.each(['platform', 'deviceFamily'])(
    'never takes a separator or control character in client.%s',
    (key) => {
      for (const value of ['a|b', 'a\u0007', 'a\u009b', '\ud800', 'x'.repeat(257), 3])
        expect(problem({ client: { ...client, [key]: value } })).toContain(`at client.${key}`)
      expect(problem({ client: { ...client, [key]: 'Windows 11 (24H2)' } })).toBeUndefined()
    },
  )

  it.each([
    ['minProtocol', 0],
    ['minProtocol', 3.5],
    ['maxProtocol', '4'],
    ['maxProtocol', 2 ** 53],
    ['client', null],
    ['client', []],
    ['caps', 'system'],
    ['caps', [1]],
    ['commands', Array(MAX_CLAIMS + 1).fill('c')],
    ['permissions', { camera: 'yes' }],
    ['scopes', Array(33).fill('operator.read')],
    ['pathEnv', 'x'.repeat(32_768)],
    ['device', { ...device, id: '' }],
    ['device', { ...device, publicKey: '' }],
    ['device', { ...device, publicKey: 'x'.repeat(1_025) }],
    ['device', { ...device, signature: 1 }],
    ['device', { ...device, signedAt: -1 }],
    ['device', { ...device, signedAt: 1.5 }],
    ['device', { ...device, signedAt: '1760000000000' }],
    ['device', { ...device, nonce: '' }],
    ['auth', { token: 'x'.repeat(1_025) }],
    ['auth', { token: 'a\nb' }],
    ['auth', 'token'],
    ['locale', 7],
  ] as const)('refuses a wrong %s', (key, value) => {
    expect(problem({ [key]: value })).toContain(`at ${key}`)
  })

  it('takes as many commands as allowed, and a key in lines', () => {
    expect(problem({ commands: Array(MAX_CLAIMS).fill('c') })).toBeUndefined()
    const publicKey = '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n'
    expect(problem({ device: { ...device, publicKey } })).toBeUndefined()
  })

  it('ignores keys that nobody knows, but not any number of them', () => {
    const keys = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, at) => [`new${String(at)}`, at]))
    expect(decodeConnect({ ...connect, ...keys(61) })).toEqual({ ok: true, value: connect })
    expect(problem(keys(62))).toContain('more than 64 keys')
    for (const [key, inner] of Object.entries({ client, device, auth: {} })) {
      expect(problem({ [key]: { ...inner, ...keys(50) } })).toBeUndefined()
      expect(problem({ [key]: { ...inner, ...keys(65) } })).toContain('more than 64 keys')
    }
    const decoded = decodeConnect({ ...connect, client: { ...client, ...keys(5) } })
    expect(decoded).toEqual({ ok: true, value: connect })
  })

  it('refuses what is no object', () => {
    for (const params of [undefined, null, 1, 'x', [], [connect]])
      expect(decodeConnect(params)).toMatchObject({ refusal: { code: 'invalid-params' } })
  })

  it('never repeats a secret, and shows names of keys cut and quoted', () => {
    const decoded = decodeConnect({
      ...connect,
      auth: { token: ['hunter2'], password: { hunter2: 1 } },
    })
    if (decoded.ok) throw new Error('was read')
    expect(decoded.refusal.message).toContain('auth.token')
    expect(decoded.refusal.message).not.toContain('hunter2')
    const rude = problem({ permissions: { [`\u001b[31m${'x'.repeat(90)}`]: 'yes' } }) ?? ''
    expect(rude).not.toContain('\u001b')
    expect(rude.length).toBeLessThan(200)
    const names = ['a', 'b', 'c'].map((end) => `${'\u0001'.repeat(39)}${end}`)
    const permissions = Object.fromEntries(names.map((name) => [name, 'yes']))
    expect(problem({ permissions })).toHaveLength(400)
  })

  it('never throws', () => {
    const value = fc.oneof(fc.jsonValue(), fc.constantFrom(null, [], {}))
    const params = fc.record(
      { minProtocol: value, client: value, device: value, auth: value, scopes: value, caps: value },
      { requiredKeys: [] },
    )
    fc.assert(fc.property(params, (body) => void decodeConnect(body as JsonObject)))
  })
})

describe('the common version', () => {
  it.each([
    [3, 3, 3],
    [4, 4, 4],
    [3, 4, 4],
    [1, 3, 3],
    [2, 9, 4],
    [4, 9, 4],
    [1, 2, undefined],
    [5, 9, undefined],
    [4, 3, undefined],
    [Number.NaN, 4, undefined],
    [3, Number.NaN, undefined],
    [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, 4],
  ])('of %s to %s is %s', (min, max, version) => {
    expect(commonVersion(min, max)).toBe(version)
  })

  it('is always the highest in the range', () => {
    fc.assert(
      fc.property(fc.integer({ min: -2, max: 9 }), fc.integer({ min: -2, max: 9 }), (min, max) => {
        const spoken = PROTOCOL_VERSIONS.filter((version) => version >= min && version <= max)
        expect(commonVersion(min, max)).toBe(spoken.length === 0 ? undefined : Math.max(...spoken))
      }),
    )
  })
})
