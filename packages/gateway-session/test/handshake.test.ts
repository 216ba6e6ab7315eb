import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ConnectClaim, ProofFault } from '@openclaw/device-pairing'
import type { Json, JsonObject } from '@openclaw/pairing-contracts'
import { describe, expect, it } from 'vitest'
import { HANDSHAKE_TIMEOUT_MS } from '../src/index.ts'
import { type Ask, connectParams, testDevice } from './support/device.ts'
import { proven } from './support/door.ts'
import { codeOf, errorOf, helloOf, SECRET, testGateway } from './support/gateway.ts'
import { settled } from './support/timers.ts'

interface Recorded {
  readonly recorded: string
  readonly from: 'client' | 'gateway'
  readonly of: string
  readonly frame: JsonObject
}

/** Real clients and gateways, with keys and tokens replaced; see the protocol package's fixtures. */
const file = join(import.meta.dirname, '../../pairing-protocol/test/fixtures/recorded.jsonl')
const recorded = readFileSync(file, 'utf8')
  .trim()
  .split('\n')
  .map((line): Recorded => JSON.parse(line))

function clientFrame(name: string, method = 'connect'): JsonObject {
  const line = recorded.find(
    (each) => each.recorded === name && each.from === 'client' && each.of === method,
  )
  if (line === undefined) throw new Error(`not recorded: ${name}`)
  return line.frame
}

function tokenIn(frame: JsonObject): string {
  const { auth } = frame['params'] as { readonly auth?: { readonly token?: string } }
  return auth?.token ?? ''
}

const shared = tokenIn(clientFrame('10-wrong-connects (ok)'))

/** A gateway whose secret is the recorded one. The keys are gone, so the proof is taken as `fault`, or as right. */
function replaying(fault?: ProofFault) {
  const gateway = testGateway({
    components: { sharedSecret: () => ({ kind: 'token', secret: shared }) },
  })
  gateway.door.proof = (claim: ConnectClaim) => (fault === undefined ? proven(claim) : { fault })
  return gateway
}

async function replay(name: string, fault?: ProofFault, method = 'connect') {
  const gateway = replaying(fault)
  const socket = gateway.socket()
  socket.say(clientFrame(name, method))
  await settled()
  const answer = socket.frames().find((frame) => frame.type === 'res')
  return { gateway, socket, answer }
}

const IDENTITY = 'device identity mismatch'
const SIGNATURE = 'device signature invalid'

/** The table of wrong connects: case, what the proof finds, the documented message, its exact code, the close. */
const WRONG: readonly (readonly [string, ProofFault | undefined, string, string, number])[] = [
  ['bad-signature', 'signature-invalid', SIGNATURE, 'DEVICE_AUTH_SIGNATURE_INVALID', 1008],
  ['token-not-signed', 'signature-invalid', SIGNATURE, 'DEVICE_AUTH_SIGNATURE_INVALID', 1008],
  ['v1-with-nonce', 'signature-invalid', SIGNATURE, 'DEVICE_AUTH_SIGNATURE_INVALID', 1008],
  ['v3', 'signature-invalid', SIGNATURE, 'DEVICE_AUTH_SIGNATURE_INVALID', 1008],
  [
    'wrong-token',
    undefined,
    'unauthorized: device token mismatch (rotate/reissue device token)',
    'AUTH_DEVICE_TOKEN_MISMATCH',
    1008,
  ],
  [
    'no-token',
    undefined,
    'unauthorized: gateway token missing (provide gateway auth token)',
    'AUTH_TOKEN_MISSING',
    1008,
  ],
  ['stale-nonce', 'nonce-mismatch', 'device nonce mismatch', 'DEVICE_AUTH_NONCE_MISMATCH', 1008],
  ['no-nonce', 'nonce-required', 'device nonce required', 'DEVICE_AUTH_NONCE_REQUIRED', 1008],
  [
    'expired',
    'signature-expired',
    'device signature expired',
    'DEVICE_AUTH_SIGNATURE_EXPIRED',
    1008,
  ],
  [
    'future',
    'signature-expired',
    'device signature expired',
    'DEVICE_AUTH_SIGNATURE_EXPIRED',
    1008,
  ],
  ['id-mismatch', 'device-id-mismatch', IDENTITY, 'DEVICE_AUTH_DEVICE_ID_MISMATCH', 1008],
  ['other-key', 'device-id-mismatch', IDENTITY, 'DEVICE_AUTH_DEVICE_ID_MISMATCH', 1008],
  ['protocol-2', undefined, 'protocol mismatch', 'PROTOCOL_MISMATCH', 1002],
  ['protocol-9', undefined, 'protocol mismatch', 'PROTOCOL_MISMATCH', 1002],
  ['bad-role', undefined, 'invalid role', 'ROLE_INVALID', 1008],
  ['no-device', undefined, 'device identity required', 'DEVICE_IDENTITY_REQUIRED', 1008],
]

describe('the recorded wrong connects', () => {
  it.each(WRONG)('%s is refused as documented', async (name, fault, message, code, close) => {
    const { socket, answer, gateway } = await replay(`10-wrong-connects (${name})`, fault)
    expect(answer).toMatchObject({ id: 'p1', ok: false, error: { message, details: { code } } })
    expect(socket.closes).toEqual([{ code: close, reason: message }])
    expect(gateway.sessions.figures().refused).toEqual({ [code]: 1 })
    expect(gateway.door.waiting()).toEqual([])
  })

  it('says which protocol is expected', async () => {
    const { answer } = await replay('10-wrong-connects (protocol-9)')
    expect(answer).toMatchObject({ error: { details: { expectedProtocol: 3 } } })
  })

  it('refuses another first request', async () => {
    const { socket, answer } = await replay('10-wrong-connects (not-connect)', undefined, 'health')
    const reason = 'invalid handshake: first request must be connect'
    expect(answer).toMatchObject({ id: 'p1', ok: false, error: { message: reason } })
    expect(socket.closes).toEqual([{ code: 1008, reason }])
  })

  it('takes a key that nobody knows, as newer clients send them', async () => {
    const { answer } = await replay('10-wrong-connects (extra-prop)')
    expect(answer).toMatchObject({ ok: false, error: { code: 'NOT_PAIRED' } })
  })

  it('says nothing to what is not JSON', () => {
    const socket = testGateway().socket()
    socket.say('{not json')
    expect(socket.sent).toHaveLength(1)
    expect(socket.closes).toEqual([{ code: 1000, reason: '' }])
  })
})

describe('the recorded first connects', () => {
  it.each([
    ['01-cli-devices-list-local-first', 'operator'],
    ['03-node-connect-unpaired', 'node'],
    ['10-wrong-connects (ok)', 'node'],
    ['16-role-upgrade (ok)', 'operator'],
    ['22-revoke-while-connected (node-that-stays)', 'node'],
    ['30-node996-to-gateway217', 'node'],
  ])('%s has to be approved, on loopback as well', async (name, role) => {
    const gateway = replaying()
    const socket = gateway.socket({ address: '127.0.0.1', limitKey: '127.0.0.1' })
    const frame = clientFrame(name)
    const params = frame['params'] as { readonly [key: string]: Json }
    const token = { auth: { token: shared } }
    socket.say({ ...frame, params: { ...params, ...token } })
    await settled()
    const [request] = gateway.door.waiting()
    expect(request?.role).toBe(role)
    const answer = socket.frames().find((each) => each.type === 'res')
    expect(answer).toMatchObject({
      ok: false,
      error: {
        code: 'NOT_PAIRED',
        message: expect.stringContaining('pairing required'),
        details: {
          code: 'PAIRING_REQUIRED',
          requestId: request?.requestId,
          requestedRole: role,
          recommendedNextStep: 'wait_then_retry',
          retryable: true,
          pauseReconnect: false,
        },
      },
    })
    const { requestId, deviceId } = request ?? {}
    expect(gateway.notices).toEqual([
      expect.objectContaining({ what: 'waits', requestId, deviceId, role, address: '127.0.0.1' }),
      expect.objectContaining({ what: 'refused', because: 'PAIRING_REQUIRED', deviceId }),
    ])
    expect(socket.closes).toEqual([
      { code: 1008, reason: expect.stringContaining(`(requestId: ${String(request?.requestId)})`) },
    ])
  })

  it('admits a recorded node once it is paired, with what it may be asked', async () => {
    const gateway = replaying()
    const frame = clientFrame('03-node-connect-unpaired')
    const { device } = frame['params'] as unknown as { device: { id: string; publicKey: string } }
    const commands = ['system.run', 'system.which', 'system.execApprovals.get']
    gateway.door.pair(device, { role: 'node', commands })
    const socket = gateway.socket()
    socket.say({
      ...frame,
      params: { ...(frame['params'] as JsonObject), auth: { token: shared } },
    })
    await settled()
    const answer = socket.frames()[1]
    expect(answer).toMatchObject({
      ok: true,
      payload: {
        type: 'hello-ok',
        protocol: 3,
        server: { version: '1.2.3' },
        auth: {
          role: 'node',
          scopes: [],
          deviceToken: expect.any(String),
          issuedAtMs: expect.any(Number),
        },
        policy: { maxPayload: 26_214_400, maxBufferedBytes: 52_428_800, tickIntervalMs: 30_000 },
      },
    })
    expect(socket.closes).toEqual([])
    expect(socket.admitted()).toBe(1)
    expect(JSON.stringify(answer)).not.toContain(socket.nonce())
    expect(JSON.stringify(answer)).not.toContain(shared)
  })
})

describe('the first ten seconds', () => {
  it('challenges at once, each connection with its own nonce', () => {
    const gateway = testGateway()
    const nonces = [1, 2, 3].map(() => gateway.socket().nonce())
    expect(new Set(nonces).size).toBe(3)
    for (const nonce of nonces) expect(nonce).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-/)
  })

  it('closes who says nothing without a word', async () => {
    const gateway = testGateway()
    const socket = gateway.socket()
    await gateway.timers.pass(HANDSHAKE_TIMEOUT_MS - 1)
    expect(socket.closes).toEqual([])
    await gateway.timers.pass(1)
    expect(socket.closes).toEqual([{ code: 1000, reason: '' }])
    expect(gateway.sessions.figures()).toMatchObject({
      halfOpen: 0,
      refused: { 'handshake-timeout': 1 },
    })
  })

  it('closes a connect that is not decided in time, and lets nobody in afterwards', async () => {
    const gateway = testGateway()
    const socket = gateway.socket()
    const device = testDevice()
    gateway.door.pair(device, { role: 'node' })
    let decide: () => void = () => undefined
    const held = new Promise<void>((resolve) => {
      decide = resolve
    })
    const real = gateway.door.arrive
    gateway.door.admission = async (arrival) => {
      gateway.door.admission = undefined
      await held
      return real(arrival)
    }
    void socket.as(device).catch(() => undefined)
    await gateway.timers.pass(HANDSHAKE_TIMEOUT_MS)
    expect(socket.closes).toEqual([{ code: 1000, reason: '' }])
    decide()
    await settled()
    expect(socket.sent).toHaveLength(1)
    expect(gateway.sessions.figures().nodes).toBe(0)
  })

  it.each([
    ['binary', new Uint8Array([1, 2]), 1003],
    ['64 KiB and one byte', 'x'.repeat(65_537), 1009],
    ['nesting', '['.repeat(17), 1008],
    ['an event', '{"type":"event","event":"tick"}', 1008],
    ['an unknown member', '{"type":"req","id":"1","method":"connect","surprise":1}', 1008],
  ])('closes on %s', (_, message, code) => {
    const socket = testGateway().socket()
    socket.session.message(message)
    expect(socket.closes.map((close) => close.code)).toEqual([code])
    expect(socket.sent).toHaveLength(1)
  })

  it('takes a connect of 64 KiB', async () => {
    const socket = testGateway().socket()
    const connect = JSON.stringify({ type: 'req', id: '1', method: 'connect', params: {} })
    socket.say(connect + ' '.repeat(65_536 - connect.length))
    expect(socket.frames()[1]).toMatchObject({
      error: { details: { code: 'CONNECT_PARAMS_INVALID' } },
    })
  })

  it('ends a client that connects twice before it is answered', async () => {
    const gateway = testGateway()
    const socket = gateway.socket()
    const connect = {
      type: 'req',
      id: '1',
      method: 'connect',
      params: connectParams({ role: 'operator', auth: { token: SECRET } }),
    }
    socket.say(connect)
    socket.say({ ...connect, id: '2' })
    await settled()
    expect(socket.closes).toEqual([{ code: 1008, reason: 'invalid request frame' }])
    expect(gateway.sessions.figures().operators).toBe(0)
  })

  it('says that the state cannot be read, without its words', async () => {
    const gateway = testGateway()
    gateway.door.broken = new Error('/home/owner/.openclaw is gone')
    const socket = gateway.socket()
    const answer = await socket.as(testDevice(), { auth: { token: SECRET } })
    expect(codeOf(answer)).toBe('STORE_UNAVAILABLE')
    expect(errorOf(answer).retryable).toBe(true)
    expect(socket.closes.map(({ code }) => code)).toEqual([1013])
    expect(gateway.said()).not.toContain('/home/owner')
    expect(gateway.notices).toContainEqual(expect.objectContaining({ what: 'failed' }))
  })
})

describe('versions', () => {
  it.each([
    [3, 3, 3],
    [4, 4, 4],
    [3, 4, 4],
    [2, 9, 4],
  ])('answers %d to %d with %d', async (minProtocol, maxProtocol, protocol) => {
    const ask: Ask = { role: 'operator', minProtocol, maxProtocol, auth: { token: SECRET } }
    const answer = await testGateway().socket().connect(connectParams(ask))
    expect(helloOf(answer).protocol).toBe(protocol)
  })
})

describe('pages of browsers', () => {
  const host = 'gateway.example:18789'
  it.each([
    ['none', undefined, true],
    ['its own', `http://${host}`, true],
    ['its own in capitals', `HTTP://Gateway.Example:18789`, true],
    ['a listed one', 'https://ui.example', true],
    ['another port', 'http://gateway.example:5173', false],
    ['no port', 'http://gateway.example', false],
    ['another host', 'https://evil.example', false],
    ['a look-alike', `http://${host}.evil.example`, false],
    ['a user part', `http://${host}@evil.example`, false],
    ['a file', 'null', false],
    ['an empty one', '', false],
    ['loopback', 'http://localhost:3000', false],
  ])('origin %s', async (_, origin, isAllowed) => {
    const gateway = testGateway({ options: { allowedOrigins: ['https://ui.example/'] } })
    const socket = gateway.socket({ origin, host })
    const answer = await socket.connect(
      connectParams({ role: 'operator', auth: { token: SECRET } }),
    )
    expect(answer.ok).toBe(isAllowed)
    if (!isAllowed) expect(codeOf(answer)).toBe('CONTROL_UI_ORIGIN_NOT_ALLOWED')
  })
})
