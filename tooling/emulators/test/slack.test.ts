import { createHmac } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SocketModeClient } from '@slack/socket-mode'
import { type Logger, LogLevel, WebClient } from '@slack/web-api'
import { afterEach, describe, expect, it } from 'vitest'
import { type SlackEmulator, startSlackEmulator } from '../src/index.ts'

const nothing = (): void => {}
const logger: Logger = {
  ...{ debug: nothing, info: nothing, warn: nothing, error: nothing },
  ...{ setLevel: nothing, setName: nothing, getLevel: () => LogLevel.ERROR },
}
const ADA = { id: 'U0ADALOVE', displayName: 'ada' }
const open: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const close of open.splice(0)) await close()
})

async function emulate(options?: Parameters<typeof startSlackEmulator>[0]) {
  const emulator = await startSlackEmulator(options)
  open.push(emulator.close)
  const web = { slackApiUrl: `${emulator.url}/`, retryConfig: { retries: 0 }, logger }
  return { emulator, api: new WebClient(emulator.botToken, web) }
}

/** The official client; `texts` are the messages it got, each acknowledged unless `silent`. */
async function listen({ appToken, url }: SlackEmulator, kind: 'acks' | 'silent' = 'acks') {
  const clientOptions = { slackApiUrl: `${url}/`, retryConfig: { retries: 0 } }
  const client = new SocketModeClient({ appToken, logger, clientOptions })
  const got: { text: string; retry: number }[] = []
  client.on('message', async ({ event, ack, retry_num: retry }) => {
    got.push({ text: event.text, retry })
    if (kind === 'acks') await ack()
  })
  open.unshift(() => client.disconnect())
  await client.start()
  return { client, got }
}

async function until(ready: () => boolean): Promise<void> {
  for (let n = 0; n < 4_000 && !ready(); n += 1) await new Promise((done) => setTimeout(done, 5))
  expect(ready()).toBe(true)
}

describe('the Web API', () => {
  it('says whose bot it is, who a member is, and refuses other tokens', async () => {
    const { emulator, api } = await emulate({ team: 'T0ACME' })
    expect(await api.auth.test()).toMatchObject({ team_id: 'T0ACME', user_id: emulator.botUser })
    emulator.message(ADA, 'hello')
    const { user } = await api.users.info({ user: ADA.id })
    expect(user).toMatchObject({ id: ADA.id, profile: { display_name: 'ada' } })
    const errorOf = (token: string) =>
      new WebClient(token, {
        slackApiUrl: `${emulator.url}/`,
        logger,
        retryConfig: { retries: 0 },
      }).auth
        .test()
        .catch((error: { data?: { error?: string } }) => error.data?.error)
    expect(await errorOf('xoxb-other')).toBe('invalid_auth')
    expect(await errorOf(emulator.appToken)).toBe('not_allowed_token_type')
    emulator.revoke('botToken')
    expect(await errorOf(emulator.botToken)).toBe('invalid_auth')
  })

  it('takes posts as a reader sees them, and refuses what Slack refuses', async () => {
    const { emulator, api } = await emulate()
    emulator.message(ADA, 'hello')
    const channel = emulator.directOf(ADA.id)
    await api.chat.postMessage({ channel, text: '&lt;b&gt; &amp; more' })
    expect(emulator.sent).toMatchObject([{ channel, text: '<b> & more', thread: undefined }])
    const refusal = (args: object) =>
      api
        .apiCall('chat.postMessage', { ...args })
        .catch(({ data }: { data: { error: string } }) => data.error)
    expect(await refusal({ channel: 'D0NOBODY', text: 'x' })).toBe('channel_not_found')
    expect(await refusal({ channel, text: ' ' })).toBe('no_text')
    expect(await refusal({ channel, text: 'x'.repeat(40_001) })).toBe('msg_too_long')
    emulator.block(ADA.id)
    expect(await refusal({ channel, text: 'x' })).toBe('user_disabled')
    emulator.unblock(ADA.id)
    emulator.dropScope('chat:write')
    expect(await refusal({ channel, text: 'x' })).toBe('missing_scope')
  })

  it('asks for a pause with Retry-After, which the SDK obeys', async () => {
    const { emulator, api } = await emulate()
    const effect = { kind: 'rate-limit', retryAfter: 1 } as const
    emulator.fault({ method: 'auth.test', effect, times: 1 })
    await expect(api.auth.test()).rejects.toThrow(/rate limit/i)
    expect(emulator.calls.at(-1)).toMatchObject({ method: 'auth.test', status: 429 })
    expect(await api.auth.test()).toMatchObject({ ok: true })
  })
})

describe('Socket Mode', () => {
  it('sends what people write, in order, until it is acknowledged', async () => {
    const { emulator } = await emulate()
    emulator.message(ADA, 'before')
    const { got } = await listen(emulator)
    emulator.message(ADA, 'after')
    await until(() => got.length === 2 && emulator.pending().length === 0)
    expect(got.map(({ text }) => text)).toEqual(['before', 'after'])
    expect(emulator.connections()).toBe(1)
  })

  it('sends an event again, under its old id, when nobody acknowledges it; then gives up', async () => {
    const { emulator } = await emulate({ ackMs: 40 })
    const { got } = await listen(emulator, 'silent')
    const { eventId } = emulator.message(ADA, 'hello')
    await until(() => emulator.pending().length === 0)
    expect(got.map(({ retry }) => retry)).toEqual([0, 1, 2, 3])
    expect(new Set(emulator.envelopes.map((each) => each.eventId))).toEqual(new Set([eventId]))
    expect(new Set(emulator.envelopes.map((each) => each.envelopeId)).size).toBe(4)
  })

  it('opens a socket with each ticket once', async () => {
    const { emulator } = await emulate()
    const app = new WebClient(emulator.appToken, { slackApiUrl: `${emulator.url}/`, logger })
    const { url = '' } = await app.apps.connections.open({})
    const opened = async (): Promise<boolean> => {
      const socket = new (await import('ws')).WebSocket(url)
      open.unshift(async () => socket.terminate())
      return new Promise((resolve) => {
        socket.once('message', () => resolve(true))
        socket.once('error', () => resolve(false))
      })
    }
    expect([await opened(), await opened()]).toEqual([true, false])
  })

  it('is renewed when the platform asks, and spreads events over sockets', async () => {
    const { emulator } = await emulate()
    const { client } = await listen(emulator)
    const renewed = new Promise((resolve) => client.once('close', resolve))
    emulator.disconnect('refresh_requested')
    await renewed
    const [one, two] = [await listen(emulator), await listen(emulator)]
    for (let n = 0; n < 6; n += 1) emulator.message(ADA, String(n))
    await until(() => emulator.pending().length === 0)
    expect([one.got.length > 0, two.got.length > 0]).toEqual([true, true])
  })
})

interface Got {
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: string
}

/** An app with a Request URL; `answer` says what it answers after the challenge. */
async function app(answer: (count: number) => { status: number; headers?: object } | 'nothing') {
  const got: Got[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const part of request) body += String(part)
    const { type, challenge } = JSON.parse(body) as { type: string; challenge: string }
    if (type === 'url_verification') return void response.end(challenge)
    got.push({ headers: request.headers, body })
    const given = answer(got.length)
    if (given !== 'nothing') response.writeHead(given.status, { ...given.headers }).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  open.push(async () => {
    server.close()
    server.closeAllConnections()
  })
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/slack/events`
  return { got, url }
}

describe('events over HTTP', () => {
  it('are signed over the raw body, after the URL answered the challenge', async () => {
    const { emulator } = await emulate({ signingSecret: 'known' })
    const { got, url } = await app(() => ({ status: 200 }))
    expect(await emulator.subscribe(`${url.replace(/:\d+/, ':1')}`)).toBe(false)
    expect(await emulator.subscribe(url)).toBe(true)
    const { eventId } = emulator.message(ADA, 'hello – ä')
    await until(() => emulator.posts.length === 1)
    const [{ headers, body } = { headers: {}, body: '' }] = got
    const base = `v0:${String(headers['x-slack-request-timestamp'])}:${body}`
    const mac = createHmac('sha256', 'known').update(base).digest('hex')
    expect(headers['x-slack-signature']).toBe(`v0=${mac}`)
    expect(headers['x-slack-retry-num']).toBeUndefined()
    expect(JSON.parse(body)).toMatchObject({ event_id: eventId, event: { text: 'hello – ä' } })
    expect(emulator.pending()).toEqual([])
  })

  it('come again under their old id with a number and a reason, and are given up', async () => {
    const { emulator } = await emulate({ ackMs: 200, retryMs: [0, 10, 10] })
    const { got, url } = await app((count) => (count === 1 ? 'nothing' : { status: 503 }))
    await emulator.subscribe(url)
    const { eventId } = emulator.message(ADA, 'hello')
    await until(() => emulator.posts.length === 4)
    expect(emulator.posts.map(({ tries, reason, status }) => [tries, reason, status])).toEqual([
      [0, undefined, -1],
      [1, 'http_timeout', 503],
      [2, 'http_error', 503],
      [3, 'http_error', 503],
    ])
    expect(got.map(({ headers }) => headers['x-slack-retry-num'])).toEqual([
      undefined,
      ...['1', '2', '3'],
    ])
    expect(new Set(got.map(({ body }) => JSON.parse(body).event_id))).toEqual(new Set([eventId]))
    await until(() => emulator.pending().length === 0)
  })

  it('are not repeated where the app says so', async () => {
    const { emulator } = await emulate({ retryMs: [0, 0, 0] })
    const { url } = await app(() => ({ status: 500, headers: { 'x-slack-no-retry': '1' } }))
    await emulator.subscribe(url)
    emulator.message(ADA, 'hello')
    await until(() => emulator.posts.length === 1 && emulator.pending().length === 0)
  })
})
