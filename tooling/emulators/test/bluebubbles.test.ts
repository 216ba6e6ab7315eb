import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import {
  type BlueBubblesEmulator,
  type BlueBubblesEmulatorOptions,
  imessageHandleOf,
  startBlueBubblesEmulator,
} from '../src/index.ts'

const open: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})

async function emulate(options?: BlueBubblesEmulatorOptions) {
  const emulator = await startBlueBubblesEmulator(options)
  open.push(emulator.close)
  return emulator
}

interface Answered {
  readonly status: number
  readonly message: string
  readonly data: unknown
  readonly error: unknown
}

async function ask(
  { url, password }: Pick<BlueBubblesEmulator, 'url' | 'password'>,
  path: string,
  body?: object,
): Promise<Answered> {
  const response = await fetch(`${url}/api/v1/${path}?password=${encodeURIComponent(password)}`, {
    method: body ? 'POST' : 'GET',
    ...(body && {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  })
  const answer = (await response.json()) as Answered
  expect(answer.status).toBe(response.status)
  return answer
}

/** Somebody who is told by webhook. */
async function listener(emulator: BlueBubblesEmulator, events = ['new-message']) {
  const heard: { type: string; data: Record<string, unknown> }[] = []
  const server = createServer((request, response) => {
    request.setEncoding('utf8')
    let text = ''
    request.on('data', (part: string) => {
      text += part
    })
    request.on('end', () => {
      heard.push(JSON.parse(text))
      response.writeHead(500).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  open.push(() => new Promise((resolve) => server.close(resolve)))
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/hook`
  expect(await ask(emulator, 'webhook', { url, events })).toMatchObject({
    status: 200,
    data: { id: 1, url, events },
  })
  return heard
}

describe('the password', () => {
  it('is in the query by any of three names, and 401 without it', async () => {
    const { url, password } = await emulate({ password: 'geheim & co' })
    const statuses = await Promise.all(
      ['password', 'guid', 'token', 'key'].map(
        async (name) =>
          (await fetch(`${url}/api/v1/ping?${new URLSearchParams({ [name]: password })}`)).status,
      ),
    )
    expect(statuses).toEqual([200, 200, 200, 401])
    expect(await ask({ url, password: 'wrong' }, 'ping')).toMatchObject({
      status: 401,
      message: 'You are not authorized to access this resource',
      error: { type: 'Authentication Error', message: 'Unauthorized' },
    })
  })
})

describe('webhooks', () => {
  it('are told once of what they asked for, whatever they answer', async () => {
    const emulator = await emulate()
    const heard = await listener(emulator)
    const { guid } = emulator.message(1, 'hello')
    emulator.edit(guid, 'hello!')
    await emulator.told()
    expect(emulator.posts.map(({ status }) => status)).toEqual([500])
    expect(heard).toMatchObject([
      {
        type: 'new-message',
        data: {
          guid,
          text: 'hello',
          isFromMe: false,
          itemType: 0,
          dateCreated: expect.any(Number),
          handle: { address: imessageHandleOf(1), service: 'iMessage' },
          chats: [{ guid: `iMessage;-;${imessageHandleOf(1)}`, style: 45 }],
        },
      },
    ])
  })

  it('hear of edits without chats, of tapbacks, groups and our own messages', async () => {
    const emulator = await emulate()
    const heard = await listener(emulator, ['*'])
    const { guid } = emulator.message(1, 'one')
    emulator.edit(guid, 'two')
    emulator.tapback(1, guid)
    emulator.group('chat808017', 1, 'three')
    emulator.ownMessage(1, 'four')
    await emulator.told()
    const of = (text: string) => heard.find(({ data }) => data['text'] === text)
    expect(of('two')).toMatchObject({ type: 'updated-message', data: { guid } })
    expect(of('two')?.data).not.toHaveProperty('chats')
    expect(of('Loved a message')?.data).toMatchObject({
      associatedMessageGuid: `p:0/${guid}`,
      associatedMessageType: 'love',
    })
    expect(of('three')?.data).toMatchObject({
      chats: [{ guid: 'iMessage;+;chat808017', style: 43 }],
    })
    expect(of('four')?.data).toMatchObject({ isFromMe: true, handle: null })
  })

  it('hear everything again after a restart, and what was written while the server was off', async () => {
    const emulator = await emulate()
    const heard = await listener(emulator)
    emulator.message(1, 'one')
    await emulator.told()
    await emulator.pause()
    await expect(fetch(emulator.url)).rejects.toThrow()
    emulator.message(1, 'two')
    await emulator.resume()
    await emulator.told()
    expect(heard.map(({ data }) => data['text']).toSorted()).toEqual(['one', 'one', 'two'])
    expect(heard[0]?.data['guid']).toBe(
      heard.find(({ data }) => data['text'] === 'one')?.data['guid'],
    )
  })

  it('are listed, kept once, lost by a reset, and must ask for events that there are', async () => {
    const emulator = await emulate()
    const hook = { url: 'http://127.0.0.1:1/x', events: ['new-message'] }
    expect((await ask(emulator, 'webhook')).data).toEqual([])
    await ask(emulator, 'webhook', hook)
    await ask(emulator, 'webhook', hook)
    expect((await ask(emulator, 'webhook')).data).toEqual([{ id: 1, ...hook }])
    emulator.forgetWebhooks()
    expect((await ask(emulator, 'webhook')).data).toEqual([])
    expect(await ask(emulator, 'webhook', { ...hook, events: ['all'] })).toMatchObject({
      status: 400,
      error: { type: 'Validation Error' },
    })
    expect(await ask(emulator, 'webhook', { ...hook, url: 'ftp://x' })).toMatchObject({
      status: 400,
    })
  })
})

describe('looking for messages', () => {
  it('gives what came after a time, in pages, with chats where they were asked for', async () => {
    let at = 1_000
    const emulator = await emulate({ now: () => at })
    for (const text of ['one', 'two', 'three']) {
      emulator.message(1, text)
      at += 1_000
    }
    const query = (more: object) => ask(emulator, 'message/query', { sort: 'ASC', ...more })
    const texts = ({ data }: Answered) => (data as { text: string }[]).map(({ text }) => text)
    expect(texts(await query({ after: 2_000 }))).toEqual(['two', 'three'])
    expect(texts(await query({ after: 0, limit: 1, offset: 1 }))).toEqual(['two'])
    expect(texts(await query({ sort: 'DESC', limit: 2 }))).toEqual(['three', 'two'])
    expect(await query({ limit: 1 })).toMatchObject({
      data: [{ chats: [] }],
      metadata: { total: 3 },
    })
    expect(await query({ limit: 1, with: ['chats'] })).toMatchObject({
      data: [{ chats: [{ style: 45 }] }],
    })
    expect(await query({ limit: 1_001 })).toMatchObject({ status: 400 })
  })
})

describe('sending', () => {
  const send = { tempGuid: 'temp-1', message: 'hello', method: 'apple-script' }

  it('goes to a chat that there is, and begins one that there is not', async () => {
    const emulator = await emulate({ anyGuids: true })
    const to = imessageHandleOf(1)
    const chatGuid = `any;-;${to}`
    expect(await ask(emulator, 'message/text', { ...send, chatGuid })).toMatchObject({
      status: 500,
      message: 'Message Send Error',
      error: { type: 'iMessage Error' },
    })
    const fresh = { addresses: [to], message: 'first', tempGuid: 'temp-0' }
    expect(await ask(emulator, 'chat/new', fresh)).toMatchObject({
      data: { guid: chatGuid, messages: [{ text: 'first', tempGuid: 'temp-0' }] },
    })
    expect(await ask(emulator, 'message/text', { ...send, chatGuid })).toMatchObject({
      status: 200,
      message: 'Message sent!',
      data: { guid: expect.any(String), tempGuid: 'temp-1', isFromMe: true, error: 0 },
    })
    expect(await ask(emulator, `chat/${encodeURIComponent(chatGuid)}`)).toMatchObject({
      status: 200,
    })
    expect(await ask(emulator, 'chat/any;-;x')).toMatchObject({ status: 404 })
    expect(emulator.sent).toMatchObject([
      { to, text: 'first', isNewChat: true },
      { to, chatGuid, text: 'hello', tempGuid: 'temp-1', isNewChat: false },
    ])
  })

  it('fails for who is not on iMessage, with the code of the Mac', async () => {
    const emulator = await emulate()
    emulator.message(1, 'hi')
    emulator.unregister(imessageHandleOf(1))
    const chatGuid = `iMessage;-;${imessageHandleOf(1)}`
    expect(await ask(emulator, 'message/text', { ...send, chatGuid })).toMatchObject({
      status: 500,
      message: 'Message Send Error',
      data: { error: 22 },
    })
    expect(emulator.sent).toEqual([])
  })

  it('wants a tempGuid, a method that there is, and knows a tempGuid while it is queued', async () => {
    const emulator = await emulate()
    emulator.message(1, 'hi')
    const body = { ...send, chatGuid: `iMessage;-;${imessageHandleOf(1)}` }
    for (const wrong of [{ tempGuid: '' }, { method: 'pigeon' }, { message: '' }, { chatGuid: '' }])
      expect(await ask(emulator, 'message/text', { ...body, ...wrong })).toMatchObject({
        status: 400,
      })
    emulator.fault({ path: '/api/v1/message/text', effect: { kind: 'slow', ms: 200 }, times: 1 })
    const first = ask(emulator, 'message/text', body)
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(await ask(emulator, 'message/text', body)).toMatchObject({
      status: 400,
      error: { message: expect.stringContaining('already queued') },
    })
    expect(await first).toMatchObject({ status: 200 })
    // Nothing remembers it after that.
    expect(await ask(emulator, 'message/text', body)).toMatchObject({ status: 200 })
    expect(emulator.sent).toHaveLength(2)
  })
})

describe('faults', () => {
  it('answer with an error or a page, drop, and never answer', async () => {
    const emulator = await emulate()
    const path = '/api/v1/ping'
    emulator.fault({ path, effect: { kind: 'html', status: 502 }, times: 1 })
    expect((await fetch(`${emulator.url}${path}?password=${emulator.password}`)).status).toBe(502)
    emulator.fault({ path, effect: { kind: 'drop', when: 'before' }, times: 1 })
    await expect(ask(emulator, 'ping')).rejects.toThrow()
    emulator.fault({ path, effect: { kind: 'hang', when: 'before' }, times: 1 })
    const signal = AbortSignal.timeout(100)
    await expect(
      fetch(`${emulator.url}${path}?password=${emulator.password}`, { signal }),
    ).rejects.toThrow()
    expect(await ask(emulator, 'ping')).toMatchObject({ status: 200, data: 'pong' })
    expect(await ask(emulator, 'server/info')).toMatchObject({ data: { server_version: '1.9.9' } })
    expect(await ask(emulator, 'nothing')).toMatchObject({ status: 404 })
    emulator.changePassword('another')
    expect(await ask(emulator, 'ping')).toMatchObject({ status: 401 })
  })
})
