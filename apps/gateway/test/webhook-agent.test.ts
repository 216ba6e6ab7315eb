import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { AgentMessage, EpochMs } from '@openclaw/pairing-contracts'
import { Webhook } from 'standardwebhooks'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { webhookAgent } from '../src/agent/webhook.ts'

const secret = `whsec_${Buffer.from('a secret of 24 bytes or more').toString('base64')}`

interface Request {
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

let server: Server
let requests: Request[]
let answers: ((response: ServerResponse) => void)[]
let pauses: number[]

const status =
  (code: number, headers: Record<string, string> = {}, body = '') =>
  (response: ServerResponse) =>
    void response.writeHead(code, headers).end(body)
const json = (value: unknown) =>
  status(200, { 'content-type': 'application/json' }, JSON.stringify(value))

beforeEach(async () => {
  requests = []
  answers = []
  pauses = []
  server = createServer((request, response) => {
    let body = ''
    request.on('data', (part: Buffer) => {
      body += part.toString()
    })
    request.on('end', () => {
      requests.push({ headers: request.headers, body })
      const answer = answers.shift() ?? status(204)
      answer(response)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})

afterEach(() => {
  server.closeAllConnections()
  server.close()
})

const url = (): string => `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/hook`

const message = {
  idempotencyKey: 'telegram/default/7',
  message: {
    kind: 'dm',
    channel: 'telegram',
    account: 'default',
    senderId: '1001',
    aliases: [],
    replyTo: '1001',
    messageKey: '7',
    sentAt: 1_795_000_000_000,
    meta: { username: 'alice' },
    text: 'hello',
  },
} as unknown as AgentMessage

function agent(more: { timeoutMs?: number; maxAttempts?: number; url?: string } = {}) {
  return webhookAgent(
    { url: url(), secret, timeoutMs: 2_000, maxAttempts: 3, ...more },
    {
      clock: { now: () => Date.now() as EpochMs },
      fetch,
      sleep: async (ms) => void pauses.push(ms),
    },
  )
}

const deliver = (more = {}, signal = new AbortController().signal) =>
  agent(more).deliver(message, signal)

describe('a webhook agent', () => {
  it('gets the message signed per Standard Webhooks and answers with a reply', async () => {
    answers = [json({ reply: 'hi Alice' })]
    expect(await deliver()).toEqual({ outcome: 'answered', text: 'hi Alice' })
    const [request] = requests
    const verified = new Webhook(secret).verify(
      request?.body ?? '',
      request?.headers as Record<string, string>,
    )
    expect(verified).toMatchObject({
      type: 'message.received',
      data: { channel: 'telegram', account: 'default', senderId: '1001', text: 'hello' },
    })
  })

  it.each([
    ['plain text', status(200, { 'content-type': 'text/plain' }, 'hi'), 'hi'],
    [
      'JSON in UTF-8',
      status(200, { 'content-type': 'application/json; charset=utf-8' }, '{"reply":"hé"}'),
      'hé',
    ],
  ])('may answer in %s', async (_what, answer, text) => {
    answers = [answer]
    expect(await deliver()).toEqual({ outcome: 'answered', text })
  })

  it.each([
    ['an empty body', status(204)],
    ['JSON without a reply', json({ ok: true })],
    ['an empty reply', json({ reply: '  ' })],
  ])('may stay silent with %s', async (_what, answer) => {
    answers = [answer]
    expect(await deliver()).toEqual({ outcome: 'accepted' })
  })

  it('gets the same webhook-id on every try', async () => {
    answers = [status(503), (response) => response.destroy(), json({ reply: 'third' })]
    expect(await deliver()).toEqual({ outcome: 'answered', text: 'third' })
    const ids = requests.map(({ headers }) => headers['webhook-id'])
    expect(ids).toHaveLength(3)
    expect(new Set(ids).size).toBe(1)
    expect(pauses).toEqual([500, 1_000])
  })

  it('is asked again no sooner than retry-after says, and no later than 30 s', async () => {
    answers = [status(429, { 'retry-after': '7' }), status(503, { 'retry-after': '86400' })]
    await deliver()
    expect(pauses).toEqual([7_000, 30_000])
  })

  it('that fails each time is given up after the last try', async () => {
    answers = [status(500), status(500), status(500), json({ reply: 'never asked' })]
    expect(await deliver()).toMatchObject({ outcome: 'failed' })
    expect(requests).toHaveLength(3)
  })

  it.each([301, 302, 307, 400, 401, 404, 410])('is not asked again after HTTP %i', async (code) => {
    answers = [status(code, { location: url() })]
    expect(await deliver()).toMatchObject({ outcome: 'failed' })
    expect(requests).toHaveLength(1)
  })

  it('is not waited for longer than the time-out', async () => {
    answers = [() => {}]
    expect(await deliver({ timeoutMs: 100, maxAttempts: 1 })).toMatchObject({
      reason: 'the agent did not answer within 100 ms',
    })
  })

  it('cannot fill the memory with its answer', async () => {
    answers = [status(200, { 'content-type': 'text/plain' }, 'x'.repeat(70_000))]
    expect(await deliver()).toMatchObject({ outcome: 'failed' })
  })

  it.each([
    ['broken JSON', status(200, { 'content-type': 'application/json' }, '{"reply":')],
    ['a reply that is no text', json({ reply: { text: 'hi' } })],
  ])('that answers %s has not answered', async (_what, answer) => {
    answers = [answer]
    expect(await deliver()).toMatchObject({ outcome: 'failed' })
  })

  it('that is not there is named without the URL', async () => {
    const outcome = await deliver({ url: 'http://127.0.0.1:9/token-in-path', maxAttempts: 1 })
    expect(outcome).toMatchObject({ outcome: 'failed' })
    expect(JSON.stringify(outcome)).not.toContain('token-in-path')
  })

  it('is left alone when the gateway stops', async () => {
    const stop = new AbortController()
    answers = [() => stop.abort()]
    expect(await deliver({}, stop.signal)).toEqual({
      outcome: 'failed',
      reason: 'the gateway stopped',
    })
    expect(requests).toHaveLength(1)
  })
})
