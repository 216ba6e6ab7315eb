import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startWaEmulator, type WaEmulator } from '@openclaw-pairing/emulators'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { emptyHome, type Home, type Json } from './support/cli.ts'
import { type RunningGateway, runGateway } from './support/gateway.ts'
import { readScreen } from './support/qr.ts'
import { noTerminal, onTerminal, type TerminalRun } from './support/terminal.ts'
import { installLibrary, linkedFolder } from './support/whatsapp-web.ts'

let home: Home
let whatsapp: WaEmulator
beforeEach(async () => {
  home = await emptyHome()
  whatsapp = await startWaEmulator()
  await installLibrary(home, whatsapp)
  await configure({})
})
afterEach(async () => {
  await whatsapp.close()
  await home.remove()
})

async function configure(section: object): Promise<void> {
  await mkdir(home.stateDir, { recursive: true, mode: 0o700 })
  const account = { webSocketUrl: whatsapp.url, ...section }
  const config = { channels: { whatsapp: account, webchat: { enabled: false } } }
  await writeFile(join(home.stateDir, 'openclaw.json'), JSON.stringify(config))
}

const sessions = async (): Promise<string[]> => {
  const folder = join(home.stateDir, 'credentials/whatsapp')
  return (await readdir(folder).catch(() => [])).sort()
}

async function gatewayIn(): Promise<RunningGateway> {
  const gateway = await runGateway(home)
  onTestFinished(gateway.stop)
  return gateway
}

const login = (env: Readonly<Record<string, string>> = {}): TerminalRun =>
  onTerminal(home, ['channels', 'login', 'whatsapp'], { COLUMNS: '120', LINES: '60', ...env })

const soon = (check: () => unknown): Promise<unknown> =>
  vi.waitFor(check, { timeout: 10_000, interval: 50 })

/** Each code takes the place of the one before. */
const codeOn = (run: TerminalRun): string | undefined =>
  readScreen(run.screen().split('\u001b[0J').at(-1) ?? '')

describe.skipIf(noTerminal)(`on a terminal${noTerminal ? ` (${noTerminal})` : ''}`, () => {
  it('shows the code, the next one in its place, and says when the phone has scanned it', async () => {
    const run = login()
    await soon(() => expect(codeOn(run)).toContain('linked_devices#2@ref-1,'))
    whatsapp.nextQr()
    await soon(() => expect(codeOn(run)).toContain('linked_devices#2@ref-2,'))
    expect(run.screen()).toMatch(/\u001b\[\d+A\u001b\[0J/)
    whatsapp.scan()
    await run.shows(/Linked: \+15550000000/)
    expect(await run.exit).toBe(0)
    expect(run.screen()).toMatch(/channels\.whatsapp\.dmPolicy:\s+"pairing"/)
    expect(await sessions()).toEqual(['default'])
  }, 30_000)

  it('leaves nothing when somebody ends it', async () => {
    const run = login()
    await run.shows(/Linked devices/)
    await soon(() => expect(codeOn(run)).toContain('ref-1'))
    run.type('\u0003')
    await run.shows(/nothing is left/)
    expect(await run.exit).toBe(4)
    expect(await sessions()).toEqual([])
  }, 30_000)

  it('says how large the terminal has to be, where the code does not fit', async () => {
    const run = login({ COLUMNS: '60', LINES: '20' })
    await run.shows(/does not fit this terminal: it needs \d+\s+columns and \d+\s+lines/)
    run.type('\u0003')
    expect(await run.exit).toBe(4)
  }, 30_000)
})

it('lets a gateway that waits for it connect, and is refused while that one has the session', async () => {
  const gateway = await gatewayIn()
  const url = gateway.url.replace('ws', 'http')
  const readyz = async (): Promise<string> => (await fetch(`${url}/readyz`)).text()
  await soon(async () => expect(await readyz()).toContain('not linked'))
  const linking = home.run(['channels', 'login', 'whatsapp', '--json'])
  await vi.waitFor(
    () => {
      whatsapp.scan()
      expect(whatsapp.connections()).toBe(1)
    },
    { timeout: 10_000, interval: 100 },
  )
  const { stdout, stderr, exit } = await linking
  const lines = stdout
    .trim()
    .split('\n')
    .map((line): Json => JSON.parse(line))
  expect(lines.map(({ event }) => event)).toEqual(['qr', 'scanned', 'linked'])
  expect(lines.at(-1)).toMatchObject({ account: 'default', senderId: '+15550000000' })
  expect({ stderr, exit }).toEqual({ stderr: '', exit: 0 })
  const stateOf = async (): Promise<unknown> =>
    (JSON.parse(await readyz()) as { channels: Json[] }).channels.find(
      ({ channel }) => channel === 'whatsapp',
    )?.['state']
  await soon(async () => expect(await stateOf()).toBe('connected'))
  const again = await home.run(['channels', 'login'])
  expect(again).toMatchObject({ exit: 4, stderr: expect.stringContaining('another process') })
  const out = await home.run(['channels', 'logout', '--yes'])
  expect(out).toMatchObject({ exit: 4, stderr: expect.stringContaining('another process') })
  expect(whatsapp.connections()).toBe(1)
}, 60_000)

describe('without the library', () => {
  it.each(['login', 'logout'])('%s says how to install it', async (verb) => {
    const bare = await emptyHome()
    onTestFinished(bare.remove)
    const { stderr, exit } = await bare.run(['channels', verb, 'whatsapp'])
    const command = `npm install --prefix ${join(bare.stateDir, 'libraries')} baileys@7.0.0-rc14`
    expect({ stderr, exit }).toEqual({
      ...{ exit: 1, stderr: expect.stringContaining(`hint: Install it: ${command}`) },
    })
    expect(await readdir(bare.folder)).toEqual([])
  })
})

describe('channels login', () => {
  it('finds what is linked already, of another account too', async () => {
    await configure({ accounts: { work: {} } })
    await linkedFolder(home, 'work')
    const words = ['channels', 'login', 'whatsapp', '--account', 'work']
    const { stdout, exit } = await home.run(words)
    expect(exit).toBe(0)
    expect(stdout).toContain('Linked already, and WhatsApp knows it: +15550000000')
  }, 20_000)

  it.each([
    [['telegram'], 2, 'telegram is not linked with a code'],
    [['whatsapp', '--account', '../x'], 2, 'account'],
    [['--channel', 'signal'], 2, 'signal is not linked with a code'],
  ])('%j is refused', async (words, exit, problem) => {
    const ran = await home.run(['channels', 'login', ...words])
    expect(ran).toMatchObject({ exit, stderr: expect.stringContaining(problem) })
  })

  it('is what doctor names while nothing is linked', async () => {
    const idsOf = async (): Promise<unknown[]> => {
      const { findings } = await home.json(['doctor'])
      return (findings as Json[]).filter(({ id }) => id === 'whatsapp-not-linked')
    }
    expect(await idsOf()).toMatchObject([
      { fix: expect.stringContaining('channels login whatsapp') },
    ])
    await linkedFolder(home)
    expect(await idsOf()).toEqual([])
  })

  it('has nothing to do with a business number', async () => {
    await configure({ webSocketUrl: undefined, transport: 'cloud' })
    const ran = await home.run(['channels', 'login'])
    expect(ran).toMatchObject({ exit: 4, stderr: expect.stringContaining('Cloud API') })
  })

  it('says in one line that WhatsApp cannot be reached', async () => {
    await whatsapp.close()
    const { stderr, exit } = await home.run(['channels', 'login'])
    expect({ stderr, exit }).toEqual({ exit: 1, stderr: expect.stringContaining('not linked') })
    expect(await sessions()).toEqual([])
  }, 30_000)
})

describe('channels logout', () => {
  it('tells WhatsApp, and deletes the session', async () => {
    await linkedFolder(home)
    const { stdout, exit } = await home.run(['channels', 'logout', 'whatsapp', '--yes'])
    expect({ stdout, exit }).toEqual({
      ...{ exit: 0, stdout: 'Logged out: +15550000000. The session is deleted.\n' },
    })
    expect(whatsapp.loggedOut()).toBe(1)
    expect(await sessions()).toEqual([])
    const again = await home.json(['channels', 'logout', '--yes'])
    expect(again).toMatchObject({ outcome: 'not-linked' })
  }, 20_000)
})
