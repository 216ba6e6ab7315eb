import type { RedeemSetupOutcome } from '@openclaw/device-pairing'
import type { ConnectAuth } from '@openclaw/pairing-protocol'
import { describe, expect, it } from 'vitest'
import { AUTH_FAILURES, AUTH_LOCK_MS, AUTH_WINDOW_MS } from '../src/index.ts'
import { type Ask, connectParams, signedParams, testDevice } from './support/device.ts'
import { codeOf, errorOf, helloOf, SECRET, testGateway } from './support/gateway.ts'

const right = { token: SECRET }
const wrong = { token: 'wrong' }

describe('the device key is the credential', () => {
  it('admits a paired key with its token, and says the token again', async () => {
    const gateway = testGateway()
    const device = testDevice()
    const token = gateway.door.pair(device, { role: 'node' })
    const answer = await gateway.socket().as(device, { auth: { token } })
    expect(helloOf(answer).auth).toEqual({
      role: 'node',
      scopes: [],
      method: 'device-token',
      deviceToken: token,
    })
    expect(gateway.sessions.figures().admitted).toEqual({ 'key-with-token': 1 })
  })

  it.each([
    ['no secret', undefined, 'key'],
    ['a stale token', { token: 'stale' }, 'key-with-stale-token'],
    ['a stale token in its own place', { deviceToken: 'stale' }, 'key-with-stale-token'],
    ['the shared secret', right, 'key'],
  ])('admits it with %s, and hands over a fresh token', async (_, auth, by) => {
    const gateway = testGateway()
    const device = testDevice()
    const token = gateway.door.pair(device, { role: 'node' })
    const answer = await gateway.socket().as(device, auth === undefined ? {} : { auth })
    const hello = helloOf(answer)
    expect(hello.auth?.deviceToken).toMatch(/^device-token-/)
    expect(hello.auth?.deviceToken).not.toBe(token)
    expect(hello.auth?.issuedAtMs).toBe(gateway.clock.now())
    expect(gateway.sessions.figures().admitted).toEqual({ [by]: 1 })
  })

  it('does not tell a paired key whether it guessed the shared secret', async () => {
    const gateway = testGateway()
    const device = testDevice()
    gateway.door.pair(device, { role: 'node' })
    const one = helloOf(await gateway.socket().as(device, { auth: right })).auth
    const other = helloOf(await gateway.socket().as(device, { auth: wrong })).auth
    expect({ ...one, deviceToken: '' }).toEqual({ ...other, deviceToken: '' })
  })

  it('refuses a signature that was made for another connection', async () => {
    const gateway = testGateway()
    const device = testDevice()
    gateway.door.pair(device, { role: 'node' })
    const first = gateway.socket()
    const params = signedParams(device, first.nonce(), { signedAt: gateway.clock.now() })
    expect((await first.connect(params)).ok).toBe(true)
    const second = gateway.socket()
    expect(codeOf(await second.connect(params))).toBe('DEVICE_AUTH_NONCE_MISMATCH')
    const third = gateway.socket()
    const nonce = third.nonce()
    const replayed = { ...params, device: { ...params.device, nonce } } as typeof params
    expect(codeOf(await third.connect(replayed))).toBe('DEVICE_AUTH_SIGNATURE_INVALID')
  })

  it.each(['node', 'operator'])(
    'never admits a stolen token with another key (%s)',
    async (role) => {
      const gateway = testGateway()
      const token = gateway.door.pair(testDevice(), { role: role as 'node' })
      const thief = testDevice()
      expect(codeOf(await gateway.socket().as(thief, { role, auth: { token } }))).toBe(
        'AUTH_DEVICE_TOKEN_MISMATCH',
      )
      expect(codeOf(await gateway.socket().as(thief, { role, auth: { deviceToken: token } }))).toBe(
        'AUTH_DEVICE_TOKEN_MISMATCH',
      )
    },
  )

  it('asks for a role that was never paired, and keeps the old one', async () => {
    const gateway = testGateway()
    const device = testDevice()
    gateway.door.pair(device, { role: 'node' })
    const ask = { role: 'operator', scopes: ['operator.read'], auth: right }
    const answer = await gateway.socket().as(device, ask)
    expect(errorOf(answer).details).toMatchObject({
      code: 'PAIRING_REQUIRED',
      reason: 'role-upgrade',
    })
    expect((await gateway.socket().as(device)).ok).toBe(true)
  })

  it('tells revoked from unknown, in words that make old clients forget their token', async () => {
    const gateway = testGateway()
    const device = testDevice()
    const token = gateway.door.pair(device, { role: 'node' })
    await gateway.door.revoke({ kind: 'root', user: 'o' }, { deviceId: device.id, role: 'node' })
    const answer = await gateway.socket().as(device, { auth: { token } })
    expect(errorOf(answer)).toMatchObject({
      message: expect.stringContaining('device token mismatch'),
      details: { code: 'AUTH_DEVICE_REVOKED' },
    })
    expect(codeOf(await gateway.socket().as(device, { auth: right }))).toBe('PAIRING_REQUIRED')
  })

  it.each([
    ['removed', { code: 'AUTH_DEVICE_TOKEN_MISMATCH', reason: 'removed' }],
    ['revoked', { code: 'AUTH_DEVICE_REVOKED' }],
  ])('refuses what was %s while it was decided', async (what, details) => {
    const gateway = testGateway()
    const device = testDevice()
    gateway.door.pair(device, { role: 'node' })
    const real = gateway.door.arrive
    gateway.door.admission = async (arrival) => {
      gateway.door.admission = undefined
      const admission = await real(arrival)
      const root = { kind: 'root', user: 'o' } as const
      if (what === 'removed') await gateway.door.remove(root, device.id)
      else await gateway.door.revoke(root, { deviceId: device.id, role: 'node' })
      return admission
    }
    const answer = await gateway.socket().as(device)
    expect(errorOf(answer).details).toMatchObject(details)
    expect(gateway.sessions.figures().nodes).toBe(0)
  })
})

describe('without a device', () => {
  it.each([right, wrong, {}, undefined])('a node is refused with %j', async (auth) => {
    const gateway = testGateway()
    const facts = [{}, { local: true }, { address: '127.0.0.1', limitKey: '127.0.0.1' }]
    for (const each of facts) {
      const params = connectParams({ role: 'node', ...(auth === undefined ? {} : { auth }) })
      const answer = await gateway.socket(each).connect(params)
      expect(codeOf(answer)).toBe('DEVICE_IDENTITY_REQUIRED')
    }
    expect(gateway.sessions.figures().nodes).toBe(0)
  })

  it('an operator with the shared secret holds no scope, whatever it asks for', async () => {
    const gateway = testGateway()
    const socket = gateway.socket()
    const scopes = ['operator.admin', 'operator.pairing']
    const hello = helloOf(
      await socket.connect(connectParams({ role: 'operator', scopes, auth: right })),
    )
    expect(hello.auth).toEqual({ role: 'operator', scopes: [], method: 'token' })
    expect(hello.features.methods).toEqual(['health'])
    expect(hello.snapshot).toEqual({
      presence: [],
      health: {},
      stateVersion: { presence: 0, health: 0 },
      uptimeMs: 0,
    })
    expect(errorOf(await socket.call('device.pair.list')).message).toBe(
      'missing scope: operator.pairing',
    )
  })

  it.each([
    ['a wrong token', wrong, 'AUTH_TOKEN_MISMATCH'],
    ['a password for a token', { password: SECRET }, 'AUTH_TOKEN_MISSING'],
    ['nothing', undefined, 'DEVICE_IDENTITY_REQUIRED'],
    ['empty texts', { token: '', password: '' }, 'DEVICE_IDENTITY_REQUIRED'],
  ])('an operator with %s is refused', async (_, auth, code) => {
    const params = connectParams({ role: 'operator', ...(auth === undefined ? {} : { auth }) })
    expect(codeOf(await testGateway().socket().connect(params))).toBe(code)
  })

  it('the terminal of this machine is the root, unless somebody passed it on', async () => {
    const gateway = testGateway()
    const params = connectParams({ role: 'operator' })
    const local = gateway.socket({ local: true })
    expect(helloOf(await local.connect(params)).auth).toMatchObject({ scopes: ['operator.admin'] })
    expect((await local.call('device.pair.list')).ok).toBe(true)
    const passedOn = gateway.socket({ local: true, forwarded: true })
    expect(codeOf(await passedOn.connect(params))).toBe('DEVICE_IDENTITY_REQUIRED')
  })
})

describe('a password instead of a token', () => {
  const components = { sharedSecret: () => ({ kind: 'password', secret: SECRET }) as const }
  it.each([
    ['right', { password: SECRET }, 'PAIRING_REQUIRED'],
    ['wrong', { password: 'wrong' }, 'AUTH_PASSWORD_MISMATCH'],
    ['absent', undefined, 'AUTH_PASSWORD_MISSING'],
    ['shown as a token', { token: SECRET }, 'AUTH_DEVICE_TOKEN_MISMATCH'],
  ])('%s', async (_, auth, code) => {
    const gateway = testGateway({ components })
    const answer = await gateway.socket().as(testDevice(), auth === undefined ? {} : { auth })
    expect(codeOf(answer)).toBe(code)
  })

  it('is never right where none is set', async () => {
    const nothing = { sharedSecret: () => ({ kind: 'token', secret: '' }) as const }
    const gateway = testGateway({ components: nothing })
    expect(codeOf(await gateway.socket().as(testDevice(), { auth: { token: '' } }))).toBe(
      'AUTH_TOKEN_MISSING',
    )
  })
})

describe('setup codes', () => {
  const SETUP = 'S'.repeat(43)
  function withCode(outcome: RedeemSetupOutcome['outcome'] = 'redeemed', options = {}) {
    const gateway = testGateway(options)
    const answer = { outcome, setupId: 'setup-1' } as RedeemSetupOutcome
    gateway.door.setupSecrets.set(SETUP, answer)
    return gateway
  }
  /** Shows the code more often than an address may guess. */
  async function showOften(gateway: ReturnType<typeof testGateway>, auth: ConnectAuth) {
    for (let time = 0; time < AUTH_FAILURES + 2; time += 1) {
      await gateway.socket().as(testDevice(), { auth })
    }
  }

  it.each([
    { bootstrapToken: SETUP },
    { token: SETUP },
    { token: SETUP, bootstrapToken: SETUP },
    { deviceToken: 'of another gateway', bootstrapToken: SETUP },
  ])('let a node ask: %j', async (auth) => {
    const gateway = withCode()
    expect(codeOf(await gateway.socket().as(testDevice(), { auth }))).toBe('PAIRING_REQUIRED')
    expect(gateway.door.waiting()).toMatchObject([{ askedBy: 'setup-code', role: 'node' }])
    expect(gateway.door.arrivals.at(-1)?.mayAsk).toEqual({ by: 'setup-code', setupId: 'setup-1' })
    expect(gateway.sessions.figures().setupCodes).toEqual({ redeemed: 1 })
  })

  it('let a node ask in the place of the token, where the gateway has a password', async () => {
    const sharedSecret = () => ({ kind: 'password', secret: 'a password' }) as const
    const gateway = withCode('redeemed', { components: { sharedSecret } })
    const answer = await gateway.socket().as(testDevice(), { auth: { token: SETUP } })
    expect(codeOf(answer)).toBe('PAIRING_REQUIRED')
  })

  it('let nobody ask to be an operator', async () => {
    const gateway = withCode()
    const ask = { role: 'operator', auth: { bootstrapToken: SETUP } }
    expect(errorOf(await gateway.socket().as(testDevice(), ask))).toMatchObject({
      message: expect.stringContaining('role node'),
      details: { code: 'AUTH_BOOTSTRAP_TOKEN_INVALID', reason: 'setup-code-for-nodes-only' },
    })
    expect(gateway.door.redeemed).toEqual([])
  })

  it('are not looked at for a paired key', async () => {
    const gateway = withCode()
    const device = testDevice()
    gateway.door.pair(device, { role: 'node' })
    expect((await gateway.socket().as(device, { auth: { token: SETUP } })).ok).toBe(true)
    expect(gateway.door.redeemed).toEqual([])
  })

  it.each([
    ['expired', 'setup-code-expired', 'expired'],
    ['withdrawn', 'setup-code-withdrawn', 'withdrawn'],
    ['used', 'setup-code-used', 'used already'],
    ['bound', 'setup-code-bound-to-another-device', 'another device'],
  ] as const)('that are %s say so, in either place', async (outcome, reason, words) => {
    for (const auth of [{ bootstrapToken: SETUP }, { token: SETUP }]) {
      const gateway = withCode(outcome)
      const answer = await gateway.socket().as(testDevice(), { auth })
      expect(errorOf(answer)).toMatchObject({
        message: expect.stringMatching(new RegExp(`^unauthorized: setup code .*${words}`)),
        details: {
          code: 'AUTH_BOOTSTRAP_TOKEN_INVALID',
          reason,
          recommendedNextStep: 'update_auth_credentials',
        },
      })
      expect(gateway.door.waiting()).toEqual([])
      expect(gateway.sessions.figures().setupCodes).toEqual({ [outcome]: 1 })
    }
  })

  it('are left to others by a key that was rejected, which hears how long that lasts', async () => {
    const gateway = testGateway()
    const answer = { outcome: 'resting', setupId: 'setup-1', retryAfterMs: 60_000 } as const
    gateway.door.setupSecrets.set(SETUP, answer)
    for (const auth of [{ bootstrapToken: SETUP }, { token: SETUP }]) {
      expect(errorOf(await gateway.socket().as(testDevice(), { auth }))).toMatchObject({
        details: { code: 'PAIRING_REJECTED' },
        retryAfterMs: 60_000,
      })
      await showOften(gateway, auth)
      expect(gateway.sessions.figures().lockedAddresses).toBe(0)
    }
  })

  it('that are unknown say so where they can be nothing else', async () => {
    const gateway = withCode()
    const auth = { bootstrapToken: 'a guess' }
    expect(errorOf(await gateway.socket().as(testDevice(), { auth })).details).toMatchObject({
      code: 'AUTH_BOOTSTRAP_TOKEN_INVALID',
      reason: 'setup-code-unknown',
    })
    const inItsPlace = await gateway.socket().as(testDevice(), { auth: { token: 'a guess' } })
    expect(codeOf(inItsPlace)).toBe('AUTH_DEVICE_TOKEN_MISMATCH')
  })

  it('that the approval of this moment used up let the device in', async () => {
    const gateway = withCode()
    const device = testDevice()
    const { setup } = gateway.door
    const redeem: typeof setup.redeem = async () => {
      gateway.door.pair(device, { role: 'node' })
      return { outcome: 'used', setupId: 'setup-1' }
    }
    Object.assign(setup, { redeem })
    expect((await gateway.socket().as(device, { auth: { bootstrapToken: SETUP } })).ok).toBe(true)
  })

  it('that a rejection used up say that it was one', async () => {
    const gateway = withCode('used')
    const resting = { outcome: 'resting', retryAfterMs: 5_000 } as const
    gateway.door.admission = async ({ mayAsk }) =>
      mayAsk.by === 'nothing' ? { outcome: 'may-not-ask', deviceToken: 'absent' } : resting
    const answer = await gateway.socket().as(testDevice(), { auth: { bootstrapToken: SETUP } })
    expect(errorOf(answer)).toMatchObject({
      retryAfterMs: 5_000,
      details: { code: 'PAIRING_REJECTED' },
    })
  })

  it('are counted by themselves', async () => {
    const gateway = withCode()
    for (let guess = 0; guess < AUTH_FAILURES; guess += 1) {
      const answer = await gateway.socket().as(testDevice(), { auth: { bootstrapToken: 'guess' } })
      expect(codeOf(answer)).toBe(
        guess < AUTH_FAILURES - 1 ? 'AUTH_BOOTSTRAP_TOKEN_INVALID' : 'AUTH_RATE_LIMITED',
      )
    }
    for (const auth of [{ bootstrapToken: SETUP }, { token: SETUP }]) {
      expect(codeOf(await gateway.socket().as(testDevice(), { auth }))).toBe('AUTH_RATE_LIMITED')
    }
    expect(gateway.door.redeemed).toHaveLength(AUTH_FAILURES)
    expect(codeOf(await gateway.socket().as(testDevice(), { auth: right }))).toBe(
      'PAIRING_REQUIRED',
    )
  })

  it('of this gateway are no guesses, however often they are shown and whatever became of them', async () => {
    for (const outcome of ['redeemed', 'used', 'expired', 'withdrawn', 'bound'] as const) {
      for (const auth of [{ bootstrapToken: SETUP }, { token: SETUP }]) {
        const gateway = withCode(outcome)
        await showOften(gateway, auth)
        expect(gateway.sessions.figures().lockedAddresses).toBe(0)
      }
    }
  })

  it.each([
    ['redeemed', { kind: 'token', secret: 'x' }, { token: 'a guess' }],
    ['redeemed', { kind: 'password', secret: 'x' }, { password: 'a guess' }],
    ['used', { kind: 'token', secret: 'x' }, { token: 'a guess' }],
  ] as const)(
    'do not hide guesses at the shared secret: %s, %j',
    async (outcome, shared, guess) => {
      const gateway = withCode(outcome, { components: { sharedSecret: () => shared } })
      await showOften(gateway, { bootstrapToken: SETUP, ...guess })
      expect(gateway.sessions.figures().lockedAddresses).toBe(1)
    },
  )

  it.each(['redeemed', 'used', 'expired', 'withdrawn', 'bound'] as const)(
    'do not hide guesses at a password, where old apps show them either: %s',
    async (outcome) => {
      const shared = { kind: 'password', secret: 'x' } as const
      const gateway = withCode(outcome, { components: { sharedSecret: () => shared } })
      await showOften(gateway, { token: SETUP, password: 'a guess' })
      expect(gateway.sessions.figures().lockedAddresses).toBe(1)
    },
  )
})

describe('wrong secrets', () => {
  async function lock(gateway: ReturnType<typeof testGateway>, facts = {}) {
    for (let guess = 0; guess < AUTH_FAILURES; guess += 1) {
      await gateway.socket(facts).as(testDevice(), { auth: { token: `guess ${String(guess)}` } })
    }
  }

  it.each([{}, { address: '127.0.0.1', limitKey: '127.0.0.1' }])(
    'lock the address, the right one included: %j',
    async (facts) => {
      const gateway = testGateway()
      await lock(gateway, facts)
      const answer = await gateway.socket(facts).as(testDevice(), { auth: right })
      expect(errorOf(answer)).toMatchObject({
        message: expect.stringContaining('too many failed authentication attempts'),
        details: { code: 'AUTH_RATE_LIMITED', recommendedNextStep: 'wait_then_retry' },
        retryAfterMs: AUTH_LOCK_MS,
      })
      const operator = connectParams({ role: 'operator', auth: right })
      expect(codeOf(await gateway.socket(facts).connect(operator))).toBe('AUTH_RATE_LIMITED')
      expect(gateway.sessions.figures().lockedAddresses).toBe(1)
    },
  )

  it('say the same to the right and the wrong one while locked', async () => {
    const gateway = testGateway()
    await lock(gateway)
    const device = testDevice()
    const one = await gateway.socket().as(device, { auth: right })
    const other = await gateway.socket().as(device, { auth: wrong })
    expect(errorOf(one)).toEqual(errorOf(other))
  })

  it('never lock out a paired key that signs', async () => {
    const gateway = testGateway()
    const device = testDevice()
    const token = gateway.door.pair(device, { role: 'node' })
    await lock(gateway)
    expect((await gateway.socket().as(device, { auth: { token } })).ok).toBe(true)
    expect((await gateway.socket().as(device, { auth: wrong })).ok).toBe(true)
    expect((await gateway.socket().as(device)).ok).toBe(true)
  })

  describe('of a paired operator that asks for more', () => {
    const SCOPES = ['operator.read']
    const more = { role: 'operator', scopes: ['operator.read', 'operator.admin'] }
    async function tries(auth: (guess: number) => Ask['auth'], ask: Ask = more) {
      const gateway = testGateway()
      const device = testDevice()
      const token = gateway.door.pair(device, { role: 'operator', scopes: SCOPES })
      for (let guess = 0; guess < 2 * AUTH_FAILURES; guess += 1) {
        const shown = auth(guess) ?? { token }
        const answer = await gateway.socket().as(device, { ...ask, auth: shown })
        expect(helloOf(answer).auth?.scopes).toEqual(SCOPES)
      }
      return { gateway, device, locked: gateway.sessions.figures().lockedAddresses }
    }

    it('count, and while locked the right one says no more than a wrong one', async () => {
      const { gateway, device, locked } = await tries((guess) => ({
        token: `guess ${String(guess)}`,
      }))
      expect(locked).toBe(1)
      const answer = await gateway.socket().as(device, { ...more, auth: right })
      expect(helloOf(answer).auth?.scopes).toEqual(SCOPES)
      expect((await gateway.socket().as(device, { ...more, auth: {} })).ok).toBe(true)
    })

    it.each<[string, (guess: number) => Ask['auth'], Ask | undefined]>([
      ['its own token', () => undefined, undefined],
      ['a token of long ago', () => ({ token: 'o'.repeat(43) }), undefined],
      ['a token of 2026.2', () => ({ token: '0123456789abcdef'.repeat(2) }), undefined],
      ['a token of long ago in its own place', () => ({ deviceToken: 'old' }), undefined],
      ['something wrong, asking for no more', () => wrong, { role: 'operator', scopes: SCOPES }],
    ])('do not count where it shows %s', async (_, auth, ask) => {
      expect((await tries(auth, ask)).locked).toBe(0)
    })
  })

  it('do not lock other addresses', async () => {
    const gateway = testGateway()
    await lock(gateway)
    const other = gateway.socket({ address: '198.51.100.7', limitKey: '198.51.100.7' })
    expect(codeOf(await other.as(testDevice(), { auth: right }))).toBe('PAIRING_REQUIRED')
  })

  it('are forgiven after five minutes', async () => {
    const gateway = testGateway()
    await lock(gateway)
    gateway.clock.advance(AUTH_LOCK_MS - 1)
    expect(codeOf(await gateway.socket().as(testDevice(), { auth: right }))).toBe(
      'AUTH_RATE_LIMITED',
    )
    gateway.clock.advance(1)
    expect(codeOf(await gateway.socket().as(testDevice(), { auth: right }))).toBe(
      'PAIRING_REQUIRED',
    )
  })

  it('count for a minute', async () => {
    const gateway = testGateway()
    for (let guess = 0; guess < 3 * AUTH_FAILURES; guess += 1) {
      const answer = await gateway.socket().as(testDevice(), { auth: wrong })
      expect(codeOf(answer)).toBe('AUTH_DEVICE_TOKEN_MISMATCH')
      gateway.clock.advance(Math.ceil(AUTH_WINDOW_MS / (AUTH_FAILURES - 1)))
    }
  })

  it('count with a device and without one alike', async () => {
    const gateway = testGateway()
    for (let guess = 0; guess < AUTH_FAILURES; guess += 2) {
      await gateway.socket().as(testDevice(), { auth: wrong })
      await gateway.socket().connect(connectParams({ role: 'operator', auth: wrong }))
    }
    expect(codeOf(await gateway.socket().as(testDevice(), { auth: right }))).toBe(
      'AUTH_RATE_LIMITED',
    )
  })

  it('count at once: guesses at the same time are no more than guesses in a row', async () => {
    const gateway = testGateway()
    let open: () => void = () => undefined
    const gate = new Promise<void>((resolve) => {
      open = resolve
    })
    gateway.door.admission = async () => {
      await gate
      return { outcome: 'may-not-ask', deviceToken: 'stale' }
    }
    const guesses = Array.from({ length: 50 }, () =>
      gateway.socket().as(testDevice(), { auth: wrong }),
    )
    open()
    const codes = (await Promise.all(guesses)).map(codeOf)
    const looked = codes.filter((code) => code !== 'AUTH_RATE_LIMITED').length
    expect(looked).toBe(AUTH_FAILURES)
  })

  it('of paired keys that come all at once lock nobody', async () => {
    const gateway = testGateway()
    const devices = Array.from({ length: 40 }, testDevice)
    for (const device of devices) gateway.door.pair(device, { role: 'node' })
    const all = devices.map((device) => gateway.socket().as(device, { auth: { token: 'stale' } }))
    expect((await Promise.all(all)).every(({ ok }) => ok)).toBe(true)
    expect(codeOf(await gateway.socket().as(testDevice(), { auth: right }))).toBe(
      'PAIRING_REQUIRED',
    )
  })

  it('in the place of a device token are counted by themselves', async () => {
    const gateway = testGateway()
    for (let guess = 0; guess < AUTH_FAILURES; guess += 1) {
      await gateway.socket().as(testDevice(), { auth: { deviceToken: 'guess' } })
    }
    const late = await gateway.socket().as(testDevice(), { auth: { deviceToken: 'guess' } })
    expect(codeOf(late)).toBe('AUTH_RATE_LIMITED')
    expect(codeOf(await gateway.socket().as(testDevice(), { auth: right }))).toBe(
      'PAIRING_REQUIRED',
    )
  })
})

describe('what an owner has to decide', () => {
  it('keeps a request that waits', async () => {
    const gateway = testGateway()
    const device = testDevice()
    const first = errorOf(await gateway.socket().as(device, { auth: right }))
    const second = errorOf(await gateway.socket().as(device, { auth: right }))
    expect(second).toEqual(first)
  })

  it.each([
    [{ outcome: 'full', where: 'address', retryAfterMs: 60_000 } as const, 'PAIRING_LIST_FULL'],
    [{ outcome: 'resting', retryAfterMs: 60_000 } as const, 'PAIRING_REJECTED'],
  ])('says when it may be asked again: %j', async (admission, code) => {
    const gateway = testGateway()
    gateway.door.admission = async () => admission
    const answer = await gateway.socket().as(testDevice(), { auth: right })
    expect(codeOf(answer)).toBe(code)
    expect(errorOf(answer)).toMatchObject({ retryable: true, retryAfterMs: 60_000 })
  })

  it.each([
    ['address', { perAddress: 5, inAll: 50 }, ': 5 of 5 from this address'],
    ['everywhere', { perAddress: 5, inAll: 50 }, ': 50 of 50 from all addresses'],
    ['address', undefined, ': from this address'],
  ] as const)('says which list is full: %s, %j', async (where, maxWaiting, rest) => {
    const gateway = testGateway({ options: maxWaiting === undefined ? {} : { maxWaiting } })
    gateway.door.admission = async () => ({ outcome: 'full', where, retryAfterMs: 60_000 })
    const socket = gateway.socket()
    const message = `pairing required: too many requests are waiting${rest}`
    const answer = await socket.as(testDevice(), { auth: right })
    expect(errorOf(answer)).toMatchObject({ message, details: { where } })
    expect(socket.closes).toEqual([{ code: 1008, reason: message }])
  })

  it('names no address as a reason', async () => {
    const gateway = testGateway()
    const facts = { address: '127.0.0.1', limitKey: '127.0.0.1', host: 'localhost:18789' }
    await gateway.socket(facts).as(testDevice(), { auth: right })
    expect(gateway.door.arrivals.at(-1)).toMatchObject({ address: '127.0.0.1', local: false })
    await gateway.socket({ ...facts, local: true }).as(testDevice(), { auth: right })
    expect(gateway.door.arrivals.at(-1)).toMatchObject({ local: true })
  })
})
