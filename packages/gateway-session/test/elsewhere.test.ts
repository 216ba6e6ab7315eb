import type { Json } from '@openclaw/pairing-contracts'
import { pause, until } from '@openclaw/pairing-testing'
import { afterEach, describe, expect, it } from 'vitest'
import { type Company, company, type Member, met } from './support/company.ts'
import { codeOf, errorOf, helloOf, resultOf, type Socket } from './support/gateway.ts'
import { again, node, operator, type Person } from './support/people.ts'

const ROOT = { kind: 'root', user: 'owner' } as const
const open: Company[] = []

afterEach(async () => {
  for (const each of open.splice(0)) await each.end()
})

async function gateways(
  count: number,
  options: Parameters<Company['join']>[0] = {},
): Promise<{ readonly shared: Company; readonly all: readonly [Member, Member, Member] }> {
  const shared = company()
  open.push(shared)
  const all = Array.from({ length: count }, () => shared.join(options))
  await met(all)
  const [one, two, three = two] = all
  if (one === undefined || two === undefined || three === undefined) throw new Error('too few')
  return { shared, all: [one, two, three] }
}

interface Asked {
  readonly id: string
  readonly command: string
  readonly paramsJSON: string | null
  readonly idempotencyKey: string
}

function asked({ socket }: Person): readonly Asked[] {
  return socket.events('node.invoke.request').map(({ payload }) => payload as unknown as Asked)
}

let serial = 0
function order(nodeId: string, more: object = {}): Json {
  serial += 1
  return { nodeId, command: 'system.which', idempotencyKey: `far-${String(serial)}`, ...more }
}

/** Asks, and has the node answer what it is asked. */
async function invoke(caller: Socket, runner: Person, given: Json, said: object = { ok: true }) {
  const before = asked(runner).length
  const answer = caller.call('node.invoke', given)
  await until(() => asked(runner).length > before, 'the node is asked')
  await reply(runner, said)
  return answer
}

async function reply(runner: Person, said: object = { ok: true }) {
  const last = asked(runner).at(-1)
  const result = { id: last?.id ?? '', nodeId: runner.device.id, ...said }
  return resultOf(await runner.socket.call('node.invoke.result', result))
}

async function seenBy({ socket }: Person, nodeId: string, isConnected = true): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    const answer = await socket.call('node.describe', { nodeId })
    if (answer.ok && resultOf(answer)['connected'] === isConnected) return
    if (tries > 2_000) throw new Error('never seen')
    await pause(5)
  }
}

/** A reader who may also ask, at the first of two gateways, and a node at the second. */
async function apart(options: Parameters<Company['join']>[0] = {}) {
  const { shared, all } = await gateways(3, options)
  const [here, there, third] = all
  const writer = await operator(here, ['operator.write', 'operator.read', 'operator.pairing'])
  const runner = await node(there, { displayName: 'attic' })
  const nodeId = runner.device.id
  await seenBy(writer, nodeId)
  return { shared, here, there, third, writer, runner, nodeId }
}

describe('a node at another gateway', () => {
  it('is listed and described as if it were here, until it leaves', async () => {
    const { writer, runner, nodeId, there } = await apart()
    const list = resultOf<{ nodes: Json[] }>(await writer.socket.call('node.list'))
    const near = await operator(there, ['operator.read'])
    const listed = resultOf<{ nodes: Json[] }>(await near.socket.call('node.list'))
    expect(list.nodes).toEqual(listed.nodes)
    expect(list.nodes).toMatchObject([
      {
        nodeId,
        displayName: 'attic',
        remoteIp: '203.0.113.9',
        commands: ['system.run', 'system.which'],
        connectedAtMs: expect.any(Number),
        connected: true,
        paired: true,
      },
    ])
    const { paired } = resultOf<{ paired: Json[] }>(await writer.socket.call('device.pair.list'))
    expect(paired).toContainEqual(
      expect.objectContaining({
        deviceId: nodeId,
        connected: true,
        lastSeenAtMs: expect.any(Number),
      }),
    )
    runner.socket.session.closed()
    await seenBy(writer, nodeId, false)
  })

  it('is gone with its gateway, whether that says goodbye or not', async () => {
    const { shared, writer, nodeId, there, third } = await apart()
    const other = await node(third)
    await seenBy(writer, other.device.id)
    shared.network.kill(there.replicas.id)
    await seenBy(writer, nodeId, false)
    await third.sessions.shutdown('restart')
    await seenBy(writer, other.device.id, false)
  })

  it('does what it is asked, and the caller gets what it said', async () => {
    const { writer, runner, nodeId } = await apart()
    const given = order(nodeId, {
      command: 'system.run',
      params: { command: ['uname'], approved: true },
      timeoutMs: 20_000,
    })
    const answer = await invoke(writer.socket, runner, given, { ok: true, payloadJSON: '{"n":1}' })
    expect(asked(runner)).toMatchObject([
      { command: 'system.run', paramsJSON: '{"command":["uname"]}', timeoutMs: 20_000 },
    ])
    expect(resultOf(answer)).toEqual({
      ok: true,
      nodeId,
      command: 'system.run',
      payload: { n: 1 },
      payloadJSON: '{"n":1}',
    })
  })

  it('may answer with as much as a frame holds', async () => {
    const { writer, runner, nodeId } = await apart()
    const payloadJSON = JSON.stringify('\\"'.repeat(3_200_000))
    const answer = await invoke(writer.socket, runner, order(nodeId), { ok: true, payloadJSON })
    expect(resultOf(answer)['payloadJSON']).toHaveLength(payloadJSON.length)
  })

  it('says why it did not, in its own words', async () => {
    const { writer, runner, nodeId } = await apart()
    const error = { code: 'DENIED', message: 'approval required' }
    const answer = await invoke(writer.socket, runner, order(nodeId), { ok: false, error })
    expect(errorOf(answer)).toMatchObject({
      message: 'approval required',
      details: { code: 'NODE_FAILED', nodeError: error },
    })
  })

  it('is asked only what both gateways allow, and what it declared and was granted', async () => {
    const { shared, all } = await gateways(1 + 1)
    const [here] = all
    const strict = shared.join({ denyCommands: ['system.run'], allowCommands: ['camera.snap'] })
    await met([...all.slice(0, 2), strict])
    const writer = await operator(here, ['operator.write', 'operator.read'])
    const near = await operator(strict, ['operator.write', 'operator.read'])
    const commands = ['system.run', 'system.which', 'camera.snap', 'browser.proxy']
    const far = await node(strict, { commands, granted: commands.slice(0, 3) })
    const home = await node(here, { commands, granted: commands.slice(0, 3) })
    await seenBy(writer, far.device.id)
    await seenBy(near, home.device.id)
    const refusals: readonly (readonly [Person, Person, string, string])[] = [
      [writer, far, 'system.run', 'command not allowlisted'],
      [writer, far, 'camera.snap', 'command not allowlisted'],
      [near, home, 'system.run', 'command not allowlisted'],
      [near, home, 'camera.snap', 'command not allowlisted'],
      [writer, far, 'browser.proxy', 'command not granted to node'],
      [writer, far, 'system.execApprovals.set', 'command not allowlisted'],
    ]
    for (const [caller, runner, command, reason] of refusals) {
      const given = order(runner.device.id, { command })
      const { details } = errorOf(await caller.socket.call('node.invoke', given))
      expect(details).toMatchObject({ code: 'NODE_COMMAND_NOT_ALLOWED', reason, command })
    }
    expect([asked(far), asked(home)]).toEqual([[], []])
  })

  it('has as long as the caller says', async () => {
    const { writer, runner, nodeId } = await apart()
    const given = order(nodeId, { timeoutMs: 1_000 })
    expect(codeOf(await writer.socket.call('node.invoke', given))).toBe('NODE_TIMEOUT')
    expect(codeOf(await writer.socket.call('node.invoke', given))).toBe('NODE_TIMEOUT')
    expect(asked(runner)).toHaveLength(1)
    expect(await reply(runner)).toEqual({ ok: true, ignored: true })
  })

  it('is found before it is noted', async () => {
    const { shared, all } = await gateways(2)
    const [here, there] = all
    const writer = await operator(here, ['operator.write'])
    await pause(20)
    shared.network.delay(30)
    const runner = await node(there)
    const answer = await invoke(writer.socket, runner, order(runner.device.id))
    expect(answer.ok).toBe(true)
  })

  it('that has just left for a third is asked there', async () => {
    const { shared, third, writer, runner, nodeId } = await apart()
    shared.network.delay(40)
    runner.socket.session.closed()
    const moved = await again(third, runner)
    const answer = await invoke(writer.socket, moved, order(nodeId))
    expect(answer.ok).toBe(true)
    expect(asked(runner)).toEqual([])
  })

  it('that nobody has is not connected, however often it is asked for', async () => {
    const { all } = await gateways(3)
    const writer = await operator(all[0], ['operator.write'])
    const calls = Array.from({ length: 20 }, () =>
      writer.socket.call('node.invoke', order('nobody')),
    )
    const codes = (await Promise.all(calls)).map(codeOf)
    expect(new Set(codes)).toEqual(new Set(['NOT_CONNECTED']))
  })

  it('is never asked through a third', async () => {
    const { shared, here, nodeId, runner } = await apart()
    const stranger = shared.network.open()
    await until(() => stranger.others().length === 3, 'they know each other')
    const body = {
      id: { key: 'x k', fingerprint: 'f' },
      device: null,
      ...(order(nodeId) as object),
      paramsJSON: null,
      timeoutMs: 1_000,
    }
    expect(await stranger.ask(here.replicas.id, 'sessions/invoke', body, 5_000)).toBe('absent')
    expect(asked(runner)).toEqual([])
    for (const bad of [null, 7, {}, { ...body, timeoutMs: 'x' }, { ...body, device: {} }]) {
      const error = await stranger
        .ask(here.replicas.id, 'sessions/invoke', bad as Json, 5_000)
        .catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ code: 'ERR_REPLICA_FAILED' })
    }
    await stranger.close()
  })
})

describe('who was revoked', () => {
  it('is not served by the gateway of the node, whatever theirs still believes', async () => {
    const { shared, there, writer, runner, nodeId } = await apart()
    const { standing } = shared.door
    await shared.door.revoke(ROOT, { deviceId: writer.device.id, role: 'operator' })
    const body = {
      id: { key: `${writer.device.id} k`, fingerprint: 'f' },
      device: {
        deviceId: writer.device.id,
        role: 'operator',
        scopes: ['operator.write'],
        commands: [],
        generation: 1,
      },
      ...(order(nodeId) as object),
      paramsJSON: null,
      timeoutMs: 1_000,
    }
    expect(standing(body.device as never).holds).toBe(false)
    const stranger = shared.network.open()
    await until(() => stranger.others().length === 3, 'they know each other')
    const said = await stranger.ask(there.replicas.id, 'sessions/invoke', body, 5_000)
    expect(said).toMatchObject({ kind: 'not-sent', code: 'AUTH_DEVICE_REVOKED' })
    const reader = { ...body, device: { ...body.device, scopes: ['operator.read'] } }
    const refused = await stranger.ask(there.replicas.id, 'sessions/invoke', reader, 5_000)
    expect(refused).toMatchObject({ kind: 'not-sent', code: 'SCOPE_MISSING' })
    expect(asked(runner)).toEqual([])
    await stranger.close()
  })

  it('a gateway that is cut off from the store asks its nodes nothing', async () => {
    const { there, writer, runner, nodeId } = await apart()
    there.stale(new Error('cut off'))
    const answer = await writer.socket.call('node.invoke', order(nodeId))
    expect(errorOf(answer)).toMatchObject({
      retryAfterMs: 1_000,
      details: { code: 'STORE_UNAVAILABLE' },
    })
    expect(asked(runner)).toEqual([])
    there.stale(undefined)
    await pause(100)
    expect((await invoke(writer.socket, runner, order(nodeId))).ok).toBe(true)
  })
})

describe('a call that is cut off', () => {
  it('by the death of the gateway of its node may have been made, and is not made again', async () => {
    const { shared, there, third, writer, runner, nodeId } = await apart()
    const given = order(nodeId)
    const answer = writer.socket.call('node.invoke', given)
    await until(() => asked(runner).length === 1, 'it is asked')
    shared.network.kill(there.replicas.id)
    expect(codeOf(await answer)).toBe('NOT_CONNECTED')
    const moved = await again(third, runner)
    await seenBy(writer, nodeId)
    expect(codeOf(await writer.socket.call('node.invoke', given))).toBe('NOT_CONNECTED')
    const elsewhere = await again(third, writer, { role: 'operator', scopes: ['operator.write'] })
    expect(codeOf(await elsewhere.socket.call('node.invoke', given))).toBe('NOT_CONNECTED')
    expect(asked(moved)).toEqual([])
    expect((await invoke(writer.socket, moved, order(nodeId))).ok).toBe(true)
  })

  it('by the goodbye of the gateway of its node: the same', async () => {
    const { there, third, writer, runner, nodeId } = await apart()
    const given = order(nodeId)
    const answer = writer.socket.call('node.invoke', given)
    await until(() => asked(runner).length === 1, 'it is asked')
    await there.sessions.shutdown('restart')
    expect(codeOf(await answer)).toBe('NOT_CONNECTED')
    const moved = await again(third, runner)
    await seenBy(writer, nodeId)
    expect(codeOf(await writer.socket.call('node.invoke', given))).toBe('NOT_CONNECTED')
    expect(asked(moved)).toEqual([])
  })

  it('by the goodbye of the gateway of its caller is answered, and known at the next', async () => {
    const { here, third, writer, runner, nodeId } = await apart()
    const given = order(nodeId)
    const answer = writer.socket.call('node.invoke', given)
    await until(() => asked(runner).length === 1, 'it is asked')
    const over = here.sessions.shutdown('restart')
    expect(codeOf(await answer)).toBe('SHUTTING_DOWN')
    await over
    await reply(runner, { ok: true, payloadJSON: '1' })
    const next = await again(third, writer, {
      role: 'operator',
      scopes: ['operator.write', 'operator.read'],
    })
    await seenBy(next, nodeId)
    expect(resultOf(await next.socket.call('node.invoke', given))['payload']).toBe(1)
    expect(asked(runner)).toHaveLength(1)
  })

  it('by the end of its caller is made all the same, and known at the next', async () => {
    const { third, writer, runner, nodeId } = await apart()
    const given = order(nodeId)
    void writer.socket.call('node.invoke', given).catch(() => undefined)
    await until(() => asked(runner).length === 1, 'it is asked')
    writer.socket.session.closed()
    const next = await again(third, writer, {
      role: 'operator',
      scopes: ['operator.write', 'operator.read'],
    })
    await seenBy(next, nodeId)
    const answer = next.socket.call('node.invoke', given)
    await pause(20)
    await reply(runner, { ok: true, payloadJSON: '2' })
    expect(resultOf(await answer)['payload']).toBe(2)
    expect(asked(runner)).toHaveLength(1)
  })

  it('from a gateway that does not answer in time is not known', async () => {
    const { shared, there, writer, runner, nodeId } = await apart()
    shared.network.cutOff(there.replicas.id)
    const answer = await writer.socket.call('node.invoke', order(nodeId, { timeoutMs: 1 }))
    expect(codeOf(answer)).toBe('NOT_CONNECTED')
    expect(asked(runner)).toEqual([])
  })
})

describe('the same idempotency key', () => {
  it('is one call through all gateways, at once and later, also when the node moves', async () => {
    const { here, there, third, writer, runner, nodeId } = await apart()
    const ask = { role: 'operator', scopes: ['operator.write', 'operator.read'] } as const
    const second = await again(there, writer, ask)
    const last = await again(third, writer, ask)
    await seenBy(last, nodeId)
    const given = order(nodeId)
    const answers = [writer, second, last, writer].map(({ socket }) =>
      socket.call('node.invoke', given),
    )
    await until(() => asked(runner).length > 0, 'it is asked')
    await pause(30)
    await reply(runner, { ok: true, payloadJSON: '"once"' })
    for (const answer of answers) expect(resultOf(await answer)['payload']).toBe('once')
    expect(asked(runner)).toHaveLength(1)
    for (const gateway of [here, third]) {
      const moved = await again(gateway, runner)
      await seenBy(second, nodeId)
      for (const { socket } of [writer, second, last]) {
        expect(resultOf(await socket.call('node.invoke', given))['payload']).toBe('once')
      }
      expect(asked(moved)).toEqual([])
    }
  })

  it('with other parameters is refused at each', async () => {
    const { third, writer, runner, nodeId } = await apart()
    const given = {
      nodeId,
      command: 'system.which',
      idempotencyKey: 'same',
      params: { bins: ['sh'] },
    }
    await invoke(writer.socket, runner, given)
    const other = await again(third, writer, {
      role: 'operator',
      scopes: ['operator.write', 'operator.read'],
    })
    await seenBy(other, nodeId)
    for (const { socket } of [writer, other]) {
      const answer = await socket.call('node.invoke', { ...given, params: { bins: ['rm'] } })
      expect(errorOf(answer).details).toMatchObject({ reason: 'idempotency-conflict' })
    }
  })

  it('may be used again where nothing was sent', async () => {
    const { there, writer, runner, nodeId } = await apart()
    const given = order(nodeId)
    there.stale(new Error('cut off'))
    expect(codeOf(await writer.socket.call('node.invoke', given))).toBe('STORE_UNAVAILABLE')
    there.stale(undefined)
    await pause(100)
    expect((await invoke(writer.socket, runner, given)).ok).toBe(true)
  })

  it('is not used where another gateway may know it and cannot be asked', async () => {
    const { shared, here, there, runner, writer, nodeId } = await apart()
    const given = order(nodeId)
    await invoke(writer.socket, runner, given)
    // the one that knows it is there still, and silent
    const silent = shared.network.open()
    await until(() => here.replicas.others().length === 3, 'they know each other')
    silent.serve('sessions/known', () => new Promise<Json>(() => undefined))
    const near = await again(there, writer, { role: 'operator', scopes: ['operator.write'] })
    const fresh = order(nodeId)
    const answer = near.socket.call('node.invoke', fresh)
    const error = errorOf(await answer)
    expect(error).toMatchObject({ retryable: true, details: { code: 'NODE_TIMEOUT' } })
    expect(asked(runner)).toHaveLength(1)
    await silent.close()
    expect((await invoke(near.socket, runner, fresh)).ok).toBe(true)
  })
})

describe('of two gateways that ask each other for the same key', () => {
  it.each([
    ['the one with the smaller id goes on', 'later', true],
    ['the other does not', 'earlier', false],
  ])('%s', async (_, when, goesOn) => {
    const shared = company()
    open.push(shared)
    const earlier = when === 'earlier' ? shared.network.open() : undefined
    const here = shared.join()
    const other = earlier ?? shared.network.open()
    other.serve('sessions/known', () => 'undecided')
    await until(() => here.replicas.others().length === 1, 'they know each other')
    const writer = await operator(here, ['operator.write'])
    const runner = await node(here)
    const given = order(runner.device.id)
    if (goesOn) expect((await invoke(writer.socket, runner, given)).ok).toBe(true)
    else expect(codeOf(await writer.socket.call('node.invoke', given))).toBe('NODE_TIMEOUT')
    expect(asked(runner)).toHaveLength(goesOn ? 1 : 0)
    await other.close()
  })
})

describe('one connection for each node', () => {
  it('is the newest, wherever it is', async () => {
    const { here, there, third, writer, runner, nodeId } = await apart()
    let before = runner
    for (const gateway of [here, third, there, here]) {
      const next = await again(gateway, runner)
      const older = before
      await until(() => older.socket.closes.length > 0, 'the older one is ended')
      expect(older.socket.closes).toEqual([
        { code: 1008, reason: 'replaced by a newer connection' },
      ])
      expect(next.socket.closes).toEqual([])
      before = next
    }
    expect((await invoke(writer.socket, before, order(nodeId))).ok).toBe(true)
    const nodes = [here, there, third].map(({ sessions }) => sessions.figures().nodes)
    expect(nodes).toEqual([1, 0, 0])
  })

  it('is found again by a gateway that was cut off', async () => {
    const { shared, there, third, runner, nodeId, writer } = await apart()
    shared.network.cutOff(there.replicas.id)
    await seenBy(writer, nodeId, false)
    const newer = await again(third, runner)
    await seenBy(writer, nodeId)
    expect(runner.socket.closes).toEqual([])
    shared.network.mend(there.replicas.id)
    await until(() => runner.socket.closes.length > 0, 'the older one is ended')
    await pause(30)
    expect(newer.socket.closes).toEqual([])
    await seenBy(writer, nodeId)
  })
})

describe('who is present', () => {
  it('is told at all gateways, and who left as well', async () => {
    const { all } = await gateways(2)
    const [here, there] = all
    const reader = await operator(here, ['operator.read', 'operator.pairing'], {
      displayName: 'desk',
    })
    const far = await operator(there, ['operator.read'], { displayName: 'phone' })
    const hosts = () => {
      const { payload } = reader.socket.events('presence').at(-1) ?? {}
      const { presence = [] } = (payload ?? {}) as {
        readonly presence?: readonly Record<string, Json>[]
      }
      return presence.map(({ host, reason }) => `${String(host)} ${String(reason)}`).toSorted()
    }
    await until(() => hosts().includes('phone connect'), 'it is told')
    expect(hosts()).toEqual(['desk connect', 'phone connect', 'undefined self'])
    const list = resultOf<Json[]>(await reader.socket.call('system-presence'))
    expect(list.map((each) => (each as { host?: string }).host)).toContain('phone')
    const hello = helloOf(
      await (await again(here, reader, { role: 'operator', scopes: ['operator.read'] })).socket
        .call('health')
        .then(async () => {
          const socket = here.socket()
          return socket.as(reader.device, { role: 'operator', scopes: ['operator.read'] })
        }),
    )
    expect(hello.snapshot.presence.map(({ host }) => host)).toContain('phone')
    const { paired } = resultOf<{ paired: Json[] }>(await reader.socket.call('device.pair.list'))
    expect(paired).toContainEqual(
      expect.objectContaining({ deviceId: far.device.id, connected: true }),
    )
    far.socket.session.closed()
    await until(() => hosts().includes('phone disconnect'), 'it is told')
    const back = await again(here, far, {
      role: 'operator',
      scopes: ['operator.read'],
      displayName: 'phone',
    })
    await until(
      () => hosts().includes('phone connect') && !hosts().includes('phone disconnect'),
      'it is told',
    )
    expect(back.socket.closes).toEqual([])
  })
})
