import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freshDatabase, sqlOn, startServer } from '@openclaw-pairing/postgres'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { paired } from './support/devices.ts'
import { runGateway } from './support/gateway.ts'
import { type HomeHere, homeHere } from './support/here.ts'
import { asks } from './support/people.ts'
import { play } from './support/session.ts'
import { noTerminal, onTerminal } from './support/terminal.ts'

let server: { readonly url: string; readonly stop: () => Promise<void> }
beforeAll(async () => {
  const given = process.env['OPENCLAW_TEST_POSTGRES_URL']
  server = given ? { url: given, stop: async () => undefined } : await startServer()
})
afterAll(() => server.stop())

let url: string
let home: HomeHere
let address: string
beforeEach(async () => {
  url = await freshDatabase(server.url)
  home = await homeHere()
  address = join(home.folder, 'address')
  await writeFile(address, `${url}\n`)
})
afterEach(() => home.remove())

const passwordOf = (): string => new URL(url).password
const codeOf = ({ stdout }: { readonly stdout: string }): unknown => JSON.parse(stdout).error?.code

it('a store is moved to a database, through a file, and back', async () => {
  const file = fileURLToPath(new URL('sessions-database/store.session', import.meta.url))
  const script = await readFile(file, 'utf8')
  const said = await play(home, script, { '{store}': url })
  expect(said).not.toContain(passwordOf())
  if (process.env['UPDATE_SESSIONS'] === '1') await writeFile(file, said)
  else expect(said).toBe(script)
})

describe('store migrate', () => {
  it('brings devices and people along, for the built command and the gateway', async () => {
    await asks(home, { id: '100001', meta: { firstName: 'Ada' } })
    await paired(home, { key: 'phone' })
    const before = await home.apart.json(['devices', 'list'])
    const env = { OPENCLAW_STORE_URL: url }
    const ran = await home.apart.run(['store', 'migrate', '--to', `@${address}`, '--yes', '--json'])
    expect(ran).toMatchObject({ exit: 0, stderr: '' })
    expect(JSON.parse(ran.stdout)).toMatchObject({
      ...{ step: 'move', dryRun: false, devices: { paired: 1 }, from: { kind: 'files' } },
      people: [{ channel: 'telegram', allowed: 0, blocked: 0, waiting: 1 }],
    })
    expect(await home.apart.json(['devices', 'list'], { env })).toEqual(before)
    const refused = await home.apart.run(['pairing', 'list', '--json'])
    expect({ exit: refused.exit, code: codeOf(refused) }).toEqual({
      ...{ exit: 1, code: 'ERR_STORE_MOVED' },
    })
    const gateway = await home.apart.run(['gateway'])
    expect(gateway.exit).not.toBe(0)
    expect(gateway.stderr).toContain('was moved to')
    expect(gateway.stderr + ran.stdout).not.toContain(passwordOf())
  })

  it('shows lists of OpenClaw 2026.2 that were never opened here, and moves them', async () => {
    await mkdir(join(home.stateDir, 'credentials'), { recursive: true, mode: 0o700 })
    const file = join(home.stateDir, 'credentials', 'telegram-allowFrom.json')
    await writeFile(file, '{"version":1,"allowFrom":["7"]}', { mode: 0o600 })
    const line = ['store', 'migrate', '--to', `@${address}`]
    const dry = await home.run([...line, '--dry-run'])
    expect(dry).toMatchObject({ exit: 0, stderr: '' })
    expect(dry.stdout.replace(/\s+/g, ' ')).toContain('These lists were never taken over here')
    expect(await home.json([...line, '--dry-run'])).toMatchObject({ step: 'move', lists: [file] })
    expect(existsSync(join(home.stateDir, 'pairing-journal'))).toBe(false)
    expect(await home.json([...line, '--yes'])).toMatchObject({
      people: [{ channel: 'telegram', allowed: 1 }],
    })
  })

  it('reads the address from stdin', async () => {
    await home.run(['pairing', 'allow', 'telegram', '1', '--yes'])
    const line = ['store', 'migrate', '--to', '-', '--dry-run', '--json']
    const ran = await home.apart.run(line, { input: `${url}\n` })
    expect(ran).toMatchObject({ exit: 0, stderr: '' })
    expect(JSON.parse(ran.stdout)).toMatchObject({ step: 'move', dryRun: true, records: 1 })
    expect(await sqlOn(url, "SELECT 1 FROM pg_namespace WHERE nspname = 'openclaw'")).toEqual([])
    const both = ['store', 'migrate', '--from', '-', '--to', '-', '--yes']
    expect(await home.apart.run(both, { input: url })).toMatchObject({ exit: 2 })
  })

  it('waits for nobody while a gateway runs on the directory', async () => {
    await home.run(['pairing', 'allow', 'telegram', '1', '--yes'])
    const gateway = await runGateway(home)
    try {
      const ran = await home.run(['store', 'migrate', '--to', `@${address}`, '--yes', '--json'])
      expect({ exit: ran.exit, code: codeOf(ran) }).toEqual({
        ...{ exit: 4, code: 'ERR_STORE_TRANSFER_IN_USE' },
      })
    } finally {
      await gateway.stop()
    }
    expect(await home.run(['store', 'migrate', '--to', `@${address}`, '--yes'])).toMatchObject({
      exit: 0,
    })
  })

  it('waits for nobody while a gateway runs on the database', async () => {
    const env = { OPENCLAW_STORE_URL: url }
    await home.run(['pairing', 'allow', 'telegram', '1', '--yes'], { env })
    const gateway = await runGateway(home, env)
    const line = ['store', 'migrate', '--from', `@${address}`, '--to', join(home.folder, 'new')]
    try {
      const ran = await home.run([...line, '--yes', '--json'])
      expect({ exit: ran.exit, code: codeOf(ran) }).toEqual({
        ...{ exit: 4, code: 'ERR_STORE_TRANSFER_IN_USE' },
      })
    } finally {
      await gateway.stop()
    }
    // one that was killed is known to be gone after a while
    await expect
      .poll(async () => (await home.run([...line, '--yes'])).exit, {
        timeout: 28_000,
        interval: 1_000,
      })
      .toBe(0)
  }, 60_000)

  it.skipIf(noTerminal)('shows what is moved, and asks', async () => {
    await home.run(['pairing', 'allow', 'telegram', '1', '--yes'])
    const line = ['store', 'migrate', '--to', `@${address}`]
    const no = onTerminal(home.apart, line)
    await no.shows(/Move it\? \[y\/N\]/)
    expect(no.screen()).toContain('telegram: 1 may write')
    no.type('n\r')
    expect(await no.exit).toBe(4)
    const yes = onTerminal(home.apart, line)
    await yes.shows(/Move it\? \[y\/N\]/)
    yes.type('y\r')
    expect(await yes.exit).toBe(0)
    expect(yes.screen()).toContain('the same line again ends it')
    expect(yes.screen()).not.toContain(passwordOf())
  })
})
