import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  startWaEmulator,
  type WaEmulator,
  waJidOf,
  waLidOf,
  waMessage,
  waNumberOf,
} from '@openclaw-pairing/emulators'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { emptyHome, type Home, type Json } from './support/cli.ts'
import { installLibrary, linkedFolder } from './support/whatsapp-web.ts'

let home: Home
let whatsapp: WaEmulator
let gateway: ChildProcess | undefined
beforeEach(async () => {
  home = await emptyHome()
  whatsapp = await startWaEmulator()
})
afterEach(async () => {
  gateway?.kill('SIGKILL')
  gateway = undefined
  await whatsapp.close()
  await home.remove()
})

/** Writes the configuration of the account; `section` besides where WhatsApp is. */
async function configure(section: object): Promise<void> {
  await mkdir(home.stateDir, { recursive: true, mode: 0o700 })
  const account = { webSocketUrl: whatsapp.url, ...section }
  const config = { channels: { whatsapp: account, webchat: { enabled: false } } }
  await writeFile(join(home.stateDir, 'openclaw.json'), JSON.stringify(config))
}

/** Runs the gateway as a process of its own; everything it printed, and where it is. */
async function start(): Promise<{ readonly log: () => string; readonly url: string }> {
  const child = spawn(process.execPath, [home.main, 'gateway', '--port', '0', '--json'], {
    env: { ...home.env, OPENCLAW_LOG_LEVEL: 'info' },
  })
  gateway = child
  const said = { out: '', log: '' }
  child.stdout.setEncoding('utf8').on('data', (part: string) => (said.out += part))
  child.stderr.setEncoding('utf8').on('data', (part: string) => (said.log += part))
  await soon(() => expect(said.out, said.log).toContain('}\n'))
  const { url } = JSON.parse(said.out) as Json
  return { log: () => said.out + said.log, url: String(url) }
}

async function stop(): Promise<void> {
  const ended = new Promise((resolve) => gateway?.once('close', resolve))
  gateway?.kill('SIGTERM')
  await ended
}

const soon = (check: () => unknown): Promise<unknown> =>
  vi.waitFor(check, { timeout: 15_000, interval: 20 })

const connected = (): Promise<unknown> =>
  soon(() => expect(whatsapp.connections()).toBeGreaterThan(0))

const inbox = (who: number): string[] =>
  whatsapp.sent
    .filter(({ jid }) => [waNumberOf(who), waLidOf(who)].map(waJidOf).includes(jid))
    .map(({ text }) => text)

/** The code, and the notice that they were approved. */
const notEchoed = (): string[] => inbox(1).filter((text) => !text.startsWith('echo: '))

const codeIn = (text: string | undefined): string => /[A-HJ-NP-Z2-9]{8}/.exec(text ?? '')?.[0] ?? ''

/** WhatsApp cannot be reached for a moment, and can again. */
async function cutAway(): Promise<void> {
  await whatsapp.pause()
  await new Promise((resolve) => setTimeout(resolve, 300))
  await whatsapp.resume()
  await connected()
}

async function linked(section: object): Promise<{ readonly log: () => string; url: string }> {
  await configure(section)
  await installLibrary(home, whatsapp)
  await linkedFolder(home)
  const running = await start()
  await connected()
  return running
}

describe('a stranger on WhatsApp', () => {
  it.each([
    ['', async () => {}],
    [', with the connection cut at each step', cutAway],
  ])(
    'gets a code, is approved, told and answered%s',
    async (_, before) => {
      const { log } = await linked({ dmPolicy: 'pairing' })
      await before()
      whatsapp.message(1, 'hello')
      await soon(() => expect(inbox(1)).toHaveLength(1))
      expect(inbox(1)[0]).toContain(`Your WhatsApp phone number: ${waNumberOf(1)}`)
      const code = codeIn(inbox(1)[0])
      await before()
      // Their chat may go by the hidden id from now on.
      whatsapp.message(1, 'anybody there?', { by: 'lid' })
      const list = await home.json(['pairing', 'list', 'whatsapp'])
      expect(list['requests']).toMatchObject([
        { id: waNumberOf(1), code, meta: { name: 'Person 1' } },
      ])
      await before()
      const approved = await home.run(['pairing', 'approve', 'whatsapp', code])
      expect(approved).toMatchObject({ exit: 0 })
      await soon(() => expect(notEchoed()).toHaveLength(2))
      await before()
      whatsapp.say({ kind: 'print' })
      whatsapp.message(1, 'are you there?')
      await soon(() => expect(inbox(1)).toContain('echo: are you there?'))
      await stop()
      expect(notEchoed()).toHaveLength(2)
      expect(new Set(inbox(1)).size).toBe(inbox(1).length)
      const { allowed } = await home.json(['pairing', 'allowed', 'whatsapp'])
      expect(allowed).toMatchObject([{ id: waNumberOf(1), notice: { state: 'sent' } }])
      expect(log()).not.toContain('SECRET-OF-A-SESSION')
    },
    60_000,
  )

  it('is one of a thousand, of whom three get a code', async () => {
    await linked({ dmPolicy: 'pairing' })
    const at = Date.now()
    const all = Array.from({ length: 1_000 }, (_, who) => waMessage(who, 'let me in', { at }))
    whatsapp.upsert('notify', all)
    await vi.waitFor(
      async () => {
        const list = await home.json(['pairing', 'list', 'whatsapp'])
        expect(list).toMatchObject({ requests: [{}, {}, {}], turnedAway: { count: 997 } })
      },
      { timeout: 20_000, interval: 200 },
    )
    await stop()
    expect(whatsapp.sent).toHaveLength(3)
  }, 60_000)

  it('is not answered for what waited while the gateway was away, and who was let in is', async () => {
    await configure({ dmPolicy: 'pairing', allowFrom: [waNumberOf(7)] })
    await installLibrary(home, whatsapp)
    await linkedFolder(home)
    whatsapp.message(1, 'from a stranger, yesterday', { at: Date.now() - 86_400_000 })
    whatsapp.message(2, 'from a stranger, just now')
    whatsapp.message(7, 'from a friend')
    await start()
    await soon(() => expect(inbox(7)).toEqual(['echo: from a friend']))
    const { requests } = await home.json(['pairing', 'list', 'whatsapp'])
    expect([requests, whatsapp.sent.length]).toEqual([[], 1])
  }, 60_000)

  it('is not answered where nobody wrote a policy, and the owner sees them', async () => {
    await linked({})
    whatsapp.message(1, 'hello')
    await vi.waitFor(
      async () => {
        const { requests } = await home.json(['pairing', 'list', 'whatsapp'])
        expect(requests).toMatchObject([{ id: waNumberOf(1) }])
      },
      { timeout: 15_000, interval: 200 },
    )
    expect(whatsapp.sent).toEqual([])
  }, 60_000)
})

describe('an account of WhatsApp', () => {
  it('without the library fails in one line with the command that installs it, and only it', async () => {
    await configure({ dmPolicy: 'pairing' })
    await linkedFolder(home)
    const { log, url } = await start()
    const command = `npm install --prefix ${join(home.stateDir, 'libraries')} baileys@7.0.0-rc14`
    await soon(() => expect(log()).toContain(command))
    expect(log().split(command)).toHaveLength(2)
    expect(await (await fetch(`${url}/readyz`)).text()).toContain(command)
    expect((await fetch(`${url}/healthz`)).status).toBe(200)
  }, 60_000)

  it('that is not linked waits and says what to do', async () => {
    await configure({})
    await installLibrary(home, whatsapp)
    const { log, url } = await start()
    await soon(() => expect(log()).toContain('whatsapp-not-linked'))
    const ready = await (await fetch(`${url}/readyz`)).text()
    expect(ready).toContain('not linked: run openclaw channels login whatsapp')
    await linkedFolder(home)
    await connected()
    await soon(() => expect(log()).toContain('whatsapp-connected'))
  }, 60_000)

  it('that another process took over stops alone, and the gateway goes on with what its library lets fall', async () => {
    const { log, url } = await linked({ dmPolicy: 'pairing' })
    whatsapp.say({ kind: 'fall', how: 'throw' })
    whatsapp.say({ kind: 'fall', how: 'reject' })
    whatsapp.say({ kind: 'fall', how: 'later' })
    whatsapp.say({ kind: 'fall', how: 'never-heard' })
    await soon(() => expect(log().split('library-accident')).toHaveLength(3))
    whatsapp.end(440)
    await soon(() => expect(log()).toContain('another process uses this WhatsApp session'))
    expect((await fetch(`${url}/healthz`)).status).toBe(200)
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(whatsapp.logins()).toBe(1)
  }, 60_000)
})
