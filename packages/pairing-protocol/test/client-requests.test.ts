import { expect, it } from 'vitest'
import { connectOperator, createIdentity, type OperatorClient } from '../src/client.ts'
import { hello, type Peer, recorded, recordedError } from './client/gateway.ts'
import { aGateway, closing, eventually, fast, rejection } from './client/surroundings.ts'

const identity = createIdentity()

async function connected(payload = hello({ role: 'operator' })): Promise<{
  operator: OperatorClient
  first: Peer
  next: () => Promise<Peer>
}> {
  const { url, peer } = await aGateway()
  const operator = closing(connectOperator({ url, identity }, fast()))
  const first = await peer()
  await first.admit(payload)
  await operator.ready()
  return { operator, first, next: peer }
}

it('asks, and answers what a gateway of 2026.2.17 answers', async () => {
  const { operator, first } = await connected()
  const asked = operator.request('node.list', {})
  const { id, params } = await first.request('node.list')
  expect(params).toEqual({})
  const payload = recorded('09-cli-nodes-status', 'node.list')['payload']
  first.answer(id, payload)
  expect(await asked).toEqual(payload)
})

it('asks for methods that only the gateway knows', async () => {
  const { operator, first } = await connected()
  const asked = operator.request('sessions.list', { limit: 1 })
  const { id, params } = await first.request('sessions.list')
  expect(params).toEqual({ limit: 1 })
  first.answer(id, [1, null])
  expect(await asked).toEqual([1, null])
})

it('gives each answer to whom it belongs', async () => {
  const { operator, first } = await connected()
  const asked = [1, 2, 3].map((n) => operator.request('echo', n))
  const requests = [await first.request(), await first.request(), await first.request()]
  expect(new Set(requests.map(({ id }) => id)).size).toBe(3)
  for (const { id, params } of requests.reverse()) first.answer(id, params)
  expect(await Promise.all(asked)).toEqual([1, 2, 3])
})

it('invokes a command of a node with a key of its own', async () => {
  const { operator, first } = await connected()
  const invocation = { nodeId: 'n', command: 'system.which', params: { bins: ['sh'] } }
  const asked = operator.invoke(invocation)
  const { id, params } = await first.request('node.invoke')
  expect(params).toEqual({ ...invocation, idempotencyKey: expect.stringMatching(/^[0-9a-f]{32}$/) })
  first.answer(id, recorded('09c-cli-node-invoke-which', 'node.invoke')['payload'])
  expect(await asked).toEqual({ bins: { sh: '/usr/bin/sh', uname: '/usr/bin/uname' } })
  void operator.invoke({ ...invocation, idempotencyKey: 'mine' }).catch(() => {})
  expect((await first.request('node.invoke')).params['idempotencyKey']).toBe('mine')
})

it('tells what the gateway refused, and what to do', async () => {
  const { operator, first } = await connected()
  const asked = operator.request('node.invoke', { nodeId: 'n', command: 'x', idempotencyKey: 'k' })
  first.refuse((await first.request()).id, recordedError('09e-cli-node-invoke-not-allowed'))
  expect(await rejection(asked)).toMatchObject({
    code: 'ERR_GATEWAY_REFUSED',
    wireCode: 'INVALID_REQUEST',
    detailCode: 'NODE_COMMAND_NOT_ALLOWED',
    advice: { action: 'fix-request' },
    reason: 'command not allowlisted',
    command: expect.stringMatching(/^[a-z.]+$/i),
    hint: expect.stringMatching(
      /^[a-z.]+: .*gateway\.nodes\.allowCommands.*start the gateway again/i,
    ),
    details: { reason: 'command not allowlisted' },
  })
})

it('says of a command what keeps it from a node, and lets no text of the gateway command a terminal', async () => {
  const { operator, first } = await connected()
  const refusedFor = async (reason: unknown, command: unknown) => {
    const asked = operator.request('node.invoke', {
      nodeId: 'n',
      command: 'x',
      idempotencyKey: 'k',
    })
    const details = { code: 'NODE_COMMAND_NOT_ALLOWED', reason, command }
    const message = 'node command not allowed'
    first.refuse((await first.request()).id, { code: 'INVALID_REQUEST', message, details })
    return rejection(asked)
  }
  expect(await refusedFor('command not granted to node', 'lamp.switch')).toMatchObject({
    reason: 'command not granted to node',
    hint: expect.stringMatching(/^lamp\.switch: .*openclaw devices list/),
  })
  expect(await refusedFor('command not declared by node', '\u001b[2J')).toMatchObject({
    command: '?[2J',
    hint: expect.stringContaining('node.list'),
  })
  expect(await refusedFor(7, null)).toMatchObject({ reason: undefined, command: undefined })
})

it('lets no text of a gateway command a terminal', async () => {
  const { operator, first } = await connected()
  const asked = operator.request('x', {})
  const message = `\u001b[2J\u202e\u0007${'a'.repeat(5_000)}`
  first.refuse((await first.request()).id, { code: 'INVALID_REQUEST', message })
  const { message: shown } = (await rejection(asked)) as Error
  expect(shown).toMatch(/^[ -~…]{1,300}$/)
})

it('waits for a connection before it asks', async () => {
  const { url, peer } = await aGateway()
  const operator = closing(connectOperator({ url, identity }))
  const asked = operator.request('health', {})
  const first = await peer()
  await first.admit()
  first.answer((await first.request('health')).id, { ok: true, ts: 1 })
  await asked
})

it('says what stood in the way when there was no connection in time', async () => {
  const { url, peer } = await aGateway()
  const operator = closing(connectOperator({ url, identity }))
  const asked = operator.request('health', {}, { timeoutMs: 1_000 })
  const first = await peer()
  first.refuse((await first.connect()).id, recordedError('03-node-connect-unpaired'))
  expect(await rejection(asked)).toMatchObject({
    code: 'ERR_NOT_READY',
    cause: { code: 'ERR_GATEWAY_REFUSED', detailCode: 'PAIRING_REQUIRED' },
    hint: expect.stringContaining('openclaw devices'),
  })
})

it('gives up on an answer that does not come, and ignores it when it comes late', async () => {
  const { operator, first } = await connected()
  const asked = operator.request('health', {}, { timeoutMs: 3_000 })
  const { id } = await first.request()
  expect(await rejection(asked)).toMatchObject({ code: 'ERR_NO_ANSWER', fault: 'timeout' })
  first.answer(id, { ok: true, ts: 1 })
  const again = operator.request('health', {})
  first.answer((await first.request()).id, { ok: false, ts: 2 })
  expect(await again).toEqual({ ok: false, ts: 2 })
})

it('gives a node its time, and the gateway a little more to say that it ran out', async () => {
  const { url, peer } = await aGateway()
  const ports = fast()
  const operator = closing(connectOperator({ url, identity }, ports))
  const first = await peer()
  await first.admit()
  await operator.ready()
  const invocation = { nodeId: 'n', command: 'x', timeoutMs: 60_000 }
  operator.invoke(invocation).catch(() => {})
  await first.request('node.invoke')
  expect(ports.waits.some((ms) => ms > 64_000 && ms <= 65_000)).toBe(true)
})

it('never sends a request twice: one that was under way is lost with its connection', async () => {
  const { operator, first, next } = await connected()
  const asked = rejection(operator.request('node.invoke', invokeParams))
  await first.request('node.invoke')
  first.socket.terminate()
  expect(await asked).toMatchObject({ code: 'ERR_NO_ANSWER', fault: 'connection-lost' })
  const second = await next()
  await second.admit()
  await operator.ready()
  void operator.request('health', {}).catch(() => {})
  expect((await second.request()).method).toBe('health')
})

const invokeParams = { nodeId: 'n', command: 'x', idempotencyKey: 'k' }

it('rejects what is under way when it is closed', async () => {
  const { operator, first } = await connected()
  const asked = rejection(operator.request('health', {}))
  await first.request()
  await operator.close()
  expect(await asked).toMatchObject({ code: 'ERR_NO_ANSWER', cause: { code: 'ERR_CLIENT_CLOSED' } })
})

it('lets 64 requests wait, and sends no other', async () => {
  const { operator, first } = await connected()
  const asked = Array.from({ length: 64 }, () => operator.request('x', {}))
  expect(await rejection(operator.request('x', {}))).toMatchObject({
    code: 'ERR_REQUEST_NOT_SENT',
    fault: 'too-many',
  })
  for (const _each of asked) first.answer((await first.request()).id, null)
  await Promise.all(asked)
  const again = operator.request('x', {})
  first.answer((await first.request()).id, null)
  await again
})

it('sends nothing that is larger than the gateway takes', async () => {
  const { operator } = await connected(hello({ maxPayload: 1_000 }))
  expect(await rejection(operator.request('x', 'ü'.repeat(500)))).toMatchObject({
    code: 'ERR_REQUEST_NOT_SENT',
    fault: 'too-large',
  })
})

it('keeps only so much for a gateway that does not read', async () => {
  const { operator, first } = await connected(hello({ maxPayload: 26_214_400 }))
  first.socket.pause()
  const large = 'x'.repeat(25_000_000)
  const asked = Array.from({ length: 5 }, () => rejection(operator.request('x', large)))
  const faults = async () =>
    ((await Promise.race([asked[4]])) as { fault: string } | undefined)?.fault
  expect(await faults()).toBe('buffer-full')
})

it('sends nothing that is no JSON', async () => {
  const { operator } = await connected()
  const circle: Record<string, never> = {}
  Object.assign(circle, { circle })
  expect(await rejection(operator.request('x', circle))).toMatchObject({
    code: 'ERR_FRAME_NOT_ENCODABLE',
  })
})

it.each<[string, (peer: Peer, id: string) => void]>([
  ['with the wrong shape', (peer, id) => peer.answer(id, { nodes: 1 })],
  ['in a frame that is none', (peer, id) => peer.send({ type: 'res', id, ok: false, error: 1 })],
  [
    'with a key __proto__',
    (peer, id) =>
      peer.socket.send(`{"type":"res","id":"${id}","ok":true,"payload":{"__proto__":1}}`),
  ],
])('says that an answer %s cannot be read', async (_what, answer) => {
  const { operator, first } = await connected()
  const asked = operator.request('node.list', {})
  answer(first, (await first.request()).id)
  expect(await rejection(asked)).toMatchObject({ code: 'ERR_NO_ANSWER', fault: 'unreadable' })
})

it('is aborted before it is sent, while it waits, or after', async () => {
  const { operator, first, next } = await connected()
  expect(await rejection(operator.request('x', {}, { signal: AbortSignal.abort() }))).toMatchObject(
    {
      code: 'ERR_REQUEST_NOT_SENT',
      fault: 'aborted',
    },
  )
  const during = new AbortController()
  const asked = rejection(operator.request('y', {}, { signal: during.signal }))
  await first.request('y')
  during.abort()
  expect(await asked).toMatchObject({ code: 'ERR_NO_ANSWER', fault: 'aborted' })
  first.socket.terminate()
  await eventually(() => operator.status().state).not.toBe('ready')
  const waiting = new AbortController()
  const unsent = rejection(operator.request('z', {}, { signal: waiting.signal }))
  waiting.abort()
  expect(await unsent).toMatchObject({ code: 'ERR_NOT_READY' })
  void (await next()).admit()
})

it.each([0, -1, Number.NaN, 1e12])('refuses a timeout of %s', async (timeoutMs) => {
  const { operator } = await connected()
  expect(await rejection(operator.request('x', {}, { timeoutMs }))).toMatchObject({
    code: 'ERR_CLIENT_OPTIONS',
  })
})
