import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { askLocalGateway } from '@openclaw/pairing-protocol/client'
import { describe, expect, it } from 'vitest'
import { bare, pairedNode, wsOf } from './devices-support.ts'
import { place, start } from './support.ts'

const secretOf = (stateDir: string): string =>
  JSON.parse(readFileSync(join(stateDir, 'gateway.runtime.json'), 'utf8')).secret

describe('whoever reads the state directory', () => {
  it('asks the running gateway as its owner, without a device', async () => {
    const here = place()
    const { url, lines } = await start(here)
    const kitchen = await pairedNode(here, url)
    const gateway = { url: wsOf(url), secret: secretOf(here.stateDir) }
    const { nodes } = await askLocalGateway(gateway, { method: 'node.list', params: {} })
    expect(nodes).toMatchObject([{ nodeId: kitchen.identity.deviceId, connected: true }])
    const params = {
      nodeId: kitchen.identity.deviceId,
      command: 'system.which',
      params: { bin: 'ls' },
      idempotencyKey: 'one',
    }
    const answer = await askLocalGateway(gateway, { method: 'node.invoke', params })
    expect(answer).toMatchObject({ ok: true, payload: { asked: { bin: 'ls' } } })
    await expect(
      askLocalGateway(gateway, { method: 'node.describe', params: { nodeId: 'nobody' } }),
    ).rejects.toMatchObject({ code: 'ERR_GATEWAY_REFUSED', detailCode: 'NODE_UNKNOWN' })
    const admitted = lines.filter(({ event }) => event === 'device-admitted')
    expect(admitted).toMatchObject([{ device: kitchen.identity.deviceId }])
    expect(lines.filter(({ event }) => event === 'device-closed')).toEqual([])
  })

  it('is nobody with another secret, or where a proxy passed it on', async () => {
    const here = place()
    const { url } = await start(here)
    const ask = { method: 'health', params: {} } as const
    await expect(
      askLocalGateway({ url: wsOf(url), secret: 'x'.repeat(43) }, ask),
    ).rejects.toMatchObject({ code: 'ERR_GATEWAY_REFUSED' })
    const authorization = `Bearer ${secretOf(here.stateDir)}`
    const passedOn = bare(url, { authorization, 'x-forwarded-for': '203.0.113.9' })
    await passedOn.opened
    const client = { id: 'cli', version: '1', platform: 'linux', mode: 'cli' }
    const connect = { minProtocol: 3, maxProtocol: 4, client, scopes: ['operator.admin'] }
    passedOn.socket.send(
      JSON.stringify({ type: 'req', id: '1', method: 'connect', params: connect }),
    )
    expect((await passedOn.closed).code).toBe(1008)
  })

  it('learns that no gateway answers', async () => {
    await expect(
      askLocalGateway({ url: 'ws://127.0.0.1:9', secret: 'x' }, { method: 'health', params: {} }),
    ).rejects.toMatchObject({ code: 'ERR_GATEWAY_UNREACHABLE' })
  })
})
