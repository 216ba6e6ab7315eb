import { DiscordAPIError, REST, type RESTOptions } from '@discordjs/rest'
import { type WebSocketManager as Manager, WebSocketManager } from '@discordjs/ws'
import { afterEach, describe, expect, it } from 'vitest'
import { type DiscordEmulator, startDiscordEmulator } from '../src/index.ts'

const DIRECT_MESSAGES = 1 << 12
const ADA = { id: '200000000000000001', username: 'ada', globalName: 'Ada' }
const open: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const close of open.splice(0)) await close()
})

async function emulate(options?: Parameters<typeof startDiscordEmulator>[0]) {
  const emulator = await startDiscordEmulator({ identifyMs: 0, ...options })
  open.push(emulator.close)
  return { emulator, rest: restOf(emulator) }
}

const restOf = (
  { url, token }: Pick<DiscordEmulator, 'url' | 'token'>,
  options: Partial<RESTOptions> = {},
) => new REST({ version: '10', api: url, retries: 0, ...options }).setToken(token)

interface Heard {
  readonly manager: Manager
  readonly events: { readonly t: string; readonly content: string }[]
  readonly closed: number[]
  readonly errors: string[]
  readonly texts: () => string[]
}

/** The official client, and what it hears. */
async function listen(emulator: DiscordEmulator, rest: REST, intents = DIRECT_MESSAGES) {
  const sessions = new Map()
  const manager = new WebSocketManager({
    token: emulator.token,
    intents,
    rest,
    retrieveSessionInfo: (shard) => sessions.get(shard) ?? null,
    updateSessionInfo: (shard, info) =>
      void (info ? sessions.set(shard, info) : sessions.delete(shard)),
  })
  const heard: Heard = {
    ...{ manager, events: [], closed: [], errors: [] },
    texts: () => heard.events.filter(({ t }) => t === 'MESSAGE_CREATE').map((each) => each.content),
  }
  manager.on('dispatch', ({ t, d }) =>
    heard.events.push({ t, content: (d as { content?: string }).content ?? '' }),
  )
  manager.on('closed', (code) => heard.closed.push(code))
  manager.on('error', (error) => heard.errors.push(error.message))
  manager.on('socketError', () => {})
  // In the middle of connecting the client may wait for ever.
  open.unshift(() =>
    Promise.race([manager.destroy(), new Promise((done) => setTimeout(done, 500))]),
  )
  return heard
}

async function until(ready: () => boolean): Promise<void> {
  for (let n = 0; n < 4_000 && !ready(); n += 1) await new Promise((done) => setTimeout(done, 5))
  expect(ready()).toBe(true)
}

const refusalOf = (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    (error: unknown) =>
      error instanceof DiscordAPIError ? [error.status, error.code] : String(error),
  )

describe('the REST API', () => {
  it('says whose bot it is, where the gateway is, and refuses other tokens', async () => {
    const { emulator, rest } = await emulate()
    expect(await rest.get('/users/@me')).toMatchObject({ id: emulator.botUser, bot: true })
    const { url, session_start_limit: limit } = (await rest.get('/gateway/bot')) as {
      url: string
      session_start_limit: object
    }
    expect(url).toBe(emulator.url.replace('http', 'ws').replace('/api', ''))
    expect(limit).toMatchObject({ remaining: 1_000, max_concurrency: 1 })
    const other = restOf({ url: emulator.url, token: 'other' })
    expect(await refusalOf(other.get('/users/@me'))).toEqual([401, 0])
    expect(await refusalOf(rest.get('/nothing'))).toEqual([404, 0])
    const nobody = await fetch(`${emulator.url}/v10/users/@me`, { headers: { 'user-agent': 'x' } })
    expect(nobody.status).toBe(403)
  })

  it('takes messages as a reader sees them, and refuses what Discord refuses', async () => {
    const { emulator, rest } = await emulate()
    emulator.message(ADA, 'hello')
    const channel = emulator.directOf(ADA.id)
    const say = (body: object) => rest.post(`/channels/${channel}/messages`, { body })
    await say({ content: '\\*a\\* `b` **c** <https://x.example/a_b>\n# d' })
    expect(emulator.sent).toMatchObject([
      {
        channel,
        text: '*a* b c https://x.example/a_b\nd',
        code: ['b'],
        markup: ['bold', 'heading'],
      },
    ])
    expect(emulator.sent[0]?.links).toEqual(['https://x.example/a_b'])
    expect(await refusalOf(say({ content: ' ' }))).toEqual([400, 50_006])
    expect(await refusalOf(say({ content: 'x'.repeat(2_001) }))).toEqual([400, 50_035])
    expect(await refusalOf(say({ content: 'x', nonce: 'n'.repeat(26) }))).toEqual([400, 50_035])
    emulator.block(ADA.id)
    expect(await refusalOf(say({ content: 'x' }))).toEqual([403, 50_007])
    emulator.unblock(ADA.id)
    const unknown = rest.post('/channels/100000000000000001/messages', { body: { content: 'x' } })
    expect(await refusalOf(unknown)).toEqual([404, 10_003])
  })

  it('makes one message of two with the same enforced nonce', async () => {
    const { emulator, rest } = await emulate()
    emulator.message(ADA, 'hello')
    const body = { content: 'once', nonce: 'n1', enforce_nonce: true }
    const say = () => rest.post(`/channels/${emulator.directOf(ADA.id)}/messages`, { body })
    const [one, two] = (await Promise.all([say(), say()])) as { id: string }[]
    expect(one?.id).toBe(two?.id)
    expect(emulator.sent).toHaveLength(1)
  })

  it('opens a direct message with somebody it knows, and tells what was written in it', async () => {
    const { emulator, rest } = await emulate()
    const openDirect = (id: string) =>
      rest.post('/users/@me/channels', { body: { recipient_id: id } })
    expect(await refusalOf(openDirect(ADA.id))).toEqual([404, 10_013])
    emulator.join(ADA)
    expect(await openDirect(ADA.id)).toMatchObject({ id: emulator.directOf(ADA.id), type: 1 })
    const [first] = ['one', 'two', 'three'].map((text) => emulator.message(ADA, text))
    const path = `/channels/${emulator.directOf(ADA.id)}/messages` as const
    const after = await rest.get(path, { query: new URLSearchParams({ after: first?.id ?? '' }) })
    expect(after).toMatchObject([{ content: 'three' }, { content: 'two' }])
    expect(await rest.get(`/channels/${emulator.directOf(ADA.id)}`)).toMatchObject({ type: 1 })
  })

  it('asks for a pause with 429, which the SDK obeys, of a bucket and of the whole API', async () => {
    const { emulator } = await emulate({ perChannel: { limit: 2, windowMs: 300 } })
    emulator.message(ADA, 'hello')
    const waits: boolean[] = []
    const rest = restOf(emulator, {
      rejectOnRateLimit: ({ global }) => {
        waits.push(global)
        return false
      },
    })
    const say = (content: string) =>
      rest.post(`/channels/${emulator.directOf(ADA.id)}/messages`, { body: { content } })
    await Promise.all(['1', '2', '3'].map(say))
    expect(emulator.sent.map(({ text }) => text)).toEqual(['1', '2', '3'])
    expect(emulator.calls.map(({ status }) => status)).toContain(429)
    const effect = { kind: 'rate-limit', retryAfter: 0.1, scope: 'global' } as const
    emulator.fault({ method: 'GET /users/@me', effect, times: 1 })
    expect(await rest.get('/users/@me')).toMatchObject({ id: emulator.botUser })
    expect(waits).toContain(true)
  })
})

describe('the gateway', () => {
  it('dispatches direct messages, and what no intent asked for not', async () => {
    const { emulator, rest } = await emulate()
    emulator.message(ADA, 'before anybody listened')
    const heard = await listen(emulator, rest)
    await heard.manager.connect()
    emulator.inGuild('700000000000000001', ADA, 'on a server')
    emulator.edit(emulator.message(ADA, 'hello'), 'hallo')
    await until(() => heard.events.some(({ t }) => t === 'MESSAGE_UPDATE'))
    expect(heard.texts()).toEqual(['hello'])
    expect(emulator.entrances).toMatchObject([{ kind: 'identify', intents: DIRECT_MESSAGES }])
    expect(emulator.connections()).toBe(1)
  })

  it.each(['op 7', 'a broken link', 'op 9 with true', 'close 4000'])(
    'gives a session back after %s, with what was missed',
    async (how) => {
      const { emulator, rest } = await emulate()
      const heard = await listen(emulator, rest)
      await heard.manager.connect()
      emulator.message(ADA, 'one')
      await until(() => heard.texts().length === 1)
      if (how === 'op 7') emulator.reconnect()
      if (how === 'a broken link') emulator.cut()
      if (how === 'close 4000') emulator.disconnect(4000)
      if (how === 'op 9 with true') {
        emulator.cut()
        await until(() => emulator.connections() === 1)
        emulator.invalidate('resumable')
      }
      emulator.message(ADA, 'two')
      await until(() => heard.texts().length === 2)
      expect(heard.texts()).toEqual(['one', 'two'])
      expect(emulator.entrances.map(({ kind }) => kind)).toContain('resume')
    },
  )

  it('ends a session that is invalid, and starts another', async () => {
    const { emulator, rest } = await emulate()
    const heard = await listen(emulator, rest)
    await heard.manager.connect()
    emulator.invalidate('lost')
    await until(() => emulator.entrances.length === 2)
    expect(emulator.entrances.map(({ kind }) => kind)).toEqual(['identify', 'identify'])
  })

  it('falls silent, which the SDK notices by its heartbeat', async () => {
    const { emulator, rest } = await emulate({ heartbeatMs: 100 })
    const heard = await listen(emulator, rest)
    await heard.manager.connect()
    emulator.freeze()
    emulator.message(ADA, 'into the void')
    await until(() => heard.texts().length === 1)
    expect(heard.texts()).toEqual(['into the void'])
    expect(emulator.entrances.at(-1)).toMatchObject({ kind: 'resume' })
  })

  it.each([
    ['a wrong token', 4004, DIRECT_MESSAGES],
    ['intents that do not exist', 4013, 1 << 30],
    ['intents that the portal does not allow', 4014, 1 << 15],
  ])('refuses %s with %i', async (what, code, intents) => {
    const { emulator, rest } = await emulate()
    const token = what === 'a wrong token' ? 'other' : emulator.token
    const heard = await listen({ ...emulator, token }, rest, intents)
    void heard.manager.connect().catch(() => {})
    await until(() => heard.closed.includes(code))
    expect(heard.errors).toHaveLength(1)
  })

  it('counts the sessions that are started, and takes the token of who starts too many', async () => {
    const { emulator, rest } = await emulate()
    emulator.startLimit({ remaining: 1, resetAfter: 60_000 })
    const heard = await listen(emulator, rest)
    await heard.manager.connect()
    emulator.invalidate('lost')
    await until(() => heard.closed.includes(4004))
    expect(await refusalOf(rest.get('/users/@me'))).toEqual([401, 0])
  })

  it('forgets a session whose client leaves in order, and keeps one that is cut', async () => {
    const { emulator, rest } = await emulate()
    const heard = await listen(emulator, rest)
    await heard.manager.connect()
    emulator.expire()
    emulator.cut()
    await until(() => emulator.entrances.length === 3)
    expect(emulator.entrances.map(({ kind }) => kind)).toEqual(['identify', 'resume', 'identify'])
  })
})
