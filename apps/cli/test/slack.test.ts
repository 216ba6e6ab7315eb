import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type SlackEmulator, startSlackEmulator } from '@openclaw-pairing/emulators'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { emptyHome, type Home } from './support/cli.ts'
import { type RunningGateway, runGateway } from './support/gateway.ts'

type Mode = 'socket' | 'http'

const MODES: readonly Mode[] = ['socket', 'http']
const SOON = { timeout: 15_000 }
const ADA = { id: 'U0ADALOVE', displayName: 'ada' }

let home: Home
let slack: SlackEmulator
let gateway: RunningGateway | undefined

/** An app in a workspace, and a gateway's configuration for it, by one of the two ways; what Slack tries again after. */
async function begin(mode: Mode, retryMs = 250): Promise<void> {
  home = await emptyHome()
  slack = await startSlackEmulator({ ackMs: 3_000, retryMs: Array<number>(200).fill(retryMs) })
  const { url: apiRoot, botToken, appToken, signingSecret } = slack
  const way = mode === 'http' ? { mode, signingSecret } : { appToken }
  await mkdir(home.stateDir, { recursive: true, mode: 0o700 })
  const config = { channels: { slack: { apiRoot, botToken, ...way } } }
  await writeFile(join(home.stateDir, 'openclaw.json'), JSON.stringify(config), { mode: 0o600 })
}

/** Runs the gateway, on the port that it had before; over HTTP the app is told where it is called. */
async function start(mode: Mode): Promise<void> {
  const isFirst = gateway === undefined
  gateway = await runGateway(home, {}, gateway ? new URL(gateway.url).port : '0')
  if (mode === 'http' && isFirst)
    await vi.waitFor(async () => expect(await slack.subscribe(requestUrl())).toBe(true), SOON)
}

const requestUrl = (): string => `${String(gateway?.url).replace('ws', 'http')}/slack/events`

afterEach(async () => {
  gateway?.stop()
  gateway = undefined
  await slack.close()
  await home.remove()
})

const texts = (): readonly string[] => slack.sent.map(({ text }) => text)
const sent = (count: number): Promise<void> =>
  vi.waitFor(() => expect(slack.sent.length).toBeGreaterThanOrEqual(count), { timeout: 10_000 })
const codeIn = (text = ''): string => /[A-HJ-NP-Z2-9]{8}/.exec(text)?.[0] ?? ''

describe.each(MODES)('a stranger on Slack, by %s', (mode) => {
  beforeEach(() => begin(mode))

  it('gets a code, is approved in another process, told, and answered', async () => {
    await start(mode)
    slack.inChannel('C0GENERAL', ADA, 'not here')
    slack.message(ADA, 'hello')
    await sent(1)
    expect(texts()[0]).toContain('Your Slack user id: U0ADALOVE')
    const code = codeIn(texts()[0])
    expect(slack.sent[0]).toMatchObject({ channel: slack.directOf(ADA.id), code: [code] })
    expect(texts()[0]).toContain(`openclaw pairing approve slack ${code}`)
    slack.message(ADA, 'anybody there?')
    expect(await home.json(['pairing', 'list', 'slack'])).toMatchObject({
      channel: 'slack',
      requests: [{ id: ADA.id, code, meta: { name: 'ada' } }],
    })
    expect(await home.run(['pairing', 'approve', 'slack', code])).toMatchObject({ exit: 0 })
    await sent(2)
    slack.message(ADA, 'are you there?')
    await sent(3)
    expect(texts()[2]).toContain('are you there?')
    expect(texts()).toHaveLength(3)
    await vi.waitFor(() => expect(slack.pending()).toEqual([]), SOON)
    await vi.waitFor(async () => {
      const { allowed } = (await home.json(['pairing', 'allowed', 'slack'])) as { allowed: unknown }
      expect(allowed).toMatchObject([{ id: ADA.id, notice: { state: 'sent' } }])
    }, SOON)
  })

  it('keeps code, notice and answer through a killed gateway and a link that breaks', async () => {
    await start(mode)
    slack.message(ADA, 'hello')
    await sent(1)
    gateway?.stop()
    expect(await home.run(['pairing', 'approve', 'slack', codeIn(texts()[0])])).toMatchObject({
      exit: 0,
    })
    slack.message(ADA, 'while you were away')
    await start(mode)
    await vi.waitFor(() => expect(texts()).toContain('echo: while you were away'), SOON)
    slack.cut()
    slack.message(ADA, 'after the cut')
    await vi.waitFor(() => expect(texts()).toContain('echo: after the cut'), SOON)
    await vi.waitFor(() => expect(slack.pending()).toEqual([]), SOON)
    // What the kill left unhandled is answered too; nothing is said twice.
    const notEchoed = (): string[] => texts().filter((text) => !text.startsWith('echo: '))
    await vi.waitFor(() => expect(notEchoed()).toHaveLength(2), SOON)
    expect(new Set(texts()).size).toBe(texts().length)
  })

  it('gets a code, is approved, told and answered with the connection cut at each step', async () => {
    await start(mode)
    const cut = async (): Promise<void> => {
      await slack.pause()
      setTimeout(() => void slack.resume(), 300)
    }
    await cut()
    slack.message(ADA, 'hello')
    await vi.waitFor(() => expect(texts()).toHaveLength(1), SOON)
    await cut()
    slack.message(ADA, 'anybody there?')
    await cut()
    const approved = await home.run(['pairing', 'approve', 'slack', codeIn(texts()[0])])
    expect(approved).toMatchObject({ exit: 0 })
    const notEchoed = () => texts().filter((text) => !text.startsWith('echo: '))
    await vi.waitFor(() => expect(notEchoed()).toHaveLength(2), SOON)
    await cut()
    slack.message(ADA, 'are you there?')
    await vi.waitFor(() => expect(texts()).toContain('echo: are you there?'), SOON)
    await vi.waitFor(() => expect(slack.pending()).toEqual([]), SOON)
    // What waited at Slack until after the approval is answered as well; nothing is said twice.
    expect(notEchoed()).toHaveLength(2)
    expect(new Set(texts()).size).toBe(texts().length)
    const { allowed } = await home.json(['pairing', 'allowed', 'slack'])
    expect(allowed).toMatchObject([{ id: ADA.id, notice: { state: 'sent' } }])
  }, 60_000)
})

describe.each(MODES)('a crowd on Slack, by %s', (mode) => {
  // A thousand that come again four times a second would keep the machine busy with nothing else.
  beforeEach(() => begin(mode, 2_000))

  it('is one of a thousand, of whom three get a code, and keeps nobody from an answer', async () => {
    const allow = ['pairing', 'allow', 'slack', ADA.id, '--yes']
    expect(await home.run(allow)).toMatchObject({ exit: 0 })
    await start(mode)
    for (let who = 1_000; who < 2_000; who += 1) slack.message(`U0CROWD${String(who)}`, 'let me in')
    slack.message(ADA, 'and me')
    await vi.waitFor(() => expect(slack.pending()).toEqual([]), { timeout: 50_000 })
    await vi.waitFor(() => expect(texts()).toContain('echo: and me'), { timeout: 15_000 })
    await vi.waitFor(() => expect(texts()).toHaveLength(4), SOON)
    await vi.waitFor(async () => {
      const list = await home.json(['pairing', 'list', 'slack'])
      expect(list).toMatchObject({ requests: [{}, {}, {}], turnedAway: { count: 997 } })
    }, SOON)
  }, 90_000)
})

describe('what is posted to the gateway', () => {
  beforeEach(() => begin('http'))

  it('while it stops and starts again is answered once each, and Slack is told to come again', async () => {
    await home.run(['pairing', 'allow', 'slack', ADA.id, '--yes'])
    await start('http')
    const said = Array.from({ length: 60 }, (_, index) => `message ${String(index)}`)
    const runtime = await readFile(join(home.stateDir, 'gateway.runtime.json'), 'utf8')
    const { pid } = JSON.parse(runtime) as { pid: number }
    for (const [index, text] of said.entries()) {
      slack.message(ADA, text)
      if (index === 30) process.kill(pid, 'SIGTERM')
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow(), SOON)
    await start('http')
    await vi.waitFor(() => expect(slack.pending()).toEqual([]), SOON)
    await vi.waitFor(() => expect(texts()).toHaveLength(said.length), SOON)
    expect([...texts()].sort()).toEqual(said.map((text) => `echo: ${text}`).sort())
  }, 60_000)

  it('counts for nothing without the signature of Slack, and doctor names a missing secret', async () => {
    await start('http')
    const { payload } = slack.message(ADA, 'real')
    await sent(1)
    const event = { type: 'message', channel: 'D0MALLORY', user: 'U0MALLORY', text: 'hello' }
    const forged = { ...payload, event_id: 'Ev0FORGED', event }
    for (const signing of [{ secret: 'guessed secret' }, { at: Date.now() - 301_000 }])
      expect(await slack.post(forged, signing)).toMatchObject({ status: 401, body: '' })
    const list = await home.json(['pairing', 'list', 'slack'])
    expect(list).toMatchObject({ requests: [{ id: ADA.id }] })
    const origin = String(gateway?.url).replace('ws', 'http')
    const figures = await (await fetch(`${origin}/metrics`)).text()
    expect(figures).toContain('openclaw_webhook_requests_total{channel="slack",status="401"} 2')
    const config = { channels: { slack: { mode: 'http', botToken: slack.botToken } } }
    await writeFile(join(home.stateDir, 'openclaw.json'), JSON.stringify(config), { mode: 0o600 })
    const { findings } = (await home.json(['doctor'])) as {
      findings: { id: string; fix: string }[]
    }
    const finding = findings.find(({ id }) => id === 'slack-token')
    expect(finding?.fix).toMatch(/signing secret into channels\.slack\.signingSecret/)
    expect(finding?.fix).not.toContain('xapp')
  })
})

it('a wrong token stops Slack alone, and doctor says where a missing one goes', async () => {
  await begin('socket')
  slack.revoke('appToken')
  gateway = await runGateway(home)
  const origin = gateway.url.replace('ws', 'http')
  await vi.waitFor(async () => {
    const readiness: unknown = await (await fetch(`${origin}/readyz`)).json()
    expect(JSON.stringify(readiness)).toMatch(/slack \(default\) is failed.*App-Level Tokens/)
  }, SOON)
  expect((await fetch(`${origin}/chat`)).status).toBe(200)
  const config = { channels: { slack: { botToken: slack.botToken } } }
  await writeFile(join(home.stateDir, 'openclaw.json'), JSON.stringify(config), { mode: 0o600 })
  const { findings } = (await home.json(['doctor'])) as { findings: { id: string; fix: string }[] }
  const finding = findings.find(({ id }) => id === 'slack-token')
  expect(finding?.fix).toMatch(/api\.slack\.com\/apps.*xapp-.*channels\.slack\.appToken/)
  expect(JSON.stringify(findings)).not.toContain(slack.botToken)
})
