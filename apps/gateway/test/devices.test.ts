import { statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { approve, node, operator, pairedNode, tokenOf } from './devices-support.ts'
import { owner, place, ROOT, start, until } from './support.ts'

describe('a node that is new', () => {
  it('asks with the token of the gateway, waits, and is in when the owner approves', async () => {
    const here = place()
    const gateway = await start(here)
    expect(statSync(join(here.stateDir, 'gateway-token')).mode & 0o777).toBe(0o600)
    const { identity } = await pairedNode(here, gateway.url)
    const device = identity.deviceId
    const of = (name: string) => gateway.lines.filter(({ event }) => event === name)
    expect(of('device-waits')).toEqual([
      expect.objectContaining({
        device,
        name: 'Kitchen',
        role: 'node',
        fix: expect.stringMatching(/openclaw devices approve device-[0-9a-z]{12}$/),
      }),
    ])
    expect(of('device-refused')).toContainEqual(
      expect.objectContaining({ device, code: 'PAIRING_REQUIRED' }),
    )
    expect(gateway.lines.filter(({ event }) => event === 'device-admitted')).toHaveLength(1)
    expect(gateway.raw.join('')).not.toContain(tokenOf(here))
  })

  it('asks with the secret that is configured, and no other is drawn', async () => {
    const token = 'a-long-random-secret-of-32-chars'
    const here = place({ gateway: { auth: { token } } })
    const gateway = await start(here)
    expect(() => statSync(join(here.stateDir, 'gateway-token'))).toThrow('ENOENT')
    const kitchen = node({ url: gateway.url, token })
    await until(() => kitchen.asked.length > 0)
  })

  it('is not asked about without the token', async () => {
    const gateway = await start(place())
    node({ url: gateway.url })
    await until(() => gateway.lines.some(({ event }) => event === 'device-refused'))
    const lists = await gateway.pairing.devices().pairing.list(ROOT)
    expect(lists).toMatchObject({ waiting: [] })
  })

  it('is told when as many wait as may, from its address', async () => {
    const here = place()
    const { url } = await start(here)
    const nodes = Array.from({ length: 6 }, () => node({ url, token: tokenOf(here) }))
    await until(() => nodes.every(({ asked }) => asked.length > 0))
    const full = nodes.filter(({ asked }) => asked[0]?.code === 'PAIRING_LIST_FULL')
    expect(full).toHaveLength(1)
    await until(() => full[0]?.client.status().state === 'waiting')
    const status = full[0]?.client.status()
    const problem = status?.state === 'waiting' ? status.problem.message : ''
    expect(problem).toContain('5 of 5 from this address')
  })
})

describe('a paired node', () => {
  it('is in again after a restart, without asking and without the token of the gateway', async () => {
    const here = place()
    const first = await start(here)
    const kitchen = await pairedNode(here, first.url)
    await first.stop()
    const second = await start(here, { port: first.port })
    await kitchen.client.ready({ timeoutMs: 10_000 })
    kitchen.client.close()
    const again = node({ url: second.url, identity: kitchen.identity })
    await again.client.ready({ timeoutMs: 10_000 })
    expect(again.asked).toEqual([])
  })

  it('is out at once when the owner revokes it in another process, and stays out', async () => {
    const here = place()
    const gateway = await start(here)
    const kitchen = await pairedNode(here, gateway.url)
    const { pairing } = (await owner(here)).devices()
    await pairing.revoke(ROOT, { deviceId: kitchen.identity.deviceId, role: 'node' })
    await until(() => gateway.lines.some(({ because }) => because === 'revoked'))
    await until(() => kitchen.client.status().state !== 'ready')
    const again = node({ url: gateway.url, identity: kitchen.identity })
    await until(() => gateway.lines.some(({ event }) => event === 'device-refused'))
    expect(again.client.status().state).not.toBe('ready')
  })
})

describe('a paired operator', () => {
  it('sees devices, approves one, asks a node, and revokes it at once', async () => {
    const here = place()
    const gateway = await start(here)
    const admin = await operator(here, gateway.url)
    const kitchen = node({ url: gateway.url, token: tokenOf(here) })
    await until(() => kitchen.asked.length > 0)
    const { pending } = await admin.request('device.pair.list', {})
    expect(pending).toMatchObject([{ role: 'node', displayName: 'Kitchen', platform: 'linux' }])
    await admin.request('device.pair.approve', { requestId: pending[0]?.requestId ?? '' })
    await kitchen.client.ready({ timeoutMs: 10_000 })
    const { nodes } = await admin.request('node.list', {})
    expect(nodes).toMatchObject([{ connected: true, paired: true }])
    const nodeId = nodes[0]?.nodeId ?? ''
    const answer = await admin.request('node.invoke', {
      nodeId,
      command: 'system.which',
      params: { bin: 'uname' },
      idempotencyKey: 'one',
    })
    expect(answer).toMatchObject({ ok: true, payload: { asked: { bin: 'uname' } } })
    await admin.request('device.token.revoke', { deviceId: nodeId, role: 'node' })
    await until(() => kitchen.client.status().state !== 'ready')
  })

  it('hears of a node that offers more, which goes on with what it has meanwhile', async () => {
    const here = place()
    const gateway = await start(here)
    const admin = await operator(here, gateway.url)
    const kitchen = await pairedNode(here, gateway.url)
    kitchen.client.close()
    const heard: { readonly requestId: string }[] = []
    admin.on('device.pair.requested', (payload) => heard.push(payload))
    const { identity } = kitchen
    const more = node({ url: gateway.url, identity, more: ['system.notify'] })
    await more.client.ready({ timeoutMs: 10_000 })
    await until(() => heard.length === 1)
    const commands = async () => (await admin.request('node.list', {})).nodes[0]?.commands
    expect(await commands()).toEqual(['system.which'])
    expect(await approve(here, heard[0]?.requestId)).toBe('approved')
    more.client.close()
    const again = node({ url: gateway.url, identity, more: ['system.notify'] })
    await again.client.ready({ timeoutMs: 10_000 })
    expect(await commands()).toEqual(['system.which', 'system.notify'])
  })

  it('hears of what was decided in another process', async () => {
    const here = place()
    const gateway = await start(here)
    const admin = await operator(here, gateway.url)
    const heard: unknown[] = []
    admin.on('device.pair.resolved', (payload) => heard.push(payload))
    const kitchen = await pairedNode(here, gateway.url)
    await until(() => heard.length > 0)
    expect(heard).toMatchObject([{ deviceId: kitchen.identity.deviceId, decision: 'approved' }])
  })
})

describe('an operator', () => {
  it('hears once of what was asked and decided at another gateway of the same store', async () => {
    const here = place()
    const gateway = await start(here)
    const admin = await operator(here, gateway.url)
    const heard: string[] = []
    const events = ['device.pair.requested', 'node.pair.requested', 'node.pair.resolved'] as const
    for (const event of events) {
      admin.on(event, (payload) => heard.push(`${event} ${payload.requestId}`))
    }
    const { legacyNodes } = (await owner(here)).devices()
    const old = await legacyNodes.request(ROOT, { nodeId: 'old' })
    if (old.outcome !== 'waiting') throw new Error(old.outcome)
    const { requestId } = old.request
    await legacyNodes.reject(ROOT, requestId)
    const kitchen = node({ url: gateway.url, token: tokenOf(here) })
    await until(() => kitchen.asked.length > 0)
    const own = await admin.request('node.pair.request', { nodeId: 'older' })
    await until(() => heard.length >= 4)
    await admin.request('health', {})
    expect(heard).toEqual([
      `node.pair.requested ${requestId}`,
      `node.pair.resolved ${requestId}`,
      `device.pair.requested ${kitchen.asked[0]?.requestId ?? ''}`,
      `node.pair.requested ${own.request.requestId}`,
    ])
  })
})

describe('figures', () => {
  it('say who is connected, who was refused and why', async () => {
    const here = place()
    const gateway = await start(here)
    await pairedNode(here, gateway.url)
    node({ url: gateway.url })
    await until(() => gateway.lines.some(({ code }) => code === 'AUTH_TOKEN_MISSING'))
    const text = await (await fetch(`${gateway.url}/metrics`)).text()
    expect(text).toContain('openclaw_device_connections{role="node"} 1')
    expect(text).toMatch(/openclaw_device_refusals_total\{code="PAIRING_REQUIRED"\} [1-9]/)
    expect(text).toMatch(/openclaw_device_refusals_total\{code="AUTH_TOKEN_MISSING"\} [1-9]/)
  })
})
