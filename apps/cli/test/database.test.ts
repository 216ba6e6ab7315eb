import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openPairing } from '@openclaw/pairing/node'
import { freePort, freshDatabase, sqlOn, startServer } from '@openclaw-pairing/postgres'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { paired } from './support/devices.ts'
import { runGateway } from './support/gateway.ts'
import { type HomeHere, homeHere } from './support/here.ts'
import { asks } from './support/people.ts'
import { play } from './support/session.ts'

let server: { readonly url: string; readonly stop: () => Promise<void> }
beforeAll(async () => {
  const given = process.env['OPENCLAW_TEST_POSTGRES_URL']
  server = given ? { url: given, stop: async () => undefined } : await startServer()
})
afterAll(() => server.stop())

let url: string
let home: HomeHere
beforeEach(async () => {
  url = await freshDatabase(server.url)
  home = await homeHere({ OPENCLAW_STORE_URL: url })
})
afterEach(() => home.remove())

interface Found {
  readonly id: string
  readonly severity: string
  readonly subject: string
  readonly problem: string
}

const doctor = async (env: Readonly<Record<string, string>> = {}) => {
  const { exit, stdout } = await home.run(['doctor', '--json'], { env })
  return { exit, ...(JSON.parse(stdout) as { store: unknown; findings: Found[] }) }
}
const idsOf = ({ findings }: { readonly findings: readonly Found[] }): string[] =>
  findings.map(({ id }) => id)
const codeOf = ({ stdout }: { readonly stdout: string }): unknown => JSON.parse(stdout).error?.code

it('every command works on it as on files', async () => {
  const file = fileURLToPath(new URL('sessions-database/database.session', import.meta.url))
  const script = await readFile(file, 'utf8')
  const said = await play(home, script)
  if (process.env['UPDATE_SESSIONS'] === '1') await writeFile(file, said)
  else expect(said).toBe(script)
  // everything is in the database
  expect(existsSync(home.stateDir)).toBe(false)
  // many commands, each with connections of its own
}, 120_000)

describe('a database that cannot be used', () => {
  const PASSWORD = 'a-secret-of-somebody'
  const withPassword = (): string => {
    const wrong = new URL(url)
    wrong.password = PASSWORD
    return wrong.href
  }
  const elsewhere = async (): Promise<string> =>
    `postgres://ada:${PASSWORD}@127.0.0.1:${String(await freePort())}/x`
  it.each([
    ['with a wrong password', async () => withPassword(), 'ERR_STORE_LOGIN'],
    ['that does not exist', async () => `${url}_x`, 'ERR_STORE_DATABASE_MISSING'],
    ['that is away', elsewhere, 'ERR_STORE_UNREACHABLE'],
    ['of two hosts', async () => `postgres://ada:${PASSWORD}@a,b/x`, 'ERR_STORE_URL'],
    ['of another kind', async () => `mysql://ada:${PASSWORD}@a/x`, 'ERR_CONFIG_INVALID'],
  ])('%s is one line and a hint, and nothing is read from files', async (_, named, code) => {
    // lists of a time before, which must not be shown
    await home.run(['pairing', 'allow', 'telegram', '7'], { env: { OPENCLAW_STORE_URL: '' } })
    const env = { OPENCLAW_STORE_URL: await named() }
    const ran = await home.run(['pairing', 'allowed', '--json'], { env })
    expect({ exit: ran.exit, code: codeOf(ran) }).toEqual({ exit: 1, code })
    expect(ran.stderr).toMatch(/^error: (?:.+|the configuration has errors\n {2}.+)\nhint: .+\n$/)
    expect(ran.stdout + ran.stderr).not.toContain(PASSWORD)
    expect(ran.stdout).not.toContain('"7"')
  })

  it('is found by doctor', async () => {
    const exam = await doctor({ OPENCLAW_STORE_URL: withPassword() })
    expect(exam).toMatchObject({ exit: 1, store: { kind: 'postgres', schema: 'openclaw' } })
    expect(exam.findings).toContainEqual(
      expect.objectContaining({
        id: 'ERR_STORE_LOGIN',
        severity: 'error',
        subject: 'the database',
      }),
    )
    expect(JSON.stringify(exam)).not.toContain(PASSWORD)
  })
})

describe('doctor', () => {
  const setting = async (name: string): Promise<unknown> =>
    (await sqlOn(url, `SHOW ${name}`))[0]?.[name]

  it('tells how the server is set, and calls it by its place alone', async () => {
    const exam = await doctor()
    const where = url.replace(/^.*@/, '')
    expect(exam.store).toEqual({ kind: 'postgres', schema: 'openclaw', where })
    const expected = (await setting('fsync')) === 'off' ? ['database-fsync'] : []
    const plain = (await setting('data_checksums')) === 'off' ? ['database-checksums'] : []
    expect(idsOf(exam)).toEqual([...expected, 'database-superuser', ...plain])
    expect(exam.exit).toBe(expected.length)
    for (const { subject } of exam.findings) expect(subject).toBe(`database ${where}`)
  })

  it('is content with a role that has no more than it needs', async () => {
    const name = `r_${new URL(url).pathname.slice(3)}`
    const database = new URL(url).pathname.slice(1)
    await sqlOn(
      url,
      `CREATE ROLE ${name} LOGIN PASSWORD 'p'; ALTER ROLE ${name} SET synchronous_commit = off`,
    )
    await sqlOn(url, `ALTER DATABASE ${database} OWNER TO ${name}`)
    const own = new URL(url)
    own.username = name
    own.password = 'p'
    const exam = await doctor({ OPENCLAW_STORE_URL: own.href })
    expect(idsOf(exam)).not.toContain('database-superuser')
    expect(exam.findings).toContainEqual(
      expect.objectContaining({ id: 'database-synchronous-commit', severity: 'note' }),
    )
  })

  it('tells that a change of a row by somebody else was one', async () => {
    await home.run(['pairing', 'allow', 'telegram', '7', '--yes'])
    await sqlOn(url, "UPDATE openclaw.records SET value = replace(value, 'allowed', 'blocked')")
    expect(idsOf(await doctor())).toContain('journal-changed-record')
    const verified = await home.run(['audit', 'verify'])
    expect(verified.exit).toBe(1)
    expect(verified.stdout).toMatch(/^damage: dm\.senders telegram\/default\/7: .+$/m)
  })

  it('tells of a way past which no notification comes', async () => {
    await mkdir(home.stateDir, { mode: 0o700 })
    // those of one database are not heard in another
    const deaf = { store: { listenUrl: server.url } }
    await writeFile(join(home.stateDir, 'pairing.json5'), JSON.stringify(deaf), { mode: 0o600 })
    expect(idsOf(await doctor())).toContain('database-not-heard')
  })

  it('tells of lists in files that nobody reads', async () => {
    await home.run(['pairing', 'allow', 'telegram', '7'], { env: { OPENCLAW_STORE_URL: '' } })
    const { findings } = await doctor()
    expect(findings).toContainEqual(
      expect.objectContaining({
        id: 'files-beside-database',
        subject: join(home.stateDir, 'pairing-journal'),
      }),
    )
  })
})

describe('a gateway on a database', () => {
  it.each([
    ...['pairing list', 'pairing allow telegram 7', 'devices list', 'audit', 'owner list'],
    'store export --to {folder}/copy.jsonl',
  ])('keeps “%s” from the files of its directory', async (line) => {
    await mkdir(home.stateDir, { mode: 0o700 })
    const runtime = JSON.stringify({ pid: process.pid, store: 'postgres' })
    await writeFile(join(home.stateDir, 'gateway.runtime.json'), runtime, { mode: 0o600 })
    const env = { OPENCLAW_STORE_URL: '' }
    const words = line.replace('{folder}', home.folder).split(' ')
    const ran = await home.run([...words, '--json'], { env })
    expect({ exit: ran.exit, code: codeOf(ran) }).toEqual({
      exit: 4,
      code: 'ERR_CLI_STORE_ELSEWHERE',
    })
    expect(await readdir(home.stateDir)).toEqual(['gateway.runtime.json'])
    // on the database it works, as far as there is something to copy
    expect((await home.run(words)).exit).toBe(line.startsWith('store') ? 3 : 0)
  })

  it('says so itself, and is the one that commands with its database count on', async () => {
    const gateway = await runGateway(home)
    try {
      const { code } = await asks(home, { id: '7' })
      const env = { OPENCLAW_STORE_URL: '' }
      const refused = await home.apart.run(['pairing', 'list', '--json'], { env })
      expect(codeOf(refused)).toBe('ERR_CLI_STORE_ELSEWHERE')
      expect(idsOf(await doctor(env))).toContain('ERR_CLI_STORE_ELSEWHERE')
      const approved = await home.apart.json(['pairing', 'approve', 'telegram', code])
      expect(approved).toMatchObject({ outcome: 'approved', gatewayRunning: true })
      expect(await home.apart.json(['audit', 'verify'])).toMatchObject({ ok: true })
    } finally {
      await gateway.stop()
    }
  })

  it('is warned of where it works on files, and a command on a database', async () => {
    const gateway = await runGateway(home, { OPENCLAW_STORE_URL: '' })
    try {
      const ran = await home.run(['pairing', 'allow', 'telegram', '7'])
      expect(ran).toMatchObject({
        exit: 0,
        stderr: expect.stringContaining('keeps its state in files'),
      })
      expect(idsOf(await doctor())).toContain('gateway-on-files')
    } finally {
      await gateway.stop()
    }
  })
})

it('who waits and devices are read without those who were let in', async () => {
  await home.run(['pairing', 'allow', 'telegram', '8', '--yes'])
  const { code } = await asks(home, { id: '7' })
  await paired(home, { key: '1' })
  // whoever reads it is told that it is damaged
  await sqlOn(
    url,
    "UPDATE openclaw.records SET value = '{' WHERE collection = 'dm.senders' AND key LIKE '%/8'",
  )
  const lines = ['pairing list', 'devices list', 'nodes pending', 'qr --list', 'audit']
  for (const line of [...lines, `pairing approve telegram ${code}`]) {
    expect({ line, ...(await home.run(line.split(' '))) }).toMatchObject({ line, exit: 0 })
  }
  expect(codeOf(await home.run(['pairing', 'allowed', '--json']))).toBe('ERR_STORE_RECORD_DAMAGED')
}, 120_000)

it('what was not loaded is never taken for nobody', async () => {
  const state = await openPairing({
    env: home.env,
    database: { by: 'command', load: 'waiting' },
  })
  const actor = { kind: 'root', user: 'ada' } as const
  try {
    expect(await state.people.list(actor)).toEqual(expect.any(Array))
    await expect(state.people.allowed(actor)).rejects.toMatchObject({ code: 'ERR_STORE_NOT_HELD' })
    const owner = { channel: 'telegram', senderId: '7' } as never
    expect(() => state.people.isOwner(owner)).toThrow(
      expect.objectContaining({ code: 'ERR_STORE_NOT_HELD' }),
    )
  } finally {
    await state.close()
  }
})
