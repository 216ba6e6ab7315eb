import { renameSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { startTelegramEmulator } from '@openclaw-pairing/emulators'
import { Webhook } from 'standardwebhooks'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { AgentFunction } from '../src/index.ts'
import { approve, owner, place, ROOT, start, until, WEBCHAT } from './support.ts'
import { visitor } from './visitor.ts'

/** An agent that remembers what it was told. */
function listener() {
  const told: string[] = []
  const agent: AgentFunction = async ({ message }) => {
    told.push(message.text)
    return `you said ${message.text}`
  }
  return { told, agent }
}

/** A stranger whose page is open and who has said hello. */
async function stranger(url: string) {
  const ann = visitor(url)
  const id = await ann.session()
  await ann.listen()
  const answer = await ann.say('hello')
  return { ann, id, answer, code: String(answer['code']) }
}

describe('a visitor of the web chat', () => {
  it('reads a code; the agent hears nothing', async () => {
    const { told, agent } = listener()
    const { url } = await start(place(), { agent })
    const { ann, answer, code } = await stranger(url)
    expect(answer).toMatchObject({ status: 200, state: 'pending' })
    expect(code).toMatch(/^[A-HJ-NP-Z2-9]{8}$/)
    expect(answer['command']).toBe(`openclaw pairing approve webchat ${code}`)
    expect(answer['remainingMs']).toBeGreaterThan(3_590_000)
    await until(() => ann.texts().length === 1)
    expect(ann.texts()[0]).toContain(code)
    expect(ann.texts()[0]).toContain(`openclaw pairing approve webchat ${code}`)
    await ann.say('anybody there?')
    expect(ann.texts()).toHaveLength(1)
    expect(told).toEqual([])
  })

  it('is seen by the owner, approved in another process, told at once, and answered', async () => {
    const here = place()
    const { told, agent } = listener()
    const { url } = await start(here, { agent })
    const { ann, id, code } = await stranger(url)
    const desk = await owner(here)
    const lists = await desk.people.list(ROOT, { channel: WEBCHAT })
    expect(lists).toMatchObject([
      { requests: [{ senderId: id, code, meta: { address: '127.0.0.1' } }] },
    ])
    const before = performance.now()
    expect(await approve(here, code)).toBe('approved')
    await until(() => ann.state() === 'allowed' && ann.texts().length === 2)
    expect(performance.now() - before).toBeLessThan(10_000)
    await ann.say('are you there?')
    await until(() => ann.texts().includes('you said are you there?'))
    expect(told).toEqual(['are you there?'])
    await until(async () => {
      const known = await desk.people.allowed(ROOT)
      return !('outcome' in known) && known[0]?.notice?.state === 'sent'
    })
  })

  it('may be approved while the gateway does not run', async () => {
    const here = place()
    const { told, agent } = listener()
    const first = await start(here, { agent })
    const { ann, code } = await stranger(first.url)
    await first.stop()
    await until(() => !ann.isListening())
    expect(await approve(here, code)).toBe('approved')
    const { url } = await start(here, { agent })
    await ann.listen(url)
    await until(() => ann.state() === 'allowed' && ann.texts().length === 2)
    await ann.say('hello again', { base: url })
    await until(() => ann.texts().includes('you said hello again'))
    expect(told).toEqual(['hello again'])
  })

  it('keeps code and time over a restart', async () => {
    const here = place()
    const first = await start(here)
    const { ann, code } = await stranger(first.url)
    await first.stop()
    const { url } = await start(here)
    await ann.listen(url)
    await until(() => ann.state() === 'pending')
    expect(ann.states.at(-1)).toMatchObject({ code })
  })

  it('is shown the door at once when revoked', async () => {
    const here = place()
    const { told, agent } = listener()
    const { url } = await start(here, { agent })
    const { ann, id, code } = await stranger(url)
    await approve(here, code)
    await until(() => ann.state() === 'allowed')
    const desk = await owner(here)
    const sender = { channel: WEBCHAT, account: 'default' as never, senderId: id as never }
    expect(await desk.people.revoke(ROOT, sender)).toMatchObject({ outcome: 'done' })
    await until(() => ann.state() !== 'allowed')
    await ann.say('still me')
    expect(told).toEqual([])
  })

  it('cannot fill the list by clearing the cookie', async () => {
    const here = place()
    const { url } = await start(here)
    const answers = []
    for (let time = 0; time < 5; time += 1) answers.push((await stranger(url)).answer.status)
    expect(answers).toEqual([200, 200, 429, 429, 429])
    const lists = await (await owner(here)).people.list(ROOT)
    expect(lists).toMatchObject([{ requests: [{}, {}] }])
  })

  it('is counted for the owner when its address has enough requests', async () => {
    const here = place()
    const gateway = await start(here)
    for (const status of [200, 200, 429, 429]) {
      const ann = visitor(gateway.url)
      await ann.session()
      expect((await ann.say('hello')).status).toBe(status)
    }
    expect(await gateway.pairing.people.list(ROOT)).toMatchObject([
      { requests: [{}, {}], maxPending: 3, turnedAway: { count: 2 } },
    ])
  })

  it('is counted by the address that the trusted proxy names', async () => {
    const { url } = await start(place({ gateway: { trustedProxies: ['127.0.0.1'] } }))
    for (const [index, status] of [200, 200, 200, 200].entries()) {
      const ann = visitor(url, {
        'x-forwarded-for': `6.6.6.6, 198.51.100.${String(index)}`,
        'x-forwarded-proto': 'https',
      })
      await ann.session()
      const answer = await ann.say('hello')
      expect(answer.status).toBe(status)
      // The fourth is turned away by the full list, which says nothing but shows on the page.
      expect(answer['state']).toBe(index < 3 ? 'pending' : 'none')
    }
  })

  it('is shown no command where the reply has none', async () => {
    const replyTemplate = 'Tell the owner: {code}'
    const { url } = await start(place({ channels: { webchat: { pairing: { replyTemplate } } } }))
    const { ann, answer, code } = await stranger(url)
    expect(answer['command']).toBeUndefined()
    await until(() => ann.texts().length === 1)
    expect(ann.texts()).toEqual([`Tell the owner: ${code}`])
  })

  it('reads no folder of this machine, however the gateway was started', async () => {
    const { url } = await start(place(), { program: 'node /home/alice/openclaw/main.cjs' })
    const { ann, answer, code } = await stranger(url)
    await until(() => ann.texts().length === 1)
    expect(answer['command']).toBe(`openclaw pairing approve webchat ${code}`)
    expect(ann.texts()[0]).toContain(`openclaw pairing approve webchat ${code}`)
    const home = await (await fetch(`${url}/`)).text()
    expect(home).toContain('openclaw pairing list')
    expect(`${JSON.stringify(answer)}${ann.texts()[0]}${home}`).not.toContain('alice')
  })

  it('hears nothing where the account is silent', async () => {
    const here = place({ channels: { webchat: { pairing: { reply: 'silent' } } } })
    const { url } = await start(here)
    const { ann, answer } = await stranger(url)
    expect(answer).toMatchObject({ status: 200, state: 'none' })
    expect(answer['code']).toBeUndefined()
    expect(ann.texts()).toEqual([])
  })
})

describe('a flood of strangers', () => {
  it('costs no write per message, and is counted for the owner', async () => {
    const here = place({ gateway: { trustedProxies: ['127.0.0.1'] } })
    const gateway = await start(here)
    const seq = () => gateway.pairing.store.history(0 as never, 10_000).then(({ length }) => length)
    const hello = async (address: string) => {
      const eve = visitor(gateway.url, { 'x-forwarded-for': address })
      await eve.session()
      return eve.say('let me in')
    }
    for (const last of [1, 2, 3]) await hello(`198.51.100.${String(last)}`)
    const before = await seq()
    const begun = performance.now()
    for (let round = 0; round < 20; round += 1) {
      const round64 = round.toString(16)
      await Promise.all(
        Array.from({ length: 10 }, (_, n) => hello(`2001:db8:${round64}:${n.toString(16)}::1`)),
      )
    }
    // Only what was counted is written, about once a second.
    const seconds = Math.ceil((performance.now() - begun) / 1_000)
    expect((await seq()) - before).toBeLessThanOrEqual(seconds + 1)
    const lists = await gateway.pairing.people.list(ROOT)
    expect(lists).toMatchObject([{ requests: [{}, {}, {}], turnedAway: { count: 200 } }])
  })
})

describe('the configuration', () => {
  it('holds within two seconds', async () => {
    const here = place({})
    const { told, agent } = listener()
    const gateway = await start(here, { agent })
    const ann = visitor(gateway.url)
    const id = await ann.session()
    here.configure({ channels: { webchat: { allowFrom: [id] } } })
    await until(() => gateway.lines.some(({ event }) => event === 'config-changed'))
    expect((await ann.say('hello'))['state']).toBe('allowed')
    expect(told).toEqual(['hello'])
  })

  it('that cannot be read leaves the last one in force, and says so once', async () => {
    const here = place({ channels: { webchat: { dmPolicy: 'disabled' } } })
    const gateway = await start(here)
    here.configure('{ channels: {')
    await until(() => gateway.lines.some(({ event }) => event === 'config-not-taken'))
    const { answer } = await stranger(gateway.url)
    expect(answer['state']).toBe('none')
    await new Promise((resolve) => setTimeout(resolve, 2_100))
    here.configure({ channels: { webchat: {} } })
    await until(() => gateway.lines.some(({ event }) => event === 'config-mended'))
    expect(gateway.lines.filter(({ event }) => event === 'config-not-taken')).toHaveLength(1)
    expect((await stranger(gateway.url)).answer['state']).toBe('pending')
  })

  it('that goes away opens nothing that it had closed, and says so once', async () => {
    const here = place({ channels: { webchat: { dmPolicy: 'disabled' } } })
    const gateway = await start(here)
    renameSync(here.configPath, `${here.configPath}~`)
    const refused = () =>
      gateway.lines.filter(
        ({ event, code }) => event === 'config-not-taken' && code === 'ERR_CONFIG_GONE',
      )
    await until(() => refused().length === 1)
    expect((await stranger(gateway.url)).answer['state']).toBe('none')
    await new Promise((resolve) => setTimeout(resolve, 2_100))
    expect(refused()).toHaveLength(1)
    renameSync(`${here.configPath}~`, here.configPath)
    await until(() => gateway.lines.some(({ event }) => event === 'config-mended'))
    here.configure({})
    await until(() => gateway.lines.some(({ event }) => event === 'config-changed'))
    expect((await stranger(gateway.url)).answer['state']).toBe('pending')
  })

  it('says which change needs a restart, and shows no secret', async () => {
    const here = place({ gateway: { auth: { token: 'first-secret-of-the-gateway' } } })
    const gateway = await start(here)
    here.configure({ gateway: { auth: { token: 'other-secret-of-the-gateway' } } })
    await until(() => gateway.lines.some(({ event }) => event === 'config-needs-restart'))
    expect(gateway.lines.filter(({ event }) => event === 'config-needs-restart')).toEqual([
      expect.objectContaining({ part: 'gateway', keys: 'gateway.auth.token' }),
    ])
    here.configure({
      gateway: {
        auth: { token: 'other-secret-of-the-gateway' },
        nodes: { allowCommands: ['lamp.switch'] },
      },
    })
    const keys = 'gateway.auth.token, gateway.nodes.allowCommands'
    await until(() => gateway.lines.some((line) => line['keys'] === keys))
    expect(gateway.raw.join('')).not.toContain('secret-of-the-gateway')
  })
})

describe('a webhook as agent', () => {
  it('gets the message signed, and its answer goes to the page', async () => {
    const secret = `whsec_${Buffer.from('0123456789abcdef01234567').toString('base64')}`
    const verified: unknown[] = []
    const hook = createServer((request, response) => {
      const parts: Buffer[] = []
      request.on('data', (part: Buffer) => parts.push(part))
      request.on('end', () => {
        const headers = request.headers as Record<string, string>
        verified.push(new Webhook(secret).verify(Buffer.concat(parts).toString(), headers))
        response.setHeader('content-type', 'application/json')
        response.end(JSON.stringify({ reply: 'signed and sealed' }))
      })
    })
    await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void hook.close())
    const { port } = hook.address() as AddressInfo
    const agent = { kind: 'webhook', url: `http://127.0.0.1:${String(port)}/in`, secret }
    const here = place({ pairing: { agent } })
    const { url, raw } = await start(here)
    const { ann, code } = await stranger(url)
    expect(verified).toEqual([])
    await approve(here, code)
    await until(() => ann.state() === 'allowed')
    await ann.say('hello')
    await until(() => ann.texts().includes('signed and sealed'))
    expect(verified).toMatchObject([
      { type: 'message.received', data: { channel: 'webchat', account: 'default', text: 'hello' } },
    ])
    expect(raw.join('')).not.toContain(secret)
  })
})

describe('Telegram', () => {
  it('pairs in private chats, tells the sender once, and keeps its place', async () => {
    const telegram = await startTelegramEmulator()
    onTestFinished(telegram.close)
    const { token, url: apiRoot } = telegram
    const here = place({ channels: { telegram: { botToken: token, apiRoot } } })
    const { told, agent } = listener()
    const gateway = await start(here, { agent })
    telegram.message(1001, '/start')
    await until(() => telegram.sent.length === 1)
    const code = /[A-HJ-NP-Z2-9]{8}/.exec(telegram.sent[0]?.text ?? '')?.[0] ?? ''
    const desk = await owner(here)
    const reference = { channel: 'telegram' as never, account: 'default' as never, typed: code }
    expect(await desk.people.approve(ROOT, reference)).toMatchObject({ outcome: 'approved' })
    await until(() => telegram.sent.length === 2)
    telegram.message(1001, 'hello')
    await until(() => telegram.sent.some(({ text }) => text === 'you said hello'))
    expect(told).toEqual(['hello'])
    await gateway.stop()
    telegram.message(1001, 'while you were away')
    await start(here, { agent })
    await until(() => telegram.sent.length === 4)
    expect(told).toEqual(['hello', 'while you were away'])
    expect(gateway.raw.join('')).not.toContain(token)
  })

  it('tells who was approved while the gateway was down as soon as it is connected, once', async () => {
    const telegram = await startTelegramEmulator()
    onTestFinished(telegram.close)
    const { token, url: apiRoot } = telegram
    const here = place({ channels: { telegram: { botToken: token, apiRoot } } })
    const first = await start(here)
    telegram.message(1001, '/start')
    await until(() => telegram.sent.length === 1)
    const code = /[A-HJ-NP-Z2-9]{8}/.exec(telegram.sent[0]?.text ?? '')?.[0] ?? ''
    await first.stop()
    const desk = await owner(here)
    const reference = { channel: 'telegram' as never, account: 'default' as never, typed: code }
    expect(await desk.people.approve(ROOT, reference)).toMatchObject({ outcome: 'approved' })
    const second = await start(here)
    await until(() => second.lines.some(({ event }) => event === 'telegram-connected'))
    await until(() => telegram.sent.length === 2)
    await second.stop()
    await start(here)
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    expect(telegram.sent).toHaveLength(2)
  })

  it('that can never work stops alone', async () => {
    const telegram = await startTelegramEmulator()
    onTestFinished(telegram.close)
    const apiRoot = telegram.url
    const botToken = '9999999999:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'
    const here = place({ channels: { telegram: { botToken, apiRoot } } })
    const gateway = await start(here)
    await until(() => gateway.lines.some(({ event }) => event === 'channel-failed'))
    const { ready, reasons } = await gateway.readiness()
    expect(ready).toBe(false)
    expect(reasons.join()).toContain('telegram (default) is failed')
    expect((await stranger(gateway.url)).answer['state']).toBe('pending')
    expect(gateway.raw.join('')).not.toContain(botToken)
  })
})
