import type { Json } from '@openclaw/pairing-contracts'
import { decodeResult } from '@openclaw/pairing-protocol'
import { describe, expect, it } from 'vitest'
import {
  INVOKE_TIMEOUT_MS,
  isCommandAllowed,
  MAX_PENDING_INVOKES_PER_NODE,
  MAX_REPLAY_CHARS,
  type NodePlatform,
  PLATFORM_COMMANDS,
  platformOf,
  REPLAY_TTL_MS,
} from '../src/index.ts'
import { testDevice } from './support/device.ts'
import { codeOf, errorOf, resultOf, type Socket, testGateway } from './support/gateway.ts'
import { again, node, operator, type Person } from './support/people.ts'
import { settled } from './support/timers.ts'

interface Asked {
  readonly id: string
  readonly nodeId: string
  readonly command: string
  readonly paramsJSON: string | null
  readonly timeoutMs: number
  readonly idempotencyKey: string
}

function asked({ socket }: Person): readonly Asked[] {
  return socket.events('node.invoke.request').map(({ payload }) => payload as unknown as Asked)
}

async function scene(ask: Parameters<typeof node>[1] = {}) {
  const gateway = testGateway()
  const writer = await operator(gateway, ['operator.write'])
  const runner = await node(gateway, ask)
  return { gateway, writer, runner, nodeId: runner.device.id }
}

let serial = 0
function order(nodeId: string, more: object = {}) {
  serial += 1
  return { nodeId, command: 'system.which', idempotencyKey: `key-${String(serial)}`, ...more }
}

/** Asks, lets the node answer, and gives what the caller got. */
async function invoke(caller: Socket, runner: Person, params: object, said: object) {
  const answer = caller.call('node.invoke', params as Json)
  await settled()
  const last = asked(runner).at(-1)
  if (last !== undefined) {
    const result = { id: last.id, nodeId: runner.device.id, ...said }
    expect(resultOf(await runner.socket.call('node.invoke.result', result))).toEqual({ ok: true })
  }
  return answer
}

describe('node.invoke', () => {
  it('asks the node and gives back what it said', async () => {
    const { writer, runner, nodeId } = await scene()
    const params = { bins: ['sh'] }
    const payloadJSON = '{"bins":{"sh":"/usr/bin/sh"}}'
    const given = order(nodeId, { params, timeoutMs: 15_000 })
    const answer = await invoke(writer.socket, runner, given, { ok: true, payloadJSON })
    expect(asked(runner)).toEqual([
      {
        id: expect.any(String),
        nodeId,
        command: 'system.which',
        paramsJSON: '{"bins":["sh"]}',
        timeoutMs: 15_000,
        idempotencyKey: given.idempotencyKey,
      },
    ])
    expect(resultOf(answer)).toEqual({
      ok: true,
      nodeId,
      command: 'system.which',
      payload: { bins: { sh: '/usr/bin/sh' } },
      payloadJSON,
    })
    expect(decodeResult('node.invoke', resultOf(answer) as never).ok).toBe(true)
  })

  it('reaches that node alone', async () => {
    const { gateway, writer, runner, nodeId } = await scene()
    const other = await node(gateway)
    await invoke(writer.socket, runner, order(nodeId), { ok: true })
    expect(asked(other)).toEqual([])
    expect(writer.socket.events('node.invoke.request')).toEqual([])
  })

  it('tells why a node did not do it, in its own words', async () => {
    const { writer, runner, nodeId } = await scene()
    const error = { code: 'UNAVAILABLE', message: 'SYSTEM_RUN_DENIED: approval required' }
    const answer = await invoke(writer.socket, runner, order(nodeId), { ok: false, error })
    expect(errorOf(answer)).toMatchObject({
      code: 'UNAVAILABLE',
      message: error.message,
      details: { code: 'NODE_FAILED', nodeError: error },
    })
  })

  it.each([
    ['camera.snap', 'command not allowlisted'],
    ['system.execApprovals.set', 'command not allowlisted'],
    ['system.notify', 'command not declared by node'],
    ['browser.proxy', 'command not granted to node'],
  ])('never passes on %s: %s', async (command, reason) => {
    const { writer, runner, nodeId } = await scene({
      commands: [
        'system.run',
        'system.which',
        'browser.proxy',
        'camera.snap',
        'system.execApprovals.set',
      ],
      granted: ['system.run', 'system.which', 'camera.snap', 'system.execApprovals.set'],
    })
    const answer = await writer.socket.call('node.invoke', order(nodeId, { command }))
    expect(errorOf(answer)).toMatchObject({
      message: 'node command not allowed',
      details: { code: 'NODE_COMMAND_NOT_ALLOWED', reason, command },
    })
    expect(asked(runner)).toEqual([])
  })

  it('takes back what says that a command was approved, which nothing here records', async () => {
    const { writer, runner, nodeId } = await scene()
    const params = { command: ['uname'], approved: true, approvalDecision: 'allow-once' }
    await invoke(writer.socket, runner, order(nodeId, { command: 'system.run', params }), {
      ok: true,
    })
    expect(asked(runner)[0]?.paramsJSON).toBe('{"command":["uname"]}')
  })

  it('honours what the operator of the gateway allows and denies', async () => {
    const options = { allowCommands: ['camera.snap'], denyCommands: ['system.run', 'sms.send'] }
    const gateway = testGateway({ options })
    const { socket } = await operator(gateway, ['operator.write', 'operator.read'])
    const runner = await node(gateway, { commands: ['system.run', 'system.which', 'camera.snap'] })
    const nodeId = runner.device.id
    const described = resultOf(await socket.call('node.describe', { nodeId }))
    expect(described['commands']).toEqual(['system.which', 'camera.snap'])
    const denied = await socket.call('node.invoke', order(nodeId, { command: 'system.run' }))
    expect(codeOf(denied)).toBe('NODE_COMMAND_NOT_ALLOWED')
    const snap = await invoke(socket, runner, order(nodeId, { command: 'camera.snap' }), {
      ok: true,
    })
    expect(snap.ok).toBe(true)
  })

  it('answers when the node does not, and takes no late answer', async () => {
    const { gateway, writer, runner, nodeId } = await scene()
    const answer = writer.socket.call('node.invoke', order(nodeId))
    await settled()
    await gateway.timers.pass(INVOKE_TIMEOUT_MS)
    expect(errorOf(await answer)).toMatchObject({
      details: { code: 'NODE_TIMEOUT', nodeError: { code: 'TIMEOUT' } },
    })
    const id = asked(runner)[0]?.id ?? ''
    const late = await runner.socket.call('node.invoke.result', { id, nodeId, ok: true })
    expect(resultOf(late)).toEqual({ ok: true, ignored: true })
  })

  it('answers when the node goes', async () => {
    const { gateway, writer, runner, nodeId } = await scene()
    const answer = writer.socket.call('node.invoke', order(nodeId))
    await settled()
    runner.socket.session.closed()
    expect(codeOf(await answer)).toBe('NOT_CONNECTED')
    expect(codeOf(await writer.socket.call('node.invoke', order(nodeId)))).toBe('NOT_CONNECTED')
    expect(gateway.sessions.figures()).toMatchObject({ nodes: 0, pendingInvokes: 0 })
  })

  it('takes an answer only from the node that was asked, under its own name', async () => {
    const { gateway, writer, runner, nodeId } = await scene()
    const other = await node(gateway)
    const answer = writer.socket.call('node.invoke', order(nodeId))
    await settled()
    const id = asked(runner)[0]?.id ?? ''
    const stolen = { id, nodeId, ok: true, payloadJSON: '"mine"' }
    expect(codeOf(await other.socket.call('node.invoke.result', stolen))).toBe('NODE_MISMATCH')
    const own = { ...stolen, nodeId: other.device.id }
    expect(resultOf(await other.socket.call('node.invoke.result', own))).toEqual({
      ok: true,
      ignored: true,
    })
    await runner.socket.call('node.invoke.result', { id, nodeId, ok: true, payloadJSON: '"right"' })
    expect(resultOf(await answer)['payload']).toBe('right')
  })

  it.each([
    ['no JSON', '{', undefined],
    ['too deep', '['.repeat(80) + ']'.repeat(80), undefined],
    ['out of its place', '1},"payload":{"x":1', undefined],
    ['a key that nobody may have', '{"__proto__":1}', undefined],
    ['null', 'null', null],
  ])('passes on what a node said as text when it is %s', async (_, payloadJSON, payload) => {
    const { writer, runner, nodeId } = await scene()
    const answer = resultOf(
      await invoke(writer.socket, runner, order(nodeId), { ok: true, payloadJSON }),
    )
    expect(answer['payloadJSON']).toBe(payloadJSON)
    expect(answer['payload']).toBe(payload)
  })

  it('answers also what fits no frame', async () => {
    const { writer, runner, nodeId } = await scene()
    const payloadJSON = '['.repeat(63) + ']'.repeat(63)
    const answer = await invoke(writer.socket, runner, order(nodeId), { ok: true, payloadJSON })
    expect(codeOf(answer)).toBe('NODE_FAILED')
  })

  it('asks one node no more than it can be asked', async () => {
    const { gateway, nodeId, runner } = await scene()
    let left = MAX_PENDING_INVOKES_PER_NODE
    while (left > 0) {
      const { socket } = await operator(gateway, ['operator.write'])
      const count = Math.min(left, 64)
      for (let each = 0; each < count; each += 1) {
        socket.say({
          type: 'req',
          id: `i${String(each)}`,
          method: 'node.invoke',
          params: order(nodeId),
        })
      }
      left -= count
    }
    await settled()
    const late = await operator(gateway, ['operator.write'])
    expect(codeOf(await late.socket.call('node.invoke', order(nodeId)))).toBe('RATE_LIMITED')
    expect(asked(runner)).toHaveLength(MAX_PENDING_INVOKES_PER_NODE)
    expect(gateway.sessions.figures().pendingInvokes).toBe(MAX_PENDING_INVOKES_PER_NODE)
  })
})

describe('the same idempotency key', () => {
  it('is the same call: done once, told to everybody who asks', async () => {
    const { gateway, writer, runner, nodeId } = await scene()
    const given = order(nodeId, { params: { bins: ['sh'] } })
    const first = writer.socket.call('node.invoke', given)
    const second = writer.socket.call('node.invoke', given)
    const elsewhere = await again(gateway, writer, { role: 'operator', scopes: ['operator.write'] })
    const third = elsewhere.socket.call('node.invoke', given)
    await settled()
    expect(asked(runner)).toHaveLength(1)
    const said = { id: asked(runner)[0]?.id ?? '', nodeId, ok: true, payloadJSON: '{"n":1}' }
    await runner.socket.call('node.invoke.result', said)
    const results = (await Promise.all([first, second, third])).map((each) => resultOf(each))
    expect(new Set(results.map((each) => JSON.stringify(each))).size).toBe(1)
    runner.socket.session.closed()
    expect(resultOf(await writer.socket.call('node.invoke', given))).toEqual(results[0])
    expect(asked(runner)).toHaveLength(1)
  })

  it.each([{ params: { bins: ['rm'] } }, { command: 'system.run' }, { nodeId: 'another' }])(
    'with %j is refused',
    async (other) => {
      const { writer, runner, nodeId } = await scene()
      const given = order(nodeId, { params: { bins: ['sh'] } })
      await invoke(writer.socket, runner, given, { ok: true })
      const answer = await writer.socket.call('node.invoke', { ...given, ...other })
      expect(errorOf(answer).details).toMatchObject({
        code: 'PARAMS_INVALID',
        reason: 'idempotency-conflict',
      })
    },
  )

  it('of another caller is another call', async () => {
    const { gateway, writer, runner, nodeId } = await scene()
    const other = await operator(gateway, ['operator.write'])
    const given = order(nodeId)
    await invoke(writer.socket, runner, given, { ok: true, payloadJSON: '"private"' })
    const answer = await invoke(other.socket, runner, given, { ok: true, payloadJSON: '"other"' })
    expect(resultOf(answer)['payload']).toBe('other')
    expect(asked(runner)).toHaveLength(2)
  })

  it('is not asked for again after a timeout, when nobody knows whether it was done', async () => {
    const { gateway, writer, runner, nodeId } = await scene()
    const given = order(nodeId)
    const answer = writer.socket.call('node.invoke', given)
    await settled()
    await gateway.timers.pass(INVOKE_TIMEOUT_MS)
    expect(codeOf(await answer)).toBe('NODE_TIMEOUT')
    expect(codeOf(await writer.socket.call('node.invoke', given))).toBe('NODE_TIMEOUT')
    expect(asked(runner)).toHaveLength(1)
  })

  it('counts for ten minutes', async () => {
    const { gateway, writer, runner, nodeId } = await scene()
    const given = order(nodeId)
    await invoke(writer.socket, runner, given, { ok: true })
    gateway.clock.advance(REPLAY_TTL_MS - 1)
    expect((await writer.socket.call('node.invoke', given)).ok).toBe(true)
    expect(asked(runner)).toHaveLength(1)
    gateway.clock.advance(1)
    await invoke(writer.socket, runner, given, { ok: true })
    expect(asked(runner)).toHaveLength(2)
    expect(gateway.sessions.figures().rememberedInvokes).toBe(1)
  })

  it('of a call that was never sent may be used again', async () => {
    const gateway = testGateway()
    const writer = await operator(gateway, ['operator.write'])
    const device = testDevice()
    const given = order(device.id)
    expect(codeOf(await writer.socket.call('node.invoke', given))).toBe('NOT_CONNECTED')
    gateway.door.pair(device, { role: 'node' })
    const socket = gateway.socket()
    await socket.as(device)
    const answer = await invoke(writer.socket, { device, socket }, given, { ok: true })
    expect(answer.ok).toBe(true)
  })

  it('is kept without what was said when that is too much', async () => {
    const { writer, runner, nodeId } = await scene()
    const big = `"${'x'.repeat(MAX_REPLAY_CHARS / 2)}"`
    const orders = [order(nodeId), order(nodeId), order(nodeId)]
    for (const each of orders) {
      await invoke(writer.socket, runner, each, { ok: true, payloadJSON: big })
    }
    const [oldest, , newest] = await Promise.all(
      orders.map((each) => writer.socket.call('node.invoke', each)),
    )
    expect(oldest?.ok).toBe(false)
    expect(newest?.ok).toBe(true)
    expect(asked(runner)).toHaveLength(3)
  })
})

describe('the registry of nodes', () => {
  it('lets the newest connection of a node win, and the end of the old one changes nothing', async () => {
    const { gateway, writer, runner, nodeId } = await scene()
    const newer = await again(gateway, runner)
    expect(runner.socket.closes).toEqual([{ code: 1008, reason: 'replaced by a newer connection' }])
    runner.socket.session.closed()
    const answer = await invoke(writer.socket, newer, order(nodeId), { ok: true })
    expect(answer.ok).toBe(true)
    expect(gateway.sessions.figures()).toMatchObject({ nodes: 1, closed: { replaced: 1 } })
  })

  it('ends what the old connection was asked', async () => {
    const { gateway, writer, runner, nodeId } = await scene()
    const answer = writer.socket.call('node.invoke', order(nodeId))
    await settled()
    await again(gateway, runner)
    expect(codeOf(await answer)).toBe('NOT_CONNECTED')
  })

  it('keeps a node that is an operator as well', async () => {
    const gateway = testGateway()
    const runner = await node(gateway)
    gateway.door.pair(runner.device, { role: 'operator', scopes: ['operator.read'] })
    const both = await again(gateway, runner, { role: 'operator', scopes: ['operator.read'] })
    expect(runner.socket.closes).toEqual([])
    both.socket.session.closed()
    const reader = await operator(gateway, ['operator.read'])
    const list = resultOf<{ nodes: unknown[] }>(await reader.socket.call('node.list'))
    expect(list.nodes).toMatchObject([{ nodeId: runner.device.id, connected: true, paired: true }])
  })

  it('lists the connected first, then by name, in the published shape', async () => {
    const gateway = testGateway()
    const reader = await operator(gateway, ['operator.read', 'operator.pairing'])
    await node(gateway, { displayName: 'zoo' })
    const gone = await node(gateway, { displayName: 'attic' })
    gone.socket.session.closed()
    const bath = await node(gateway, { displayName: 'bath' })
    const list = await reader.socket.call('node.list')
    const decoded = decodeResult('node.list', resultOf(list) as never)
    if (!decoded.ok) throw new Error(decoded.refusal.message)
    expect(decoded.value.nodes.map((each) => [each.displayName, each.connected])).toEqual([
      ['bath', true],
      ['zoo', true],
      [undefined, false],
    ])
    expect(decoded.value.nodes[0]).toMatchObject({
      nodeId: bath.device.id,
      platform: 'linux',
      version: '2026.2.17',
      remoteIp: '203.0.113.9',
      caps: [],
      commands: ['system.run', 'system.which'],
      connectedAtMs: gateway.clock.now(),
      paired: true,
    })
    const rename = { nodeId: gone.device.id, displayName: 'cellar' }
    expect(resultOf(await reader.socket.call('node.rename', rename))).toEqual(rename)
    const described = await reader.socket.call('node.describe', { nodeId: gone.device.id })
    expect(resultOf(described)).toMatchObject({
      displayName: 'cellar',
      label: 'cellar',
      connected: false,
    })
    expect(decoded.value.nodes.map(({ label }) => label)).toEqual([undefined, undefined, undefined])
    expect(codeOf(await reader.socket.call('node.describe', { nodeId: 'nope' }))).toBe(
      'NODE_UNKNOWN',
    )
  })
})

describe('what nodes tell', () => {
  it('is taken, whatever it is', async () => {
    const told: unknown[] = []
    const gateway = testGateway({ components: { onNodeEvent: (each) => void told.push(each) } })
    const { socket, device } = await node(gateway)
    expect(
      resultOf(await socket.call('node.event', { event: 'exec.denied', payloadJSON: '{}' })),
    ).toEqual({ ok: true })
    expect(told).toEqual([{ nodeId: device.id, event: 'exec.denied', payloadJSON: '{}' }])
  })

  it('says which programs may run', async () => {
    const gateway = testGateway({ options: { skillBins: ['gh'] } })
    const { socket } = await node(gateway)
    expect(resultOf(await socket.call('skills.bins'))).toEqual({ bins: ['gh'] })
  })
})

describe('platforms', () => {
  it.each([
    ['iOS 18.4', undefined, 'ios'],
    ['iPadOS 18', undefined, 'ios'],
    ['Android 15', undefined, 'android'],
    ['darwin', undefined, 'macos'],
    ['macOS 15', undefined, 'macos'],
    ['win32', undefined, 'windows'],
    ['linux', undefined, 'linux'],
    ['', 'iPhone', 'ios'],
    ['', 'Mac', 'macos'],
    ['plan9', 'toaster', 'unknown'],
    ['', undefined, 'unknown'],
  ] as const)('%s, %s is %s', (platform, family, expected) => {
    expect(platformOf(platform, family)).toBe<NodePlatform>(expected)
  })

  it('gives an unknown one nothing dangerous, and nobody what only takes', () => {
    const dangerous = [
      'system.run',
      'system.which',
      'browser.proxy',
      'location.get',
      'camera.list',
      'canvas.eval',
    ]
    const taking = ['camera.snap', 'camera.clip', 'screen.record', 'sms.send', 'contacts.add']
    expect(PLATFORM_COMMANDS.unknown.filter((each) => dangerous.includes(each))).toEqual([])
    const all = Object.values(PLATFORM_COMMANDS).flat()
    expect(all.filter((each) => taking.includes(each))).toEqual([])
  })

  it('lets denied outrank allowed, and never touches the approvals of a node', () => {
    const policy = {
      platform: 'linux',
      deviceFamily: undefined,
      allow: ['x', 'system.execApprovals.get'],
      deny: ['x'],
    }
    expect(isCommandAllowed('x', policy)).toBe(false)
    expect(isCommandAllowed('system.execApprovals.get', policy)).toBe(false)
    expect(isCommandAllowed('x', { ...policy, deny: [] })).toBe(true)
  })
})
