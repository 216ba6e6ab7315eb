import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type SignalEmulator,
  signalNumberOf,
  signalUuidOf,
  startSignalEmulator,
} from '@openclaw-pairing/emulators'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { emptyHome, type Home, type Json } from './support/cli.ts'

let home: Home
let signal: SignalEmulator
let gateway: ChildProcess | undefined
beforeEach(async () => {
  home = await emptyHome()
  signal = await startSignalEmulator()
})
afterEach(async () => {
  gateway?.kill('SIGKILL')
  gateway = undefined
  await signal.close()
  await home.remove()
})

/** Writes the configuration of the account; `section` besides where its daemon is. */
async function configure(section: object): Promise<void> {
  const account = { account: signal.number, httpUrl: signal.url, ...section }
  await mkdir(home.stateDir, { recursive: true, mode: 0o700 })
  const config = { channels: { signal: account, webchat: { enabled: false } } }
  await writeFile(join(home.stateDir, 'openclaw.json'), JSON.stringify(config))
}

/** Runs the gateway as a process of its own; its log, and where it is. */
async function start(): Promise<{ readonly log: () => string; readonly url: string }> {
  const child = spawn(process.execPath, [home.main, 'gateway', '--port', '0', '--json'], {
    env: { ...home.env, OPENCLAW_LOG_LEVEL: 'info' },
  })
  gateway = child
  const said = { out: '', log: '' }
  child.stdout.setEncoding('utf8').on('data', (part: string) => (said.out += part))
  child.stderr.setEncoding('utf8').on('data', (part: string) => (said.log += part))
  await soon(() => expect(said.out, said.log).toContain('}\n'))
  return { log: () => said.log, url: String((JSON.parse(said.out) as Json)['url']) }
}

async function stop(): Promise<void> {
  const ended = new Promise((resolve) => gateway?.once('close', resolve))
  gateway?.kill('SIGTERM')
  await ended
}

const soon = (check: () => unknown): Promise<unknown> =>
  vi.waitFor(check, { timeout: 15_000, interval: 20 })

const inbox = (who: number): string[] =>
  signal.sent.filter(({ to }) => to === signalNumberOf(who)).map(({ text }) => text)

/** The code, and the notice that they were approved. */
const notEchoed = (): string[] => inbox(1).filter((text) => !text.startsWith('echo: '))

const codeIn = (text: string | undefined): string => /[A-HJ-NP-Z2-9]{8}/.exec(text ?? '')?.[0] ?? ''

/** The daemon is gone for a moment; what people write meanwhile waits at Signal. */
async function cutAway(): Promise<void> {
  await signal.pause()
  setTimeout(() => void signal.resume(), 300)
}

describe('a stranger on Signal', () => {
  it.each([
    ['', async () => {}],
    [', with the connection cut at each step', cutAway],
  ])(
    'gets a code, is approved, told and answered%s',
    async (_, before) => {
      await configure({ dmPolicy: 'pairing' })
      await start()
      await soon(() => expect(signal.listeners()).toBe(1))
      await before()
      signal.message(1, 'hello')
      await soon(() => expect(inbox(1)).toHaveLength(1))
      expect(inbox(1)[0]).toContain(`Your Signal number: ${signalNumberOf(1)}`)
      const code = codeIn(inbox(1)[0])
      await before()
      signal.message(1, 'anybody there?')
      const list = await home.json(['pairing', 'list', 'signal'])
      expect(list['requests']).toMatchObject([
        { id: signalNumberOf(1), code, meta: { name: 'Person 1' } },
      ])
      await before()
      const approved = await home.run(['pairing', 'approve', 'signal', code])
      expect(approved).toMatchObject({ exit: 0 })
      await soon(() => expect(notEchoed()).toHaveLength(2))
      await before()
      signal.message(1, 'are you there?')
      await soon(() => expect(inbox(1)).toContain('echo: are you there?'))
      await stop()
      // What waited at Signal until after the approval is answered as well; nothing is said twice.
      expect(notEchoed()).toHaveLength(2)
      expect(new Set(inbox(1)).size).toBe(inbox(1).length)
      const { allowed } = await home.json(['pairing', 'allowed', 'signal'])
      expect(allowed).toMatchObject([{ id: signalNumberOf(1), notice: { state: 'sent' } }])
    },
    60_000,
  )

  it('who was let in by uuid is known by number too, and one of a thousand gets no more than three codes', async () => {
    await configure({ dmPolicy: 'pairing' })
    const { exit } = await home.run(['pairing', 'allow', 'signal', signalUuidOf(7), '--yes'])
    expect(exit).toBe(0)
    await start()
    await soon(() => expect(signal.listeners()).toBe(1))
    for (let who = 1_000; who < 2_000; who += 1) signal.message(who, 'let me in')
    signal.message(7, 'and me')
    await soon(() => expect(inbox(7)).toEqual(['echo: and me']))
    await soon(() => expect(signal.sent).toHaveLength(4))
    await stop()
    expect(signal.sent).toHaveLength(4)
    const list = await home.json(['pairing', 'list', 'signal'])
    expect(list).toMatchObject({ requests: [{}, {}, {}], turnedAway: { count: 997 } })
  }, 60_000)

  it('is not answered where nobody wrote a policy, and the owner sees them', async () => {
    await configure({})
    await start()
    await soon(() => expect(signal.listeners()).toBe(1))
    signal.message(1, 'hello')
    signal.group('R3JvdXA=', 2, 'hello')
    const request = { id: signalNumberOf(1) }
    await vi.waitFor(
      async () => {
        const { requests } = await home.json(['pairing', 'list', 'signal'])
        expect(requests).toMatchObject([request])
      },
      { timeout: 15_000, interval: 200 },
    )
    expect(signal.sent).toEqual([])
  }, 60_000)
})

/** The person with the number hidden, or of whom only the number is known. */
const hidden = (who: number) => ({ uuid: signalUuidOf(who), name: `Person ${String(who)}` })
const numberOnly = (who: number) => ({ number: signalNumberOf(who) })
const to = (...places: readonly string[]): string[] =>
  signal.sent.filter((each) => places.includes(each.to)).map(({ text }) => text)
const everything = (who: number): string[] => to(signalNumberOf(who), signalUuidOf(who))

describe('who has a number and a uuid', () => {
  const views = [
    ['the number first, later only the uuid', 1, hidden(1)],
    ['only the uuid first, later number and uuid', hidden(1), 1],
    ['the number first, later the number without a uuid', 1, numberOnly(1)],
  ] as const

  /** Listens; person 7 is let in, so that what was written before their answer was handled. */
  async function begin(): Promise<() => Promise<void>> {
    await configure({ dmPolicy: 'pairing' })
    await home.run(['pairing', 'allow', 'signal', signalNumberOf(7), '--yes'])
    await start()
    await soon(() => expect(signal.listeners()).toBe(1))
    let count = 0
    return async () => {
      count += 1
      const text = `done ${String(count)}`
      signal.message(7, text)
      await soon(() => expect(everything(7)).toContain(`echo: ${text}`))
    }
  }

  it.each(views)(
    'and was approved is answered, after a restart too: %s',
    async (_, first, later) => {
      await begin()
      signal.message(first, 'hello')
      await soon(() => expect(everything(1)).toHaveLength(1))
      const code = codeIn(everything(1)[0])
      expect(await home.run(['pairing', 'approve', 'signal', code])).toMatchObject({ exit: 0 })
      // Whose number was hidden is known by it once one event shows both.
      signal.message(1, 'that is me')
      await soon(() => expect(everything(1)).toContain('echo: that is me'))
      await stop()
      await start()
      signal.message(later, 'and again')
      await soon(() => expect(everything(1)).toContain('echo: and again'))
      await stop()
      const { allowed } = await home.json(['pairing', 'allowed', 'signal'])
      const ids = [signalNumberOf(1), `uuid:${signalUuidOf(1)}`]
      const known = (allowed as readonly Json[]).filter(({ id }) => ids.includes(String(id)))
      expect(known).toMatchObject([{ aliases: [expect.any(String)] }])
      const revoked = await home.run(['pairing', 'revoke', 'signal', signalUuidOf(1), '--yes'])
      expect(revoked).toMatchObject({ exit: 0, stdout: expect.stringContaining('other ids too') })
      expect((await home.json(['pairing', 'allowed', 'signal']))['allowed']).toHaveLength(1)
    },
    60_000,
  )

  it.each([
    ['number', signalNumberOf(1), 1, hidden(1)],
    ['uuid', signalUuidOf(1), 1, numberOnly(1)],
  ] as const)(
    'and was blocked by %s gets silence whatever an event shows',
    async (_, named, first, later) => {
      const done = await begin()
      signal.message(first, 'hello')
      await soon(() => expect(everything(1)).toHaveLength(1))
      const also = `${signalNumberOf(1)} (also uuid:${signalUuidOf(1)})`
      expect((await home.run(['pairing', 'list', 'signal'])).stdout).toContain(also)
      const blocked = await home.run(['pairing', 'block', 'signal', named, '--yes'])
      expect(blocked).toMatchObject({ exit: 0, stdout: expect.stringContaining('other ids too') })
      signal.message(later, 'let me in')
      signal.message(first, 'let me in')
      await done()
      expect(everything(1)).toHaveLength(1)
      const { requests } = await home.json(['pairing', 'list', 'signal'])
      expect(requests).toEqual([])
      const { allowed } = await home.json(['pairing', 'allowed', 'signal', '--blocked'])
      const aliases = [`uuid:${signalUuidOf(1)}`]
      expect(allowed).toMatchObject([{ id: signalNumberOf(1), aliases }])
      const page = await home.run(['pairing', 'allowed', 'signal', '--blocked'])
      expect(page.stdout).toContain(also)
    },
    60_000,
  )

  it('whose number passed on to another: the other is a stranger, and they are answered still', async () => {
    await begin()
    signal.message(1, 'hello')
    await soon(() => expect(everything(1)).toHaveLength(1))
    await home.run(['pairing', 'approve', 'signal', codeIn(everything(1)[0])])
    signal.message({ number: signalNumberOf(1), uuid: signalUuidOf(2) }, 'it is mine now')
    await soon(() => expect(inbox(1).filter((text) => codeIn(text) !== '')).toHaveLength(2))
    expect(inbox(1)).not.toContain('echo: it is mine now')
    signal.message(hidden(1), 'I have no number')
    await soon(() => expect(everything(1)).toContain('echo: I have no number'))
    const entries = (await home.json(['audit'])) as unknown as readonly Json[]
    const [told] = entries.filter(({ action }) => action === 'dm.alias')
    expect(told?.['events']).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ what: 'an id is theirs no more', senderId: signalNumberOf(1) }),
      ]),
    )
  }, 60_000)

  it('an owner named by uuid is told where they write from, and one named by number is an owner', async () => {
    await mkdir(home.stateDir, { recursive: true, mode: 0o700 })
    const account = { account: signal.number, httpUrl: signal.url, dmPolicy: 'pairing' }
    const owners = [`signal:${signalUuidOf(1)}`, `signal:${signalNumberOf(2)}`]
    const config = {
      channels: { signal: account, webchat: { enabled: false } },
      commands: { ownerAllowFrom: owners },
    }
    await writeFile(join(home.stateDir, 'openclaw.json'), JSON.stringify(config))
    await start()
    await soon(() => expect(signal.listeners()).toBe(1))
    for (const who of [1, 2]) {
      signal.message(who, '/pair')
      await soon(() => expect(everything(who).join()).toContain('publicUrl'))
    }
    signal.message(3, 'hello')
    await soon(() => expect(inbox(1).join()).toContain(codeIn(inbox(3)[0])))
    await soon(() => expect(inbox(2).join()).toContain(codeIn(inbox(3)[0])))
  }, 60_000)
})

it('a daemon that does not run is said in one line that says what to do, and found when it does', async () => {
  await signal.pause()
  await configure({ dmPolicy: 'pairing' })
  const { log, url } = await start()
  const command = `signal-cli -a ${signal.number} daemon --http ${new URL(signal.url).host}`
  await soon(() => expect(log()).toContain(command))
  const ready = await fetch(`${url}/readyz`)
  expect(ready.status).toBe(503)
  expect(await ready.text()).toContain(command)
  await signal.resume()
  await soon(() => expect(log()).toContain('signal-connected'))
  expect(log().split('signal-unreachable')).toHaveLength(2)
  expect((await fetch(`${url}/readyz`)).status).toBe(200)
}, 60_000)
