import { expect, it } from 'vitest'
import {
  connectNode,
  connectOperator,
  createIdentity,
  memoryTokenCache,
  type PairingNeeded,
} from '../src/client.ts'
import { hello, NONCE, recorded, recordedError, TS, verifies } from './client/gateway.ts'
import { aGateway, closing, eventually, fast, hurried, rejection } from './client/surroundings.ts'

const auth = { token: 'shared-secret-0123456789' }

it('speaks to a gateway of 2026.2.17 as it expects it', async () => {
  const { url, peer } = await aGateway()
  const identity = createIdentity()
  const client = { displayName: 'kitchen', version: '1.2.3' }
  const node = closing(
    connectNode({ url, identity, auth, client, commands: { 'system.which': () => null } }),
  )
  const params = await (await peer()).admit()
  expect(params).toEqual({
    minProtocol: 3,
    maxProtocol: 4,
    client: {
      id: 'node-host',
      mode: 'node',
      version: '1.2.3',
      platform: process.platform,
      displayName: 'kitchen',
    },
    role: 'node',
    scopes: [],
    caps: [],
    commands: ['system.which'],
    auth,
    device: {
      id: identity.deviceId,
      publicKey: identity.publicKey,
      signature: expect.any(String),
      signedAt: TS,
      nonce: NONCE,
    },
  })
  expect(verifies(params, 'v2')).toBe(true)
  const { protocol, server } = await node.ready()
  expect({ protocol, version: server.version }).toEqual({ protocol: 3, version: 'dev' })
})

it('signs v3 for a gateway of 2026.9, which says in the challenge what it can', async () => {
  const { url, peer } = await aGateway()
  const client = { deviceFamily: ' Linux', platform: 'Linux' }
  const operator = closing(connectOperator({ url, identity: createIdentity(), auth, client }))
  const { payload } = recorded('30-node217-to-gateway996', 'connect.challenge')
  const first = await peer()
  const { id, params } = await first.connect({ ...(payload as object), capabilities: ['x'] })
  expect(verifies(params, 'v3')).toBe(true)
  expect(params.device?.nonce).toBe((payload as { nonce: string }).nonce)
  first.answer(id, recorded('30-node217-to-gateway996', 'connect')['payload'])
  expect((await operator.ready()).protocol).toBe(4)
})

it('tries the other signature once where a gateway refuses one, and then stops', async () => {
  const { url, peer } = await aGateway()
  const node = closing(connectNode({ url, identity: createIdentity(), auth, commands: {} }, fast()))
  const refusal = recordedError('10-wrong-connects (bad-signature)')
  const first = await peer()
  const { id, params } = await first.connect()
  expect([verifies(params, 'v2'), verifies(params, 'v3')]).toEqual([true, false])
  first.refuse(id, refusal)
  const second = await peer()
  const again = await second.connect()
  expect(verifies(again.params, 'v3')).toBe(true)
  second.refuse(again.id, refusal)
  expect(await node.stopped).toMatchObject({
    code: 'ERR_GATEWAY_REFUSED',
    detailCode: 'DEVICE_AUTH_SIGNATURE_INVALID',
  })
})

it('keeps to the signature that worked', async () => {
  const { url, peer } = await aGateway()
  closing(connectNode({ url, identity: createIdentity(), auth, commands: {} }, fast()))
  const first = await peer()
  const { id } = await first.connect()
  first.refuse(id, recordedError('10-wrong-connects (bad-signature)'))
  const second = await peer()
  await second.admit()
  second.socket.close(1012)
  expect(verifies((await (await peer()).connect()).params, 'v3')).toBe(true)
})

it('keeps trying while an owner decides, and tells of each request once', async () => {
  const { url, peer } = await aGateway()
  const told: PairingNeeded[] = []
  const ports = fast()
  const identity = createIdentity()
  const onPairingRequired = (needed: PairingNeeded) => told.push(needed)
  const node = closing(connectNode({ url, identity, auth, commands: {}, onPairingRequired }, ports))
  const refusals = [
    recordedError('03-node-connect-unpaired'),
    recordedError('03-node-connect-unpaired'),
    recordedError('30-node217-to-gateway996'),
  ]
  for (const refusal of refusals) {
    const each = await peer()
    const { id } = await each.connect()
    each.refuse(id, refusal)
    each.socket.close(1008, 'pairing required')
  }
  await (await peer()).admit()
  await node.ready()
  const { deviceId } = identity
  const requestId = '00000000-0000-4000-8000-000000000007'
  expect(told).toEqual([
    {
      code: 'PAIRING_REQUIRED',
      deviceId,
      requestId,
      approveCommand: `openclaw devices approve ${requestId}`,
    },
    expect.objectContaining({ deviceId, reason: 'not-paired' }),
  ])
  // At most 0.7 s each: whoever says yes sees the device connect within a second.
  expect(ports.waits.filter((ms) => ms === 700).length).toBeGreaterThanOrEqual(3)
})

it('builds no command from an id that a shell would read as more than a word', async () => {
  const { url, peer } = await aGateway()
  const told: PairingNeeded[] = []
  const onPairingRequired = (needed: PairingNeeded) => told.push(needed)
  closing(connectNode({ url, identity: createIdentity(), auth, commands: {}, onPairingRequired }))
  const first = await peer()
  const { id } = await first.connect()
  const details = { requestId: '1; rm -rf ~', reason: '$(id)' }
  first.refuse(id, { code: 'NOT_PAIRED', message: 'pairing required', details })
  await first.closed
  await eventually(() => told.length).toBe(1)
  expect(told[0]?.approveCommand).toBe('openclaw devices list')
  expect(told[0]?.reason).toBeUndefined()
})

it.each([
  ['10-wrong-connects (protocol-2)', 'PROTOCOL_MISMATCH'],
  ['10-wrong-connects (id-mismatch)', 'DEVICE_AUTH_DEVICE_ID_MISMATCH'],
  ['10-wrong-connects (bad-role)', 'ROLE_INVALID'],
  ['10-wrong-connects (no-token)', 'AUTH_TOKEN_MISSING'],
  ['10-wrong-connects (not-connect)', 'CONNECT_REQUIRED'],
  ['10-wrong-connects (extra-prop)', undefined],
])('stops after %s: it can never succeed', async (about, detailCode) => {
  const { url, peer, count } = await aGateway()
  const node = closing(connectNode({ url, identity: createIdentity(), commands: {} }, fast()))
  const first = await peer()
  const { id } = await first.connect()
  first.refuse(id, recordedError(about))
  const problem = await node.stopped
  expect(problem).toMatchObject({ code: 'ERR_GATEWAY_REFUSED', detailCode })
  expect(await rejection(node.ready())).toBe(problem)
  expect(await rejection(node.request('health', {}))).toBe(problem)
  expect(node.status()).toEqual({ state: 'stopped', problem })
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(count()).toBe(1)
})

it.each([
  '10-wrong-connects (expired)',
  '10-wrong-connects (stale-nonce)',
  '10-wrong-connects (no-nonce)',
])('connects again after %s', async (about) => {
  const { url, peer } = await aGateway()
  const node = closing(connectNode({ url, identity: createIdentity(), commands: {} }, fast()))
  const first = await peer()
  const { id } = await first.connect()
  first.refuse(id, recordedError(about))
  await (await peer()).admit()
  await node.ready()
})

it('waits as long as a gateway asks, but not for ever', async () => {
  const { url, peer } = await aGateway()
  const ports = hurried((ms) => (ms >= 100_000 ? 1 : ms))
  closing(connectNode({ url, identity: createIdentity(), commands: {} }, ports))
  for (const retryAfterMs of [300_000, 1e300]) {
    const each = await peer()
    const { id } = await each.connect()
    const details = { code: 'AUTH_RATE_LIMITED' }
    each.refuse(id, { code: 'INVALID_REQUEST', message: 'x', details, retryAfterMs })
  }
  await peer()
  expect(ports.waits).toEqual(expect.arrayContaining([300_000, 600_000]))
  expect(Math.max(...ports.waits)).toBe(600_000)
})

it('shows the device token, drops it when it is refused, and then shows the secret', async () => {
  const { url, peer } = await aGateway()
  const tokens = memoryTokenCache()
  const key = { gateway: url, role: 'node' }
  await tokens.save(key, { token: 'stale', scopes: [], updatedAtMs: 1 as never })
  const node = closing(
    connectNode({ url, identity: createIdentity(), auth, tokens, commands: {} }, fast()),
  )
  const first = await peer()
  const { id, params } = await first.connect()
  expect(params.auth).toEqual({ token: 'stale' })
  expect(verifies(params, 'v2')).toBe(true)
  first.refuse(id, recordedError('10-wrong-connects (wrong-token)'))
  const second = await peer()
  const shown = await second.connect()
  expect(shown.params.auth).toEqual(auth)
  expect(await tokens.load(key)).toBeUndefined()
  second.answer(shown.id, hello({ deviceToken: 'fresh' }))
  await node.ready()
  expect((await tokens.load(key))?.token).toBe('fresh')
})

it('shows the key alone where a refused device token was all it had', async () => {
  const { url, peer } = await aGateway()
  const tokens = memoryTokenCache()
  const entry = { token: 'stale', scopes: [], updatedAtMs: 1 as never }
  await tokens.save({ gateway: url, role: 'node' }, entry)
  const node = closing(
    connectNode({ url, identity: createIdentity(), tokens, commands: {} }, fast()),
  )
  const first = await peer()
  first.refuse((await first.connect()).id, recordedError('10-wrong-connects (wrong-token)'))
  const second = await peer()
  const { id, params } = await second.connect()
  expect(params.auth).toBeUndefined()
  second.refuse(id, recordedError('10-wrong-connects (no-token)'))
  expect(await node.stopped).toMatchObject({ detailCode: 'AUTH_TOKEN_MISSING' })
})

it('keeps a device token that is only too narrow, and shows the secret', async () => {
  const { url, peer } = await aGateway()
  const tokens = memoryTokenCache()
  const key = { gateway: url, role: 'operator' }
  await tokens.save(key, { token: 'narrow', scopes: [], updatedAtMs: 1 as never })
  closing(connectOperator({ url, identity: createIdentity(), auth, tokens }, fast()))
  const first = await peer()
  const details = { code: 'AUTH_SCOPE_MISMATCH' }
  const { id } = await first.connect()
  first.refuse(id, { code: 'INVALID_REQUEST', message: 'unauthorized: x', details })
  expect((await (await peer()).connect()).params.auth).toEqual(auth)
  expect((await tokens.load(key))?.token).toBe('narrow')
})

it('stops when the secret itself is refused, though 2026.2 calls it a device token', async () => {
  const { url, peer } = await aGateway()
  const node = closing(connectNode({ url, identity: createIdentity(), auth, commands: {} }))
  const first = await peer()
  first.refuse((await first.connect()).id, recordedError('10-wrong-connects (wrong-token)'))
  const problem = await node.stopped
  expect(problem).toMatchObject({ detailCode: 'AUTH_DEVICE_TOKEN_MISMATCH' })
  expect(`${String(problem)} ${String(problem?.hint)}`).not.toContain(auth.token)
})

it.each([{ password: 'pass-word' }, { bootstrapToken: 'of-a-setup-code' }])(
  'shows %j where that is the secret',
  async (secret) => {
    const { url, peer } = await aGateway()
    closing(connectNode({ url, identity: createIdentity(), auth: secret, commands: {} }))
    const { params } = await (await peer()).connect()
    expect(params.auth).toEqual(secret)
    expect(verifies(params, 'v2')).toBe(true)
  },
)

it('keeps a fresh token before it is ready, and never shows tokens in hello', async () => {
  const { url, peer } = await aGateway()
  const memory = memoryTokenCache()
  const key = { gateway: url, role: 'node' }
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  const tokens = {
    ...memory,
    save: async (...entry: Parameters<typeof memory.save>) => {
      await held
      await memory.save(...entry)
    },
  }
  const node = closing(connectNode({ url, identity: createIdentity(), tokens, commands: {} }))
  const further = { deviceToken: 'for-operator', role: 'operator', scopes: [], issuedAtMs: 1 }
  const payload = hello({ deviceToken: 'fresh' })
  await (await peer()).admit({
    ...payload,
    auth: { ...(payload['auth'] as object), deviceTokens: [further] },
  })
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(node.status()).toEqual({ state: 'connecting' })
  release()
  const welcome = await node.ready()
  expect((await memory.load(key))?.token).toBe('fresh')
  expect((await memory.load({ ...key, role: 'operator' }))?.token).toBe('for-operator')
  expect(JSON.stringify([welcome, node.status()])).not.toMatch(/fresh|for-operator/)
})

it('does not write a token that it has already', async () => {
  const { url, peer } = await aGateway()
  const memory = memoryTokenCache()
  let saves = 0
  const tokens = {
    ...memory,
    save: async (...entry: Parameters<typeof memory.save>) => {
      saves += 1
      await memory.save(...entry)
    },
  }
  const node = closing(
    connectNode({ url, identity: createIdentity(), tokens, commands: {} }, fast()),
  )
  for (let round = 0; round < 3; round += 1) {
    const each = await peer()
    await each.admit()
    await node.ready()
    each.socket.close(1012)
    await each.closed
  }
  expect(saves).toBe(1)
})

it('is ready although a token could not be kept, and says so in the log', async () => {
  const { url, peer } = await aGateway()
  const said: string[] = []
  const tokens = { ...memoryTokenCache(), save: () => Promise.reject(new Error('disk full')) }
  const log = (_level: string, event: string) => said.push(event)
  const node = closing(connectNode({ url, identity: createIdentity(), tokens, log, commands: {} }))
  await (await peer()).admit()
  await node.ready()
  expect(said).toContain('client.token.not-kept')
})

it('stops when the cache of tokens cannot be read', async () => {
  const { url } = await aGateway()
  const tokens = { ...memoryTokenCache(), load: () => Promise.reject(new Error('broken')) }
  const node = closing(connectNode({ url, identity: createIdentity(), tokens, commands: {} }))
  expect(await node.stopped).toMatchObject({ code: 'ERR_TOKEN_CACHE_FAILED' })
})

it('tries again when the cache of tokens hangs', async () => {
  const { url, peer } = await aGateway()
  const memory = memoryTokenCache()
  let asked = 0
  const load: typeof memory.load = (key) => {
    asked += 1
    return asked === 1 ? new Promise(() => {}) : memory.load(key)
  }
  const tokens = { ...memory, load }
  const ports = hurried((ms) => ms / 100)
  const node = closing(
    connectNode({ url, identity: createIdentity(), tokens, commands: {} }, ports),
  )
  await (await peer()).admit()
  await node.ready()
  expect(asked).toBe(2)
})

it('is closed by a signal, whenever it comes', async () => {
  const { url, peer, count } = await aGateway()
  const options = { url, identity: createIdentity(), commands: {} }
  const before = connectNode({ ...options, signal: AbortSignal.abort() })
  expect(await before.stopped).toBeUndefined()
  expect(count()).toBe(0)
  const controller = new AbortController()
  const node = closing(connectNode({ ...options, signal: controller.signal }))
  const first = await peer()
  await first.admit()
  await node.ready()
  controller.abort()
  expect(await node.stopped).toBeUndefined()
  expect((await first.closed).code).toBe(1000)
  expect(await rejection(node.request('health', {}))).toMatchObject({ code: 'ERR_CLIENT_CLOSED' })
})
