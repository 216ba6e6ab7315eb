import {
  connectOperator,
  createIdentity,
  type GatewayClient,
  type PairingNeeded,
} from '@openclaw/pairing-protocol/client'
import { openProxy, startServer, type TestServer } from '@openclaw-pairing/postgres'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { node } from './devices-support.ts'
import { builtGateway, type Cluster, cluster, type Replica, TOKEN } from './replicas-support.ts'
import { ROOT, until } from './support.ts'

let server: TestServer

beforeAll(async () => {
  builtGateway()
  server = await startServer()
})
afterAll(() => server.stop())

type Desk = Awaited<ReturnType<Cluster['desk']>>

interface Two {
  readonly all: Cluster
  readonly one: Replica
  readonly other: Replica
  readonly desk: Desk
}

async function two(storeUrl = server.url): Promise<Two> {
  const all = cluster(server.url, {})
  onTestFinished(all.end)
  const [one, other] = await Promise.all([all.start(), all.start({ storeUrl })])
  return { all, one, other, desk: await all.desk() }
}

const devicesOf = (desk: Desk) => desk.devices().pairing

async function pairedNode(desk: Desk, { url }: Replica, name = 'Kitchen') {
  const kitchen = node({ url, token: TOKEN, name })
  await until(() => kitchen.asked.length > 0)
  const { outcome } = await devicesOf(desk).approve(ROOT, kitchen.asked[0]?.requestId ?? '')
  expect(outcome).toBe('approved')
  await kitchen.client.ready({ timeoutMs: 15_000 })
  return kitchen
}

interface Operator {
  readonly client: GatewayClient
  readonly events: { readonly event: string; readonly payload: unknown }[]
}

async function pairedOperator(desk: Desk, { url }: Replica): Promise<Operator> {
  const asked: PairingNeeded[] = []
  const events: Operator['events'] = []
  const client = connectOperator({
    url: url.replace(/^http/, 'ws'),
    identity: createIdentity(),
    auth: { token: TOKEN },
    scopes: ['operator.admin'],
    onPairingRequired: (told) => asked.push(told),
  })
  onTestFinished(() => client.close())
  for (const event of ['device.pair.requested', 'device.pair.resolved'] as const)
    client.on(event, (payload) => void events.push({ event, payload }))
  await until(() => asked.length > 0)
  await devicesOf(desk).approve(ROOT, asked[0]?.requestId ?? '')
  await client.ready({ timeoutMs: 15_000 })
  return { client, events }
}

const invoke = (nodeId: string, idempotencyKey: string, params = { what: 'ls' }) => ({
  ...{ nodeId, command: 'system.which', params, timeoutMs: 10_000, idempotencyKey },
})

describe('devices of gateways that share a database', () => {
  it('are asked for, approved, listed and invoked at whichever they are, and end everywhere', async () => {
    const { one, other, desk } = await two()
    const { client, events } = await pairedOperator(desk, one)
    const waiting = node({ url: other.url, token: TOKEN, name: 'Kitchen' })
    await until(() => waiting.asked.length > 0)
    const { requestId = '' } = waiting.asked[0] ?? {}
    // heard at one gateway, although the device asked at the other; once
    await until(() => events.some(({ event }) => event === 'device.pair.requested'))
    await client.request('device.pair.approve', { requestId })
    await waiting.client.ready({ timeoutMs: 15_000 })
    const told = events.filter(({ event }) => event.startsWith('device.pair.'))
    expect(told.map(({ event }) => event)).toEqual([
      'device.pair.requested',
      'device.pair.resolved',
    ])

    const { deviceId } = waiting.identity
    const isConnected = async (): Promise<boolean> => {
      const { nodes } = await client.request('node.list', {})
      return nodes.find(({ nodeId }) => nodeId === deviceId)?.connected ?? false
    }
    await until(isConnected, 10_000)
    const answer = await client.request('node.invoke', invoke(deviceId, 'key-1'))
    expect(answer).toMatchObject({ ok: true, payload: { asked: { what: 'ls' } } })
    await expect(client.request('node.invoke', invoke(deviceId, 'key-1'))).resolves.toEqual(answer)

    const ended = new Promise((resolve) => {
      const watch = setInterval(() => {
        if (waiting.client.status().state !== 'ready') resolve(clearInterval(watch))
      }, 10)
    })
    await devicesOf(desk).remove(ROOT, deviceId)
    await ended
    await until(async () => !(await isConnected()), 10_000)
    await expect(client.request('node.invoke', invoke(deviceId, 'key-2'))).rejects.toMatchObject({
      code: expect.stringMatching(/./),
    })
  }, 60_000)

  it('are let in by nobody at a gateway that is cut off from the database, and again when it is not', async () => {
    const proxy = await openProxy(server.url)
    onTestFinished(proxy.close)
    const { other, desk } = await two(proxy.url)
    const kitchen = await pairedNode(desk, other)
    const { client } = await pairedOperator(desk, other)
    const list = () => client.request('node.list', {})
    expect((await list()).nodes).toHaveLength(1)
    proxy.pause()
    await until(async () => !(await other.isReady()), 20_000)
    await expect(list()).rejects.toThrow(/state/)
    await devicesOf(desk).remove(ROOT, kitchen.identity.deviceId)
    proxy.resume()
    proxy.reset()
    await until(() => kitchen.client.status().state !== 'ready', 20_000)
    await until(() => other.isReady(), 20_000)
    await until(
      () =>
        list().then(
          ({ nodes }) => nodes.length === 0,
          () => false,
        ),
      20_000,
    )
  }, 90_000)
})
