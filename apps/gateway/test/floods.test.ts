import { describe, expect, it } from 'vitest'
import { bare, operator, pairedNode, tokenOf } from './devices-support.ts'
import { type Place, place, start, until } from './support.ts'

/** A client that shows the shared secret and no device. */
async function bareOperator(here: Place, url: string) {
  const client = bare(url)
  await until(() => client.frames.length > 0)
  const params = {
    minProtocol: 3,
    maxProtocol: 4,
    client: { id: 'cli', version: '1', platform: 'linux', mode: 'ui' },
    role: 'operator',
    auth: { token: tokenOf(here) },
  }
  client.socket.send(JSON.stringify({ type: 'req', id: 'c', method: 'connect', params }))
  await until(() => client.frames.some(({ id, ok }) => id === 'c' && ok === true))
  return client
}

/** A request of about so many bytes. */
const long = (bytes: number): string =>
  `{"type":"req","id":"long","method":"node.list","params":{"x":"${'x'.repeat(bytes)}"}}`

describe('a client that was let in', () => {
  it('sends what hello-ok says and no more, by who it is', async () => {
    const here = place()
    const { url } = await start(here)
    const nobody = await bareOperator(here, url)
    expect(nobody.frames).toContainEqual(
      expect.objectContaining({
        id: 'c',
        payload: expect.objectContaining({
          policy: expect.objectContaining({ maxPayload: 65_536 }),
        }),
      }),
    )
    nobody.socket.send(long(64_000))
    await until(() => nobody.frames.some(({ id }) => id === 'long'))
    nobody.socket.send(long(66_000))
    expect((await nobody.closed).code).toBe(1009)
    const admin = await operator(here, url)
    const order = { nodeId: 'n', command: 'x', params: 'y'.repeat(1_000_000), idempotencyKey: '1' }
    await expect(admin.request('node.invoke', order)).rejects.toMatchObject({
      details: { code: 'NOT_CONNECTED' },
    })
    const more = { ...order, params: 'y'.repeat(1_100_000) }
    await expect(admin.request('node.invoke', more)).rejects.toMatchObject({
      code: 'ERR_REQUEST_NOT_SENT',
    })
    const kitchen = await pairedNode(here, url)
    const event = { event: 'photo', payloadJSON: JSON.stringify('z'.repeat(5_000_000)) }
    expect(await kitchen.client.request('node.event', event)).toEqual({ ok: true })
  })

  it('costs no memory beside its limit, in however small pieces it sends', async () => {
    const here = place()
    const { url } = await start(here)
    const { socket, closed } = await bareOperator(here, url)
    for (let count = 0; count < 5_000; count += 1) socket.send('x', { fin: false })
    expect((await closed).code).toBe(1008)
    const other = await bareOperator(here, url)
    other.socket.send('x'.repeat(60_000), { fin: false })
    other.socket.ping()
    for (let count = 0; count < 3; count += 1) {
      other.socket.send('x'.repeat(30_000), { fin: false })
    }
    expect((await other.closed).code).toBe(1009)
  })

  it('is cut for pings whose answers it does not read', async () => {
    const here = place()
    const gateway = await start(here)
    const { url } = gateway
    const flood = await bareOperator(here, url)
    flood.socket.pause()
    await until(() => {
      for (let count = 0; count < 1_000; count += 1) flood.socket.ping(() => {})
      return (
        flood.socket.readyState !== flood.socket.OPEN ||
        gateway.lines.some(({ event }) => event === 'device-closed')
      )
    })
    await until(() => gateway.lines.some(({ event }) => event === 'device-closed'))
  })
})
