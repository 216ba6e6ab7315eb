import { chmod, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import type { RunningConnection } from '@openclaw/pairing-testing'
import {
  type SignalCli,
  type SignalCliOptions,
  signalNumberOf,
  startSignalCli,
} from '@openclaw-pairing/emulators'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type SignalDaemonOptions, type SignalDaemonTiming, signalDaemon } from '../src/daemon.ts'
import {
  account,
  clock,
  closeAll,
  emulate,
  ended,
  events,
  pause,
  random,
  runBench,
  texts,
  until,
} from './bench.ts'

afterEach(closeAll)
afterEach(() => void vi.restoreAllMocks())

const env = { HOME: '/nowhere', PATH: process.env['PATH'], OPENCLAW_GATEWAY_TOKEN: 'a-secret' }

/** Waits of a tenth of the real ones and less. */
const quick: Partial<SignalDaemonTiming> = {
  ...{ startMs: 10_000, pollMs: 20, lookMs: 400, deafMs: 500 },
  ...{ endMs: 600, backoffMs: 60, maxBackoffMs: 300 },
}

/** A stand-in of signal-cli that ends with the test. */
async function standIn(options?: SignalCliOptions): Promise<SignalCli> {
  const cli = await startSignalCli(options)
  ended.add(cli.close)
  return cli
}

const urlOf = ({ httpPort }: SignalCli): string => `http://127.0.0.1:${String(httpPort)}`

/** Runs a connection whose daemon is started. */
function run(
  cli: SignalCli,
  changes: Partial<SignalDaemonOptions> = {},
  silentMs = 2_000,
): RunningConnection {
  const { number } = cli.daemon
  const httpUrl = urlOf(cli)
  const timing = { ...quick, ...changes.timing }
  const common = { httpUrl, number, account, clock, random, env, cliPath: cli.cliPath }
  const daemon = signalDaemon({ ...common, ...changes, timing })
  return runBench({ url: httpUrl, options: { number, daemon, timing: { silentMs } } })
}

/** What listens from then on is another user's than the one who asks. */
async function byAnother<T>(listen: () => Promise<T>): Promise<T> {
  const own = process.geteuid?.() ?? 0
  if (own !== 0) {
    vi.spyOn(process as Required<typeof process>, 'geteuid').mockReturnValue(own + 1)
    return listen()
  }
  process.seteuid?.(65_534)
  return listen().finally(() => process.seteuid?.(own))
}

const connected = (cli: SignalCli): Promise<void> =>
  until(() => cli.daemon.listeners() === 1, 'the stream')
const starts = (cli: SignalCli, count: number): Promise<void> =>
  until(() => cli.started().length >= count, `start ${String(count)}`)
const logged = ({ lines }: RunningConnection, event: string) =>
  lines.flatMap(([level, name, fields]) => (name === event ? [{ level, ...fields }] : []))
const lastError = ({ connection }: RunningConnection): string => connection.status().lastError ?? ''

describe('signal-cli', () => {
  it('is started, gets little of the environment, and is gone after a stop', async () => {
    const cli = await standIn()
    const bench = run(cli)
    await connected(cli)
    cli.daemon.message(1, 'hello')
    await until(() => texts(bench.offered).length === 1, 'the message')
    const [start] = cli.started()
    expect(start?.args).toEqual([
      ...['-a', cli.daemon.number, 'daemon', '--http', new URL(urlOf(cli)).host],
      ...['--no-receive-stdout', '--receive-mode', 'on-connection'],
    ])
    expect(start?.env).toContain('HOME')
    expect(start?.env).not.toContain('OPENCLAW_GATEWAY_TOKEN')
    expect(logged(bench, 'signal-daemon-started')).toMatchObject([{ pid: start?.pid }])
    await bench.stop()
    expect(cli.running()).toEqual([])
    expect(logged(bench, 'signal-daemon-stopped')).toMatchObject([{ pid: start?.pid }])
    expect(bench.connection.status().state).toBe('stopped')
  })

  it('that starts slowly is waited for, and so are sends', async () => {
    const cli = await standIn()
    await cli.plan({ startMs: 1_000 })
    const bench = run(cli)
    await starts(cli, 1)
    expect(bench.connection.status()).toMatchObject({ state: 'starting' })
    const sent = bench.connection.send({ to: signalNumberOf(1), text: 'hello' })
    expect(await sent).toMatchObject({ outcome: 'sent' })
    await connected(cli)
    expect(cli.started()).toHaveLength(1)
    expect(bench.connection.status().lastError).toBeUndefined()
    expect(events(bench.lines)).not.toContain('signal-unreachable')
  })

  it('whose number is not registered says so, is started again after waits, and found when it is', async () => {
    const cli = await standIn()
    const { number } = cli.daemon
    await cli.plan({ numbers: [] })
    const bench = run(cli)
    await starts(cli, 3)
    const reason = `signal-cli ended with 1: User ${number} is not registered; register`
    expect(lastError(bench)).toContain(reason)
    expect(lastError(bench)).toContain(`\`${cli.cliPath} -a ${number} register\``)
    expect(bench.connection.status().state).toMatch(/waiting|starting/)
    const exits = logged(bench, 'signal-daemon-exited')
    expect(exits.map(({ level }) => level).slice(0, 2)).toEqual(['warn', 'debug'])
    expect(exits[0]).toMatchObject({ pid: cli.started()[0]?.pid })
    const begun = logged(bench, 'signal-daemon-starting')
    expect(begun.map(({ level }) => level).slice(0, 2)).toEqual(['info', 'debug'])
    await cli.plan({ numbers: [number] })
    await connected(cli)
  })

  it('that ends at once is not started more and more often', async () => {
    const cli = await standIn()
    await cli.plan({ exit: { code: 3, says: 'ERROR: no java' } })
    const bench = run(cli, { timing: { backoffMs: 200, maxBackoffMs: 10_000 } })
    await starts(cli, 3)
    const waits = logged(bench, 'signal-daemon-exited').map((fields) =>
      Reflect.get(fields, 'nextTryMs'),
    )
    expect(Number(waits[1])).toBeGreaterThanOrEqual(Number(waits[0]))
    await pause(400)
    expect(cli.started().length).toBeLessThanOrEqual(4)
  })

  it('that dies is started again, and what people wrote meanwhile comes', async () => {
    const cli = await standIn()
    const bench = run(cli)
    await connected(cli)
    for (const text of ['one', 'two', 'three']) {
      cli.kill()
      await until(() => cli.daemon.listeners() === 0, 'the end of the stream')
      cli.daemon.message(1, text)
      await until(() => texts(bench.offered).includes(text), text)
    }
    expect(texts(bench.offered)).toEqual(['one', 'two', 'three'])
    expect(logged(bench, 'signal-daemon-exited')).toHaveLength(3)
    // One line says it.
    expect(events(bench.lines)).not.toContain('signal-disconnected')
    expect(lastError(bench)).toBe('signal-cli ended by SIGKILL')
    expect(cli.running()).toHaveLength(1)
  })

  it('that never answers is ended at the time limit, and says what it waited for', async () => {
    const cli = await standIn()
    await cli.plan({ hangs: true })
    const bench = run(cli, { timing: { startMs: 1_500 } })
    await starts(cli, 2)
    const [first] = cli.started()
    expect(cli.running().map(({ pid }) => pid)).not.toContain(first?.pid)
    expect(logged(bench, 'signal-daemon-hung')).toMatchObject([{ level: 'warn', pid: first?.pid }])
    expect(lastError(bench)).toContain('in use by another instance')
    expect(lastError(bench)).toContain('end the other signal-cli')
    await bench.stop()
    expect(cli.running()).toEqual([])
  })

  it('that starts too slowly says what gives it longer', async () => {
    const cli = await standIn()
    await cli.plan({ startMs: 60_000 })
    const bench = run(cli, { timing: { startMs: 400 } })
    await starts(cli, 2)
    expect(lastError(bench)).toContain('channels.signal.startupTimeoutMs')
  })

  it('that answers no more is ended and started again', async () => {
    const cli = await standIn({ keepAliveMs: 50 })
    const bench = run(cli, {}, 500)
    await connected(cli)
    const [first] = cli.running()
    process.kill(Number(first?.pid), 'SIGSTOP')
    await starts(cli, 2)
    await connected(cli)
    expect(cli.running().map(({ pid }) => pid)).not.toContain(first?.pid)
    const [hung, ...others] = logged(bench, 'signal-daemon-hung')
    expect(JSON.stringify(hung)).not.toContain('startupTimeoutMs')
    expect(others).toEqual([])
  })

  it('is gone too where a script runs it, and where it hears no SIGTERM', async () => {
    const cli = await standIn({ wrapped: true })
    await cli.plan({ deaf: true })
    const bench = run(cli)
    await connected(cli)
    const before = performance.now()
    await bench.stop()
    expect(performance.now() - before).toBeLessThan(8_000)
    expect(cli.running()).toEqual([])
  })

  it('that outlives the script that ran it is ended before another is started', async () => {
    const cli = await standIn({ wrapped: true })
    const bench = run(cli)
    await connected(cli)
    const [program] = cli.running()
    process.kill(Number(logged(bench, 'signal-daemon-started')[0]?.['pid' as never]), 'SIGKILL')
    await starts(cli, 2)
    await connected(cli)
    expect(cli.running().map(({ pid }) => pid)).not.toContain(program?.pid)
    expect(cli.running()).toHaveLength(1)
  })

  it('is gone where the stop comes while it starts', async () => {
    const cli = await standIn()
    await cli.plan({ startMs: 60_000 })
    const bench = run(cli)
    await starts(cli, 1)
    await bench.stop()
    expect(cli.running()).toEqual([])
  })

  it('may say a lot: nothing of it is logged or kept', async () => {
    const cli = await standIn()
    await cli.plan({ noise: 20_000_000 })
    const bench = run(cli)
    await connected(cli)
    cli.kill()
    await starts(cli, 2)
    await connected(cli)
    expect(JSON.stringify(bench.lines)).not.toContain('+15559999999')
    expect(JSON.stringify(bench.lines).length).toBeLessThan(5_000)
  })
})

describe('a daemon that answers already', () => {
  it('is used, and left alone at the stop', async () => {
    const cli = await standIn()
    const other = await emulate({ port: cli.httpPort })
    const bench = run(cli)
    await until(() => other.listeners() === 1, 'the stream')
    expect(logged(bench, 'signal-daemon-found')).toMatchObject([{ url: urlOf(cli) }])
    await bench.stop()
    expect(cli.started()).toEqual([])
    expect((await fetch(`${other.url}/api/v1/check`)).status).toBe(200)
  })

  it('and goes away is replaced', async () => {
    const cli = await standIn()
    const other = await emulate({ port: cli.httpPort })
    const bench = run(cli)
    await until(() => other.listeners() === 1, 'the stream')
    await other.close()
    await connected(cli)
    expect(cli.started()).toHaveLength(1)
    await bench.stop()
    expect(cli.running()).toEqual([])
  })

  it.runIf(process.platform === 'linux')(
    'and is another user’s is not believed, nor told anything',
    async () => {
      const cli = await standIn()
      const other = await byAnother(() => emulate({ port: cli.httpPort }))
      const bench = run(cli)
      await until(() => bench.connection.status().state === 'waiting', 'the trouble')
      for (const part of ['uid', 'channels.signal.httpPort', 'channels.signal.autoStart'])
        expect(lastError(bench)).toContain(part)
      expect(events(bench.lines)).toContain('signal-daemon-port-taken')
      expect(other.listeners()).toBe(0)
      const sent = await bench.connection.send({ to: signalNumberOf(1), text: 'a code' })
      expect(sent.outcome).toBe('failed')
      expect(other.sent).toEqual([])
      expect(cli.started()).toEqual([])
      vi.restoreAllMocks()
      await other.close()
      await connected(cli)
    },
    20_000,
  )

  it.each([
    ['answers otherwise', 404],
    ['answers everything with a page', 200],
    ['answers nothing', 0],
  ])('is not taken for one where something else %s: nothing is started', async (_, status) => {
    const cli = await standIn()
    const server = createServer(
      (__, response) =>
        void (status > 0 && response.writeHead(status).end('<!doctype html><title>Hello</title>')),
    )
    await new Promise<void>((resolve) => server.listen(cli.httpPort, '127.0.0.1', resolve))
    ended.add(async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    })
    const bench = run(cli)
    await until(() => bench.connection.status().state === 'waiting', 'the trouble')
    expect(lastError(bench)).toContain('channels.signal.httpPort')
    expect(events(bench.lines)).toContain('signal-daemon-port-taken')
    expect(cli.started()).toEqual([])
  })
})

describe('an executable that cannot be run', () => {
  it.each(['nothing', 'no program', 'a folder'])('ends the account: it is %s', async (what) => {
    const cli = await standIn()
    const file = join(cli.folder, 'other')
    if (what === 'no program') {
      await writeFile(file, 'x')
      await chmod(file, 0o644)
    }
    const bench = run(cli, { cliPath: what === 'a folder' ? cli.folder : file })
    await expect(bench.ended).rejects.toMatchObject({
      code: 'ERR_SIGNAL_CLI_NOT_FOUND',
      hint: expect.stringContaining('channels.signal.cliPath'),
    })
    expect(bench.connection.status()).toMatchObject({ state: 'failed' })
    const send = await bench.connection.send({ to: signalNumberOf(1), text: 'hello' })
    expect(send).toMatchObject({ outcome: 'failed' })
  })
})
