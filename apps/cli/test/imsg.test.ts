import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type ImsgEmulator,
  imsgChatOf,
  imsgNumberOf,
  startImsgEmulator,
} from '@openclaw-pairing/emulators'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { emptyHome, type Home, type Json } from './support/cli.ts'

let home: Home
let imsg: ImsgEmulator
let gateway: ChildProcess | undefined
beforeEach(async () => {
  home = await emptyHome()
  imsg = await startImsgEmulator()
})
afterEach(async () => {
  gateway?.kill('SIGKILL')
  gateway = undefined
  await imsg.close()
  await home.remove()
})

/** Writes the configuration of the account; `section` besides what is started. */
async function configure(section: object, webchat = { enabled: false }): Promise<void> {
  const imessage = { transport: 'imsg', cliPath: imsg.cliPath, ...section }
  await mkdir(home.stateDir, { recursive: true, mode: 0o700 })
  const config = { channels: { imessage, webchat } }
  await writeFile(join(home.stateDir, 'openclaw.json'), JSON.stringify(config))
}

/** Runs the gateway as a process of its own; its log, and where it is. */
async function start(): Promise<{ readonly log: () => string; readonly url: string }> {
  const child = spawn(process.execPath, [home.main, 'gateway', '--port', '0', '--json'], {
    env: { ...home.env, OPENCLAW_LOG_LEVEL: 'info', OPENCLAW_GATEWAY_TOKEN: 'a-secret-of-tests' },
  })
  gateway = child
  const said = { out: '', log: '' }
  child.stdout.setEncoding('utf8').on('data', (part: string) => (said.out += part))
  child.stderr.setEncoding('utf8').on('data', (part: string) => (said.log += part))
  await soon(() => expect(said.out, said.log).toContain('}\n'))
  return { log: () => said.log, url: String((JSON.parse(said.out) as Json)['url']) }
}

async function stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  const ended = new Promise((resolve) => gateway?.once('close', resolve))
  gateway?.kill(signal)
  await ended
}

const soon = (check: () => unknown): Promise<unknown> =>
  vi.waitFor(check, { timeout: 15_000, interval: 20 })

const watched = (): Promise<unknown> => soon(() => expect(imsg.subscriptions()).toBe(1))

const inbox = (who: number): string[] =>
  imsg.sent.filter(({ chatGuid }) => chatGuid === imsgChatOf(who)).map(({ text }) => text)

/** The code, and the notice that they were approved. */
const notEchoed = (): string[] => inbox(1).filter((text) => !text.startsWith('echo: '))

const codeIn = (text: string | undefined): string => /[A-HJ-NP-Z2-9]{8}/.exec(text ?? '')?.[0] ?? ''

/** A process of that id runs. */
function runs(pid: number | undefined): boolean {
  try {
    return pid !== undefined && process.kill(pid, 0)
  } catch {
    return false
  }
}

/** imsg dies and cannot be started for a moment; what people write meanwhile waits on the Mac. */
async function cutAway(): Promise<void> {
  imsg.pause()
  imsg.kill()
  setTimeout(imsg.resume, 300)
}

describe('a stranger on iMessage, through imsg', () => {
  it.each([
    ['', async () => {}],
    [', with imsg killed at each step', cutAway],
  ])(
    'gets a code, is approved, told and answered%s',
    async (_, before) => {
      await configure({ dmPolicy: 'pairing' })
      await start()
      await watched()
      await before()
      imsg.message(1, 'hello')
      await soon(() => expect(inbox(1)).toHaveLength(1))
      expect(inbox(1)[0]).toContain(`Your iMessage sender id: ${imsgNumberOf(1)}`)
      const code = codeIn(inbox(1)[0])
      await before()
      imsg.message(1, 'anybody there?')
      const list = await home.json(['pairing', 'list', 'imessage'])
      expect(list['requests']).toMatchObject([
        { id: imsgNumberOf(1), code, meta: { name: 'Person 1', service: 'iMessage' } },
      ])
      await before()
      const approved = await home.run(['pairing', 'approve', 'imessage', code])
      expect(approved).toMatchObject({ exit: 0 })
      await soon(() => expect(notEchoed()).toHaveLength(2))
      await before()
      imsg.message(1, 'are you there?')
      await soon(() => expect(inbox(1)).toContain('echo: are you there?'))
      await stop()
      expect(imsg.children()).toEqual([])
      // What waited on the Mac until after the approval is answered as well; nothing is said twice.
      expect(notEchoed()).toHaveLength(2)
      expect(new Set(inbox(1)).size).toBe(inbox(1).length)
      const { allowed } = await home.json(['pairing', 'allowed', 'imessage'])
      // Where imsg dies before it has said so, nobody knows; it is not sent again.
      const state = before === cutAway ? expect.stringMatching(/^(?:sent|unknown)$/) : 'sent'
      expect(allowed).toMatchObject([{ id: imsgNumberOf(1), notice: { state } }])
    },
    60_000,
  )

  it('who was let in by another spelling is known, and one of a thousand gets no more than three codes', async () => {
    await configure({ dmPolicy: 'pairing' })
    const typed = imsgNumberOf(7).replace(/^(\+1)(\d{3})(\d{3})/, 'imessage:$1 ($2) $3-')
    const { exit } = await home.run(['pairing', 'allow', 'imessage', typed, '--yes'])
    expect(exit).toBe(0)
    await start()
    await watched()
    for (let who = 1_000; who < 2_000; who += 1) imsg.message(who, 'let me in')
    imsg.message(7, 'and me')
    await soon(() => expect(inbox(7)).toEqual(['echo: and me']))
    await soon(() => expect(imsg.sent).toHaveLength(4))
    await stop()
    expect(imsg.sent).toHaveLength(4)
    const list = await home.json(['pairing', 'list', 'imessage'])
    expect(list).toMatchObject({ requests: [{}, {}, {}], turnedAway: { count: 997 } })
  }, 60_000)

  it('is not answered where nobody wrote a policy, and the owner sees them', async () => {
    await configure({})
    await start()
    await watched()
    imsg.message(1, 'hello')
    imsg.group('iMessage;+;chat1', 2, 'hello')
    imsg.message('262966', 'Your parcel is on its way')
    imsg.message(3, 'hello', { created_at: new Date(Date.now() - 60_000).toISOString() })
    const request = { id: imsgNumberOf(1) }
    await vi.waitFor(
      async () => {
        const { requests } = await home.json(['pairing', 'list', 'imessage'])
        expect(requests).toMatchObject([request])
      },
      { timeout: 15_000, interval: 200 },
    )
    expect(imsg.sent).toEqual([])
  }, 60_000)
})

it('a gateway that is killed leaves no imsg behind, and the next goes on where it was', async () => {
  await configure({ dmPolicy: 'pairing' })
  await start()
  await watched()
  imsg.message(1, 'hello')
  await soon(() => expect(inbox(1)).toHaveLength(1))
  const [child] = imsg.children()
  expect(runs(child?.pid)).toBe(true)
  await stop('SIGKILL')
  await soon(() => expect(runs(child?.pid)).toBe(false))
  imsg.message(2, 'anybody there?')
  const { exit } = await home.run(['pairing', 'approve', 'imessage', codeIn(inbox(1)[0])])
  expect(exit).toBe(0)
  await start()
  await soon(() => expect(inbox(2)).toHaveLength(1))
  await soon(() => expect(notEchoed()).toHaveLength(2))
  imsg.message(1, 'hello again')
  await soon(() => expect(inbox(1)).toContain('echo: hello again'))
  expect(imsg.children()).toHaveLength(1)
  await stop()
  expect(imsg.children()).toEqual([])
  // A message that was handled in the moment of the end may be answered once more, after the approval.
  expect(notEchoed()).toHaveLength(2)
  expect(new Set(inbox(1)).size).toBe(inbox(1).length)
  expect(inbox(2)).toHaveLength(1)
}, 60_000)

it('an imsg that is not there is said in one line that says what to do, and the others work', async () => {
  await configure({ cliPath: '/nowhere/imsg' }, { enabled: true })
  const { log, url } = await start()
  await soon(() => expect(log()).toContain('channel-failed'))
  const ready = await fetch(`${url}/readyz`)
  expect(ready.status).toBe(503)
  const said = (await ready.json()) as { readonly reasons: string[]; readonly channels: Json[] }
  const [reason = ''] = said.reasons
  expect(said.reasons).toHaveLength(1)
  for (const part of [
    '/nowhere/imsg',
    'brew install steipete/tap/imsg',
    'channels.imessage.cliPath',
  ])
    expect(reason).toContain(part)
  expect(said.channels).toMatchObject([
    { channel: 'webchat', state: 'connected' },
    { channel: 'imessage', state: 'failed' },
  ])
  expect((await fetch(`${url}/healthz`)).status).toBe(200)
  expect((await fetch(`${url}/chat`)).status).toBe(200)
  expect(log().match(/brew install/g)).toHaveLength(1)
}, 60_000)
