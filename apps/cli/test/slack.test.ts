import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type SlackEmulator, startSlackEmulator } from '@openclaw-pairing/emulators'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { emptyHome, type Home } from './support/cli.ts'
import { type RunningGateway, runGateway } from './support/gateway.ts'

const ADA = { id: 'U0ADALOVE', displayName: 'ada' }

let home: Home
let slack: SlackEmulator
let gateway: RunningGateway | undefined
beforeEach(async () => {
  home = await emptyHome()
  slack = await startSlackEmulator({ ackMs: 1_000 })
  const { url: apiRoot, botToken, appToken } = slack
  await mkdir(home.stateDir, { recursive: true, mode: 0o700 })
  const config = { channels: { slack: { apiRoot, botToken, appToken } } }
  await writeFile(join(home.stateDir, 'openclaw.json'), JSON.stringify(config), { mode: 0o600 })
})
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

describe('a stranger on Slack', () => {
  it('gets a code, is approved in another process, told, and answered', async () => {
    gateway = await runGateway(home)
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
    expect(slack.pending()).toEqual([])
    await vi.waitFor(async () => {
      const { allowed } = (await home.json(['pairing', 'allowed', 'slack'])) as { allowed: unknown }
      expect(allowed).toMatchObject([{ id: ADA.id, notice: { state: 'sent' } }])
    })
  })

  it('keeps code, notice and answer through a killed gateway and a link that breaks', async () => {
    gateway = await runGateway(home)
    slack.message(ADA, 'hello')
    await sent(1)
    gateway.stop()
    expect(await home.run(['pairing', 'approve', 'slack', codeIn(texts()[0])])).toMatchObject({
      exit: 0,
    })
    slack.message(ADA, 'while you were away')
    gateway = await runGateway(home)
    await sent(3)
    slack.cut()
    slack.message(ADA, 'after the cut')
    await sent(4)
    expect(texts().filter((text) => text.includes('while you were away'))).toHaveLength(1)
    expect(texts().filter((text) => text.includes('after the cut'))).toHaveLength(1)
    expect(texts()).toHaveLength(4)
  })
})

it('a wrong token stops Slack alone, and doctor says where a missing one goes', async () => {
  slack.revoke('appToken')
  gateway = await runGateway(home)
  const origin = gateway.url.replace('ws', 'http')
  await vi.waitFor(async () => {
    const readiness: unknown = await (await fetch(`${origin}/readyz`)).json()
    expect(JSON.stringify(readiness)).toMatch(/slack \(default\) is failed.*App-Level Tokens/)
  })
  expect((await fetch(`${origin}/chat`)).status).toBe(200)
  const config = { channels: { slack: { botToken: slack.botToken } } }
  await writeFile(join(home.stateDir, 'openclaw.json'), JSON.stringify(config), { mode: 0o600 })
  const { findings } = (await home.json(['doctor'])) as { findings: { id: string; fix: string }[] }
  const finding = findings.find(({ id }) => id === 'slack-token')
  expect(finding?.fix).toMatch(/api\.slack\.com\/apps.*xapp-.*channels\.slack\.appToken/)
  expect(JSON.stringify(findings)).not.toContain(slack.botToken)
})
