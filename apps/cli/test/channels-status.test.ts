import { spawn } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type SlackEmulator, startSlackEmulator } from '@openclaw-pairing/emulators'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { emptyHome, type Home, type Json } from './support/cli.ts'
import { type RunningGateway, runGateway } from './support/gateway.ts'

const ADA = { id: 'U0ADALOVE', displayName: 'ada' }
const SOON = { timeout: 15_000 }

let home: Home
let slack: SlackEmulator
let gateway: RunningGateway | undefined
beforeEach(async () => {
  home = await emptyHome()
  slack = await startSlackEmulator()
})
afterEach(async () => {
  gateway?.stop()
  gateway = undefined
  await slack.close()
  await home.remove()
})

async function configure(config: object): Promise<void> {
  await mkdir(home.stateDir, { recursive: true, mode: 0o700 })
  await writeFile(join(home.stateDir, 'openclaw.json'), JSON.stringify(config), { mode: 0o600 })
}

const slackSection = () => {
  const { url: apiRoot, botToken, appToken } = slack
  return { apiRoot, botToken, appToken }
}

const origin = (): string => String(gateway?.url).replace('ws', 'http')

const accountsIn = (json: Json): readonly Json[] => json['channels'] as readonly Json[]

describe('channels status', () => {
  it('says of each account whether it is connected, since when, and what came last', async () => {
    await configure({ channels: { slack: slackSection(), discord: {} } })
    gateway = await runGateway(home)
    slack.message(ADA, 'hello')
    await vi.waitFor(() => expect(slack.sent).toHaveLength(1), SOON)
    const json = await home.json(['channels', 'status'])
    expect(json['gateway']).toMatchObject({ running: true, answered: true })
    const [account] = accountsIn(await home.json(['channels', 'status', 'slack']))
    expect(account).toEqual({
      ...{ channel: 'slack', account: 'default', state: 'connected', connected: true },
      since: expect.stringMatching(/^20\d\d-.+Z$/),
      lastMessageAt: expect.stringMatching(/^20\d\d-.+Z$/),
      ...{ lastError: null, lastErrorAt: null, fix: null, policy: 'pairing', reply: 'code' },
      ...{ transport: 'socket', webhookPath: null, unreachable: [] },
    })
    const { stdout, stderr, exit } = await home.run(['channels', 'status'])
    expect({ stderr, exit }).toEqual({ stderr: '', exit: 0 })
    expect(stdout).toMatch(/^The gateway runs, process \d+\.$/m)
    expect(stdout).toMatch(/^ {2}slack +connected +(just now|\d+ s ago) +.+ get a code +socket$/m)
    expect(stdout).toMatch(/^ {2}discord +not connected.*gateway socket$/m)
    expect(stdout).toMatch(
      /discord: there is no bot token; get one at .* into channels\.discord\.token/,
    )
    expect(stdout).toMatch(/^ {2}webchat +connected/m)
    for (const secret of [slack.botToken, slack.appToken]) expect(stdout).not.toContain(secret)
  })

  it('says what went wrong and what mends it, and that another account is missing', async () => {
    const second = { enabled: true }
    const off = { botToken: 'xoxb-1000000000-off', enabled: false }
    await configure({ channels: { slack: { ...slackSection(), accounts: { second, off } } } })
    slack.revoke('appToken')
    gateway = await runGateway(home)
    await vi.waitFor(async () => {
      const states = accountsIn(await home.json(['channels', 'status', 'slack']))
      expect(states.map(({ account, state }) => [account, state])).toEqual([
        ['default', 'failed'],
        ['second', 'absent'],
        ['off', 'off'],
      ])
    }, SOON)
    const { stdout, exit } = await home.run(['channels', 'status', 'slack'])
    expect(exit).toBe(0)
    expect(stdout).toMatch(/slack: .*app-level token.*App-Level Tokens/s)
    expect(stdout).toMatch(
      /slack \(account second\): there are no tokens; .*accounts\.second\.botToken/s,
    )
    expect(stdout).not.toContain('webchat')
  })

  it('says who could not be written to, and forgets it when they can', async () => {
    await configure({ channels: { slack: slackSection() } })
    gateway = await runGateway(home)
    slack.message(ADA, 'hello')
    await vi.waitFor(() => expect(slack.sent).toHaveLength(1), SOON)
    slack.block(ADA.id)
    await home.run(['pairing', 'allow', 'slack', ADA.id, '--yes'])
    slack.message(ADA, 'and now?')
    const unreachable = async () =>
      accountsIn(await home.json(['channels', 'status', 'slack']))[0]?.['unreachable']
    const entry = { to: slack.directOf(ADA.id), senderId: ADA.id, reason: 'user_disabled' }
    await vi.waitFor(
      async () => expect(await unreachable()).toEqual([expect.objectContaining(entry)]),
      SOON,
    )
    const { stdout } = await home.run(['channels', 'status'])
    expect(stdout).toMatch(/Could not be written to.*\n.*Who.*\n.*slack +U0ADALOVE +user_disabled/)
    // Ids of people are for whoever can read the state directory; what is wrong, for anybody here; nothing for others.
    const local = await (await fetch(`${origin()}/readyz`)).text()
    expect(local).toContain('"connected":true')
    expect(local).not.toContain(ADA.id)
    const headers = { 'x-forwarded-for': '198.51.100.1' }
    const afar = await (await fetch(`${origin()}/readyz`, { headers })).json()
    expect(Object.keys(afar as object)).toEqual(['ready'])
    slack.unblock(ADA.id)
    slack.message(ADA, 'again')
    await vi.waitFor(async () => expect(await unreachable()).toEqual([]), SOON)
  })

  it('finds a gateway that speaks TLS, and tells its secret to no other certificate', async () => {
    await configure({ gateway: { tls: { enabled: true } } })
    gateway = await runGateway(home)
    expect(await home.run(['channels', 'status'])).toMatchObject({ exit: 0 })
    const file = join(home.stateDir, 'gateway.runtime.json')
    const runtime = JSON.parse(await readFile(file, 'utf8')) as object
    const other = { ...runtime, tlsFingerprint: 'ab'.repeat(32) }
    await writeFile(file, JSON.stringify(other), { mode: 0o600 })
    const { stdout, exit } = await home.run(['channels', 'status'])
    expect(exit).toBe(1)
    expect(stdout).toContain('does not say how it is')
  })

  it('lists what is configured where no gateway runs or answers, and exits with 1', async () => {
    await configure({ channels: { slack: slackSection(), telegram: { dmPolicy: 'disabled' } } })
    const { stdout, stderr, exit } = await home.run(['channels', 'status'])
    expect({ stderr, exit }).toEqual({ stderr: '', exit: 1 })
    expect(stdout).toContain('No gateway runs here')
    expect(stdout).toContain('openclaw gateway')
    expect(stdout).toMatch(/^ {2}slack +not known +get a code +socket$/m)
    expect(stdout).toMatch(/^ {2}telegram +not known +are ignored \(disabled\) +long polling$/m)
    const json = await home.json(['channels', 'status'])
    const none = { running: false, answered: false, pid: null, port: null, reasons: [] }
    expect(json['gateway']).toEqual(none)
    expect(accountsIn(json).map(({ state }) => state)).toEqual(['unknown', 'unknown', 'unknown'])
    const server = createServer(() => {})
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'])
    try {
      const runtime = { pid: child.pid, host: '127.0.0.1', port, secret: 'x' }
      await writeFile(join(home.stateDir, 'gateway.runtime.json'), JSON.stringify(runtime))
      const silent = await home.run(['channels', 'status'])
      expect(silent.exit).toBe(1)
      expect(silent.stdout).toContain('does not say how it is')
    } finally {
      child.kill('SIGKILL')
      server.closeAllConnections()
      server.close()
    }
  }, 30_000)

  it('says which way to Messages is configured', async () => {
    const server = { serverUrl: 'http://127.0.0.1:1234', password: 'x' }
    await configure({ channels: { bluebubbles: server } })
    const through = async () =>
      accountsIn(await home.json(['channels', 'status', 'imessage']))[0]?.['transport']
    expect(await through()).toBe('bluebubbles')
    await configure({ channels: { imessage: { cliPath: 'imsg' } } })
    expect(await through()).toBe('imsg')
  })

  it.each([
    [['channels', 'status', 'signal'], 3, /signal is not configured here/],
    [['channels', 'status', 'nonsense'], 2, /no channel of this name/],
    [['channels', 'status', 'slack', 'more'], 2, /more/],
    [['channels', 'nonsense'], 2, /nonsense/],
    [['channels', 'status', '--account', 'x'], 2, /--account/],
  ])('refuses %j', async (args, code, message) => {
    const { stdout, stderr, exit } = await home.run(args)
    expect(exit).toBe(code)
    expect(stdout).toBe('')
    expect(stderr).toMatch(message)
    expect(stderr).toMatch(/^hint: /m)
  })
})
