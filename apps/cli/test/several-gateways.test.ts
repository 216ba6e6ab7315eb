import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, freshDatabase, startServer } from '@openclaw-pairing/postgres'
import { expect, it, onTestFinished } from 'vitest'
import { bundledCli } from './support/bundle.ts'

// Programs of servers are not on every user's path.
const PATH = `${process.env['PATH'] ?? ''}:/usr/sbin`
const hasBalancer =
  spawnSync('haproxy', ['-v'], { env: { PATH } }).status === 0 &&
  spawnSync('bash', ['-c', 'true'], { env: { PATH } }).status === 0

/** The page of shell in the README, on free ports, a database of its own and an empty home. */
async function pageFor(url: string, ports: readonly number[]): Promise<string> {
  const readme = await readFile(new URL('../../../README.md', import.meta.url), 'utf8')
  const [, page = ''] = /## Several gateways\n[\s\S]*?```sh\n([\s\S]*?)```/.exec(readme) ?? []
  const changes: readonly (readonly [string | RegExp, string])[] = [
    [/^createdb .*$/m, '# made by the test'],
    ['postgres://127.0.0.1:5432/openclaw', `'${url}'`],
    [/^haproxy -f/m, 'haproxy -db -f'],
    ...['18789', '18790', '18791'].map((port, n) => [port, String(ports[n])] as const),
  ]
  return changes.reduce(
    (text, [from, to]) => {
      const changed = typeof from === 'string' ? text.replaceAll(from, to) : text.replace(from, to)
      if (changed === text) throw new Error(`the README has no ${String(from)} any more`)
      return changed
    },
    page.replaceAll('npx openclaw', 'openclaw'),
  )
}

interface Shell {
  readonly child: ChildProcess
  readonly said: () => string
  readonly end: () => Promise<void>
}

/** Runs a script in a group of its own, which ends as a whole. */
function shell(script: string, env: Readonly<Record<string, string>>, cwd: string): Shell {
  const child = spawn('bash', ['-c', script], {
    ...{ cwd, env, detached: true },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (part: Buffer) => {
      text += part.toString()
    })
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()))
  return {
    child,
    said: () => text,
    end: async () => {
      if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
      await closed
    },
  }
}

async function until(what: string, check: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 40_000
  for (;;) {
    const failure = await check().then(
      (holds) => (holds ? undefined : new Error(what)),
      (error: Error) => error,
    )
    if (failure === undefined) return
    if (performance.now() > end) throw new Error(`never: ${what}`, { cause: failure })
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

interface Visitor {
  readonly say: (text: string) => Promise<number>
  readonly state: () => Promise<{ readonly state: string; readonly code?: string }>
}

async function visitorOf(base: string): Promise<Visitor> {
  let cookie = ''
  const call = async (path: string, body?: unknown): Promise<Response> => {
    const headers = { 'content-type': 'application/json', cookie }
    const post = { method: 'POST', body: JSON.stringify(body), headers }
    const response = await fetch(`${base}/chat${path}`, body === undefined ? { headers } : post)
    cookie = response.headers.get('set-cookie')?.split(';')[0] ?? cookie
    return response
  }
  await call('/session', {})
  return {
    say: async (text) => (await call('/messages', { id: randomUUID(), text })).status,
    state: async () => (await (await call('/state')).json()) as { state: string; code?: string },
  }
}

it.skipIf(!hasBalancer)(
  'the page of shell in the README: two gateways and a balancer over one database',
  async () => {
    const server = await startServer()
    onTestFinished(server.stop)
    const url = await freshDatabase(server.url)
    const ports = await Promise.all([freePort(), freePort(), freePort()])
    const home = await mkdtemp(join(tmpdir(), 'several-gateways-'))
    onTestFinished(() => rm(home, { recursive: true, force: true }))
    await mkdir(join(home, '.openclaw'), { mode: 0o700 })
    await writeFile(
      join(home, '.openclaw/openclaw.json'),
      '{ gateway: { trustedProxies: ["127.0.0.1"] } }',
      { mode: 0o600 },
    )
    const env = { HOME: home, PATH, NO_COLOR: '1' }
    const main = await bundledCli()
    const command = `openclaw() { '${process.execPath}' '${main}' "$@"; }\n`
    const once = (line: string, more = {}): string => {
      const ran = spawnSync('bash', ['-c', `${command}${line}`], { env: { ...env, ...more } })
      return `${ran.stdout.toString()}${ran.stderr.toString()}`
    }
    once('openclaw pairing allow telegram 100001 --yes')

    const page = await pageFor(url, ports)
    const running = shell(`set -e\n${command}${page}\necho THE-END\nwait`, env, home)
    onTestFinished(running.end)
    await until('the page runs to its end', async () => {
      if (running.child.exitCode !== null) throw new Error(running.said())
      return running.said().includes('THE-END')
    })
    const [balancer = 0, first = 0, second = 0] = ports
    const readyAt = (port: number) => async () =>
      (await fetch(`http://127.0.0.1:${String(port)}/readyz/store`)).ok
    for (const port of [first, second, balancer])
      await until(`ready at ${String(port)}: ${running.said()}`, readyAt(port))

    const decide = (line: string): string => once(line, { OPENCLAW_STORE_URL: url })
    expect(decide('openclaw pairing allowed telegram')).toContain('100001')
    const ada = await visitorOf(`http://127.0.0.1:${String(balancer)}`)
    expect(await ada.say('hello')).toBeLessThan(300)
    const { code = '' } = await ada.state()
    expect(code).toMatch(/^[A-HJ-NP-Z2-9]{8}$/)
    expect(decide(`openclaw pairing approve webchat ${code} --yes`)).toContain('Approved')
    // at each of them, whichever the balancer takes
    for (let n = 0; n < 4; n += 1)
      await until('she is let in', async () => (await ada.state()).state === 'allowed')
    expect(decide('openclaw nodes list')).not.toMatch(/^error/m)
    expect(decide('openclaw doctor')).not.toMatch(/^error/m)

    // without one of them
    const pids = spawnSync(
      'bash',
      ['-c', `pgrep -g ${String(running.child.pid)} -f "port ${String(first)}"`],
      { env },
    )
    for (const pid of pids.stdout.toString().trim().split('\n'))
      process.kill(Number(pid), 'SIGKILL')
    await until('the other one answers', async () => (await ada.state()).state === 'allowed')
    await until('and takes what she says', async () => (await ada.say('still there?')) < 300)
    // the directory that was moved is used by nobody in its stead
    const files = once('openclaw pairing allowed telegram')
    expect(files).toMatch(/^error/m)
    expect(files).not.toContain('100001')
  },
  120_000,
)
