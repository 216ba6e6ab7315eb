import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import {
  startWhatsappEmulator,
  type WhatsappEmulator,
  whatsappBsuidOf,
  whatsappNumberOf,
} from '../src/index.ts'

const open: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of open.splice(0)) await close()
})

interface Got {
  readonly body: string
  readonly headers: IncomingHttpHeaders
  readonly at: number
}

/** A webhook that answers with one status after another, 200 at the end. */
async function hook(...statuses: readonly number[]) {
  const got: Got[] = []
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1')
    if (request.method === 'GET') {
      const isRight = url.searchParams.get('hub.verify_token') === 'right'
      response.writeHead(isRight ? 200 : 403)
      response.end(isRight ? url.searchParams.get('hub.challenge') : '')
      return
    }
    let body = ''
    request.setEncoding('utf8').on('data', (part: string) => (body += part))
    request.on('end', () => {
      got.push({ body, headers: request.headers, at: Date.now() })
      response.writeHead(statuses[got.length - 1] ?? 200)
      response.end()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  open.push(async () => {
    server.close()
    server.closeAllConnections()
  })
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/hook`
  const messages = () =>
    got.flatMap(({ body }) => JSON.parse(body).entry[0].changes[0].value.messages ?? [])
  const statusesTold = () =>
    got.flatMap(({ body }) => JSON.parse(body).entry[0].changes[0].value.statuses ?? [])
  return { url, got, messages, statuses: statusesTold }
}

async function emulate(
  options?: Parameters<typeof startWhatsappEmulator>[0],
): Promise<WhatsappEmulator> {
  const emulator = await startWhatsappEmulator({ retryMs: 20, ...options })
  open.unshift(emulator.close)
  return emulator
}

async function until(ready: () => boolean): Promise<void> {
  for (let n = 0; n < 4_000 && !ready(); n += 1) await new Promise((done) => setTimeout(done, 5))
  expect(ready()).toBe(true)
}

const text = (to: object, body: string) => ({
  messaging_product: 'whatsapp',
  recipient_type: 'individual',
  type: 'text',
  text: { body, preview_url: false },
  ...to,
})

async function send(
  { url, accessToken, phoneNumberId }: WhatsappEmulator,
  body: object,
  token = accessToken,
) {
  const response = await fetch(`${url}/v25.0/${phoneNumberId}/messages`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return { status: response.status, body: JSON.parse(await response.text()) }
}

describe('the Graph API', () => {
  it('tells the number to whoever has the token', async () => {
    const emulator = await emulate()
    const ask = async (path: string, token: string) => {
      const headers = { authorization: `Bearer ${token}` }
      const response = await fetch(`${emulator.url}${path}`, { headers })
      return { status: response.status, body: await response.json() }
    }
    const path = `/v25.0/${emulator.phoneNumberId}?fields=display_phone_number,verified_name`
    expect(await ask(path, emulator.accessToken)).toEqual({
      status: 200,
      body: {
        display_phone_number: '+15550783881',
        verified_name: 'Emulated Business',
        id: emulator.phoneNumberId,
      },
    })
    expect(await ask(path, 'other')).toMatchObject({
      status: 401,
      body: { error: { code: 190, type: 'OAuthException' } },
    })
    expect(await ask('/v25.0/1', emulator.accessToken)).toMatchObject({
      status: 400,
      body: { error: { code: 100, type: 'GraphMethodException' } },
    })
    emulator.revokeToken()
    expect(await ask(path, emulator.accessToken)).toMatchObject({ status: 401 })
  })

  it('takes texts to people who wrote within a day, by number or business-scoped id', async () => {
    const time = { now: Date.now() }
    const emulator = await emulate({ now: () => time.now })
    emulator.message(1, 'hello')
    const to = whatsappNumberOf(1).slice(1)
    expect(await send(emulator, text({ to }, 'hi'))).toEqual({
      status: 200,
      body: {
        messaging_product: 'whatsapp',
        contacts: [{ input: to, wa_id: to }],
        messages: [{ id: expect.stringMatching(/^wamid\.[\w+/=]+$/) }],
      },
    })
    const recipient = whatsappBsuidOf(1)
    expect(await send(emulator, text({ recipient }, 'hi'))).toMatchObject({ status: 200 })
    expect(emulator.sent).toMatchObject([{ to, text: 'hi' }, { to: recipient }])
    const codeOf = async (body: object) => (await send(emulator, body)).body.error.code
    expect(await codeOf(text({ to: '15559999999' }, 'hi'))).toBe(131_047)
    expect(await codeOf(text({ to }, 'x'.repeat(4_097)))).toBe(100)
    expect(await codeOf(text({ to }, ' '))).toBe(100)
    expect(await codeOf({ ...text({ to }, 'hi'), messaging_product: 'fax' })).toBe(100)
    time.now += 86_400_001
    expect(await codeOf(text({ to }, 'hi'))).toBe(131_047)
    expect(emulator.sent).toHaveLength(2)
  })

  it('refuses and throttles as told, at once or in a status', async () => {
    const emulator = await emulate()
    const { url, statuses } = await hook()
    emulator.callback(url)
    emulator.message(1, 'hello')
    const to = whatsappNumberOf(1)
    emulator.refuse(to, 131_026)
    expect(await send(emulator, text({ to }, 'hi'))).toMatchObject({
      status: 400,
      body: { error: { code: 131_026, message: expect.stringContaining('#131026') } },
    })
    emulator.refuse(to, 131_026, 'later')
    expect(await send(emulator, text({ to }, 'hi'))).toMatchObject({ status: 200 })
    await until(() => statuses().length === 1)
    expect(statuses()).toMatchObject([
      { status: 'failed', id: emulator.sent[0]?.id, errors: [{ code: 131_026 }] },
    ])
    emulator.take(to)
    emulator.fault({ method: 'messages', times: 1, effect: { kind: 'error', code: 130_429 } })
    expect(await send(emulator, text({ to }, 'hi'))).toMatchObject({
      body: { error: { code: 130_429 } },
    })
    expect(await send(emulator, text({ to }, 'hi'))).toMatchObject({ status: 200 })
    await until(() => statuses().length === 3)
    expect(statuses().map(({ status }) => status)).toEqual(['failed', 'sent', 'delivered'])
  })
})

describe('the webhook', () => {
  it('is used after its challenge came back bare', async () => {
    const emulator = await emulate()
    const { url, messages } = await hook()
    expect(await emulator.subscribe(url, 'wrong')).toBe(false)
    emulator.message(1, 'hello')
    expect(messages()).toEqual([])
    expect(await emulator.subscribe(url, 'right')).toBe(true)
    await until(() => messages().length === 1)
    expect(messages()).toMatchObject([
      { from: '15550000001', from_user_id: whatsappBsuidOf(1), text: { body: 'hello' } },
    ])
  })

  it('is signed over the bytes that are sent, which hold ASCII alone', async () => {
    const emulator = await emulate()
    const { url, got, messages } = await hook()
    emulator.callback(url)
    emulator.message({ waId: '15551234567', name: 'Zoë' }, 'grüß dich 😀 https://a.example/')
    await until(() => got.length === 1)
    const [{ body, headers } = { body: '', headers: {} as IncomingHttpHeaders }] = got
    expect(body).toMatch(/^[\x20-\x7e]+$/)
    expect(body).toContain('gr\\u00fc\\u00df dich \\ud83d\\ude00 https:\\/\\/a.example\\/')
    expect(messages()).toMatchObject([{ text: { body: 'grüß dich 😀 https://a.example/' } }])
    const digest = createHmac('sha256', emulator.appSecret).update(body).digest('hex')
    expect(headers['x-hub-signature-256']).toBe(`sha256=${digest}`)
    const again = createHmac('sha256', emulator.appSecret).update(JSON.stringify(JSON.parse(body)))
    expect(headers['x-hub-signature-256']).not.toBe(`sha256=${again.digest('hex')}`)
  })

  it('is repeated with the same ids and growing waits until it is answered with 200', async () => {
    const emulator = await emulate({ retryMs: 30 })
    const { url, got, messages } = await hook(503, 500, 401)
    emulator.callback(url)
    const { id } = emulator.message(1, 'hello')
    await until(() => emulator.pending() === 0)
    expect(messages().map((message) => message.id)).toEqual([id, id, id, id])
    expect(emulator.deliveries.map(({ status }) => status)).toEqual([503, 500, 401, 200])
    const [first, second, third, fourth] = got.map(({ at }) => at)
    expect(Number(second) - Number(first)).toBeGreaterThanOrEqual(28)
    expect(Number(third) - Number(second)).toBeGreaterThanOrEqual(58)
    expect(Number(fourth) - Number(third)).toBeGreaterThanOrEqual(118)
    emulator.redeliver(id)
    await until(() => got.length === 5)
  })

  it('keeps what people write in order, and what cannot be brought until it can', async () => {
    const emulator = await emulate()
    const { url, messages } = await hook(503)
    emulator.message(1, 'a')
    emulator.message(1, 'b')
    await emulator.pause()
    emulator.callback(url)
    await new Promise((done) => setTimeout(done, 50))
    expect(messages()).toEqual([])
    await expect(fetch(emulator.url)).rejects.toThrow()
    await emulator.resume()
    await until(() => emulator.pending() === 0)
    expect(messages().map((message) => message.text.body)).toEqual(['a', 'a', 'b'])
  })

  it('brings messages in groups, of people who hide their number, and any other change', async () => {
    const emulator = await emulate()
    const { url, messages, got } = await hook()
    emulator.callback(url)
    emulator.inGroup('Y2FwaQ==', 1, 'all')
    emulator.message({ userId: 'US.1234567', name: 'Ada' }, 'secretly')
    emulator.push({ field: 'account_update', value: {} })
    await until(() => got.length === 3)
    expect(messages()).toContainEqual(expect.objectContaining({ group_id: 'Y2FwaQ==' }))
    const hidden = messages().find(({ from_user_id: id }) => id === 'US.1234567')
    expect(hidden).not.toHaveProperty('from')
    expect(await emulator.post('{}', 'sha256=00')).toBe(200)
    expect(got.at(-1)?.headers['x-hub-signature-256']).toBe('sha256=00')
  })

  it('does not reach people in a group whom nobody wrote to alone', async () => {
    const emulator = await emulate()
    emulator.inGroup('Y2FwaQ==', 1, 'all')
    const { body } = await send(emulator, text({ to: whatsappNumberOf(1) }, 'hi'))
    expect(body.error.code).toBe(131_047)
  })
})

it('drops and hangs as told, before or after the text was taken', async () => {
  const emulator = await emulate()
  emulator.message(1, 'hello')
  const to = whatsappNumberOf(1)
  emulator.fault({ method: 'messages', times: 1, effect: { kind: 'drop', when: 'before' } })
  await expect(send(emulator, text({ to }, 'one'))).rejects.toThrow()
  emulator.fault({ method: 'messages', times: 1, effect: { kind: 'drop', when: 'after' } })
  await expect(send(emulator, text({ to }, 'two'))).rejects.toThrow()
  expect(emulator.sent.map((each) => each.text)).toEqual(['two'])
  expect(emulator.calls.map(({ status }) => status)).toEqual([0, 0])
})
