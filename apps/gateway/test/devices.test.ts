import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import {
  connectNode,
  connectOperator,
  createIdentity,
  type DeviceIdentity,
  type GatewayClient,
  type PairingNeeded,
} from '@openclaw/pairing-protocol/client'
import { describe, expect, it, onTestFinished } from 'vitest'
import { owner, type Place, place, ROOT, start, until } from './support.ts'

const tokenOf = ({ stateDir }: Place): string =>
  readFileSync(join(stateDir, 'gateway-token'), 'utf8').trim()

const wsOf = (url: string): string => url.replace('http:', 'ws:')

type Told = Pick<PairingNeeded, 'requestId'>

function node(url: string, identity: DeviceIdentity, token: string | undefined) {
  const asked: Told[] = []
  const client = connectNode({
    url: wsOf(url),
    identity,
    ...(token === undefined ? {} : { auth: { token } }),
    client: { id: 'node-host', displayName: 'Kitchen', platform: 'linux', version: '1.0.0' },
    commands: {
      'system.which': async (params) => ({ path: `/usr/bin/${JSON.stringify(params)}` }),
    },
    onPairingRequired: (told) => asked.push(told),
  })
  onTestFinished(() => client.close())
  return { client, asked }
}

/** Approves a device as the owner's command does, beside the running gateway. */
async function approve(here: Place, requestId: string): Promise<string> {
  const { pairing } = await (await owner(here)).devices()
  const { outcome } = await pairing.approve(ROOT, requestId)
  return outcome
}

describe('a node that is new', () => {
  it('asks with the token of the gateway, waits, and is in when the owner approves', async () => {
    const here = place()
    const gateway = await start(here)
    expect(statSync(join(here.stateDir, 'gateway-token')).mode & 0o777).toBe(0o600)
    const kitchen = node(gateway.url, createIdentity(), tokenOf(here))
    await until(() => kitchen.asked.length > 0)
    expect(await approve(here, kitchen.asked[0]?.requestId ?? '')).toBe('approved')
    await kitchen.client.ready({ timeoutMs: 10_000 })
    expect(gateway.lines.filter(({ event }) => event === 'device-admitted')).toHaveLength(1)
    expect(gateway.raw.join('')).not.toContain(tokenOf(here))
  })

  it('is not asked about without the token', async () => {
    const here = place()
    const gateway = await start(here)
    const kitchen = node(gateway.url, createIdentity(), undefined)
    await until(() => kitchen.client.status().state !== 'connecting')
    await until(() => gateway.lines.some(({ event }) => event === 'device-refused'))
    const lists = await (await gateway.pairing.devices()).pairing.list(ROOT)
    expect(lists).toMatchObject({ waiting: [] })
  })
})

/** A paired operator with all scopes. */
async function operator(here: Place, url: string): Promise<GatewayClient> {
  const asked: Told[] = []
  const client = connectOperator({
    url: wsOf(url),
    identity: createIdentity(),
    auth: { token: tokenOf(here) },
    scopes: ['operator.admin'],
    onPairingRequired: (told) => asked.push(told),
  })
  onTestFinished(() => client.close())
  await until(() => asked.length > 0)
  expect(await approve(here, asked[0]?.requestId ?? '')).toBe('approved')
  await client.ready({ timeoutMs: 10_000 })
  return client
}

describe('a paired operator', () => {
  it('sees devices, approves one, asks a node, and revokes it at once', async () => {
    const here = place()
    const gateway = await start(here)
    const admin = await operator(here, gateway.url)
    const identity = createIdentity()
    const kitchen = node(gateway.url, identity, tokenOf(here))
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
    expect(answer).toMatchObject({ ok: true, payload: { path: expect.stringContaining('uname') } })
    const begun = performance.now()
    await admin.request('device.token.revoke', { deviceId: nodeId, role: 'node' })
    await until(() => kitchen.client.status().state !== 'ready', 2_000)
    expect(performance.now() - begun).toBeLessThan(1_000)
  })
})
