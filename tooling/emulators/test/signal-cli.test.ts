import { spawn } from 'node:child_process'
import { appendFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type SignalCli, type SignalCliOptions, startSignalCli } from '../src/index.ts'

const open: SignalCli[] = []
afterEach(async () => {
  for (const cli of open.splice(0)) await cli.close()
})

async function standIn(options?: SignalCliOptions): Promise<SignalCli> {
  const cli = await startSignalCli(options)
  open.push(cli)
  return cli
}

/** Runs it; what it says, and how it ends. */
function run({ cliPath }: SignalCli, args: readonly string[]) {
  const child = spawn(cliPath, args)
  const said = { err: '' }
  child.stderr.setEncoding('utf8').on('data', (part: string) => (said.err += part))
  child.stdout.resume()
  const ended = new Promise((resolve) => child.once('close', (...end) => resolve(end)))
  return { child, said, ended }
}

const usual = ({ daemon, httpPort }: SignalCli): string[] => [
  ...['-a', daemon.number, 'daemon', '--http', `127.0.0.1:${String(httpPort)}`],
  ...['--no-receive-stdout', '--receive-mode', 'on-connection'],
]

const soon = (check: () => unknown): Promise<unknown> =>
  vi.waitFor(check, { timeout: 10_000, interval: 10 })

const answers = async ({ httpPort }: SignalCli): Promise<number> =>
  (await fetch(`http://127.0.0.1:${String(httpPort)}/api/v1/check`)).status

describe('the executable', () => {
  it.runIf(process.platform === 'linux')(
    'that has ended is not taken for what got its number afterwards',
    async () => {
      const cli = await standIn()
      const other = spawn('sleep', ['60'])
      const started = { pid: other.pid, args: [], env: [] }
      await appendFile(join(cli.folder, 'started.jsonl'), `${JSON.stringify(started)}\n`)
      expect(cli.started()).toHaveLength(1)
      expect(cli.running()).toEqual([])
      cli.kill()
      expect(other.kill('SIGTERM')).toBe(true)
      const [, signal] = await new Promise<unknown[]>((resolve) =>
        other.once('close', (...end) => resolve(end)),
      )
      expect(signal).toBe('SIGTERM')
    },
  )

  it.each([false, true])(
    'serves the daemon, and its levers hold; in a script: %s',
    async (wrapped) => {
      const cli = await standIn({ wrapped })
      run(cli, [...usual(cli), '--ignore-stories'])
      await soon(async () => expect(await answers(cli)).toBe(200))
      const stop = new AbortController()
      const url = `http://127.0.0.1:${String(cli.httpPort)}/api/v1/events`
      const stream = await fetch(url, { signal: stop.signal })
      expect(stream.headers.get('content-type')).toContain('text/event-stream')
      expect(cli.daemon.listeners()).toBe(1)
      expect(cli.running()).toMatchObject([{ args: [...usual(cli), '--ignore-stories'] }])
      cli.kill()
      await soon(() => expect(cli.daemon.listeners()).toBe(0))
      await soon(() => expect(cli.running()).toEqual([]))
      stop.abort()
    },
  )

  it.each([
    [['daemon', '--http', '127.0.0.1:1', '-a', '+15550000000'], 'unrecognized arguments'],
    [['-a', '+15550000000', '--http', '127.0.0.1:1', 'daemon'], 'before the command'],
    [['-a', '+15550000000', 'daemon', '--receive-mode', 'always'], 'invalid choice'],
    [['-a', '+15550000000'], 'too few arguments'],
    [['-a', '+15559999999', 'daemon'], 'User +15559999999 is not registered.'],
  ])('refuses %j', async (args, words) => {
    const cli = await standIn()
    const { said, ended } = run(cli, args)
    expect(await ended).toEqual([1, null])
    expect(said.err).toContain(words)
  })

  it('ends where somebody else has its port', async () => {
    const cli = await standIn()
    const { port } = new URL(cli.daemon.url)
    const { said, ended } = run(cli, [
      '-a',
      cli.daemon.number,
      'daemon',
      '--http',
      `127.0.0.1:${port}`,
    ])
    expect(await ended).toEqual([3, null])
    expect(said.err).toContain('Failed to initialize HTTP Server')
  })

  it('does as it is planned', async () => {
    const cli = await standIn()
    await cli.plan({ exit: { code: 2, says: 'no java' } })
    const { said, ended } = run(cli, usual(cli))
    expect(await ended).toEqual([2, null])
    expect(said.err).toBe('no java\n')
    await cli.plan({ exit: undefined, hangs: true, deaf: true, noise: 100_000 })
    const { child, said: more } = run(cli, usual(cli))
    await soon(() => expect(more.err.length).toBeGreaterThan(100_000))
    child.kill('SIGTERM')
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(cli.running()).toHaveLength(1)
    const refused = await new Promise((resolve) =>
      connect(cli.httpPort, '127.0.0.1').once('error', resolve),
    )
    expect(refused).toMatchObject({ code: 'ECONNREFUSED' })
  })
})
