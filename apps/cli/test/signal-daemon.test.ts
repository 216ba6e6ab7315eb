import { type ChildProcess, spawn } from 'node:child_process'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type SignalCli,
  type SignalCliOptions,
  signalNumberOf,
  startSignalCli,
} from '@openclaw-pairing/emulators'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { emptyHome, type Home, type Json } from './support/cli.ts'

let home: Home
let cli: SignalCli
let gateway: ChildProcess | undefined
beforeEach(async () => {
  home = await emptyHome()
})
afterEach(async () => {
  gateway?.kill('SIGKILL')
  gateway = undefined
  await cli.close()
  await home.remove()
})

/** Writes the configuration of the account: its number and the executable; `section` besides. */
async function configure(section: object = {}, options: SignalCliOptions = {}): Promise<void> {
  cli = await startSignalCli(options)
  const { cliPath, httpPort } = cli
  const signal = { account: cli.daemon.number, cliPath, httpPort, dmPolicy: 'pairing', ...section }
  await mkdir(home.stateDir, { recursive: true, mode: 0o700 })
  const config = { channels: { signal, webchat: { enabled: false } } }
  await writeFile(join(home.stateDir, 'openclaw.json'), JSON.stringify(config), { mode: 0o600 })
}

/** Runs the gateway as a process of its own; its log. */
async function start(): Promise<{ readonly log: () => string }> {
  const child = spawn(process.execPath, [home.main, 'gateway', '--port', '0', '--json'], {
    env: { ...home.env, OPENCLAW_LOG_LEVEL: 'info', OPENCLAW_GATEWAY_TOKEN: 'a-secret-of-tests' },
  })
  gateway = child
  const said = { out: '', log: '' }
  child.stdout.setEncoding('utf8').on('data', (part: string) => (said.out += part))
  child.stderr.setEncoding('utf8').on('data', (part: string) => (said.log += part))
  await soon(() => expect(said.out, said.log).toContain('}\n'))
  return { log: () => said.log }
}

/** How long it took, in ms. */
async function stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number> {
  const before = performance.now()
  const ended = new Promise((resolve) => gateway?.once('close', resolve))
  gateway?.kill(signal)
  await ended
  return performance.now() - before
}

const soon = (check: () => unknown): Promise<unknown> =>
  vi.waitFor(check, { timeout: 15_000, interval: 20 })
const connected = (): Promise<unknown> => soon(() => expect(cli.daemon.listeners()).toBe(1))
const inbox = (who: number): string[] =>
  cli.daemon.sent.filter(({ to }) => to === signalNumberOf(who)).map(({ text }) => text)
/** The code, and the notice that they were approved. */
const notEchoed = (): string[] => inbox(1).filter((text) => !text.startsWith('echo: '))
const codeIn = (text: string | undefined): string => /[A-HJ-NP-Z2-9]{8}/.exec(text ?? '')?.[0] ?? ''
const runs = (pid: number): boolean => cli.running().some((each) => each.pid === pid)

const statusOf = async (): Promise<Json> => {
  const { channels } = await home.json(['channels', 'status', 'signal'])
  return (channels as readonly Json[])[0] ?? {}
}

/** signal-cli dies; what people write meanwhile waits at Signal. */
async function killed(): Promise<void> {
  await connected()
  cli.kill()
  await soon(() => expect(cli.daemon.listeners()).toBe(0))
}

it.each([
  ['', async () => {}],
  [', with signal-cli killed at each step', killed],
])(
  'a stranger gets a code, is approved, told and answered through a signal-cli that the gateway started%s',
  async (_, before) => {
    await configure()
    const { log } = await start()
    await connected()
    await before()
    cli.daemon.message(1, 'hello')
    await soon(() => expect(inbox(1)).toHaveLength(1))
    const code = codeIn(inbox(1)[0])
    await before()
    const approved = await home.run(['pairing', 'approve', 'signal', code])
    expect(approved).toMatchObject({ exit: 0 })
    await soon(() => expect(notEchoed()).toHaveLength(2))
    await before()
    cli.daemon.message(1, 'are you there?')
    await soon(() => expect(inbox(1)).toContain('echo: are you there?'))
    await stop()
    expect(cli.running()).toEqual([])
    expect(new Set(inbox(1)).size).toBe(inbox(1).length)
    const { allowed } = await home.json(['pairing', 'allowed', 'signal'])
    expect(allowed).toMatchObject([{ id: signalNumberOf(1), notice: { state: 'sent' } }])
    const kills = before === killed ? 3 : 0
    expect(cli.started()).toHaveLength(1 + kills)
    expect(log().split('"signal-daemon-started"')).toHaveLength(2 + kills)
    expect(log().split('"signal-daemon-exited"')).toHaveLength(1 + kills)
    expect(cli.started()[0]?.env).not.toContain('OPENCLAW_GATEWAY_TOKEN')
  },
  60_000,
)

it.each([
  ['SIGTERM', false],
  ['SIGINT', false],
  ['SIGTERM', true],
] as const)(
  'a gateway that gets %s leaves no signal-cli behind, and is not held up by one that is deaf: %s',
  async (signal, deaf) => {
    await configure({}, { wrapped: true })
    await cli.plan({ deaf })
    await start()
    await connected()
    const [child] = cli.running()
    const took = await stop(signal)
    expect(runs(Number(child?.pid))).toBe(false)
    expect(cli.running()).toEqual([])
    expect(took).toBeLessThan(deaf ? 9_000 : 6_000)
  },
  60_000,
)

it('a gateway that is stopped twice at once leaves none either', async () => {
  await configure()
  await start()
  await connected()
  gateway?.kill('SIGTERM')
  await stop()
  await soon(() => expect(cli.running()).toEqual([]))
}, 60_000)

it('after a gateway that was killed the next one uses the signal-cli that is left, and leaves it', async () => {
  await configure()
  await start()
  await connected()
  const [child] = cli.running()
  await stop('SIGKILL')
  expect(runs(Number(child?.pid))).toBe(true)
  const { log } = await start()
  await connected()
  expect(log()).toContain('signal-daemon-found')
  expect(cli.started()).toHaveLength(1)
  await stop()
  expect(runs(Number(child?.pid))).toBe(true)
}, 60_000)

it('channels status says that it starts, why it ended, and that it is not there', async () => {
  await configure({ startupTimeoutMs: 20_000 })
  await cli.plan({ startMs: 2_000 })
  await start()
  await soon(() => expect(cli.running()).toHaveLength(1))
  expect(await statusOf()).toMatchObject({ state: 'starting', lastError: null })
  await connected()
  await cli.plan({ numbers: [] })
  cli.kill()
  await soon(async () => {
    const { state, lastError } = await statusOf()
    expect(state).toMatch(/waiting|starting/)
    expect(lastError).toContain(`User ${cli.daemon.number} is not registered`)
  })
  const { stdout } = await home.run(['channels', 'status'])
  expect(stdout.replaceAll(/\s+/g, ' ')).toContain('signal-cli ended with 1: User')
  await stop()
  const cliPath = join(home.folder, 'signal-cli')
  await cli.close()
  await configure({ cliPath })
  const { log } = await start()
  await soon(() => expect(log()).toContain('channel-failed'))
  const { state, lastError } = await statusOf()
  expect(state).toBe('failed')
  for (const part of [cliPath, 'channels.signal.cliPath', 'httpUrl'])
    expect(String(lastError)).toContain(part)
  expect(log().match(/cannot be run/g)).toHaveLength(1)
}, 60_000)

it('doctor looks whether it is there, and runs nothing', async () => {
  const findings = async (env = {}): Promise<readonly Json[]> => {
    const { stdout } = await home.run(['doctor', '--json'], { env })
    const json = JSON.parse(stdout) as { readonly findings: readonly Json[] }
    return json.findings.filter(({ id }) => id === 'signal-cli')
  }
  await configure({ cliPath: 'signal-cli' })
  const [missing] = await findings({ PATH: '/nowhere' })
  expect(missing).toMatchObject({ severity: 'warning', subject: 'channels.signal (default)' })
  expect(missing?.['problem']).toContain('not in the PATH')
  expect(missing?.['fix']).toContain('channels.signal.cliPath')
  expect(await findings({ PATH: cli.folder })).toEqual([])
  await chmod(cli.cliPath, 0o644)
  expect(await findings({ PATH: cli.folder })).toHaveLength(1)
  await chmod(cli.cliPath, 0o755)
  // A gateway with a path of its own is connected.
  const PATH = `${cli.folder}:${home.env['PATH'] ?? ''}`
  home = { ...home, env: { ...home.env, PATH } }
  await start()
  await connected()
  expect(await findings({ PATH: '/nowhere' })).toEqual([])
  await stop()
  expect(await findings({ PATH: '/nowhere' })).toHaveLength(1)
  expect(cli.started()).toHaveLength(1)
}, 60_000)
