import type { JsonObject } from '@openclaw/pairing-contracts'
import { expect, it } from 'vitest'
import {
  type CommandCall,
  CommandFailed,
  type CommandHandlers,
  connectNode,
  createIdentity,
} from '../src/client.ts'
import { hello, type Peer, recorded } from './client/gateway.ts'
import { aGateway, closing, eventually, fast } from './client/surroundings.ts'

const identity = createIdentity()

async function connected(
  commands: CommandHandlers,
  { payload = hello(), maxRunning = 16 } = {},
): Promise<{ first: Peer; next: () => Promise<Peer>; invoke: Invoke }> {
  const { url, peer } = await aGateway()
  const node = closing(connectNode({ url, identity, commands, maxRunning }, fast()))
  const first = await peer()
  await first.admit(payload)
  await node.ready()
  const invoke: Invoke = (command, more = {}) => {
    const id = `call-${String(Math.random())}`
    first.event('node.invoke.request', { id, nodeId: identity.deviceId, command, ...more })
    return id
  }
  return { first, next: peer, invoke }
}

type Invoke = (command: string, more?: JsonObject) => string

/** What a node answered; the gateway says thank you. */
async function result(peer: Peer): Promise<JsonObject> {
  const { id, params } = await peer.request('node.invoke.result')
  peer.answer(id, { ok: true })
  return params
}

it('answers what a gateway of 2026.2.17 asks, in the form that it expects', async () => {
  const calls: [unknown, CommandCall][] = []
  const { first } = await connected({
    'system.which': (params, call) => {
      calls.push([params, call])
      return { bins: { sh: '/usr/bin/sh' } }
    },
  })
  const frame = recorded('08-node-connect-paired', 'node.invoke.request')
  const { id, nodeId, idempotencyKey } = frame['payload'] as JsonObject
  first.send(frame)
  expect(await result(first)).toEqual({
    id,
    nodeId,
    ok: true,
    payloadJSON: '{"bins":{"sh":"/usr/bin/sh"}}',
  })
  const [params, call] = calls[0] ?? []
  expect(params).toEqual({ bins: ['sh', 'uname', 'nope'] })
  expect(call).toMatchObject({ id, command: 'system.which', idempotencyKey, timeoutMs: 15_000 })
})

it('needs neither parameters nor a result', async () => {
  const given: unknown[] = []
  const { first, invoke } = await connected({
    quiet: async (params) => {
      given.push(params)
      return undefined
    },
  })
  for (const more of [{}, { paramsJSON: null }, { paramsJSON: 'null' }]) {
    const id = invoke('quiet', more)
    expect(await result(first)).toEqual({ id, nodeId: identity.deviceId, ok: true })
  }
  expect(given).toEqual([undefined, undefined, null])
})

it('tells why a command failed, where its handler says so, and nothing else of what it threw', async () => {
  const { first, invoke } = await connected({
    known: () => {
      throw new CommandFailed('NOT_FOUND', 'there is no such file')
    },
    unknown: () => Promise.reject(new Error('password is hunter2')),
    odd: () => ({ circle: 1n }) as never,
  })
  invoke('known')
  const known = { code: 'NOT_FOUND', message: 'there is no such file' }
  expect(await result(first)).toMatchObject({ ok: false, error: known })
  for (const command of ['unknown', 'odd']) {
    invoke(command)
    expect(await result(first)).toMatchObject({
      ok: false,
      error: { code: 'FAILED', message: 'the command failed on the node' },
    })
  }
})

it.each(['nope', 'constructor', 'toString', '__proto__'])(
  'answers that it has no command %s',
  async (command) => {
    const { first, invoke } = await connected({ yes: () => null })
    invoke(command)
    expect(await result(first)).toMatchObject({ ok: false, error: { code: 'UNKNOWN_COMMAND' } })
  },
)

it.each([
  '{',
  '',
  'undefined',
  '{"a":{"__proto__":{"b":1}}}',
  `${'['.repeat(65)}${']'.repeat(65)}`,
  '1e999',
])('hands no parameters on that are %s', async (paramsJSON) => {
  let called = false
  const { first, invoke } = await connected({
    it: () => {
      called = true
      return null
    },
  })
  invoke('it', { paramsJSON })
  expect(await result(first)).toMatchObject({ ok: false, error: { code: 'INVALID_PARAMS' } })
  expect(called).toBe(false)
})

it('says that the time is over, tells the handler, and answers once', async () => {
  let signal: AbortSignal | undefined
  let finish = () => {}
  const { first, invoke } = await connected({
    slow: async (_params, call) => {
      signal = call.signal
      await new Promise<void>((resolve) => {
        finish = resolve
      })
      return 'late'
    },
    quick: () => 'quick',
  })
  invoke('slow', { timeoutMs: 2_000 })
  expect(await result(first)).toMatchObject({ ok: false, error: { code: 'TIMEOUT' } })
  expect(signal?.aborted).toBe(true)
  finish()
  invoke('quick')
  expect(await result(first)).toMatchObject({ ok: true, payloadJSON: '"quick"' })
})

it('runs so many at a time, and counts those that do not end', async () => {
  const finish: (() => void)[] = []
  const { first, invoke } = await connected(
    { slow: () => new Promise((resolve) => finish.push(() => resolve(null))) },
    { maxRunning: 2 },
  )
  invoke('slow', { timeoutMs: 100 })
  invoke('slow')
  invoke('slow')
  const codes = [await result(first), await result(first)].map(
    ({ error }) => (error as JsonObject)['code'],
  )
  expect(codes.sort()).toEqual(['BUSY', 'TIMEOUT'])
  invoke('slow')
  expect(await result(first)).toMatchObject({ error: { code: 'BUSY' } })
  finish[0]?.()
  await new Promise((resolve) => setTimeout(resolve, 10))
  invoke('slow')
  await eventually(() => finish.length).toBe(3)
})

it('runs a call once that is said twice', async () => {
  let runs = 0
  const { first, invoke } = await connected({
    once: async () => {
      runs += 1
      await new Promise((resolve) => setTimeout(resolve, 50))
      return runs
    },
  })
  const id = invoke('once')
  first.event('node.invoke.request', { id, nodeId: identity.deviceId, command: 'once' })
  expect(await result(first)).toMatchObject({ payloadJSON: '1' })
  expect(runs).toBe(1)
})

it('says that a result is larger than the gateway takes', async () => {
  const { first, invoke } = await connected(
    { large: () => 'x'.repeat(2_000) },
    { payload: hello({ maxPayload: 1_000 }) },
  )
  invoke('large')
  expect(await result(first)).toMatchObject({ ok: false, error: { code: 'RESULT_TOO_LARGE' } })
})

it('tells the handler when the connection is lost, and tells the next one nothing of it', async () => {
  let signal: AbortSignal | undefined
  const { first, next, invoke } = await connected({
    slow: async (_params, call) => {
      signal = call.signal
      await new Promise((resolve) => call.signal.addEventListener('abort', resolve))
      return 'late'
    },
    quick: () => 'quick',
  })
  invoke('slow', { timeoutMs: 3_600_000 })
  await eventually(() => signal).toBeDefined()
  first.socket.terminate()
  await eventually(() => signal?.aborted).toBe(true)
  const second = await next()
  await second.admit()
  second.event('node.invoke.request', { id: '1', nodeId: 'n', command: 'quick' })
  expect(await result(second)).toMatchObject({ id: '1', payloadJSON: '"quick"' })
})

it('ignores an invocation that cannot be read', async () => {
  const { first, invoke } = await connected({ quick: () => 'quick' })
  first.event('node.invoke.request', { command: 'quick' })
  first.event('node.invoke.request')
  invoke('quick')
  expect(await result(first)).toMatchObject({ ok: true })
})
