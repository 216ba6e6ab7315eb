import { request } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { type SignalEmulator, signalNumberOf, startSignalEmulator } from '../src/index.ts'

const open: SignalEmulator[] = []
afterEach(async () => {
  for (const emulator of open.splice(0)) await emulator.close()
})

async function emulate(options?: Parameters<typeof startSignalEmulator>[0]) {
  const emulator = await startSignalEmulator(options)
  open.push(emulator)
  return emulator
}

/** Listens to the stream; its text so far, and the end of it. */
async function listen({ url }: SignalEmulator, headers = {}, query = '') {
  const stop = new AbortController()
  const response = await fetch(`${url}/api/v1/events${query}`, { headers, signal: stop.signal })
  const said = { text: '' }
  const read = async (): Promise<void> => {
    for await (const part of response.body ?? []) said.text += Buffer.from(part).toString()
  }
  read().catch(() => {})
  return { said, status: response.status, stop: () => stop.abort() }
}

async function call({ url }: SignalEmulator, method: string, params: object = {}) {
  const response = await fetch(`${url}/api/v1/rpc`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: '1', method, params }),
  })
  return (await response.json()) as { readonly result?: unknown; readonly error?: unknown }
}

async function until(ready: () => boolean): Promise<void> {
  for (let n = 0; n < 4_000 && !ready(); n += 1)
    await new Promise((resolve) => setTimeout(resolve, 5))
  expect(ready()).toBe(true)
}

describe('the stream of events', () => {
  it('gives what waited and what comes, in the form of the daemon, with the times of the server', async () => {
    const emulator = await emulate()
    emulator.message(1, 'one')
    expect(emulator.waiting()).toBe(1)
    const { said } = await listen(emulator)
    emulator.group('R3JvdXA=', 1, 'two')
    await until(() => said.text.split('\n\n').length === 3)
    const [one = '', two = ''] = said.text.split('\n\n')
    expect(one).toMatch(/^event:receive\ndata:\{[^\n]+\}$/)
    expect(JSON.parse(one.split('data:')[1] ?? '')).toMatchObject({
      account: emulator.number,
      envelope: {
        sourceNumber: signalNumberOf(1),
        serverReceivedTimestamp: expect.any(Number),
        serverDeliveredTimestamp: expect.any(Number),
        dataMessage: { message: 'one' },
      },
    })
    expect(two).toContain('"groupId":"R3JvdXA="')
  })

  it('loses what nobody hears, where it is told to', async () => {
    const emulator = await emulate({ receiveMode: 'on-start' })
    emulator.message(1, 'one')
    expect(emulator.waiting()).toBe(0)
  })

  it('says that it lives', async () => {
    const { said } = await listen(await emulate({ keepAliveMs: 20 }))
    await until(() => said.text === ':\n:\n')
  })

  it('with ids repeats what came after one, and all of it after one that it does not know', async () => {
    const emulator = await emulate({ numbered: true })
    const first = await listen(emulator)
    for (const text of ['one', 'two']) emulator.message(1, text)
    await until(() => first.said.text.includes('id:1-2\n'))
    const after = await listen(emulator, { 'last-event-id': '1-1' })
    await until(() => after.said.text.includes('two'))
    expect(after.said.text).not.toContain('one')
    const all = await listen(emulator, { 'last-event-id': '0' })
    await until(() => all.said.text.includes('one') && all.said.text.includes('two'))
  })

  it('of several accounts is for the one that is named, and 400 for one that is not there', async () => {
    const emulator = await emulate({ otherNumbers: ['+15550000009'] })
    const other = await listen(emulator, {}, '?account=%2B15550000009')
    emulator.message(1, 'one')
    expect((await listen(emulator, {}, '?account=%2B15551111111')).status).toBe(400)
    expect(other.said.text).toBe('')
  })
})

describe('JSON-RPC', () => {
  it('sends, and fails with the results where nobody got it', async () => {
    const emulator = await emulate()
    const send = { recipient: [signalNumberOf(1)], message: 'hello' }
    expect(await call(emulator, 'send', send)).toMatchObject({
      result: { timestamp: expect.any(Number), results: [{ type: 'SUCCESS' }] },
    })
    emulator.unregister(signalNumberOf(1))
    expect(await call(emulator, 'send', send)).toMatchObject({
      error: { code: -1, data: { response: { results: [{ type: 'UNREGISTERED_FAILURE' }] } } },
    })
    expect(emulator.sent).toMatchObject([{ to: signalNumberOf(1), text: 'hello' }])
  })

  it('of several accounts wants to know which, and lists them', async () => {
    const emulator = await emulate({ otherNumbers: ['+15550000009'] })
    const send = { recipient: [signalNumberOf(1)], message: 'hello' }
    expect(await call(emulator, 'send', send)).toMatchObject({ error: { code: -32_602 } })
    expect(await call(emulator, 'listAccounts')).toMatchObject({ result: [{}, {}] })
    expect(await call(await emulate(), 'listAccounts')).toMatchObject({ error: { code: -32_601 } })
  })

  it('takes JSON alone, and its own host name alone', async () => {
    const { url } = await emulate()
    const wrong = await fetch(`${url}/api/v1/rpc`, { method: 'POST', body: '{}' })
    expect(wrong.status).toBe(415)
    expect((await fetch(`${url}/api/v1/check`)).status).toBe(200)
    expect((await fetch(`${url}/v1/about`)).status).toBe(404)
    const status = await new Promise((resolve) =>
      request(`${url}/api/v1/check`, { headers: { host: 'evil.example' } }, (response) => {
        response.resume()
        resolve(response.statusCode)
      }).end(),
    )
    expect(status).toBe(421)
  })
})
