import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openPairing } from '@openclaw/pairing/node'
import { gatewayLockPath } from '@openclaw/pairing-config'
import { nodeMachine } from '@openclaw/pairing-config/node'
import { readNotices } from '@openclaw/pairing-owner-notices'
import { createIdentity } from '@openclaw/pairing-protocol/client'
import { startTelegramEmulator } from '@openclaw-pairing/emulators'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { approve as approveDevice, node } from './devices-support.ts'
import { approve, owner, type Place, place, ROOT, until } from './support.ts'
import { ask, fingerprintOf, madeFiles } from './tls-support.ts'
import { visitor } from './visitor.ts'

const folder = fileURLToPath(new URL('..', import.meta.url))
// Below the package, so that what is not bundled would still not be found by accident elsewhere.
const out = mkdtempSync(join(tmpdir(), 'gateway-app-'))

beforeAll(() => {
  const manifest = createRequire(import.meta.url).resolve('tsup/package.json')
  const tsup = join(dirname(manifest), 'dist', 'cli-default.js')
  const args = [tsup, '--config', 'tsup.app.config.ts', '--out-dir', out]
  const built = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' })
  expect(built.status, built.stderr).toBe(0)
})

/** The gateway as a process of its own, from the bundle, far from this repository. */
function run(here: Place, { args = [] as string[], env = {} as Record<string, string> } = {}) {
  const child = spawn(process.execPath, [join(out, 'main.js'), ...args], {
    cwd: here.home,
    env: { ...here.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const said = { out: '', err: '' }
  child.stdout.on('data', (part: Buffer) => {
    said.out += part.toString()
  })
  child.stderr.on('data', (part: Buffer) => {
    said.err += part.toString()
  })
  return { child, said, exit: exitOf(child) }
}

function exitOf(child: ChildProcess): Promise<number | string> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve(code ?? signal ?? 'unknown'))
  })
}

/** How many setup codes were made. */
async function setupCodes({ env }: Place): Promise<number> {
  const pairing = await openPairing({ env })
  const found = await pairing.devices().pairing.setup.list(ROOT)
  await pairing.close()
  return 'outcome' in found ? -1 : found.length
}

/** As the command line says it: what, and the way out. */
const TWO_LINES = /^error: .+\nhint: .+\n$/

const urlIn = (text: string): string => /http:\/\/127\.0\.0\.1:\d+/.exec(text)?.[0] ?? ''

async function up(here: Place, options: Parameters<typeof run>[1] = {}) {
  const process = run(here, { ...options, args: ['--port', '0', ...(options.args ?? [])] })
  await until(() => process.said.out.includes('State'), 15_000)
  return { ...process, url: urlIn(process.said.out) }
}

describe('the gateway as a process', () => {
  it('plays the whole story, also over a kill -9 and a restart', async () => {
    const here = place()
    const first = await up(here)
    const ann = visitor(first.url)
    await ann.session()
    await ann.listen()
    const { code } = await ann.say('hello')
    expect(code).toMatch(/^[A-HJ-NP-Z2-9]{8}$/)
    await until(() => ann.texts().length === 1)
    first.child.kill('SIGKILL')
    await first.exit
    expect(await approve(here, String(code))).toBe('approved')
    const { url } = await up(here)
    await ann.listen(url)
    await until(() => ann.state() === 'allowed' && ann.texts().length === 2)
    await ann.say('are you there?', { base: url })
    await until(() => ann.texts().includes('echo: are you there?'))
  })

  it('tells an owner of nobody twice, whenever it is killed with -9', async () => {
    const telegram = await startTelegramEmulator()
    onTestFinished(telegram.close)
    const { token: botToken, url: apiRoot } = telegram
    const channels = { telegram: { botToken, apiRoot } }
    const here = place({ channels, commands: { ownerAllowFrom: ['telegram:1001'] } })
    telegram.message(1001, '/start')
    // So long that a kill falls into it.
    const effect = { kind: 'slow', ms: 200 } as const
    telegram.fault({ method: 'sendMessage', chatId: 1001, effect })
    const told = () => telegram.sent.filter(({ text }) => text.includes('asks to write'))
    const asked = (chatId: number) => telegram.sent.some((sent) => sent.chatId === chatId)
    for (const [round, afterMs] of [0, 120, 600].entries()) {
      const { child, exit } = await up(here)
      telegram.message(300_001 + round, 'hello')
      await until(() => asked(300_001 + round))
      await new Promise((resolve) => setTimeout(resolve, afterMs))
      child.kill('SIGKILL')
      await exit
    }
    await up(here)
    const desk = await owner(here)
    const notices = () =>
      readNotices({ ...desk, devices: desk.devices().pairing }).then((all) =>
        all.map(({ state, tries }) => `${state} ${String(tries)}`),
      )
    await until(async () => (await notices()).every((notice) => /^(sent|sending) 1$/.test(notice)))
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    const codes = told().map(({ text }) => /approve telegram (\w{8})/.exec(text)?.[1])
    expect(new Set(codes).size).toBe(codes.length)
    expect(await notices()).toHaveLength(3)
  })

  it('binds a setup code for good, also where it is killed with -9 right after', async () => {
    const here = place()
    const first = await up(here)
    const made = await (await owner(here)).devices().pairing.setup.create(ROOT)
    const bootstrapToken = made.outcome === 'created' ? made.secret : ''
    const identity = createIdentity()
    const phone = node({ url: first.url, identity, bootstrapToken })
    await until(() => phone.asked.length > 0)
    first.child.kill('SIGKILL')
    await first.exit
    await phone.client.close()
    const { url, said } = await up(here)
    const thief = node({ url, bootstrapToken })
    expect(await thief.client.stopped).toMatchObject({
      reason: 'setup-code-bound-to-another-device',
    })
    const again = node({ url, identity, bootstrapToken })
    await until(() => again.asked.length > 0)
    expect(await approveDevice(here, again.asked[0]?.requestId)).toBe('approved')
    await again.client.ready({ timeoutMs: 10_000 })
    expect(first.said.err + said.err).not.toContain(bootstrapToken)
  })

  it('writes its log for people where that is asked for, as on a terminal', async () => {
    const { said } = await up(place({ pairing: { logFormat: 'pretty' } }))
    expect(said.err).toMatch(/INFO.*started/)
  })

  it('prints where the chat is and which command lets people in', async () => {
    const here = place()
    const { said, url } = await up(here, {
      args: ['--program', 'npx openclaw'],
      env: { OPENCLAW_STATE_DIR: join(here.home, 'other place') },
    })
    expect(said.out).toContain(`${url}/chat`)
    const command = `OPENCLAW_STATE_DIR='${here.home}/other place' npx openclaw pairing approve webchat <CODE>`
    expect(said.out).toContain(command)
    expect(said.err.split('\n')[0]).toMatch(/^\{"level":"info".*"event":"started"\}$/)
  })

  it('makes a certificate where TLS is on, and prints its fingerprint', async () => {
    const here = place({ gateway: { tls: { enabled: true } } })
    const { said } = await up(here)
    const [, url = '', port = ''] =
      /Web chat {2}(https:\/\/127\.0\.0\.1:(\d+))\/chat/.exec(said.out) ?? []
    const ca = readFileSync(madeFiles(here).certPath, 'utf8')
    expect(said.out).toContain(`SHA-256 fingerprint ${fingerprintOf(ca)}`)
    expect(said.out).toContain(`wss://127.0.0.1:${port} with`)
    expect(await ask(`${url}/healthz`, { ca })).toMatchObject({ status: 200 })
  })

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('stops well at %s', async (signal) => {
    const here = place()
    const { child, exit, said } = await up(here)
    const runtime = join(here.stateDir, 'gateway.runtime.json')
    expect(JSON.parse(readFileSync(runtime, 'utf8'))).toMatchObject({ pid: child.pid })
    child.kill(signal)
    expect(await exit).toBe(0)
    expect(existsSync(runtime)).toBe(false)
    expect(said.err).toContain('"event":"stopped"')
  })

  it('stops at once at the second signal', async () => {
    const hook = createServer(() => {})
    await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => hook.closeAllConnections())
    const { port } = hook.address() as AddressInfo
    const secret = `whsec_${Buffer.from('0123456789abcdef01234567').toString('base64')}`
    const agent = { kind: 'webhook', url: `http://127.0.0.1:${String(port)}/`, secret }
    const here = place({ pairing: { agent } })
    const { child, exit, url } = await up(here)
    const ann = visitor(url)
    await ann.session()
    await approve(here, String((await ann.say('hello'))['code']))
    void ann.say('never answered').catch(() => {})
    await new Promise((resolve) => setTimeout(resolve, 300))
    child.kill('SIGTERM')
    await new Promise((resolve) => setTimeout(resolve, 300))
    child.kill('SIGTERM')
    expect(await exit).toBe(143)
  })

  it('connects to Telegram from the bundle', async () => {
    const telegram = await startTelegramEmulator()
    onTestFinished(telegram.close)
    const { token, url } = telegram
    const here = place({ channels: { telegram: { apiRoot: url } } })
    const { said } = await up(here, { env: { TELEGRAM_BOT_TOKEN: token } })
    telegram.message(1001, '/start')
    await until(() => telegram.sent.length === 1, 10_000)
    expect(said.out).toMatch(/Channels +webchat(; connecting …|,) telegram\n/)
    expect(said.out + said.err).not.toContain(token)
  })

  it('carries no command of an owner out twice when it is killed in the middle', async () => {
    const telegram = await startTelegramEmulator()
    onTestFinished(telegram.close)
    const { token: botToken, url: apiRoot } = telegram
    const publicUrl = 'wss://gateway.example'
    const here = place({
      channels: { telegram: { botToken, apiRoot } },
      commands: { ownerAllowFrom: ['telegram:1001'] },
      plugins: { entries: { 'device-pair': { config: { publicUrl } } } },
    })
    const first = await up(here)
    telegram.fault({ method: 'sendMessage', effect: { kind: 'hang', when: 'before' } })
    telegram.message(1001, '/pair')
    const codes = () => setupCodes(here)
    await until(async () => (await codes()) === 1)
    first.child.kill('SIGKILL')
    await first.exit
    telegram.clearFaults()
    await up(here)
    await until(() => telegram.sent.length > 0, 10_000)
    expect(telegram.sent.map(({ text }) => text)[0]).toMatch(/restarted.*nothing twice/)
    await until(() => telegram.sent.length === 2)
    expect(telegram.sent[1]?.text).toMatch(/Your code works for/)
    expect(await codes()).toBe(1)
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(telegram.sent).toHaveLength(2)
  })

  it('claims no connection that it does not have yet, and logs what became of it', async () => {
    const telegram = await startTelegramEmulator()
    onTestFinished(telegram.close)
    const { url } = telegram
    const here = place({ channels: { telegram: { apiRoot: url } } })
    const refused = { TELEGRAM_BOT_TOKEN: '9999999999:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' }
    const { said } = await up(here, { env: refused })
    expect(said.out).toMatch(/Channels +webchat; (connecting …|failed, see the log:) telegram\n/)
    await until(() => said.err.includes('"event":"channel-failed"'))
    const malformed = await up(place(), { env: { TELEGRAM_BOT_TOKEN: 'no-token-at-all' } })
    expect(malformed.said.out).not.toMatch(/Channels +webchat, telegram/)
  })

  it('ends with one line and the way out when it cannot start', async () => {
    const here = place()
    const first = await up(here)
    const second = run(here, { args: ['--port', '0'] })
    expect(await second.exit).toBe(1)
    expect(second.said.err).toContain(`a gateway already runs on ${here.stateDir}`)
    expect(second.said.err).toContain(first.url)
    expect(second.said.err).toMatch(TWO_LINES)
    const { port } = new URL(first.url)
    const third = run(place(), { env: { OPENCLAW_GATEWAY_PORT: port } })
    expect(await third.exit).toBe(1)
    expect(third.said.err).toMatch(/openclaw gateway --port \d+/)
  })

  it('leaves a machine alone where an OpenClaw already runs', async () => {
    const here = place()
    const paths = { configPath: here.configPath }
    const lock = gatewayLockPath({ ...nodeMachine(), paths, tmpdir: here.home })
    mkdirSync(dirname(lock), { recursive: true })
    writeFileSync(lock, JSON.stringify({ pid: process.pid, configPath: here.configPath }))
    const { exit, said } = run(here, { env: { TMPDIR: here.home } })
    expect(await exit).toBe(1)
    expect(said.err).toContain('an OpenClaw gateway already runs')
    expect(said.err).toContain('OPENCLAW_STATE_DIR=')
    expect(said.err).toMatch(TWO_LINES)
    expect(said.err).toContain('openclaw gateway stop')
    expect(existsSync(here.stateDir)).toBe(false)
  })

  it('says which directory cannot be used', async () => {
    const here = place()
    writeFileSync(here.stateDir, 'a file in its place')
    const { exit, said } = run(here, { args: ['--port', '0'] })
    expect(await exit).toBe(1)
    expect(said.err).toContain(here.stateDir)
    expect(said.err).toMatch(TWO_LINES)
  })

  it.each([
    ['an option that there is not', ['--prot', '1'], 'there is no option --prot'],
    ['no value', ['--port'], '--port needs a value'],
    ['a value where none belongs', ['--dev=1'], '--dev takes no value'],
    ['no port', ['--port', '99999'], '--port 99999 is not a number'],
    ['a word', ['start'], '“start” is too much'],
  ])('refuses a command line with %s, in two lines', async (_, args, problem) => {
    const { exit, said } = run(place(), { args })
    expect(await exit).toBe(2)
    expect(said.err).toMatch(TWO_LINES)
    expect(said.err).toContain(problem)
  })

  it.each([
    ['is not JSON5', '{ channels: {'],
    ['has errors', { gateway: { port: 'high' } }],
  ])('says in an error and a hint that the configuration %s', async (_, config) => {
    const { exit, said } = run(place(config), { args: ['--port', '0'] })
    expect(await exit).toBe(1)
    expect(said.err).toMatch(/^error: .+\n( {2}.+\n)*hint: .+\n$/)
    expect(said.err).toContain('openclaw.json')
  })

  it('names commands as they work here, and never colours a pipe', async () => {
    const first = await up(place())
    const { port } = new URL(first.url)
    const second = place()
    const stateDir = join(second.home, 'beside')
    const { exit, said } = run(second, {
      args: ['--port', port, '--program', 'npx openclaw'],
      env: { OPENCLAW_STATE_DIR: stateDir },
    })
    expect(await exit).toBe(1)
    expect(said.err).toMatch(TWO_LINES)
    const again = `OPENCLAW_STATE_DIR=${stateDir} npx openclaw gateway --port`
    expect(said.err).toContain(`\nhint: ${again} ${Number(port) + 1}\n`)
  })
})
