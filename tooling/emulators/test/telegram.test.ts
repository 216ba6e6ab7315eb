import { Api, GrammyError } from 'grammy'
import { afterEach, describe, expect, it } from 'vitest'
import { startTelegramEmulator, type TelegramEmulator } from '../src/index.ts'

const ALICE = { id: 100001, firstName: 'Alice', lastName: 'A', username: 'alice_t' }
const open: TelegramEmulator[] = []

afterEach(async () => {
  for (const emulator of open.splice(0)) await emulator.close()
})

async function emulate(options?: Parameters<typeof startTelegramEmulator>[0]) {
  const emulator = await startTelegramEmulator(options)
  open.push(emulator)
  return { emulator, api: new Api(emulator.token, { apiRoot: emulator.url }) }
}

/** What a call fails with, as grammY reports it. */
async function failureOf(
  call: Promise<unknown>,
): Promise<Pick<GrammyError, 'error_code' | 'description' | 'parameters'>> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (error instanceof GrammyError) return error
  throw new Error('expected an answer of the Bot API', { cause: error })
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

async function until(ready: () => boolean): Promise<void> {
  for (let n = 0; n < 4_000 && !ready(); n += 1) await pause(5)
  expect(ready()).toBe(true)
}

describe('getMe and the token', () => {
  it('knows the bot', async () => {
    const { api, emulator } = await emulate({ username: 'pairing_bot' })
    const me = await api.getMe()
    expect(me).toMatchObject({ id: emulator.botId, is_bot: true, username: 'pairing_bot' })
  })

  it('answers 401 to another token, 404 to what is no token, 404 to what is no method', async () => {
    const { emulator } = await emulate()
    const apiWith = (token: string) => new Api(token, { apiRoot: emulator.url })
    expect(await failureOf(apiWith(`42:${'x'.repeat(35)}`).getMe())).toMatchObject({
      error_code: 401,
      description: 'Unauthorized',
    })
    expect(await failureOf(apiWith('no-token').getMe())).toMatchObject({ error_code: 404 })
    const response = await fetch(`${emulator.url}/bot${emulator.token}/makeCoffee`)
    expect(response.status).toBe(404)
  })
})

describe('getUpdates', () => {
  it('gives what was not confirmed, again and again, until an offset confirms it', async () => {
    const { api, emulator } = await emulate({ firstUpdateId: 50 })
    emulator.message(ALICE, 'one')
    emulator.message(ALICE, 'two')
    expect(await api.getUpdates()).toMatchObject([{ update_id: 50 }, { update_id: 51 }])
    expect(await api.getUpdates({ offset: 50, limit: 1 })).toMatchObject([{ update_id: 50 }])
    const [second] = await api.getUpdates({ offset: 51 })
    expect(second).toMatchObject({
      update_id: 51,
      message: {
        text: 'two',
        from: { id: 100001, is_bot: false, first_name: 'Alice', username: 'alice_t' },
        chat: { id: 100001, type: 'private', first_name: 'Alice' },
      },
    })
    expect(emulator.pending()).toEqual([51])
    expect(await api.getUpdates({ offset: 52 })).toEqual([])
    expect(await api.getUpdates({ offset: 0 })).toEqual([])
  })

  it('counts a negative offset from the end and forgets what lies before', async () => {
    const { api, emulator } = await emulate({ firstUpdateId: 50 })
    for (const text of ['one', 'two', 'three']) emulator.message(ALICE, text)
    expect(await api.getUpdates({ offset: -1 })).toMatchObject([{ update_id: 52 }])
    expect(emulator.pending()).toEqual([52])
  })

  it('ignores an offset that is far ahead of every update', async () => {
    const { api, emulator } = await emulate({ firstUpdateId: 50 })
    emulator.message(ALICE, 'one')
    expect(await api.getUpdates({ offset: 900_000 })).toMatchObject([{ update_id: 50 }])
    expect(await api.getUpdates({ offset: 55 })).toEqual([])
  })

  it('waits for something new, and no longer than asked', async () => {
    const { api, emulator } = await emulate()
    const waiting = api.getUpdates({ timeout: 20 })
    await until(emulator.polled)
    emulator.message(ALICE, 'hello')
    expect(await waiting).toHaveLength(1)
    const begun = performance.now()
    expect(await api.getUpdates({ offset: -1, timeout: 0 })).toHaveLength(1)
    expect(performance.now() - begun).toBeLessThan(5_000)
  })

  it('gives only the kinds that were asked for, also in later polls that do not say', async () => {
    const { api, emulator } = await emulate()
    await api.getUpdates({ allowed_updates: ['message'] })
    const written = emulator.message(ALICE, 'one')
    expect(emulator.edit(written, 'changed').updateId).toBeUndefined()
    await api.getUpdates()
    emulator.edit(written, 'changed again')
    expect(await api.getUpdates()).toHaveLength(1)
  })

  it('gives edits and group messages, marked as what they are', async () => {
    const { api, emulator } = await emulate()
    emulator.edit(emulator.message(ALICE, 'one'), 'changed')
    emulator.group(-100200, ALICE, 'hi all')
    const [, edit, group] = await api.getUpdates()
    expect(edit?.edited_message).toMatchObject({ text: 'changed', edit_date: expect.any(Number) })
    expect(group?.message?.chat).toMatchObject({ id: -100200, type: 'supergroup' })
  })

  it('ends the older of two waiting polls with 409', async () => {
    const { api, emulator } = await emulate()
    const older = failureOf(api.getUpdates({ timeout: 20 }))
    await until(emulator.polled)
    const newer = api.getUpdates({ timeout: 20 })
    expect(await older).toMatchObject({
      error_code: 409,
      description: expect.stringMatching(/getUpdates/),
    })
    emulator.message(ALICE, 'hello')
    expect(await newer).toHaveLength(1)
  })

  it('answers 409 while a webhook is set', async () => {
    const { api, emulator } = await emulate()
    const waiting = failureOf(api.getUpdates({ timeout: 20 }))
    await until(emulator.polled)
    await api.setWebhook('https://example.com/hook')
    expect(await waiting).toMatchObject({ error_code: 409 })
    expect(await failureOf(api.getUpdates())).toMatchObject({
      error_code: 409,
      description: expect.stringMatching(/webhook/),
    })
    expect(await api.getWebhookInfo()).toMatchObject({ url: 'https://example.com/hook' })
    await api.deleteWebhook()
    expect(await api.getUpdates()).toEqual([])
  })

  it('gives an update out once more when told to, and starts ids over', async () => {
    const { api, emulator } = await emulate({ firstUpdateId: 50 })
    const { updateId = 0 } = emulator.message(ALICE, 'one')
    await api.getUpdates({ offset: 51 })
    emulator.redeliver(updateId)
    expect(await api.getUpdates({ offset: 51 })).toMatchObject([{ update_id: 50 }])
    expect(await api.getUpdates({ offset: 51 })).toEqual([])
    emulator.restartIds(7)
    emulator.message(ALICE, 'two')
    expect(await api.getUpdates({ offset: 51 })).toMatchObject([{ update_id: 7 }])
  })
})

describe('sendMessage', () => {
  it('takes a text with entities, and counts them in UTF-16 units', async () => {
    const { api, emulator } = await emulate()
    emulator.message(ALICE, 'hello')
    const entities = [{ type: 'code' as const, offset: 3, length: 4 }]
    const options = { entities, link_preview_options: { is_disabled: true } }
    const sent = await api.sendMessage(ALICE.id, '😀 ABCD', options)
    expect(emulator.sent).toMatchObject([
      {
        chatId: ALICE.id,
        messageId: sent.message_id,
        text: '😀 ABCD',
        entities,
        linkPreviewDisabled: true,
      },
    ])
  })

  it.each([
    ['past the end', { offset: 3, length: 5 }],
    ['in the middle of a character', { offset: 1, length: 2 }],
    ['ending in the middle of a character', { offset: 0, length: 1 }],
    ['empty', { offset: 0, length: 0 }],
    ['before the start', { offset: -1, length: 2 }],
  ])('refuses an entity %s', async (_, place) => {
    const { api, emulator } = await emulate()
    emulator.message(ALICE, 'hello')
    const sending = api.sendMessage(ALICE.id, '😀 ABCD', { entities: [{ type: 'code', ...place }] })
    expect(await failureOf(sending)).toMatchObject({ error_code: 400 })
    expect(emulator.sent).toEqual([])
  })

  it('refuses what is empty, too long or no proper text', async () => {
    const { api, emulator } = await emulate()
    emulator.message(ALICE, 'hello')
    const descriptions = []
    for (const text of [' ', 'a'.repeat(4_097), 'half \ud83d']) {
      descriptions.push((await failureOf(api.sendMessage(ALICE.id, text))).description)
    }
    expect(descriptions).toEqual([
      'Bad Request: message text is empty',
      'Bad Request: message is too long',
      'Bad Request: strings must be encoded in UTF-8',
    ])
    expect(await api.sendMessage(ALICE.id, 'a'.repeat(4_096))).toBeDefined()
  })

  it('knows only those who wrote, and not those who blocked the bot', async () => {
    const { api, emulator } = await emulate()
    expect(await failureOf(api.sendMessage(5, 'hi'))).toMatchObject({
      error_code: 400,
      description: 'Bad Request: chat not found',
    })
    emulator.message(ALICE, 'hello')
    emulator.block(ALICE.id)
    expect(await failureOf(api.sendMessage(ALICE.id, 'hi'))).toMatchObject({ error_code: 403 })
    emulator.unblock(ALICE.id)
    expect(await api.sendMessage(ALICE.id, 'hi')).toBeDefined()
  })

  it('takes GET, forms, multipart and any case of the method', async () => {
    const { emulator } = await emulate()
    emulator.message(ALICE, 'hello')
    const url = `${emulator.url}/bot${emulator.token}/SENDMESSAGE`
    const entities = JSON.stringify([{ type: 'code', offset: 0, length: 3 }])
    const fields = { chat_id: String(ALICE.id), text: '[1]', entities }
    const multipart = new FormData()
    for (const [key, value] of Object.entries(fields)) multipart.set(key, value)
    const responses = [
      await fetch(`${url}?${new URLSearchParams(fields)}`),
      await fetch(url, { method: 'POST', body: new URLSearchParams(fields) }),
      await fetch(url, { method: 'POST', body: multipart }),
    ]
    expect(responses.map(({ status }) => status)).toEqual([200, 200, 200])
    expect(emulator.sent.map(({ text }) => text)).toEqual(['[1]', '[1]', '[1]'])
    expect(emulator.sent.every((sent) => sent.entities.length === 1)).toBe(true)
  })
})

describe('faults', () => {
  it('limits the rate as often as told, for one chat or for all', async () => {
    const { api, emulator } = await emulate()
    emulator.message(ALICE, 'hello')
    emulator.message(5, 'hello')
    const effect = { kind: 'rate-limit', retryAfter: 7 } as const
    emulator.fault({ method: 'sendMessage', chatId: ALICE.id, times: 1, effect })
    expect(await api.sendMessage(5, 'hi')).toBeDefined()
    expect(await failureOf(api.sendMessage(ALICE.id, 'hi'))).toMatchObject({
      error_code: 429,
      parameters: { retry_after: 7 },
    })
    expect(await api.sendMessage(ALICE.id, 'hi')).toBeDefined()
  })

  it('drops the connection before or after it did what was asked', async () => {
    const { api, emulator } = await emulate()
    emulator.message(ALICE, 'hello')
    for (const [when, sent] of [
      ['before', 0],
      ['after', 1],
    ] as const) {
      emulator.fault({ method: 'sendMessage', times: 1, effect: { kind: 'drop', when } })
      await expect(api.sendMessage(ALICE.id, 'hi')).rejects.toThrow()
      expect(emulator.sent).toHaveLength(sent)
    }
    expect(emulator.calls.map(({ status }) => status)).toEqual([0, 0])
  })

  it('fails, answers with a proxy page, is slow, and heals', async () => {
    const { api, emulator } = await emulate()
    emulator.fault({
      method: '*',
      times: 1,
      effect: { kind: 'error', status: 500, description: 'x' },
    })
    expect(await failureOf(api.getMe())).toMatchObject({ error_code: 500 })
    emulator.fault({ method: '*', effect: { kind: 'html', status: 502 } })
    await expect(api.getMe()).rejects.toThrow()
    emulator.clearFaults()
    emulator.fault({ method: 'getMe', times: 1, effect: { kind: 'slow', ms: 100 } })
    const begun = performance.now()
    await api.getMe()
    expect(performance.now() - begun).toBeGreaterThan(95)
  })

  it('cannot be reached while paused, and is there again at the same address', async () => {
    const { api, emulator } = await emulate()
    const waiting = api.getUpdates({ timeout: 20 })
    waiting.catch(() => {})
    await until(emulator.polled)
    await emulator.pause()
    await expect(waiting).rejects.toThrow()
    await expect(api.getMe()).rejects.toThrow()
    await emulator.resume()
    expect(await api.getMe()).toBeDefined()
  })

  it('revokes the token in the middle of a poll', async () => {
    const { api, emulator } = await emulate()
    const waiting = failureOf(api.getUpdates({ timeout: 20 }))
    await until(emulator.polled)
    emulator.revokeToken()
    expect(await waiting).toMatchObject({ error_code: 401 })
  })
})
