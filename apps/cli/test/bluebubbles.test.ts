import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import {
  type BlueBubblesEmulator,
  imessageHandleOf,
  startBlueBubblesEmulator,
} from '@openclaw-pairing/emulators'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { emptyHome, type Home, type Json } from './support/cli.ts'

let home: Home
let mac: BlueBubblesEmulator
let port: number
let gateway: ChildProcess | undefined
beforeEach(async () => {
  home = await emptyHome()
  mac = await startBlueBubblesEmulator({ password: 'correct horse battery staple' })
  port = await freePort()
})
afterEach(async () => {
  gateway?.kill('SIGKILL')
  gateway = undefined
  await mac.close()
  await home.remove()
})

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0))
    })
  })

/** Writes the configuration of the account; `section` besides where its server is. */
async function configure(section: object, channels: object = {}): Promise<void> {
  const webhookUrl = `http://127.0.0.1:${String(port)}/bluebubbles-webhook`
  const bluebubbles = { serverUrl: mac.url, password: mac.password, webhookUrl, ...section }
  await mkdir(home.stateDir, { recursive: true, mode: 0o700 })
  const config = { channels: { bluebubbles, ...channels, webchat: { enabled: false } } }
  await writeFile(join(home.stateDir, 'openclaw.json'), JSON.stringify(config), { mode: 0o600 })
}

interface Running {
  readonly log: () => string
  readonly url: string
}

/** Runs the gateway as a process of its own; its log, and where it is. */
async function start(): Promise<Running> {
  const child = spawn(process.execPath, [home.main, 'gateway', '--port', String(port), '--json'], {
    env: { ...home.env, OPENCLAW_LOG_LEVEL: 'info' },
  })
  gateway = child
  const said = { out: '', log: '' }
  child.stdout.setEncoding('utf8').on('data', (part: string) => (said.out += part))
  child.stderr.setEncoding('utf8').on('data', (part: string) => (said.log += part))
  await soon(() => expect(said.out, said.log).toContain('}\n'))
  return { log: () => said.log, url: String((JSON.parse(said.out) as Json)['url']) }
}

/** Runs it until the server knows where to call. */
async function connect(): Promise<Running> {
  const running = await start()
  await soon(() => expect(running.log()).toContain('bluebubbles-connected'))
  expect(mac.webhooks()).toHaveLength(1)
  return running
}

async function stop(how: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
  const ended = new Promise((resolve) => gateway?.once('close', resolve))
  gateway?.kill(how)
  await ended
}

const soon = (check: () => unknown): Promise<unknown> =>
  vi.waitFor(check, { timeout: 60_000, interval: 20 })

const inbox = (who: number): string[] =>
  mac.sent.filter(({ to }) => to === imessageHandleOf(who)).map(({ text }) => text)

/** The code, and the notice that they were approved. */
const notEchoed = (): string[] => inbox(1).filter((text) => !text.startsWith('echo: '))

const codeIn = (text: string | undefined): string => /[A-HJ-NP-Z2-9]{8}/.exec(text ?? '')?.[0] ?? ''

/** The server is off for a moment; what people write meanwhile is on the Mac. */
async function cutAway(): Promise<void> {
  await mac.pause()
  setTimeout(() => void mac.resume(), 300)
}

describe('a stranger on iMessage, through BlueBubbles', () => {
  it.each([
    ['', async () => {}],
    [', with the connection cut at each step', cutAway],
  ])(
    'gets a code, is approved, told and answered%s',
    async (_, before) => {
      // An empty list matches nobody: OpenClaw 2026.2 let everybody in with it.
      await configure({ dmPolicy: 'pairing', allowFrom: [] })
      const { log } = await connect()
      await before()
      const { guid } = mac.message(1, 'hello')
      mac.group('chat808017', 1, 'not here')
      mac.tapback(1, guid)
      mac.ownMessage(1, 'from my phone')
      mac.message('262966', 'Your code is 12345678')
      await soon(() => expect(inbox(1)).toHaveLength(1))
      mac.edit(guid, 'hello!')
      expect(inbox(1)[0]).toContain(`Your iMessage sender id: ${imessageHandleOf(1)}`)
      const code = codeIn(inbox(1)[0])
      expect(inbox(1)[0]).toContain(`openclaw pairing approve imessage ${code}`)
      await before()
      mac.message(1, 'anybody there?')
      const list = await home.json(['pairing', 'list', 'bluebubbles'])
      expect(list).toMatchObject({
        channel: 'imessage',
        requests: [{ id: imessageHandleOf(1), code, meta: { service: 'iMessage' } }],
      })
      await before()
      const approved = await home.run(['pairing', 'approve', 'imessage', code])
      expect(approved).toMatchObject({ exit: 0 })
      await soon(() => expect(notEchoed()).toHaveLength(2))
      await before()
      mac.message(1, 'are you there?')
      await soon(() => expect(inbox(1)).toContain('echo: are you there?'))
      mac.replay()
      await mac.told()
      await stop()
      expect(notEchoed()).toHaveLength(2)
      expect(new Set(inbox(1)).size).toBe(inbox(1).length)
      expect(mac.sent.filter(({ to }) => to !== imessageHandleOf(1))).toEqual([])
      const { allowed } = await home.json(['pairing', 'allowed', 'imessage'])
      expect(allowed).toMatchObject([{ id: imessageHandleOf(1), notice: { state: 'sent' } }])
      expect(log()).not.toMatch(/correct(?: |%20|\+)horse/)
    },
    60_000,
  )

  it('keeps code, notice and answer through a killed gateway', async () => {
    await configure({ dmPolicy: 'pairing' })
    await connect()
    mac.message(1, 'hello')
    await soon(() => expect(inbox(1)).toHaveLength(1))
    await stop('SIGKILL')
    const code = codeIn(inbox(1)[0])
    expect(await home.run(['pairing', 'approve', 'bluebubbles', code])).toMatchObject({ exit: 0 })
    mac.message(1, 'while you were away')
    await mac.told()
    await connect()
    await soon(() => expect(inbox(1)).toContain('echo: while you were away'))
    await soon(() => expect(notEchoed()).toHaveLength(2))
    mac.replay()
    mac.message(1, 'and now')
    await soon(() => expect(inbox(1)).toContain('echo: and now'))
    await stop()
    expect(new Set(inbox(1)).size).toBe(inbox(1).length)
  }, 60_000)

  it('who was let in gets through among a thousand, three of whom get a code', async () => {
    await configure({ dmPolicy: 'pairing' })
    const { exit } = await home.run(['pairing', 'allow', 'imessage', '+1 555 100-0007', '--yes'])
    expect(exit).toBe(0)
    await connect()
    for (let who = 1_000; who < 2_000; who += 1) mac.message(who, 'let me in')
    mac.message(7, 'and me')
    await soon(() => expect(inbox(7)).toEqual(['echo: and me']))
    await soon(() => expect(mac.sent).toHaveLength(4))
    // What did not fit at once is looked for afterwards: the server tells of each only once.
    await vi.waitFor(
      async () =>
        expect(await home.json(['pairing', 'list', 'imessage'])).toMatchObject({
          requests: [{}, {}, {}],
          turnedAway: { count: 997 },
        }),
      { timeout: 80_000, interval: 500 },
    )
    await stop()
    expect(mac.sent).toHaveLength(4)
  }, 120_000)

  it('is not answered where nobody wrote a policy, and the owner sees them', async () => {
    await configure({})
    await connect()
    mac.message(1, 'hello')
    const request = { id: imessageHandleOf(1) }
    await vi.waitFor(
      async () => {
        const { requests } = await home.json(['pairing', 'list', 'imessage'])
        expect(requests).toMatchObject([request])
      },
      { timeout: 60_000, interval: 200 },
    )
    expect(mac.sent).toEqual([])
  }, 60_000)

  it('who wrote while the gateway was off gets no reply, as the message is old', async () => {
    await configure({ dmPolicy: 'pairing' })
    await connect()
    await stop()
    mac.message(1, 'hello', { data: { dateCreated: Date.now() - 60_000 } })
    mac.message(2, 'hi')
    await connect()
    await soon(() => expect(inbox(2)).toHaveLength(1))
    await stop()
    expect(inbox(1)).toEqual([])
  }, 60_000)
})

describe('a directory of OpenClaw 2026.2 with BlueBubbles', () => {
  const credentials = (name: string): string => join(home.stateDir, 'credentials', name)
  const put = async (name: string, json: object): Promise<void> => {
    await mkdir(join(home.stateDir, 'credentials'), { recursive: true, mode: 0o700 })
    await writeFile(credentials(name), JSON.stringify(json), { mode: 0o600 })
  }
  const shown = async (name: string): Promise<Json> =>
    JSON.parse(await readFile(credentials(name), 'utf8'))

  it('keeps whom it let in, and takes over what its own program goes on writing', async () => {
    await configure({ dmPolicy: 'pairing' })
    await put('bluebubbles-allowFrom.json', { version: 1, allowFrom: [imessageHandleOf(1)] })
    await put('bluebubbles-pairing.json', { version: 1, requests: [] })
    await connect()
    mac.message(1, 'still me')
    await soon(() => expect(inbox(1)).toEqual(['echo: still me']))
    mac.message(2, 'hello')
    await soon(() => expect(inbox(2)).toHaveLength(1))
    const code = codeIn(inbox(2)[0])
    await vi.waitFor(
      async () =>
        expect(await shown('bluebubbles-pairing.json')).toMatchObject({
          requests: [{ id: imessageHandleOf(2), code }],
        }),
      { timeout: 60_000 },
    )
    // As its `pairing approve bluebubbles` does: first one file, then the other.
    await put('bluebubbles-pairing.json', { version: 1, requests: [] })
    await put('bluebubbles-allowFrom.json', {
      version: 1,
      allowFrom: [imessageHandleOf(1), imessageHandleOf(2)],
    })
    await vi.waitFor(
      async () => {
        const { allowed } = await home.json(['pairing', 'allowed', 'bluebubbles'])
        expect((allowed as Json[]).map(({ id }) => id)).toEqual(
          expect.arrayContaining([imessageHandleOf(1), imessageHandleOf(2)]),
        )
      },
      { timeout: 60_000, interval: 200 },
    )
    await soon(() => expect(inbox(2)).toHaveLength(2))
    mac.message(2, 'thanks')
    await soon(() => expect(inbox(2)).toContain('echo: thanks'))
    await stop()
    expect(await shown('imessage-pairing.json')).toMatchObject({ requests: [] })
  }, 60_000)
})

it('a wrong password stops iMessage alone, and one line says where the right one is', async () => {
  await configure({ dmPolicy: 'pairing', password: 'an old password' })
  const { log, url } = await start()
  await vi.waitFor(
    async () => {
      const readiness: unknown = await (await fetch(`${url}/readyz`)).json()
      expect(JSON.stringify(readiness)).toMatch(/imessage \(default\) is failed.*Server Password/)
    },
    { timeout: 60_000 },
  )
  expect((await fetch(`${url}/healthz`)).status).toBe(200)
  expect(log()).not.toMatch(/an(?: |%20)old(?: |%20)password/)
}, 60_000)

it('a server in clear on the network is not called, and the way round is said', async () => {
  await configure({ dmPolicy: 'pairing', serverUrl: 'http://192.168.1.100:1234' })
  const { log, url } = await start()
  await vi.waitFor(
    async () => {
      const readiness: unknown = await (await fetch(`${url}/readyz`)).json()
      expect(JSON.stringify(readiness)).toMatch(/imessage \(default\) is failed.*ssh -N -L/)
    },
    { timeout: 60_000 },
  )
  expect(log()).toContain('channels.bluebubbles.serverUrl')
  const { findings } = (await home.json(['doctor'])) as { findings: { problem: string }[] }
  expect(JSON.stringify(findings)).toContain('in clear')
  expect(JSON.stringify(findings)).not.toContain(mac.password)
}, 60_000)
