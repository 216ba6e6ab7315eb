import { mkdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import {
  startWhatsappEmulator,
  type WhatsappEmulator,
  whatsappBsuidOf,
  whatsappNumberOf,
} from '@openclaw-pairing/emulators'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { emptyHome, type Home } from './support/cli.ts'
import { type RunningGateway, runGateway } from './support/gateway.ts'

const VERIFY_TOKEN = 'a-word-that-we-chose'
const ADA = whatsappNumberOf(1)

let home: Home
let whatsapp: WhatsappEmulator
let gateway: RunningGateway | undefined
let port: string
beforeEach(async () => {
  home = await emptyHome()
  whatsapp = await startWhatsappEmulator({ retryMs: 100, maxRetryMs: 500 })
  port = await freePort()
})
afterEach(async () => {
  gateway?.stop()
  gateway = undefined
  await whatsapp.close()
  await home.remove()
})

/** Meta knows one address, whenever the gateway is there. */
async function freePort(): Promise<string> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return String(typeof address === 'object' ? address?.port : 0)
}

async function configure(section: object = {}, cloud: object = {}): Promise<void> {
  const { url: apiRoot, phoneNumberId, accessToken, appSecret } = whatsapp
  const keys = { apiRoot, phoneNumberId, accessToken, appSecret, verifyToken: VERIFY_TOKEN }
  await mkdir(home.stateDir, { recursive: true, mode: 0o700 })
  const account = { transport: 'cloud', cloud: { ...keys, ...cloud }, ...section }
  const config = { channels: { whatsapp: account, webchat: { enabled: false } } }
  await writeFile(join(home.stateDir, 'openclaw.json'), JSON.stringify(config), { mode: 0o600 })
}

const start = async (): Promise<void> => {
  gateway = await runGateway(home, {}, port)
}
/** Kills it as `kill -9` does. */
const kill = (): void => {
  gateway?.stop()
  gateway = undefined
}
const hook = (): string => `http://127.0.0.1:${port}/whatsapp/webhook`
const soon = (check: () => unknown, timeout = 15_000): Promise<unknown> =>
  vi.waitFor(check, { timeout, interval: 20 })
const inbox = (who = ADA): string[] =>
  whatsapp.sent.filter(({ to }) => `+${to}` === who).map(({ text }) => text)
const notEchoed = (): string[] => inbox().filter((text) => !text.startsWith('echo: '))
const codeIn = (text = ''): string => /[A-HJ-NP-Z2-9]{8}/.exec(text)?.[0] ?? ''
const approve = (code: string) => home.run(['pairing', 'approve', 'whatsapp', code])
const verified = (): Promise<unknown> =>
  soon(async () => expect(await whatsapp.subscribe(hook(), VERIFY_TOKEN)).toBe(true))

describe('a stranger on WhatsApp, through the Cloud API', () => {
  it('gets a code, is approved in another process, told, and answered', async () => {
    await configure()
    await start()
    expect(await whatsapp.subscribe(hook(), 'another-word')).toBe(false)
    await verified()
    whatsapp.inGroup('Y2FwaQ==', 2, 'not here')
    whatsapp.message(1, 'grüß dich 😀')
    await soon(() => expect(inbox()).toHaveLength(1))
    const code = codeIn(inbox()[0])
    expect(inbox()[0]).toContain(`Your WhatsApp phone number: ${ADA}`)
    expect(inbox()[0]?.split('\n')).toContain(`Pairing code: ${code}`)
    expect(whatsapp.sent[0]?.body).toMatchObject({ text: { preview_url: false } })
    whatsapp.message(1, 'anybody there?')
    expect(await home.json(['pairing', 'list', 'whatsapp'])).toMatchObject({
      channel: 'whatsapp',
      requests: [{ id: ADA, code, meta: { name: 'Person 1' } }],
    })
    expect(await approve(code)).toMatchObject({ exit: 0 })
    await soon(() => expect(inbox()).toHaveLength(2))
    whatsapp.message(1, 'are you there?')
    await soon(() => expect(inbox()[2]).toContain('are you there?'))
    await soon(() => expect(whatsapp.pending()).toBe(0))
    expect(whatsapp.sent).toHaveLength(3)
    await soon(async () => {
      const { allowed } = await home.json(['pairing', 'allowed', 'whatsapp'])
      expect(allowed).toMatchObject([{ id: ADA, notice: { state: 'sent' } }])
    })
  }, 60_000)

  it('keeps code, notice and answer through a gateway that is killed at each step', async () => {
    await configure()
    whatsapp.callback(hook())
    whatsapp.message(1, 'hello')
    await start()
    await soon(() => expect(inbox()).toHaveLength(1))
    kill()
    expect(await approve(codeIn(inbox()[0]))).toMatchObject({ exit: 0 })
    whatsapp.message(1, 'while you were away')
    await start()
    await soon(() => expect(inbox()).toContain('echo: while you were away'))
    await soon(() => expect(notEchoed()).toHaveLength(2))
    kill()
    whatsapp.message(1, 'and again')
    await start()
    await soon(() => expect(inbox()).toContain('echo: and again'))
    await soon(() => expect(whatsapp.pending()).toBe(0))
    expect(inbox().filter((text) => text === 'echo: while you were away')).toHaveLength(1)
    expect(notEchoed()).toHaveLength(2)
  }, 60_000)

  it('hears everything once though connections are cut at each step', async () => {
    await configure()
    whatsapp.callback(hook())
    await start()
    const away = async (): Promise<void> => {
      await whatsapp.pause()
      setTimeout(() => void whatsapp.resume(), 300)
    }
    await away()
    whatsapp.message(1, 'hello')
    await soon(() => expect(inbox()).toHaveLength(1))
    await away()
    expect(await approve(codeIn(inbox()[0]))).toMatchObject({ exit: 0 })
    await soon(() => expect(notEchoed()).toHaveLength(2))
    await away()
    const { id } = whatsapp.message(1, 'after the cut')
    await soon(() => expect(inbox()).toContain('echo: after the cut'))
    whatsapp.redeliver(id)
    whatsapp.fault({
      method: 'messages',
      times: 2,
      effect: { kind: 'error', code: 130_429, retryAfter: 0.1 },
    })
    whatsapp.message(1, 'throttled')
    await soon(() => expect(inbox()).toContain('echo: throttled'), 30_000)
    await soon(() => expect(whatsapp.pending()).toBe(0))
    expect(new Set(inbox()).size).toBe(inbox().length)
    expect(inbox()).toHaveLength(4)
  }, 90_000)

  it('is known by the business-scoped id as well, and one of a thousand gets no more than three codes', async () => {
    await configure()
    whatsapp.callback(hook())
    const { exit } = await home.run(['pairing', 'allow', 'whatsapp', whatsappBsuidOf(7), '--yes'])
    expect(exit).toBe(0)
    await start()
    for (let who = 1_000; who < 2_000; who += 1) whatsapp.message(who, 'let me in')
    whatsapp.message(7, 'and me')
    await soon(() => expect(inbox(whatsappNumberOf(7))).toEqual(['echo: and me']), 30_000)
    await soon(() => expect(whatsapp.pending()).toBe(0), 30_000)
    expect(whatsapp.sent).toHaveLength(4)
    const list = await home.json(['pairing', 'list', 'whatsapp'])
    expect(list).toMatchObject({ requests: [{}, {}, {}] })
    await soon(async () => {
      const { turnedAway } = await home.json(['pairing', 'list', 'whatsapp'])
      expect(turnedAway).toMatchObject({ count: 997 })
    })
  }, 90_000)

  it('whose message Meta had for more than a day is not answered, and heard all the same once approved', async () => {
    await configure()
    whatsapp.callback(hook())
    await start()
    const timestamp = String(Math.floor(Date.now() / 1_000) - 90_000)
    whatsapp.message(1, 'two days ago', { timestamp })
    await soon(() => expect(whatsapp.pending()).toBe(0))
    expect(await home.json(['pairing', 'list', 'whatsapp'])).toMatchObject({ requests: [] })
    const { exit } = await home.run(['pairing', 'allow', 'whatsapp', ADA, '--yes'])
    expect(exit).toBe(0)
    whatsapp.message(1, 'also old', { timestamp })
    await soon(() => expect(inbox()).toEqual(['echo: also old']))
  }, 60_000)

  it('is known to the number that they wrote to alone, where there are two', async () => {
    const { url: apiRoot, appSecret } = whatsapp
    const second = await startWhatsappEmulator({
      appSecret,
      phoneNumberId: '222222222222',
      retryMs: 100,
    })
    try {
      const keysOf = ({ phoneNumberId, accessToken, url }: WhatsappEmulator) => ({
        cloud: { phoneNumberId, accessToken, appSecret, verifyToken: VERIFY_TOKEN, apiRoot: url },
      })
      const accounts = { one: keysOf(whatsapp), two: keysOf(second) }
      await configure({ cloud: { apiRoot }, accounts })
      await start()
      for (const [name, number] of [
        ['one', whatsapp],
        ['two', second],
      ] as const)
        await soon(async () =>
          expect(await number.subscribe(`${hook()}/${name}`, VERIFY_TOKEN)).toBe(true),
        )
      whatsapp.message(1, 'hello')
      second.message(1, 'hello')
      await soon(() => expect([inbox().length, second.sent.length]).toEqual([1, 1]))
      const code = codeIn(second.sent[0]?.text)
      expect(code).not.toBe(codeIn(inbox()[0]))
      const line = ['pairing', 'approve', 'whatsapp', code, '--account', 'two']
      expect(await home.run(line)).toMatchObject({ exit: 0 })
      await soon(() => expect(second.sent).toHaveLength(2))
      second.message(1, 'two')
      whatsapp.message(1, 'one')
      await soon(() => expect(second.sent.at(-1)?.text).toBe('echo: two'))
      await soon(() => expect(whatsapp.pending()).toBe(0))
      expect(inbox()).toHaveLength(1)
    } finally {
      await second.close()
    }
  }, 60_000)

  it('whom nothing can be sent to any more is shown with the reason, and not tried for ever', async () => {
    await configure()
    whatsapp.callback(hook())
    await start()
    whatsapp.message(1, 'hello')
    await soon(() => expect(inbox()).toHaveLength(1))
    whatsapp.refuse(ADA, 131_047, 'later')
    expect(await approve(codeIn(inbox()[0]))).toMatchObject({ exit: 0 })
    await soon(async () => {
      const { allowed } = await home.json(['pairing', 'allowed', 'whatsapp'])
      expect(allowed).toMatchObject([
        { id: ADA, notice: { state: 'failed', reason: expect.stringContaining('24 hour window') } },
      ])
    })
    expect(inbox()).toHaveLength(2)
  }, 60_000)
})

describe('a business number that cannot work', () => {
  const readiness = async (): Promise<string> =>
    (await fetch(`http://127.0.0.1:${port}/readyz`)).text()

  it('stops alone when its token is revoked, and says where to get another', async () => {
    await configure()
    whatsapp.callback(hook())
    await start()
    whatsapp.message(1, 'hello')
    await soon(() => expect(inbox()).toHaveLength(1))
    whatsapp.revokeToken()
    expect(await approve(codeIn(inbox()[0]))).toMatchObject({ exit: 0 })
    await soon(async () =>
      expect(await readiness()).toMatch(/whatsapp \(default\) is failed.*System users/),
    )
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200)
    whatsapp.message(1, 'anybody there?')
    await soon(() => expect(whatsapp.deliveries.at(-1)?.status).toBe(503))
    const { allowed } = await home.json(['pairing', 'allowed', 'whatsapp'])
    expect(allowed).toMatchObject([{ id: ADA }])
  }, 60_000)

  it('says which key is missing, and doctor where each goes', async () => {
    await configure({}, { appSecret: undefined })
    await start()
    await soon(async () =>
      expect(await readiness()).toMatch(
        /app secret is missing.*channels\.whatsapp\.cloud\.appSecret/,
      ),
    )
    const { findings } = (await home.json(['doctor'])) as {
      findings: { id: string; fix: string }[]
    }
    const finding = findings.find(({ id }) => id === 'whatsapp-key')
    expect(finding?.fix).toMatch(/developers\.facebook\.com.*channels\.whatsapp\.cloud\.appSecret/)
    expect(JSON.stringify(findings)).not.toContain(whatsapp.accessToken)
  }, 60_000)

  it('hears nothing that Meta did not sign', async () => {
    await configure()
    whatsapp.callback(hook())
    await start()
    await verified()
    const { change } = whatsapp.message(1, 'hello')
    await soon(() => expect(inbox()).toHaveLength(1))
    const body = JSON.stringify({
      object: 'whatsapp_business_account',
      entry: [{ id: '1', changes: [change] }],
    }).replaceAll('15550000001', '15550000009')
    expect(await whatsapp.post(body, `sha256=${'0'.repeat(64)}`)).toBe(401)
    const unsigned = await fetch(hook(), { method: 'POST', body })
    expect(unsigned.status).toBe(401)
    const { requests } = await home.json(['pairing', 'list', 'whatsapp'])
    expect(requests).toHaveLength(1)
  }, 60_000)
})
