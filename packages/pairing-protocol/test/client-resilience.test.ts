import { createServer as createHttp } from 'node:http'
import { createServer, type Server, type Socket } from 'node:net'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  type ClientStatus,
  connectNode,
  connectOperator,
  createIdentity,
  type NodeOptions,
} from '../src/client.ts'
import { CLOSES } from '../src/index.ts'
import { hello, type Peer } from './client/gateway.ts'
import {
  afterwards,
  aGateway,
  CONNECT_TIMEOUT_MS,
  closing,
  eventually,
  fast,
  faster,
  hurried,
  rejection,
} from './client/surroundings.ts'

const identity = createIdentity()

function options(url: string): NodeOptions {
  return { url, identity, commands: {} }
}

/** What stood in the way, and how long was waited, one after the other. */
function problems(): {
  onStatus: (status: ClientStatus) => void
  found: unknown[]
  codes: string[]
  delays: number[]
} {
  const found: unknown[] = []
  const codes: string[] = []
  const delays: number[] = []
  return {
    found,
    codes,
    delays,
    onStatus: (status) => {
      if (status.state !== 'waiting') return
      found.push(status.problem)
      codes.push(status.problem.code)
      delays.push(status.delayMs)
    },
  }
}

async function listening(server: Server): Promise<string> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => sockets.add(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  afterwards(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  })
  const address = server.address()
  return `ws://127.0.0.1:${String(typeof address === 'object' ? address?.port : address)}`
}

it('waits 1 s, 2 s, 4 s … 30 s between tries', async () => {
  const { url, close } = await aGateway()
  await close()
  const { onStatus, codes, delays } = problems()
  const node = connectNode({ ...options(url), onStatus }, faster())
  await eventually(() => codes.length).toBeGreaterThan(7)
  await node.close()
  expect(new Set(codes)).toEqual(new Set(['ERR_GATEWAY_UNREACHABLE']))
  expect(delays.slice(0, 8)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000])
})

it('takes up to a half of each wait off, by chance', async () => {
  const { url, close } = await aGateway()
  await close()
  const { onStatus, delays } = problems()
  const randomBytes = (length: number) => new Uint8Array(length)
  const node = connectNode({ ...options(url), onStatus }, { ...fast(), randomBytes })
  await eventually(() => delays.slice(0, 4)).toEqual([500, 1_000, 2_000, 4_000])
  await node.close()
})

it('starts the waits over only after a connection that lasted', async () => {
  const { url, peer } = await aGateway()
  let lived = 0
  const ports = fast()
  const elapsed = () => ports.timers.elapsed() + lived
  const { onStatus, delays } = problems()
  const timers = { ...ports.timers, elapsed }
  const node = closing(connectNode({ ...options(url), onStatus }, { ...ports, timers }))
  const cut = async (livedMs: number) => {
    const each = await peer()
    await each.admit(hello({ tickIntervalMs: 600_000 }))
    await node.ready()
    lived += livedMs
    each.socket.terminate()
    await eventually(() => node.status().state).not.toBe('ready')
  }
  for (const livedMs of [0, 0, 0, 31_000, 0]) await cut(livedMs)
  await eventually(() => delays).toEqual([1_000, 2_000, 4_000, 1_000, 2_000])
})

it('comes back quickly when the gateway restarts, at the time that it named', async () => {
  const { url, peer } = await aGateway()
  const { onStatus, delays } = problems()
  const restart = async (restartExpectedMs: number | null) => {
    const node = connectNode({ ...options(url), onStatus }, faster())
    const each = await peer()
    await each.admit()
    await node.ready()
    each.event('shutdown', { reason: 'gateway stopping', restartExpectedMs })
    each.socket.close(1012, 'service restart')
    await (await peer()).admit()
    await node.ready()
    await node.close()
  }
  await restart(null)
  await restart(5_000)
  await restart(1e12)
  expect(delays).toEqual([1_250, 6_250, 31_250])
})

it('is not driven in circles by a gateway that restarts again and again', async () => {
  const { url, peer } = await aGateway()
  const { onStatus, delays } = problems()
  closing(connectNode({ ...options(url), onStatus }, fast()))
  for (let round = 0; round < 5; round += 1) {
    const each = await peer()
    await each.admit()
    each.socket.close(1012)
  }
  await eventually(() => delays).toEqual([1_250, 2_000, 4_000, 8_000, 16_000])
})

it('stops where another connection with its key took its place: two would take turns for ever', async () => {
  const { url, peer } = await aGateway()
  const node = connectNode(options(url), fast())
  const each = await peer()
  await each.admit()
  await node.ready()
  each.socket.close(CLOSES.replaced.code, CLOSES.replaced.reason)
  expect(await node.stopped).toMatchObject({ code: 'ERR_CONNECTION_REPLACED' })
  expect(node.status().state).toBe('stopped')
})

it.each<[string, (peer: Peer) => Promise<unknown>, string]>([
  ['never says the challenge', async () => {}, 'challenge'],
  ['never answers connect', (peer) => peer.connect(), 'hello'],
])('gives up on a gateway that %s, and tries again', async (_what, play, phase) => {
  const { url, peer } = await aGateway()
  const ports = hurried((ms) => (ms === CONNECT_TIMEOUT_MS ? 200 : ms / 100))
  const node = closing(connectNode(options(url), ports))
  const first = await peer()
  await play(first)
  await first.closed
  await peer()
  const lost = await rejection(node.ready({ timeoutMs: 1 }))
  expect(lost).toMatchObject({
    code: 'ERR_NOT_READY',
    cause: { code: 'ERR_CONNECT_TIMEOUT', phase },
  })
})

it('gives up on a host that takes the connection and says nothing', async () => {
  const url = await listening(createServer(() => {}))
  const { onStatus, codes, found } = problems()
  const ports = hurried((ms) => (ms === CONNECT_TIMEOUT_MS ? 100 : ms))
  const node = connectNode({ ...options(url), onStatus }, ports)
  await eventually(() => codes[0]).toBe('ERR_CONNECT_TIMEOUT')
  expect(found[0]).toMatchObject({ phase: 'dial' })
  await node.close()
})

it.each([
  ['403', 'HTTP/1.1 403 Forbidden\r\n\r\n'],
  [
    'a redirect, which is not followed',
    'HTTP/1.1 302 Found\r\nLocation: ws://127.0.0.1:1/\r\n\r\n',
  ],
  ['garbage', 'SSH-2.0-OpenSSH_9.6\r\n'],
])('says that a host answers with %s', async (_what, answer) => {
  const url = await listening(createServer((socket) => socket.end(answer)))
  const { onStatus, codes } = problems()
  const node = connectNode({ ...options(url), onStatus })
  await eventually(() => codes[0]).toBe('ERR_GATEWAY_UNREACHABLE')
  await node.close()
})

it('says that a host is no gateway', async () => {
  const url = await listening(createHttp((_request, response) => response.end('hello')))
  const { onStatus, codes } = problems()
  const node = connectNode({ ...options(url), onStatus })
  await eventually(() => codes[0]).toBe('ERR_GATEWAY_UNREACHABLE')
  await node.close()
})

it.each<[string, (peer: Peer) => unknown]>([
  ['no JSON', (peer) => peer.socket.send('{')],
  ['a binary message', (peer) => peer.socket.send(Buffer.from('{}'))],
  ['no frame', (peer) => peer.send({ type: 'req', id: '1', method: 'connect' })],
  ['a challenge without a nonce', (peer) => peer.event('connect.challenge', { ts: 1 })],
  ['a key __proto__', (peer) => peer.socket.send('{"type":"event","event":"x","__proto__":1}')],
  [
    'a hello-ok that is none',
    async (peer) => peer.answer((await peer.connect()).id, { type: 'hello-ok' }),
  ],
])('gives up on a gateway that says %s, and tries again', async (_what, play) => {
  const { url, peer } = await aGateway()
  const { onStatus, codes } = problems()
  closing(connectNode({ ...options(url), onStatus }, fast()))
  await play(await peer())
  await (await peer()).connect()
  expect(codes).toEqual(['ERR_GATEWAY_UNREACHABLE'])
})

it('ignores answers and events that come before their time', async () => {
  const { url, peer } = await aGateway()
  const node = closing(connectNode(options(url)))
  const first = await peer()
  first.answer('connect', hello())
  first.event('health', { ok: true, ts: 1 })
  const { id } = await first.connect()
  first.event('connect.challenge', { nonce: 'another', ts: 2 })
  first.answer('no-such-request', {})
  first.answer(id, hello())
  await node.ready()
})

it('ignores a message that it cannot read, but not a hundred of them', async () => {
  const { url, peer } = await aGateway()
  const operator = closing(connectOperator({ url, identity }, fast()))
  const first = await peer()
  await first.admit()
  await operator.ready()
  for (let round = 0; round < 99; round += 1) first.socket.send('{')
  const asked = operator.request('health', {})
  first.answer((await first.request('health')).id, { ok: true, ts: 1 })
  expect(await asked).toEqual({ ok: true, ts: 1 })
  first.socket.send('{')
  expect((await first.closed).code).toBe(1008)
  await (await peer()).connect()
})

/** Messages of all kinds: no JSON, no frame, frames with anything in them. */
const anything = fc.oneof(
  fc.string(),
  fc.json(),
  fc
    .record({
      type: fc.constantFrom('res', 'event', 'req'),
      id: fc.constantFrom('connect', '1', 2),
      ok: fc.boolean(),
      event: fc.constantFrom('connect.challenge', 'shutdown', 'tick', 'node.invoke.request', 'x'),
      payload: fc.jsonValue(),
      error: fc.record({ code: fc.string(), message: fc.string(), details: fc.jsonValue() }),
    })
    .chain((frame) => fc.subarray(Object.entries(frame)))
    .map((entries) => JSON.stringify(Object.fromEntries(entries))),
)

it('survives whatever a gateway says before hello-ok', async () => {
  const { url, peer } = await aGateway()
  const ports = hurried((ms) => (ms === CONNECT_TIMEOUT_MS ? ms : 1))
  let node = closing(connectNode(options(url), ports))
  for (const message of fc.sample(anything, { numRuns: 60, seed: 7 })) {
    const each = await peer()
    each.socket.send(message)
    const admitted = each.admit().catch(() => {})
    await Promise.race([each.closed, admitted])
    each.socket.close(1000)
    // It may have read a refusal that ends it.
    await each.closed
    if (node.status().state === 'stopped') node = closing(connectNode(options(url), ports))
  }
  await (await peer()).admit()
  await node.ready()
})

it('survives whatever a gateway says after hello-ok', async () => {
  const { url, peer, count } = await aGateway()
  const node = closing(connectNode(options(url)))
  const first = await peer()
  await first.admit()
  await node.ready()
  for (const message of fc.sample(anything, { numRuns: 90, seed: 7 })) first.socket.send(message)
  // One of them may pass for the answer to the first request.
  const guessed = node.request('echo', {}).catch(() => {})
  first.answer((await first.request('echo')).id, null)
  await guessed
  const asked = node.request('echo', {})
  first.answer((await first.request('echo')).id, 'still here')
  expect(await asked).toBe('still here')
  expect([node.status().state, count()]).toEqual(['ready', 1])
})

it('does not take a message beyond 25 MiB', async () => {
  const { url, peer } = await aGateway()
  const { onStatus, codes } = problems()
  const node = closing(connectNode({ ...options(url), onStatus }, fast()))
  const first = await peer()
  await first.admit()
  await node.ready()
  first.socket.send('x'.repeat(26_214_401))
  expect((await first.closed).code).toBe(1009)
  await (await peer()).admit()
  await node.ready()
  expect(codes).toEqual(['ERR_CONNECTION_LOST'])
})

it('closes with 4000 when nothing was heard for two ticks, and connects again', async () => {
  const { url, peer } = await aGateway()
  const node = closing(connectNode(options(url), fast()))
  const first = await peer()
  await first.admit(hello({ tickIntervalMs: 60 }))
  await node.ready()
  const begun = performance.now()
  expect(await first.closed).toEqual({ code: 4000, reason: 'tick timeout' })
  expect(performance.now() - begun).toBeGreaterThan(100)
  await (await peer()).connect()
})

it.each<[string, (peer: Peer) => void]>([
  ['ticks', (peer) => peer.event('tick', { ts: 1 })],
  ['pings', (peer) => peer.socket.ping()],
])('stays as long as the gateway %s', async (_what, say) => {
  const { url, peer, count } = await aGateway()
  const node = closing(connectNode(options(url)))
  const first = await peer()
  await first.admit(hello({ tickIntervalMs: 300 }))
  await node.ready()
  for (let round = 0; round < 6; round += 1) {
    await new Promise((resolve) => setTimeout(resolve, 150))
    say(first)
  }
  expect(node.status().state).toBe('ready')
  expect(count()).toBe(1)
})

it('leaves a gateway behind that went away without a word', async () => {
  const { url, peer } = await aGateway()
  const node = closing(connectNode(options(url), fast()))
  const first = await peer()
  await first.admit(hello({ tickIntervalMs: 50 }))
  await node.ready()
  // It reads nothing any more, so no close is ever answered.
  first.socket.pause()
  await (await peer()).admit()
  await node.ready()
})

it('dials again only when nothing of the old connection is left', async () => {
  const { url, peer } = await aGateway()
  const CLOSE_TIMEOUT_MS = 1_000
  const scaled = hurried((ms) => {
    if (ms === CLOSE_TIMEOUT_MS) return 400
    return ms === CONNECT_TIMEOUT_MS ? ms : 1
  })
  const ports = { ...scaled, randomBytes: (length: number) => new Uint8Array(length) }
  closing(connectNode(options(url), ports))
  const first = await peer()
  const { id } = await first.connect()
  // It does not read that the client says goodbye.
  first.socket.pause()
  first.refuse(id, { code: 'NOT_PAIRED', message: 'pairing required' })
  const begun = performance.now()
  await peer()
  expect(performance.now() - begun).toBeGreaterThan(300)
})

it('is closed at once while it waits', async () => {
  const { url, close } = await aGateway()
  await close()
  const ports = hurried((ms) => (ms === CONNECT_TIMEOUT_MS ? ms : 60_000))
  const { onStatus, codes } = problems()
  const node = connectNode({ ...options(url), onStatus }, ports)
  await eventually(() => codes.length).toBeGreaterThan(0)
  const begun = performance.now()
  await node.close()
  expect(performance.now() - begun).toBeLessThan(10_000)
})

it('survives a callback of its embedder that throws', async () => {
  const { url, peer } = await aGateway()
  const said: string[] = []
  const broken = () => {
    throw new Error('of the embedder')
  }
  const log = (_level: string, event: string) => said.push(event)
  const callbacks = { onStatus: broken, onPairingRequired: broken, log }
  const node = closing(connectNode({ ...options(url), ...callbacks }, fast()))
  const first = await peer()
  const { id } = await first.connect()
  first.refuse(id, { code: 'NOT_PAIRED', message: 'pairing required' })
  await (await peer()).admit()
  await node.ready()
  expect(said).toContain('client.callback.failed')
})

it('tries again when the key does not sign', async () => {
  const { url, peer } = await aGateway()
  let signs = 0
  const unsteady = {
    ...identity,
    sign: (text: string) => {
      signs += 1
      if (signs === 1) throw new Error('the card is not in the reader')
      return identity.sign(text)
    },
  }
  const { onStatus, codes } = problems()
  const node = closing(connectNode({ ...options(url), identity: unsteady, onStatus }, fast()))
  ;(await peer()).event('connect.challenge', { nonce: 'n', ts: 1 })
  await (await peer()).admit()
  await node.ready()
  expect(codes).toEqual(['ERR_SIGNING_FAILED'])
})
